//===- TileLists.h - which tiles of keys are worth a visit ------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_TILELISTS_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_TILELISTS_H

#include "TilePrograms.h"

#include "llvm/ADT/SetVector.h"

namespace fovea {

/// For each batch, head and tile of queries, the numbers of the tiles of keys
/// that are not empty: the partial ones from the front, the full ones from the
/// back, in any order. Batch and head are 1 where nothing depends on them.
struct TileLists {
  /// `[B, H, query tiles, key tiles]` and, partial and full,
  /// `[B, H, query tiles, 2]`, of i32.
  mlir::Value tiles, counts;
};

/// Makes the lists for the masks and the where region of `op`, by two kernels
/// before it: the first one finds the class of each pair of tiles, by ranges of
/// the region's values, and by its points where those do not decide; the second
/// one packs each row of them. `captures` are what the region uses from above.
TileLists buildTileLists(mlir::RewriterBase &rewriter, AttentionOp op,
                         tile::ConfigAttr config,
                         const llvm::SetVector<mlir::Value> &captures);

} // namespace fovea

#endif
