//===- MBarriers.h - barriers in shared memory -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_MBARRIERS_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_MBARRIERS_H

#include "../Workgroup.h"

namespace fovea::sim::nvidia {

/// The barrier at an operand's address, which is the same in all active lanes.
/// Null: an error was reported.
MBarrier *findMBarrier(Warp &w, const Instruction &i, unsigned operand);

/// The same, at an address of `owner`'s shared memory.
MBarrier *findMBarrier(Warp &w, const Instruction &i, Workgroup &owner,
                       uint32_t address);

/// Ends the barrier's phase if nothing is missing. False: an error was
/// reported.
bool update(Warp &w, const Instruction &i, MBarrier &barrier);

} // namespace fovea::sim::nvidia

#endif
