//===- GPUTarget.h - what generic passes ask about a GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_GPU_GPUTARGET_H
#define FOVEA_TARGET_GPU_GPUTARGET_H

#include "fovea/Target/GPU/SharedMemory.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace fovea {

enum class GPUVendor { NVIDIA, AMD };

/// One record of GPUTargets.td, which documents the fields.
struct GPUTarget {
  const char *name, *chip, *features;
  GPUVendor vendor;
  int32_t subgroupSize, maxThreads, multiprocessors, chiplets, megahertz;
  int32_t registers, registerStep, largestRegisters;
  bool movesRegisters;
  int32_t sharedBytes, reservedSharedBytes, level2Bytes, memoryGigabytes;
  bool copiesTiles, copiesChunks, countsCopies;
  int32_t copyBytes, swizzle;
  const SharedMemoryModel *sharedMemory;
  int32_t productSubgroups, productRows, productDepth, productColumnStep;
  int32_t largestProductColumns;
  bool asynchronousProducts;
  const char *fragment, *leftFragment;
  int32_t instructionDepth;
  bool groupsColumns, transposesReads, roundsToBF16;
  int32_t firstExponentials, firstVectors, lastVectors, lastExponentials;
  int32_t tightExponentials, tightVectors, tightLastVectors,
      tightLastExponentials;
  int32_t productFlops, exponentials, sharedBytesPerClock;

  /// Bytes of memory for each clock of each multiprocessor.
  double getMemoryBytesPerClock() const {
    return memoryGigabytes * 1e3 / megahertz / multiprocessors;
  }
  /// Registers that a launch of `threads` threads gives to each of them, when
  /// `workgroups` such launches share a multiprocessor.
  int64_t getLaunchRegisters(int64_t threads, int64_t workgroups = 1) const {
    int64_t share =
        registers / workgroups / threads / registerStep * registerStep;
    return share < largestRegisters ? share : largestRegisters;
  }
  /// Neighbouring columns that a lane reads of a row of a right operand of
  /// `blocks` blocks of columns, where rows are read as they lie.
  int64_t countNeighbours(int64_t blocks) const {
    constexpr int64_t kMostNeighbours = 4;
    return groupsColumns ? std::min(kMostNeighbours, blocks & -blocks) : 1;
  }
  /// Bytes of shared memory for each of `workgroups` of a multiprocessor.
  int64_t getSharedBytes(int64_t workgroups = 1) const {
    return (sharedBytes + reservedSharedBytes) / workgroups -
           reservedSharedBytes;
  }
};

llvm::ArrayRef<GPUTarget> getGPUTargets();

/// The target named `name`, or null.
const GPUTarget *lookupGPUTarget(llvm::StringRef name);

/// "sm_80, sm_90a", and so on, for diagnostics.
std::string listGPUTargets();

} // namespace fovea

#endif
