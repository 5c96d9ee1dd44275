//===- SteadyLoop.cpp - the loop in which a kernel spends its time -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM lays loops out rotated, with rare blocks behind the function's end, so
// the text between a label and a branch back to it is not the loop. Hence
// blocks and edges: loops are strongly connected, and the usual way through one
// is the heaviest way from its header back to it.
//===----------------------------------------------------------------------===//

#include "fovea/Target/AMD/MachineCode/SteadyLoop.h"

#include "ControlFlow.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace fovea::amd;
using llvm::Expected;

namespace {

/// What makes a way the usual one; see SteadyLoop.
struct Weight {
  int64_t matrix = 0, accesses = 0, instructions = 0;

  void add(const Instruction &instruction) {
    matrix += instruction.is(InstructionClass::Matrix);
    accesses += instruction.is(InstructionClass::Barrier) ||
                instruction.is(InstructionClass::Global) ||
                instruction.is(InstructionClass::GlobalToLDS) ||
                instruction.is(InstructionClass::LDSRead) ||
                instruction.is(InstructionClass::LDSWrite);
    ++instructions;
  }
  void add(const Weight &other) {
    matrix += other.matrix;
    accesses += other.accesses;
    instructions += other.instructions;
  }
  bool isHeavierThan(const Weight &other) const {
    return std::make_tuple(matrix, accesses, -instructions) >
           std::make_tuple(other.matrix, other.accesses, -other.instructions);
  }
};

/// The usual way through one loop.
class Way {
public:
  Way(const ControlFlow &flow, const Loop &loop) : flow(flow), loop(loop) {
    order = orderBlocks(flow, loop);
    for (auto [i, block] : llvm::enumerate(order))
      places[block] = i;
    choose();
    rotate();
  }

  const Weight &getWeight() const { return weight; }
  SteadyLoop describe() const;

private:
  /// `successor` is a way on within the loop, not around a loop inside.
  bool leadsOn(unsigned block, unsigned successor) const {
    auto to = places.find(successor);
    return to != places.end() && successor != loop.header &&
           to->second > places.at(block);
  }
  bool leadsBack(unsigned block) const {
    return llvm::is_contained(flow.successors[block], loop.header);
  }
  std::string describeBlocks(llvm::ArrayRef<unsigned> blocks) const;
  void describeGuarded(SteadyLoop &result) const;
  void describeSkipped(SteadyLoop &result) const;
  void describeInner(SteadyLoop &result) const;
  void choose();
  void rotate();

  const ControlFlow &flow;
  const Loop &loop;
  std::vector<unsigned> order, path;
  std::map<unsigned, size_t> places;
  Weight weight;
};

} // namespace

/// Dynamic programming from the end: the heaviest way from each block to the
/// header. Blocks from which no way leads there have none.
void Way::choose() {
  std::map<unsigned, Weight> best;
  std::map<unsigned, unsigned> next;
  for (unsigned block : llvm::reverse(order)) {
    std::optional<Weight> rest;
    if (leadsBack(block))
      rest = Weight();
    for (unsigned successor : flow.successors[block]) {
      auto found = best.find(successor);
      if (!leadsOn(block, successor) || found == best.end() ||
          (rest && !found->second.isHeavierThan(*rest)))
        continue;
      rest = found->second;
      next[block] = successor;
    }
    if (!rest)
      continue;
    for (const Instruction &instruction : flow.getInstructions(block))
      rest->add(instruction);
    best[block] = *rest;
  }
  // The header reaches itself, or it would be in no loop.
  weight = best[loop.header];
  path = {loop.header};
  for (auto it = next.find(loop.header); it != next.end();
       it = next.find(it->second))
    path.push_back(it->second);
}

/// A loop's way is a ring; the text's first block is the easiest to find.
void Way::rotate() {
  std::rotate(path.begin(), llvm::min_element(path), path.end());
}

