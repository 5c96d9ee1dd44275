//===- Model.h - LDS as targets' data -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_SHAREDMEMORY_MODEL_H
#define FOVEA_TARGET_AMD_SHAREDMEMORY_MODEL_H

#include "fovea/Target/AMD/SharedMemory/Accesses.h"
#include "fovea/Target/GPU/SharedMemory.h"

namespace fovea::amd {

/// The instructions by which the lowering to rocdl fills and reads `tile`. The
/// addresses are in lines, block after block: row r of block b is line
/// `b * rows + r`. The error says of which tiles there are whole instructions.
llvm::Expected<WaveAccesses> getTileAccesses(const GPUTarget &target,
                                             const SharedTile &tile);

/// By the solver and its proof.
extern const SharedMemoryModel kSharedMemory;

} // namespace fovea::amd

#endif
