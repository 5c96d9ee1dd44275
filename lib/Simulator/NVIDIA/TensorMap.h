//===- TensorMap.h - a view of a tensor for TMA -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_TENSORMAP_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_TENSORMAP_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace fovea::sim::nvidia {

/// What a CUtensorMap of tiles says, dimensions innermost first (CUDA Driver
/// API, "Tensor Map Object Management").
struct TensorMap {
  uint64_t base;
  uint32_t elementBytes;
  /// 0, 32, 64 or 128.
  int swizzleBytes;
  llvm::SmallVector<int64_t, 5> sizes;
  /// In bytes; that of dimension 0 is elementBytes.
  llvm::SmallVector<int64_t, 5> strides;
  llvm::SmallVector<uint32_t, 5> box;

  uint32_t boxBytes() const {
    uint32_t bytes = elementBytes;
    for (uint32_t size : box)
      bytes *= size;
    return bytes;
  }
};

} // namespace fovea::sim::nvidia

#endif
