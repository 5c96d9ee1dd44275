//===- Cluster.h - workgroups that run together -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_CLUSTER_H
#define FOVEA_LIB_SIMULATOR_CLUSTER_H

#include "Workgroup.h"

#include <functional>
#include <random>

namespace fovea::sim {

/// Runs the subgroups of the workgroups of one cluster, one at a time; without
/// clusters, those of one workgroup. Who comes next, and when asynchronous
/// copies come, is the seed's choice. What is found does not depend on it where
/// order is missing, since that is judged by clocks.
class Cluster {
public:
  /// Workgroups `first`, ... of the grid.
  Cluster(const Program &program, const Grid &grid, uint32_t first,
          uint64_t seed);

  /// Failure: an error was reported.
  llvm::LogicalResult run();
  uint64_t countSteps() const { return steps; }

  /// Numbers an access.
  Event record(Agent agent, const Instruction &i);
  /// What the agent did then.
  const Instruction &lookup(Agent agent, Event event) const {
    return *events[agent][event - 1];
  }
  /// "warp 3", or "a copy (cp.async) of warp 3".
  const std::string &describe(Agent agent) const { return agents[agent]; }
  Agent addAgent(std::string name);

  /// Something changed: whoever waits looks again.
  void wake();
  /// Asynchronous work that an instruction of a warp has started: `complete`
  /// runs later, between two instructions.
  struct Deferred {
    Warp *warp;
    const Instruction *instruction;
    std::function<llvm::LogicalResult()> complete;
  };
  void defer(Deferred work) { deferred.push_back(std::move(work)); }
  /// Who looks again and again lets time pass: completes one of them, if any.
  llvm::LogicalResult completeOldest() {
    return deferred.empty() ? llvm::success() : complete(0);
  }

  std::vector<std::unique_ptr<Workgroup>> workgroups;
  /// Of all threads of the cluster.
  NamedBarrier barrier;
  /// Of its last round. None ends before all have waited for the one before.
  View barrierOver;

private:
  llvm::LogicalResult runWarp(Warp &warp);
  llvm::LogicalResult complete(size_t which);
  llvm::LogicalResult reportDeadlock();

  const Grid &grid;
  std::mt19937_64 random;
  const bool isRandom;
  std::vector<Warp *> warps;
  std::vector<std::vector<const Instruction *>> events;
  std::vector<std::string> agents;
  std::vector<Deferred> deferred;
  uint64_t steps = 0;
};

} // namespace fovea::sim

#endif
