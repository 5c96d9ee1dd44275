//===- Warpgroup.h - what four warps run alike -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_WARPGROUP_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_WARPGROUP_H

#include "../Workgroup.h"

namespace fovea::sim::nvidia {

constexpr int kWarpsOfWarpgroup = 4;

/// The warps of a warpgroup run the same collectives in the same order, with
/// the same operands `first` and `second`. False: this one is another, an error
/// was reported.
bool requireSameInWarpgroup(Warp &w, const Instruction &i, uint64_t first,
                            uint64_t second);

/// At the warp's end: it ran as many as the first of its warpgroup to end.
bool requireAllOfWarpgroup(Warp &w, const Instruction &i);

} // namespace fovea::sim::nvidia

#endif
