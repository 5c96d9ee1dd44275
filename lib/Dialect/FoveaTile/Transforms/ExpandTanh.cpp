//===- ExpandTanh.cpp - tanh off the special-function unit -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>
#include <limits>

namespace fovea::tile {
#define GEN_PASS_DEF_EXPANDTANH
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// tanh(x) = x P(x^2) for |x| <= kRange with a relative error of 2^-23.7: P
/// interpolates tanh(sqrt(u)) / sqrt(u) at the Chebyshev nodes of [0,
/// kRange^2].
static constexpr double kRange = 0.6;
static constexpr double kCoefficients[] = {
    0.9999999259629498, -0.333323020403696, 0.13310064425610724,
    -0.05209665340820184, 0.01546875130198057};

/// What is multiplied with a constant, or divided by one; null when `op` is
/// none of both.
static Value matchFactor(Operation *op, double &factor) {
  DenseElementsAttr elements;
  if (!isa_and_nonnull<arith::MulFOp, arith::DivFOp>(op) ||
      !matchPattern(op->getOperand(1), m_Constant(&elements)) ||
      !elements.isSplat())
    return Value();
  double value = elements.getSplatValue<APFloat>().convertToDouble();
  factor = isa<arith::MulFOp>(op) ? factor * value : factor / value;
  return op->getOperand(0);
}

namespace {
/// `outer * tanh(inner * x)`: what stands around a tanh, as one function.
struct ScaledTanh {
  Value x;
  double inner = 1.0, outer = 1.0;
  /// The op whose result it is.
  Operation *last;

  explicit ScaledTanh(math::TanhOp tanh) : x(tanh.getOperand()), last(tanh) {
    while (Value operand = matchFactor(x.getDefiningOp(), inner))
      x = operand;
    while (last->hasOneUse() &&
           matchFactor(*last->user_begin(), outer) == last->getResult(0))
      last = *last->user_begin();
  }

  /// Of x^(2 power + 1).
  double getCoefficient(size_t power) const {
    return outer * kCoefficients[power] * std::pow(inner, 2.0 * power + 1);
  }

  /// Whether f32 holds all coefficients: of steep and flat functions some
  /// overflow or vanish.
  bool hasNormalCoefficients() const {
    for (size_t power = 0; power < std::size(kCoefficients); ++power) {
      double size = std::abs(getCoefficient(power));
      if (!(size >= std::numeric_limits<float>::min() &&
            size <= std::numeric_limits<float>::max()))
        return false;
    }
    return true;
  }
};

class Expansion {
public:
  Expansion(ScaledTanh function, int64_t foldColumns)
      : function(function), b(function.last->getLoc(), function.last),
        type(cast<RankedTensorType>(function.x.getType())),
        foldColumns(foldColumns) {}

  Value build() {
    auto choice = scf::IfOp::create(b, TypeRange{type}, leavesRange(),
                                    /*addThenBlock=*/true,
                                    /*addElseBlock=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    Value inner = multiply(function.x, function.inner);
    scf::YieldOp::create(b, ValueRange{multiply(math::TanhOp::create(b, inner),
                                                function.outer)});
    b.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(b, ValueRange{polynomial()});
    return choice.getResult(0);
  }

private:
  Value constant(ArrayRef<int64_t> shape, double value) {
    auto tile = RankedTensorType::get(shape, type.getElementType());
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(
               tile, b.getFloatAttr(type.getElementType(), value)));
  }
  Value multiply(Value x, double factor) {
    return factor == 1.0 ? x
                         : Value(arith::MulFOp::create(
                               b, x, constant(type.getShape(), factor)));
  }

  /// Whether |inner x| is out of range anywhere in the subgroup's part.
  Value leavesRange() {
    SmallVector<int64_t> folded = {type.getDimSize(0), foldColumns};
    Value none = constant(folded, -std::numeric_limits<double>::infinity());
    Value largest = FoldOp::create(b, ReduceKind::Maximum,
                                   math::AbsFOp::create(b, function.x), none);
    Value limit = constant(folded, kRange / std::abs(function.inner));
    // One undefined element makes the largest undefined, whatever the others.
    return AnyOp::create(
        b, arith::CmpFOp::create(b, arith::CmpFPredicate::UGT, largest, limit));
  }

  /// x Q(x^2), where the factors are part of Q's coefficients.
  Value polynomial() {
    Value square = arith::MulFOp::create(b, function.x, function.x);
    auto coefficient = [&](size_t power) {
      return constant(type.getShape(), function.getCoefficient(power));
    };
    size_t power = std::size(kCoefficients) - 1;
    Value sum = coefficient(power);
    while (power--)
      sum = math::FmaOp::create(b, sum, square, coefficient(power));
    return arith::MulFOp::create(b, function.x, sum);
  }

  ScaledTanh function;
  ImplicitLocOpBuilder b;
  RankedTensorType type;
  int64_t foldColumns;
};

struct ExpandTanh : fovea::tile::impl::ExpandTanhBase<ExpandTanh> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    int64_t columns =
        getLayout(kernel.getConfig().getSchedule(), *target).getColumns();
    SmallVector<math::TanhOp> ops;
    kernel.walk([&](math::TanhOp op) {
      if (isExpanded(op, columns))
        ops.push_back(op);
    });
    for (math::TanhOp op : ops) {
      ScaledTanh function(op);
      Value result = Expansion(function, columns).build();
      function.last->replaceAllUsesWith(ValueRange(result));
    }
  }

private:
  /// Once for many elements, and where the program asks for full precision.
  static bool isExpanded(math::TanhOp op, int64_t columns) {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    ScaledTanh function(op);
    return type && type.getRank() == 2 && type.getElementType().isF32() &&
           type.getDimSize(1) % columns == 0 &&
           function.hasNormalCoefficients() &&
           !bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::afn);
  }
};
} // namespace
