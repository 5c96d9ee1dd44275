//===- ControlFlow.cpp - blocks and loops of a function -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ControlFlow.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace fovea::amd;
using llvm::BitVector, llvm::Expected;

/// More loops than this around one another are not followed.
constexpr unsigned kMaxLoopDepth = 64;

static bool endsBlock(const Instruction &instruction) {
  return instruction.is(InstructionClass::Branch) ||
         instruction.is(InstructionClass::End) ||
         instruction.mnemonic == "s_setpc_b64";
}

static bool fallsThrough(const Instruction &instruction) {
  return !endsBlock(instruction) || instruction.conditional;
}

/// Sorted places at which a block begins.
static std::vector<size_t> findLeaders(const Function &function) {
  std::vector<size_t> leaders = {0};
  for (const auto &label : function.labels)
    leaders.push_back(label.second);
  for (auto [i, instruction] : llvm::enumerate(function.instructions))
    if (endsBlock(instruction))
      leaders.push_back(i + 1);
  llvm::sort(leaders);
  leaders.erase(llvm::unique(leaders), leaders.end());
  while (!leaders.empty() && leaders.back() >= function.instructions.size())
    leaders.pop_back();
  return leaders;
}

llvm::ArrayRef<Instruction> ControlFlow::getInstructions(unsigned block) const {
  const Block &range = blocks[block];
  return llvm::ArrayRef(function.instructions)
      .slice(range.begin, range.end - range.begin);
}

/// The block that \p branch goes to; none for a label behind the last one.
static Expected<std::optional<unsigned>>
findTarget(const Function &function, llvm::ArrayRef<size_t> leaders,
           const Instruction &branch) {
  auto label = function.labels.find(branch.target);
  if (label == function.labels.end())
    return llvm::createStringError("line " + llvm::Twine(branch.line) +
                                   ": no label '" + branch.target + "': '" +
                                   branch.text + "'");
  const auto *leader = llvm::lower_bound(leaders, label->second);
  if (leader == leaders.end())
    return std::nullopt;
  return leader - leaders.begin();
}

Expected<ControlFlow> fovea::amd::buildControlFlow(const Function &function) {
  std::vector<size_t> leaders = findLeaders(function);
  unsigned numBlocks = leaders.size();
  ControlFlow flow{function, {}, Edges(numBlocks), Edges(numBlocks)};
  auto connect = [&](unsigned from, unsigned to) {
    if (llvm::is_contained(flow.successors[from], to))
      return;
    flow.successors[from].push_back(to);
    flow.predecessors[to].push_back(from);
  };
  leaders.push_back(function.instructions.size());
  for (unsigned i = 0; i < numBlocks; ++i) {
    flow.blocks.push_back({leaders[i], leaders[i + 1]});
    const Instruction &last = function.instructions[leaders[i + 1] - 1];
    if (last.is(InstructionClass::Branch)) {
      auto target =
          findTarget(function, llvm::ArrayRef(leaders).drop_back(), last);
      if (!target)
        return target.takeError();
      if (*target)
        connect(i, **target);
    }
    if (fallsThrough(last) && i + 1 < numBlocks)
      connect(i, i + 1);
  }
  return flow;
}

bool Loop::contains(unsigned block) const {
  return llvm::binary_search(blocks, block);
}

/// Appends the nodes of `within` that `start` reaches to `order`, each behind
/// those that it leads to, and takes them out of `within`. Without recursion:
/// the text may be a single long chain.
static void visit(const Edges &graph, unsigned start, BitVector &within,
                  std::vector<unsigned> &order) {
  std::vector<std::pair<unsigned, unsigned>> stack = {{start, 0}};
  within.reset(start);
  while (!stack.empty()) {
    auto &[node, next] = stack.back();
    if (next == graph[node].size()) {
      order.push_back(node);
      stack.pop_back();
      continue;
    }
    unsigned successor = graph[node][next++];
    if (within.test(successor)) {
      within.reset(successor);
      stack.push_back({successor, 0});
    }
  }
}

/// Kosaraju's algorithm: components that are strongly connected within `blocks`
/// when the edges into `header` are gone (none: -1).
static std::vector<std::vector<unsigned>>
findComponents(const Edges &successors, const Edges &predecessors,
               llvm::ArrayRef<unsigned> blocks, int header) {
  BitVector all(successors.size());
  for (unsigned block : blocks)
    if (int(block) != header)
      all.set(block);
  BitVector within = all;
  std::vector<unsigned> order;
  for (unsigned block : blocks)
    if (within.test(block))
      visit(successors, block, within, order);
  std::vector<std::vector<unsigned>> components;
  for (unsigned block : llvm::reverse(order)) {
    if (!all.test(block))
      continue;
    components.emplace_back();
    visit(predecessors, block, all, components.back());
    llvm::sort(components.back());
  }
  return components;
}

static bool hasMatrix(const ControlFlow &flow,
                      llvm::ArrayRef<unsigned> blocks) {
  return llvm::any_of(blocks, [&](unsigned block) {
    return llvm::any_of(flow.getInstructions(block), [](const auto &each) {
      return each.is(InstructionClass::Matrix);
    });
  });
}

static bool isLoop(const Edges &successors, llvm::ArrayRef<unsigned> blocks) {
  return blocks.size() > 1 ||
         llvm::is_contained(successors[blocks[0]], blocks[0]);
}

/// Where control enters; the first in the text if it does in several places.
static unsigned findHeader(const Edges &predecessors,
                           llvm::ArrayRef<unsigned> blocks) {
  for (unsigned block : blocks)
    for (unsigned predecessor : predecessors[block])
      if (!llvm::binary_search(blocks, predecessor))
        return block;
  return blocks[0];
}

Expected<std::vector<Loop>>
fovea::amd::findMatrixLoops(const ControlFlow &flow) {
  struct Work {
    Loop loop;
    int removedHeader;
    unsigned depth;
  };
  std::vector<unsigned> everything(flow.blocks.size());
  std::iota(everything.begin(), everything.end(), 0);
  std::vector<Work> worklist = {{{0, std::move(everything)}, -1, 0}};
  std::vector<Loop> innermost;
  while (!worklist.empty()) {
    Work work = std::move(worklist.back());
    worklist.pop_back();
    if (work.depth > kMaxLoopDepth)
      return llvm::createStringError("loops nest too deeply to be judged");
    bool hasInner = false;
    for (auto &blocks : findComponents(flow.successors, flow.predecessors,
                                       work.loop.blocks, work.removedHeader)) {
      if (!isLoop(flow.successors, blocks) || !hasMatrix(flow, blocks))
        continue;
      hasInner = true;
      unsigned header = findHeader(flow.predecessors, blocks);
      worklist.push_back(
          {{header, std::move(blocks)}, int(header), work.depth + 1});
    }
    if (!hasInner && work.depth > 0)
      innermost.push_back(std::move(work.loop));
  }
  llvm::sort(innermost, [](const Loop &a, const Loop &b) {
    return a.blocks.front() < b.blocks.front();
  });
  return innermost;
}

std::vector<unsigned> fovea::amd::orderBlocks(const ControlFlow &flow,
                                              const Loop &loop) {
  BitVector within(flow.blocks.size());
  for (unsigned block : loop.blocks)
    within.set(block);
  std::vector<unsigned> order;
  visit(flow.successors, loop.header, within, order);
  std::reverse(order.begin(), order.end());
  return order;
}
