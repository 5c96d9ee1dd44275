//===- Barrier.cpp - where subgroups of a workgroup meet -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Barrier.h"

#include "Cluster.h"

using namespace llvm;
using namespace fovea::sim;

NamedBarrier *fovea::sim::arriveAt(Warp &w, const Instruction &i, uint32_t id,
                                   uint32_t threads, bool waits) {
  if (!w.requireConverged(i))
    return nullptr;
  Workgroup &workgroup = w.workgroup;
  if (id >= kBarriers) {
    w.fail(i, "is at barrier " + Twine(id) + ", expected one of 0 to 15");
    return nullptr;
  }
  if (threads == 0 || threads % w.size ||
      threads > uint32_t(workgroup.grid.threads)) {
    w.fail(i, "is for " + Twine(threads) + " threads, expected a multiple of " +
                  Twine(w.size) + ", at most the workgroup's " +
                  Twine(workgroup.grid.threads));
    return nullptr;
  }
  NamedBarrier &barrier = workgroup.barriers[id];
  if (barrier.arrived && barrier.expected != threads) {
    w.fail(i, "is for " + Twine(threads) + " threads at barrier " + Twine(id) +
                  ", where others wait for " + Twine(barrier.expected));
    return nullptr;
  }
  barrier.expected = threads;
  barrier.arrived += w.size;
  barrier.arriving.join(w.publish());
  if (barrier.arrived < threads) {
    if (waits)
      barrier.waiting.push_back(&w);
    return &barrier;
  }
  // At once: a warp that goes on late must not know of later rounds.
  for (Warp *waiting : barrier.waiting)
    waiting->learn(barrier.arriving);
  if (waits)
    w.learn(barrier.arriving);
  barrier.arrived = 0;
  ++barrier.round;
  barrier.waiting.clear();
  barrier.arriving.clear();
  workgroup.cluster.wake();
  return &barrier;
}

static std::string explainBarrier(Warp &w, const Instruction &) {
  const NamedBarrier &barrier = w.workgroup.barriers[w.barrier];
  return "barrier " + std::to_string(w.barrier) + ", where " +
         std::to_string(barrier.arrived) + " of " +
         std::to_string(barrier.expected) + " threads are";
}

Step fovea::sim::syncAt(Warp &w, const Instruction &i, uint32_t id,
                        uint32_t threads) {
  NamedBarrier *barriers = w.workgroup.barriers;
  if (!w.resume()) {
    uint64_t round = id < kBarriers ? barriers[id].round : 0;
    if (!arriveAt(w, i, id, threads, /*waits=*/true))
      return Step::Failed;
    w.barrier = id;
    w.barrierRound = round;
  }
  return barriers[id].round == w.barrierRound ? w.block(explainBarrier)
                                              : Step::Next;
}
