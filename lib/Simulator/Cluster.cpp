//===- Cluster.cpp - workgroups that run together
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Cluster.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace fovea::sim;

/// Instructions that a warp does before another may come, at most.
static constexpr uint64_t kQuantum = 1 << 12;

Cluster::Cluster(const Program &program, const Grid &grid, uint32_t first,
                 uint64_t seed)
    : grid(grid), random(seed * 0x9e3779b97f4a7c15 + first),
      isRandom(seed != 0) {
  for (int rank = 0; rank < grid.clusterSize; ++rank) {
    workgroups.push_back(
        std::make_unique<Workgroup>(*this, program, grid, first + rank));
    for (auto &warp : workgroups.back()->warps)
      warps.push_back(warp.get());
  }
}

Agent Cluster::addAgent(std::string name) {
  agents.push_back(std::move(name));
  events.emplace_back();
  return agents.size() - 1;
}

Event Cluster::record(Agent agent, const Instruction &i) {
  events[agent].push_back(&i);
  return events[agent].size();
}

void Cluster::wake() {
  for (Warp *warp : warps)
    warp->isBlocked = false;
}

LogicalResult Cluster::complete(size_t which) {
  Deferred work = std::move(deferred[which]);
  deferred.erase(deferred.begin() + which);
  return work.complete();
}

LogicalResult Cluster::runWarp(Warp &warp) {
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

LogicalResult Cluster::reportDeadlock() {
  Warp *first = nullptr;
  for (Warp *warp : warps)
    if (!warp->isDone && !first)
      first = warp;
  const Instruction &i = first->program.code[first->pc];
  mlir::InFlightDiagnostic error = i.op->emitOpError(
      "never ends, and nobody else can go on: a deadlock in " +
      first->workgroup.describe() + "; " + first->explainBlock());
  for (Warp *warp : warps) {
    if (warp->isDone || warp == first)
      continue;
    const Instruction &other = warp->program.code[warp->pc];
    error.attachNote(other.op->getLoc())
        << warp->explainBlock() << ": " << sim::describe(other.op);
  }
  return error;
}

LogicalResult Cluster::run() {
  size_t next = 0;
  while (!all_of(warps, [](Warp *warp) { return warp->isDone; })) {
    SmallVector<Warp *> ready;
    for (Warp *warp : warps)
      if (!warp->isDone && !warp->isBlocked)
        ready.push_back(warp);
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
  // It would write memory that is no longer the workgroup's.
  if (!deferred.empty()) {
    const Deferred &work = deferred.front();
    work.warp->fail(*work.instruction,
                    "is still running when all warps have ended, expected a "
                    "wait for it");
    return failure();
  }
  return success();
}