std::string Way::describeBlocks(llvm::ArrayRef<unsigned> blocks) const {
  InstructionMix mix;
  for (unsigned block : blocks)
    for (const Instruction &instruction : flow.getInstructions(block))
      mix.add(instruction);
  std::string text =
      llvm::utostr(mix.total()) + " instructions of lines " +
      llvm::utostr(flow.getInstructions(blocks.front()).front().line) + " to " +
      llvm::utostr(flow.getInstructions(blocks.back()).back().line) + " (";
  bool first = true;
  for (unsigned kind = 0; kind < kNumInstructionClasses; ++kind) {
    if (!mix.counts[kind])
      continue;
    text += (first ? "" : ", ") + llvm::utostr(mix.counts[kind]) + " " +
            nameOf(InstructionClass(kind)).str();
    first = false;
  }
  return text + ")";
}

/// So that odd input stays cheap: a person reads no more than this.
static bool isFull(const SteadyLoop &result) {
  return result.assumptions.size() >= 16;
}

/// Blocks on the way that a branch could have jumped over.
void Way::describeGuarded(SteadyLoop &result) const {
  for (size_t i = 0; i + 2 < path.size() && !isFull(result); ++i)
    for (unsigned successor : flow.successors[path[i]]) {
      auto behind = std::find(path.begin() + i + 2, path.end(), successor);
      if (behind == path.end() || !loop.contains(successor))
        continue;
      llvm::ArrayRef<unsigned> blocks(path);
      blocks = blocks.slice(i + 1, behind - path.begin() - i - 1);
      result.assumptions.push_back("run in every iteration: the guarded " +
                                   describeBlocks(blocks));
    }
}

/// Blocks of the loop that are not on the way, joined where they adjoin.
void Way::describeSkipped(SteadyLoop &result) const {
  std::vector<unsigned> run;
  auto flush = [&] {
    if (!run.empty() && !isFull(result))
      result.assumptions.push_back("never run in the steady state: " +
                                   describeBlocks(run));
    run.clear();
  };
  for (unsigned block : loop.blocks) {
    if (llvm::is_contained(path, block))
      continue;
    if (!run.empty() && run.back() + 1 != block)
      flush();
    run.push_back(block);
  }
  flush();
}

void Way::describeInner(SteadyLoop &result) const {
  for (unsigned block : path)
    for (unsigned successor : flow.successors[block]) {
      auto to = places.find(successor);
      if (to != places.end() && successor != loop.header &&
          to->second <= places.at(block) && !isFull(result))
        result.assumptions.push_back(
            "run once: the loop inside, without matrix instructions, at line " +
            llvm::utostr(flow.getInstructions(successor).front().line));
    }
}

SteadyLoop Way::describe() const {
  SteadyLoop result;
  for (unsigned block : path)
    for (const Instruction &instruction : flow.getInstructions(block)) {
      result.instructions.push_back(&instruction);
      result.mix.add(instruction);
    }
  result.firstLine = flow.getInstructions(loop.blocks.front()).front().line;
  result.lastLine = flow.getInstructions(loop.blocks.back()).back().line;
  describeSkipped(result);
  describeGuarded(result);
  describeInner(result);
  return result;
}

Expected<std::optional<SteadyLoop>>
fovea::amd::findSteadyLoop(const Function &function) {
  if (function.instructions.empty())
    return std::nullopt;
  auto flow = buildControlFlow(function);
  if (!flow)
    return flow.takeError();
  auto loops = findMatrixLoops(*flow);
  if (!loops)
    return loops.takeError();
  std::optional<SteadyLoop> steady;
  Weight heaviest;
  for (const Loop &loop : *loops) {
    Way way(*flow, loop);
    // Its matrix instructions may all stand where no usual way passes.
    if (way.getWeight().matrix == 0 ||
        (steady && !way.getWeight().isHeavierThan(heaviest)))
      continue;
    heaviest = way.getWeight();
    steady = way.describe();
  }
  return steady;
}
