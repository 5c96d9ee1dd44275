//===- Workgroup.cpp - subgroups that share memory and barriers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Workgroup.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace fovea::sim;

/// Instructions that a warp does before another may come, at most.
static constexpr uint64_t kQuantum = 1 << 12;

Workgroup::Workgroup(const Program &program, const Grid &grid, uint32_t index,
                     uint64_t seed)
    : grid(grid), index(index), shared(grid.sharedBytes),
      random(seed * 0x9e3779b97f4a7c15 + index), isRandom(seed != 0) {
  int numWarps = grid.threads / grid.subgroupSize;
  for (int w = 0; w < numWarps; ++w) {
    warps.push_back(
        std::make_unique<Warp>(*this, program, w, grid.subgroupSize));
    addAgent(nameOf(*warps.back()));
  }
  for (auto &warp : warps) {
    addAsynchronousAgents(*warp);
    warp->registersPerThread = grid.registersPerThread;
    for (auto [slot, value] : zip_equal(program.arguments, grid.arguments)) {
      Register &r = warp->reg(slot);
      for (int lane = 0; lane < grid.subgroupSize; ++lane)
        std::memcpy(r.bytes + lane * program.widths[slot], &value,
                    program.widths[slot]);
      warp->define(slot, /*isClean=*/true);
    }
  }
}

std::string Workgroup::nameOf(const Warp &warp) const {
  return (grid.isWave ? "wave " : "warp ") + std::to_string(warp.number);
}

void Workgroup::addAsynchronousAgents(Warp &warp) {
  std::string name = nameOf(warp);
  if (grid.isWave) {
    warp.vectorMemory.agent = addAgent("a load to LDS of " + name);
    warp.localMemory.agent = addAgent("a store to LDS of " + name);
    return;
  }
  warp.copies.agent = addAgent("a copy (cp.async) of " + name);
  warp.bulkCopies.agent = addAgent("a copy (cp.async.bulk) of " + name);
  warp.products.agent = addAgent("a product (wgmma) of " + name);
}

Agent Workgroup::addAgent(std::string name) {
  agents.push_back(std::move(name));
  events.emplace_back();
  return agents.size() - 1;
}

std::string Workgroup::describe(Agent agent) const { return agents[agent]; }

Event Workgroup::record(Agent agent, const Instruction &i) {
  events[agent].push_back(&i);
  return events[agent].size();
}

void Workgroup::wake() {
  for (auto &warp : warps)
    warp->isBlocked = false;
}

LogicalResult Workgroup::complete(size_t which) {
  auto action = std::move(deferred[which]);
  deferred.erase(deferred.begin() + which);
  return action();
}

LogicalResult Workgroup::runWarp(Warp &warp) {
  uint64_t quantum = isRandom ? 1 + random() % 256 : kQuantum;
  uint64_t before = warp.steps;
  Step step = warp.run(quantum);
  steps += warp.steps - before;
  if (step == Step::Failed)
    return failure();
  warp.isBlocked = step == Step::Blocked;
  warp.isDone = step == Step::Finished;
  if (steps <= grid.maxSteps)
    return success();
  const Instruction &i = warp.program.code[warp.pc];
  warp.report(i, "is reached after " + Twine(steps) +
                     " instructions of the workgroup, the most that are legal "
                     "here: does its loop end?");
  return failure();
}

LogicalResult Workgroup::reportDeadlock() {
  Warp *first = nullptr;
  for (auto &warp : warps)
    if (!warp->isDone && !first)
      first = warp.get();
  const Instruction &i = first->program.code[first->pc];
  mlir::InFlightDiagnostic error = i.op->emitOpError(
      "never ends, and nobody else can go on: a deadlock in " + describe() +
      "; " + first->explainBlock());
  for (auto &warp : warps) {
    if (warp->isDone || warp.get() == first)
      continue;
    const Instruction &other = warp->program.code[warp->pc];
    error.attachNote(other.op->getLoc())
        << warp->explainBlock() << ": " << sim::describe(other.op);
  }
  return error;
}

LogicalResult Workgroup::run() {
  size_t next = 0;
  while (!all_of(warps, [](auto &warp) { return warp->isDone; })) {
    SmallVector<Warp *> ready;
    for (auto &warp : warps)
      if (!warp->isDone && !warp->isBlocked)
        ready.push_back(warp.get());
    if (ready.empty() && deferred.empty())
      return reportDeadlock();
    size_t choices = ready.size() + deferred.size();
    // Without a seed: warps in turn, copies when nobody can go on without.
    size_t choice = isRandom        ? random() % choices
                    : ready.empty() ? 0
                                    : next++ % ready.size();
    if (choice < ready.size()) {
      if (failed(runWarp(*ready[choice])))
        return failure();
    } else if (failed(complete(choice - ready.size()))) {
      return failure();
    }
  }
  while (!deferred.empty())
    if (failed(complete(0)))
      return failure();
  return success();
}
