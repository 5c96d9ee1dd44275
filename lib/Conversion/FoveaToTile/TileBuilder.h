//===- TileBuilder.h - arithmetic on tiles -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_TILEBUILDER_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_TILEBUILDER_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea {

/// Builds tile programs: constants, repetition, and operators that bring a
/// scalar or one value a row to the shape of the other operand.
class TileBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  mlir::Value index(int64_t value);
  /// A constant like `like`: the value itself for a scalar, a splat for a tile.
  mlir::Value constantLike(mlir::Value like, double value);
  /// A tile of one constant.
  mlir::Value constantTile(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                           double value);
  /// `value` in the shape of `shape`: scalars are splat, rows repeated along
  /// columns.
  mlir::Value repeat(mlir::Value value, llvm::ArrayRef<int64_t> shape);

  /// Element-wise `Op` of two values, the smaller repeated in the larger's
  /// shape.
  template <typename Op>
  mlir::Value apply(mlir::Value a, mlir::Value b) {
    llvm::ArrayRef<int64_t> shape =
        shapeOf(a).size() >= shapeOf(b).size() ? shapeOf(a) : shapeOf(b);
    return Op::create(*this, repeat(a, shape), repeat(b, shape));
  }

  /// A float, or a tile of floats, in another type.
  mlir::Value convert(mlir::Value x, mlir::FloatType type);

  /// Replaces `x = y * c` for a constant c by y, and returns c; else 1.
  static double peelFactor(mlir::Value &x);

  /// Evaluates an affine expression of one dimension and symbols, where the
  /// dimension is an index or a tile of indices.
  mlir::Value evaluate(mlir::AffineExpr expr, mlir::Value dim,
                       mlir::ValueRange symbols);

  /// The shape of a tile, empty for a scalar.
  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
};

} // namespace fovea

#endif
