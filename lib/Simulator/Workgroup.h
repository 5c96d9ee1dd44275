//===- Workgroup.h - subgroups that share memory and barriers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_WORKGROUP_H
#define FOVEA_LIB_SIMULATOR_WORKGROUP_H

#include "GlobalMemory.h"
#include "SharedMemory.h"
#include "Warp.h"

#include <array>

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
  /// Of the initialiser's fence; 0: there was none.
  Event fenced = 0;
};

constexpr uint32_t kBarriers = 16;

/// A named barrier (PTX ISA 9.0, "bar").
struct NamedBarrier {
  uint32_t expected = 0, arrived = 0;
  /// How often it was complete.
  uint64_t round = 0;
  /// What those who arrived in this round had seen.
  View arriving;
  std::vector<Warp *> waiting;
};

namespace nvidia {
struct TensorMap;
}

/// What all warps of a warpgroup run alike.
struct Collective {
  const Instruction *instruction;
  uint64_t first, second;
};

/// Of a grid or a workgroup: x, y, z.
using Dimensions = std::array<uint32_t, 3>;

/// One launch's grid, as its workgroups see it.
struct Grid {
  uint32_t workgroups;
  int threads;
  Dimensions gridSizes, blockSizes;
  /// Lanes of a subgroup, and workgroups of a cluster.
  int subgroupSize, clusterSize;
  /// The subgroups are waves of CDNA.
  bool isWave;
  uint32_t sharedBytes;
  /// Of a thread at the start.
  int registersPerThread;
  GlobalMemory &memory;
  llvm::ArrayRef<nvidia::TensorMap> tensorMaps;
  /// Values of the function's arguments, the same in all lanes; 8 bytes each.
  llvm::ArrayRef<uint64_t> arguments;
  /// Of all launches: its first workgroup's number.
  uint64_t firstNumber;
  uint64_t maxSteps;
};

class Cluster;

/// Subgroups that share memory and barriers.
class Workgroup {
public:
  Workgroup(Cluster &cluster, const Program &program, const Grid &grid,
            uint32_t index);

  std::string describe() const { return "workgroup " + std::to_string(index); }

  Cluster &cluster;
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
  void addAsynchronousAgents(Warp &warp, const std::string &name);
};

} // namespace fovea::sim

#endif
