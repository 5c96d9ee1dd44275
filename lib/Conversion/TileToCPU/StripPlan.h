//===- StripPlan.h - which row ops share a column loop -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The row ops of a segment (ops between two loops of a kernel) run on one strip
// of rows at a time. Ops on [rows, columns] tiles run in loops over columns;
// ops on one value a row run between those loops. This file decides which ops
// share a loop: stages alternate, even ones hold row ops and odd ones column
// loops, and each op is placed as its operands allow.

#ifndef FOVEA_LIB_CONVERSION_TILETOCPU_STRIPPLAN_H
#define FOVEA_LIB_CONVERSION_TILETOCPU_STRIPPLAN_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/EquivalenceClasses.h"

#include <optional>
#include <vector>

namespace fovea::tile {

/// Which [rows, columns] ops range over the same columns: those that
/// element-wise ops, accumulators and reductions connect. Equal sizes alone
/// mean nothing: a head dimension can be as long as a tile of keys.
class TileAxes {
public:
  TileAxes() = default;
  explicit TileAxes(llvm::ArrayRef<mlir::Operation *> ops);
  /// The axis of an op's columns; null for ops on rows and ops of other
  /// segments.
  mlir::Operation *of(mlir::Operation *op) const;

private:
  llvm::EquivalenceClasses<mlir::Operation *> classes;
};

/// Ops that share one loop over `columns` columns, in program order.
struct ColumnGroup {
  int64_t columns;
  mlir::Operation *axis;
  /// Ops that the dot does not depend on come before; all of them without a
  /// dot.
  llvm::SmallVector<mlir::Operation *> before, after;
  DotOp dot;
  llvm::SmallVector<ReduceOp> reduces;
};

/// One step of a strip: either row ops or a column loop.
struct StripStep {
  llvm::SmallVector<mlir::Operation *> rowOps;
  std::optional<ColumnGroup> group;
};

struct StripPlan {
  std::vector<StripStep> steps;
  /// The index of the step that computes an op's result.
  llvm::DenseMap<mlir::Operation *, unsigned> stepOf;
  TileAxes axes;
};

/// Values that are computed anew wherever they are used: constants, splats,
/// coordinates, and repeated rows.
bool isRematerialized(mlir::Value value);

/// The mask whose hidden columns the strips of a loop's body need not compute,
/// if there is one: none where a hidden column could be seen in a store, a loop
/// within the body or the loop's results, or where the mask's bounds are
/// reductions of the same body.
MaskOp findPruningMask(mlir::Block &block);

/// Plans `ops`, all of which are on tiles of rows.
StripPlan planStrip(llvm::ArrayRef<mlir::Operation *> ops);

/// Whether operand `operand` of `op` is used column by column: a dot reads
/// whole rows of its left-hand side.
bool isColumnwise(mlir::Operation *op, unsigned operand);

/// The rank of the tile that an op computes or, for a store, writes.
int64_t getTileRank(mlir::Operation *op);

} // namespace fovea::tile

#endif
