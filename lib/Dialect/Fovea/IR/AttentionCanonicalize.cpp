//===- AttentionCanonicalize.cpp - what an attention op does not need to say
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace fovea;

namespace {

/// Drops masks that leave every key visible to every query. The bounds do not
/// decrease with the query, so the first and the last row decide.
struct DropCoveringMasks : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  static bool coversAll(MaskAttrInterface mask, int64_t queries, int64_t keys) {
    if (!mask.isInterval())
      return false;
    AffineExpr lower = mask.getLowerBound(), upper = mask.getUpperBound();
    // Unbounded sides need no sizes.
    if (!lower && !upper)
      return true;
    if (ShapedType::isDynamic(queries) || ShapedType::isDynamic(keys))
      return false;
    return (!lower || evaluateBound(lower, queries - 1, queries, keys) <= 0) &&
           (!upper || evaluateBound(upper, 0, queries, keys) >= keys);
  }

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    // Ragged and paged sequences have sizes of their own.
    if (op.isRagged() || op.isPaged())
      return failure();
    SmallVector<Attribute> kept;
    for (Attribute mask : op.getMasks())
      if (!coversAll(cast<MaskAttrInterface>(mask),
                     op.getQueryType().getDimSize(2),
                     op.getKeyType().getDimSize(2)) &&
          !llvm::is_contained(kept, mask))
        kept.push_back(mask);
    if (kept.size() == op.getMasks().size())
      return failure();
    rewriter.modifyOpInPlace(
        op, [&] { op.setMasksAttr(rewriter.getArrayAttr(kept)); });
    return success();
  }
};

/// Drops a where region that is true for every pair.
struct DropTrueWhere : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasWhere())
      return failure();
    Value keep = op.getWhere().front().getTerminator()->getOperand(0);
    if (!matchPattern(keep, m_One()))
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.getWhere().dropAllReferences();
      rewriter.eraseBlock(&op.getWhere().front());
    });
    return success();
  }
};

/// Folds a score region that yields the score, or the score times a constant,
/// into the scale. Changes results by at most the rounding of that product.
struct FoldScalingScore : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  /// The factor that the region multiplies the score with, if that is all it
  /// does.
  static std::optional<double> getFactor(AttentionOp op) {
    Value score = op.getScore().getArgument(0);
    Value yielded = op.getScore().front().getTerminator()->getOperand(0);
    if (yielded == score)
      return 1.0;
    auto product = yielded.getDefiningOp<arith::MulFOp>();
    if (!product)
      return std::nullopt;
    APFloat factor(0.0);
    if ((product.getLhs() == score &&
         matchPattern(product.getRhs(), m_ConstantFloat(&factor))) ||
        (product.getRhs() == score &&
         matchPattern(product.getLhs(), m_ConstantFloat(&factor))))
      if (factor.isFinite()) {
        bool inexact;
        factor.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                       &inexact);
        return factor.convertToDouble();
      }
    return std::nullopt;
  }

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasScore() ||
        (!op.getScale() &&
         ShapedType::isDynamic(op.getQueryType().getDimSize(3))))
      return failure();
    std::optional<double> factor = getFactor(op);
    if (!factor || !std::isfinite(op.getEffectiveScale() * *factor))
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      if (*factor != 1.0)
        op.setScaleAttr(
            rewriter.getF64FloatAttr(op.getEffectiveScale() * *factor));
      op.getScore().dropAllReferences();
      rewriter.eraseBlock(&op.getScore().front());
    });
    return success();
  }
};

} // namespace

void AttentionOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<DropCoveringMasks, DropTrueWhere, FoldScalingScore>(context);
}
