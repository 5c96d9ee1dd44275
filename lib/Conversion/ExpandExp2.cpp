//===- ExpandExp2.cpp - exp2 on vectors as a polynomial -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// 2^x = 2^n p(f) with n = round(x) and f = x - n in [-1/2, 1/2]. Adding 1.5
// 2^52 (1.5 2^23 in f32) rounds x and leaves n in the low bits of the sum;
// shifted to the exponent's place and added to p's bits it multiplies by 2^n.
// (Muller et al., Handbook of Floating-Point Arithmetic, on argument
// reduction.) x is clamped where the result's exponent would be 0: p(0) is 1
// exactly, so the sum is then 0 exactly.

#include "fovea/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace fovea {
#define GEN_PASS_DEF_EXPANDEXP2
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;

namespace {

/// What the expansion needs to know of a float type.
struct ExpFormat {
  double magic;
  int64_t mantissaBits, smallestExponent, largestExponent;
  ArrayRef<double> coefficients;
};

/// Minimax of the relative error on [-1/2, 1/2] with p(0) = 1: degree
/// 5, 9.1e-8.
constexpr double kCoefficientsF32[] = {1.0,
                                       0.6931469775989920381,
                                       0.2402224208537670947,
                                       0.05550733743470085274,
                                       0.009671512639956455151,
                                       0.001326472714007201332};

/// Minimax of the relative error on [-1/2, 1/2] with p(0) = 1: degree
/// 11, 3.4e-18.
constexpr double kCoefficientsF64[] = {1.0,
                                       0.6931471805599453258,
                                       0.2402265069591013126,
                                       0.05550410866482008323,
                                       0.00961812910759412009,
                                       0.001333355814677462052,
                                       0.0001540353045711209086,
                                       0.00001525273349312748935,
                                       1.3215435282308488e-6,
                                       1.017819957184213797e-7,
                                       7.073783248503133299e-9,
                                       4.434771298200376708e-10};

ExpFormat getFormat(FloatType type) {
  if (type.isF64())
    return {6755399441055744.0, 52, -1023, 1024, kCoefficientsF64};
  return {12582912.0, 23, -127, 128, kCoefficientsF32};
}

struct ExpandExp2Pattern : OpRewritePattern<math::Exp2Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::Exp2Op op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    auto element =
        type ? dyn_cast<FloatType>(type.getElementType()) : FloatType();
    if (!element || !(element.isF32() || element.isF64()))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ExpFormat format = getFormat(element);
    auto constant = [&](double value) -> Value {
      return arith::ConstantOp::create(
          b, DenseElementsAttr::get(type, b.getFloatAttr(element, value)));
    };
    // The comparisons are false for NaN, which then goes through the
    // arithmetic.
    auto replaceIf = [&](arith::CmpFPredicate predicate, Value x,
                         double bound) -> Value {
      Value limit = constant(bound);
      return arith::SelectOp::create(
          b, arith::CmpFOp::create(b, predicate, x, limit), limit, x);
    };
    Value x = replaceIf(arith::CmpFPredicate::OLT, op.getOperand(),
                        format.smallestExponent);
    if (!op->hasAttr("fovea_tile.nonpositive"))
      x = replaceIf(arith::CmpFPredicate::OGT, x, format.largestExponent);
    Value sum = arith::AddFOp::create(b, x, constant(format.magic));
    Value rounded = arith::SubFOp::create(b, sum, constant(format.magic));
    Value fraction = arith::SubFOp::create(b, x, rounded);
    Value p = constant(format.coefficients.back());
    for (double c : llvm::reverse(format.coefficients.drop_back()))
      p = math::FmaOp::create(b, p, fraction, constant(c));

    auto bits = type.clone(b.getIntegerType(element.getWidth()));
    Value places = arith::ConstantOp::create(
        b, DenseElementsAttr::get(bits, b.getIntegerAttr(bits.getElementType(),
                                                         format.mantissaBits)));
    Value exponent = arith::ShLIOp::create(
        b, arith::BitcastOp::create(b, bits, sum), places);
    Value scaled = arith::AddIOp::create(
        b, arith::BitcastOp::create(b, bits, p), exponent);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, type, scaled);
    return success();
  }
};

struct ExpandExp2 : fovea::impl::ExpandExp2Base<ExpandExp2> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandExp2Pattern>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
