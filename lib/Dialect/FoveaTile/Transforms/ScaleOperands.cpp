//===- ScaleOperands.cpp - constant factors to the left operands of dots
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace fovea::tile {
#define GEN_PASS_DEF_SCALEOPERANDS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

namespace {
struct ScaleLeftOperand : OpRewritePattern<arith::MulFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::MulFOp product,
                                PatternRewriter &rewriter) const override {
    auto dot = product.getLhs().getDefiningOp<DotOp>();
    DenseElementsAttr factor;
    if (!dot || !dot->hasOneUse() ||
        !matchPattern(dot.getAccumulator(), m_AnyZeroFloat()) ||
        !matchPattern(product.getRhs(), m_Constant(&factor)) ||
        !factor.isSplat())
      return failure();
    Operation *loop = dot->getParentOp();
    if (isa<KernelOp>(loop) ||
        loop->isAncestor(dot.getLhs().getParentRegion()->getParentOp()))
      return failure();
    Value scaled =
        scaleBefore(rewriter, loop, dot, factor.getSplatValue<FloatAttr>());
    rewriter.replaceOpWithNewOp<DotOp>(product, dot.getAccumulator(), scaled,
                                       dot.getRhs(), dot.getTransposed());
    return success();
  }

  /// The left operand, in the accumulator's type and times `factor`, before
  /// `loop`.
  static Value scaleBefore(PatternRewriter &rewriter, Operation *loop,
                           DotOp dot, FloatAttr factor) {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(loop);
    auto type = dot.getLhs().getType().clone(factor.getType());
    Value lhs = dot.getLhs();
    if (lhs.getType() != type)
      lhs = arith::ExtFOp::create(rewriter, dot.getLoc(), type, lhs);
    Value splat = arith::ConstantOp::create(
        rewriter, dot.getLoc(), DenseElementsAttr::get(type, factor));
    return arith::MulFOp::create(rewriter, dot.getLoc(), lhs, splat);
  }
};

struct ScaleOperands : fovea::tile::impl::ScaleOperandsBase<ScaleOperands> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ScaleLeftOperand>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
