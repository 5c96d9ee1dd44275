//===- SharedMemory.h - swizzles that suit a GPU's banks -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_GPU_SHAREDMEMORY_H
#define FOVEA_TARGET_GPU_SHAREDMEMORY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace fovea {

struct GPUTarget;

/// A tile in shared memory, cut into blocks of columns of a line each, and what
/// reads it.
struct SharedTile {
  int64_t rows, columns, elementBytes;
  /// By dots whose results' columns are its rows (transposed: keys), and by
  /// dots whose results' columns are its columns (values).
  bool isKeys = false, isValues = false;
};

/// What is known of the banks of a target whose program is free to choose
/// swizzles. Row masks are those of #fovea_tile.swizzle, one for each bit of a
/// chunk's index in a line of the target's.
struct SharedMemoryModel {
  using RowMasks = llvm::SmallVector<int64_t, 4>;

  /// The cheapest swizzle under which no access to the tile has a bank
  /// conflict; the error says which accesses cannot be.
  llvm::Expected<RowMasks> (*chooseSwizzle)(const GPUTarget &target,
                                            const SharedTile &tile);
  /// One line about the accesses that have no conflict; the error names two
  /// lanes that have one.
  llvm::Expected<std::string> (*proveSwizzle)(const GPUTarget &target,
                                              const SharedTile &tile,
                                              llvm::ArrayRef<int64_t> rowMasks);
};

} // namespace fovea

#endif
