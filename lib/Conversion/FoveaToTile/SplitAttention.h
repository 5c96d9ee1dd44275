//===- SplitAttention.h - attention over parts of the keys -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_SPLITATTENTION_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_SPLITATTENTION_H

#include "TileBuilder.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/PatternMatch.h"

namespace fovea {

/// Whether the rows of a workgroup are the query heads of a key head. With one
/// query and split keys they are: each key is then read once for all of them.
bool packsHeads(AttentionOp op, tile::ConfigAttr config);

/// The host's side of attention with split keys (split-KV): a launch that
/// leaves one state for each part, and a merge_states of them.
class SplitAttention {
public:
  SplitAttention(AttentionOp op, tile::ConfigAttr config,
                 mlir::OpBuilder &builder);

  /// The parameters' types: of `inputs`, whose first is the query as the kernel
  /// sees it, then of the states' outputs and lses.
  llvm::SmallVector<mlir::Type> getTypes(mlir::ValueRange inputs);
  /// q, `[B, Hq, 1, d]`, as `[B, Hk, Hq / Hk, d]` when heads are packed.
  mlir::Value viewQuery();
  /// Launches `kernel`, and merges what it leaves by an op that has its config.
  MergeStatesOp launchAndMerge(tile::KernelOp kernel, mlir::ValueRange inputs);

private:
  llvm::SmallVector<mlir::OpFoldResult> getStateSizes();
  mlir::Value unpack(mlir::Value states);

  AttentionOp op;
  tile::ConfigAttr config;
  bool packed;
  TileBuilder b;
};

} // namespace fovea

#endif
