//===- RegionRanges.h - intervals of what a region computes -----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_REGIONRANGES_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_REGIONRANGES_H

#include "TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Region.h"

namespace fovea {

/// The least and the greatest value that a scalar takes, both included: one
/// value where they are the same. Of an `i1`, `low` says that it always holds,
/// `high` that it may. Null values are not known.
struct Interval {
  mlir::Value low, high;

  static Interval point(mlir::Value value) { return {value, value}; }
  bool isKnown() const { return bool(low); }
  bool isPoint() const { return low && low == high; }
};

/// Interval arithmetic (Moore, "Interval Analysis", 1966) over the ops of a
/// region, written as scalar code: ranges of the arguments give a range of the
/// yielded `i1`. Tables that are read along one range are read through, others
/// are not known. Sound: a value outside of its range never occurs, as long as
/// integers do not overflow.
class RegionRanges {
public:
  /// `captured` maps tensors from outside to memory views.
  RegionRanges(TileBuilder &b, const mlir::IRMapping &captured)
      : b(b), captured(captured) {}

  Interval evaluate(mlir::Region &region, llvm::ArrayRef<Interval> arguments);

  /// Whether something was not known: then points may decide where ranges do
  /// not.
  bool isIncomplete() const { return incomplete; }

private:
  Interval lookup(mlir::Value value);
  Interval evaluate(mlir::Operation &op);
  Interval evaluateAtPoint(mlir::Operation &op,
                           llvm::ArrayRef<Interval> operands);
  Interval compare(mlir::arith::CmpIOp op);
  Interval divide(mlir::Operation &op, bool isUnsigned, bool isRemainder);
  Interval multiply(Interval x, Interval y);
  Interval select(Interval condition, Interval x, Interval y);
  Interval readTable(mlir::Operation &op);
  Interval scanTable(mlir::Value table, llvm::SmallVector<mlir::Value> first,
                     llvm::ArrayRef<mlir::Value> last,
                     llvm::ArrayRef<unsigned> along, Interval sofar);
  Interval unknown(mlir::Operation &op);

  TileBuilder &b;
  const mlir::IRMapping &captured;
  llvm::DenseMap<mlir::Value, Interval> ranges;
  bool incomplete = false;
};

} // namespace fovea

#endif
