//===- Workgroup.h - subgroups that share memory and barriers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_WORKGROUP_H
#define FOVEA_LIB_SIMULATOR_WORKGROUP_H

#include "GlobalMemory.h"
#include "SharedMemory.h"
#include "Warp.h"

#include "llvm/Support/LogicalResult.h"

#include <functional>
#include <random>

namespace fovea::sim {

constexpr uint32_t kMBarrierBytes = 8;

/// An mbarrier object (PTX ISA 9.0, "mbarrier").
struct MBarrier {
  uint32_t count = 0, pending = 0;
  /// Bytes expected less bytes that came.
  int64_t transactions = 0;
  uint64_t phase = 0;
  /// What those who arrived in the current phase had seen, and those of all
  /// phases that are over.
  View arriving, over;
  /// Whose accesses the copies are that it counts.
  Agent agent = 0;
  /// The last event of the copies that have come.
  Event last = 0;
  /// Who initialised it; the asynchronous proxy sees it behind a fence.
  Agent initialiser = 0;
  Event initialised = 0;
  bool isFenced = false;
};

constexpr uint32_t kBarriers = 16;

/// A named barrier (PTX ISA 9.0, "bar").
struct NamedBarrier {
  uint32_t expected = 0, arrived = 0;
  /// How often it was complete.
  uint64_t round = 0;
  View arriving, over;
};

namespace nvidia {
struct TensorMap;
}

/// What all warps of a warpgroup run alike.
struct Collective {
  const Instruction *instruction;
  uint64_t first, second;
};

/// One launch's grid, as its workgroups see it.
struct Grid {
  uint32_t workgroups;
  int threads;
  /// Lanes of a subgroup.
  int subgroupSize;
  /// The subgroups are waves of CDNA.
  bool isWave;
  uint32_t sharedBytes;
  /// Registers of a thread at the start, and of all threads together.
  int registersPerThread;
  GlobalMemory &memory;
  llvm::ArrayRef<nvidia::TensorMap> tensorMaps;
  /// Values of the function's arguments, the same in all lanes; 8 bytes each.
  llvm::ArrayRef<uint64_t> arguments;
  /// Of all launches: its first workgroup's number.
  uint64_t firstNumber;
  uint64_t maxSteps;
};

/// Runs the subgroups of one workgroup, one at a time. Who comes next, and when
/// asynchronous copies come, is the seed's choice. What is found does not
/// depend on it where order is missing, since that is judged by clocks.
class Workgroup {
public:
  Workgroup(const Program &program, const Grid &grid, uint32_t index,
            uint64_t seed);

  /// Failure: an error was reported.
  llvm::LogicalResult run();
  uint64_t countSteps() const { return steps; }

  std::string describe() const { return "workgroup " + std::to_string(index); }

  /// Numbers an access.
  Event record(Agent agent, const Instruction &i);
  /// What the agent did then.
  const Instruction &lookup(Agent agent, Event event) const {
    return *events[agent][event - 1];
  }
  /// The warp whose accesses the agent's are, or that issued them.
  std::string describe(Agent agent) const;
  Agent addAgent(std::string name);

  /// Something changed: whoever waits looks again.
  void wake();
  /// `complete` runs later, between two instructions.
  void defer(std::function<llvm::LogicalResult()> complete) {
    deferred.push_back(std::move(complete));
  }

  const Grid &grid;
  const uint32_t index;
  SharedMemory shared;
  std::vector<std::unique_ptr<Warp>> warps;
  NamedBarrier barriers[kBarriers];
  std::map<uint32_t, MBarrier> mbarriers;
  /// Of the workgroup's registers, those that no warp holds.
  int freeRegisters = 0;
  /// By warpgroup: in order, as the first warp had them.
  std::vector<std::vector<Collective>> collectives;

private:
  std::string nameOf(const Warp &warp) const;
  void addAsynchronousAgents(Warp &warp);
  llvm::LogicalResult runWarp(Warp &warp);
  llvm::LogicalResult complete(size_t which);
  llvm::LogicalResult reportDeadlock();

  std::mt19937_64 random;
  const bool isRandom;
  std::vector<std::vector<const Instruction *>> events;
  std::vector<std::string> agents;
  std::vector<std::function<llvm::LogicalResult()>> deferred;
  uint64_t steps = 0;
};

} // namespace fovea::sim

#endif
