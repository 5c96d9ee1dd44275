//===- Math.cpp - functions by the special function unit -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// There is no math library on the device, and LLVM aborts where it would call
// one: what is not written here, nor expanded to polynomials later
// (fovea-approximate-math), is an error.

#include "KernelWriter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

static constexpr double kLog2e = 1.4426950408889634;
static constexpr double kLn2 = 0.6931471805599453;

Value KernelWriter::callIntrinsic(StringRef name, Value x) {
  return LLVM::CallIntrinsicOp::create(b_, x.getType(), b_.getStringAttr(name),
                                       ValueRange(x))
      .getResult(0);
}

/// Scales, units and the constants of a score region follow one another: one
/// product does for all, and rounds once.
Value KernelWriter::scale(Value x, double factor) {
  FloatAttr known;
  auto product = x.getDefiningOp<arith::MulFOp>();
  if (product && matchPattern(product.getRhs(), m_Constant(&known))) {
    factor *= known.getValueAsDouble();
    x = product.getLhs();
  }
  return factor == 1.0 ? x : Value(arith::MulFOp::create(b_, x, f32(factor)));
}

bool KernelWriter::isExpandedLater(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
             math::FloorOp, math::FmaOp, math::RoundEvenOp, math::RsqrtOp,
             math::SqrtOp, math::TruncOp>(op) ||
         (op->getResult(0).getType().isF32() &&
          isa<math::AtanOp, math::Atan2Op, math::CosOp, math::ErfOp,
              math::ExpM1Op, math::Log1pOp, math::SinOp>(op));
}

Value KernelWriter::writeMath(Operation &op, ValueRange operands) {
  Value x = operands.front();
  if (!x.getType().isF32())
    return Value();
  FloatAttr factor;
  if (isa<arith::MulFOp>(op) && matchPattern(operands[1], m_Constant(&factor)))
    return scale(x, factor.getValueAsDouble());
  return llvm::TypeSwitch<Operation *, Value>(&op)
      .Case([&](math::Exp2Op) { return exp2(x); })
      .Case([&](math::ExpOp) { return exp2(scale(x, kLog2e)); })
      .Case([&](math::Log2Op) { return log2(x); })
      .Case([&](math::LogOp) { return scale(log2(x), kLn2); })
      .Case([&](math::TanhOp tanh) -> Value {
        // Where the program allows 2^-11 of relative error.
        if (bitEnumContainsAny(tanh.getFastmath(), arith::FastMathFlags::afn))
          if (Value approximation = approximateTanh(x))
            return approximation;
        // 1 - 2 / (e^2x + 1): absolute error of a few 2^-24.
        Value e = arith::AddFOp::create(b_, exp2(scale(x, 2 * kLog2e)), f32(1));
        return arith::SubFOp::create(b_, f32(1), scale(reciprocal(e), 2));
      })
      .Default([](Operation *) { return Value(); });
}
