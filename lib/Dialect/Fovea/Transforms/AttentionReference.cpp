//===- AttentionReference.cpp - the meaning of fovea.attention -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Unfused attention, one linalg op for each line of
//
//   s[b,h,i,j] = sum_c q[b,h,i,c] k[b,h/G,j,c]
//   t[b,h,i,j] = score(scale s[b,h,i,j]) where query i sees key j, else -inf
//   m[b,h,i]   = max_j t[b,h,i,j], or 0 for a row that sees nothing
//   p[b,h,i,j] = exp(t[b,h,i,j] - m[b,h,i])
//   l[b,h,i]   = sum_j p[b,h,i,j]
//   w[b,h,i,j] = p[b,h,i,j] / l[b,h,i], or 0 where l is 0
//   o[b,h,i,c] = sum_j w[b,h,i,j] v[b,h/G,j,c]
//   lse[b,h,i] = m[b,h,i] + log(l[b,h,i])
//
// with G = Hq / Hk. All in the accumulator type; only o and lse are rounded,
// and w for those who compare with a matrix unit.

#include "ReferenceBuilder.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Dialect/Fovea/Transforms/PromoteFloats.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace fovea;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
class AttentionReference {
public:
  AttentionReference(AttentionOp op, RewriterBase &rewriter,
                     FloatType accumulator, bool roundsOperands)
      : op(op), b(rewriter, op.getLoc(), accumulator),
        roundsOperands(roundsOperands) {
    for (int64_t d : {0, 1, 2})
      rows.push_back(b.getSize(op.getQuery(), d));
    queryHeads = getSizeValue(op.getQuery(), 1);
    queries = getSizeValue(op.getQuery(), 2);
    keyHeads = getSizeValue(op.getKey(), 1);
    keys = getSizeValue(op.getKey(), 2);
  }

  SmallVector<Value> build();

private:
  Value getSizeValue(Value tensor, int64_t d) {
    return getValueOrCreateConstantIndexOp(b.rewriter, b.loc,
                                           b.getSize(tensor, d));
  }
  /// [B, Hq, M, size].
  SmallVector<OpFoldResult> rowsBy(OpFoldResult size) {
    SmallVector<OpFoldResult> sizes(rows);
    sizes.push_back(size);
    return sizes;
  }
  Value lookUp(Value keyOrValue);
  Value evaluateBound(AffineExpr bound);
  Value buildVisible();
  Value buildScore(Value dot);
  Value buildScores();
  Value buildMaxima(Value t);
  Value buildExponentials(Value t, Value m);
  Value buildWeights(Value p, Value l);
  Value roundToValues(Value weight);
  Value buildOutput(Value w);
  Value buildLse(Value m, Value l);

  AttentionOp op;
  ReferenceBuilder b;
  const bool roundsOperands;
  /// [B, Hq, M].
  SmallVector<OpFoldResult> rows;
  Value queryHeads, queries, keyHeads, keys;
};
} // namespace

/// The element [b, h / G, j, c] of k or v. h Hk / Hq is the same as h / G.
Value AttentionReference::lookUp(Value keyOrValue) {
  Value head = b.make<arith::DivUIOp>(
      b.make<arith::MulIOp>(b.index('h'), keyHeads), queryHeads);
  return b.extend(
      b.extract(keyOrValue, {b.index('b'), head, b.index('j'), b.index('c')}));
}

Value AttentionReference::evaluateBound(AffineExpr bound) {
  return affine::expandAffineExpr(b.rewriter, b.loc, bound, b.index('i'),
                                  {queries, keys});
}

/// Whether query i sees key j: every mask and the where region say so. Null
/// when nothing is hidden.
Value AttentionReference::buildVisible() {
  SmallVector<Value> conditions;
  for (auto mask : op.getMasks().getAsRange<MaskAttrInterface>()) {
    if (AffineExpr lower = mask.getLowerBound())
      conditions.push_back(b.compare(arith::CmpIPredicate::sge, b.index('j'),
                                     evaluateBound(lower)));
    if (AffineExpr upper = mask.getUpperBound())
      conditions.push_back(b.compare(arith::CmpIPredicate::slt, b.index('j'),
                                     evaluateBound(upper)));
  }
  if (op.hasWhere())
    conditions.push_back(
        inlinePromoted(b.rewriter, op.getWhere(),
                       {b.index('b'), b.index('h'), b.index('i'), b.index('j')},
                       b.accumulator));
  Value visible;
  for (Value condition : conditions)
    visible = visible ? b.make<arith::AndIOp>(visible, condition) : condition;
  return visible;
}

Value AttentionReference::buildScore(Value dot) {
  Value hidden = b.constant(-kInfinity);
  Value scaled = b.make<arith::MulFOp>(dot, b.constant(op.getEffectiveScale()));
  auto score = [&] {
    SmallVector<Value> arguments = {scaled, b.index('b'), b.index('h'),
                                    b.index('i'), b.index('j')};
    return inlinePromoted(b.rewriter, op.getScore(), arguments, b.accumulator);
  };
  Value visible = buildVisible();
  if (!visible)
    return op.hasScore() ? score() : scaled;
  if (!op.hasScore())
    return b.make<arith::SelectOp>(visible, scaled, hidden);
  // A branch, not a select: for hidden pairs the region may have no meaning,
  // such as a position before the first element of a table.
  auto branch = scf::IfOp::create(
      b.rewriter, b.loc, visible,
      [&](OpBuilder &, Location) {
        scf::YieldOp::create(b.rewriter, b.loc, score());
      },
      [&](OpBuilder &, Location) {
        scf::YieldOp::create(b.rewriter, b.loc, hidden);
      });
  return branch.getResult(0);
}

Value AttentionReference::buildScores() {
  Value s = b.compute("bhijc", {{op.getQuery(), "bhic"}},
                      {b.fill(rowsBy(b.getSize(op.getKey(), 2)), 0), "bhij"},
                      [&](ValueRange q, Value sum) {
                        Value product = b.make<arith::MulFOp>(
                            b.extend(q[0]), lookUp(op.getKey()));
                        return b.make<arith::AddFOp>(sum, product);
                      });
  return b.compute("bhij", {}, {s, "bhij"},
                   [&](ValueRange, Value dot) { return buildScore(dot); });
}

Value AttentionReference::buildMaxima(Value t) {
  Value m = b.compute("bhij", {{t, "bhij"}}, {b.fill(rows, -kInfinity), "bhi"},
                      [&](ValueRange t, Value maximum) {
                        return b.make<arith::MaximumFOp>(maximum, t[0]);
                      });
  return b.compute("bhi", {}, {m, "bhi"}, [&](ValueRange, Value maximum) {
    Value seesNothing = b.isEqual(maximum, b.constant(-kInfinity));
    return b.make<arith::SelectOp>(seesNothing, b.constant(0), maximum);
  });
}

Value AttentionReference::buildExponentials(Value t, Value m) {
  return b.compute(
      "bhij", {{m, "bhi"}}, {t, "bhij"}, [&](ValueRange m, Value score) {
        return b.make<math::ExpOp>(b.make<arith::SubFOp>(score, m[0]));
      });
}

Value AttentionReference::buildWeights(Value p, Value l) {
  return b.compute(
      "bhij", {{l, "bhi"}}, {p, "bhij"}, [&](ValueRange l, Value p) {
        Value isEmpty = b.isEqual(l[0], b.constant(0));
        Value weight = b.make<arith::SelectOp>(isEmpty, b.constant(0),
                                               b.make<arith::DivFOp>(p, l[0]));
        return roundsOperands ? roundToValues(weight) : weight;
      });
}

/// To the element type of v, if that is narrower, and back.
Value AttentionReference::roundToValues(Value weight) {
  Type element = getElementTypeOrSelf(op.getValue());
  if (element.getIntOrFloatBitWidth() >=
      weight.getType().getIntOrFloatBitWidth())
    return weight;
  return b.extend(b.make<arith::TruncFOp>(element, weight));
}

Value AttentionReference::buildOutput(Value w) {
  Value zeros = b.fill(rowsBy(b.getSize(op.getValue(), 3)), 0);
  return b.compute(
      "bhijc", {{w, "bhij"}}, {zeros, "bhic"}, [&](ValueRange w, Value sum) {
        Value product = b.make<arith::MulFOp>(w[0], lookUp(op.getValue()));
        return b.make<arith::AddFOp>(sum, product);
      });
}

Value AttentionReference::buildLse(Value m, Value l) {
  return b.compute(
      "bhi", {{l, "bhi"}}, {m, "bhi"}, [&](ValueRange l, Value maximum) {
        return b.make<arith::AddFOp>(maximum, b.make<math::LogOp>(l[0]));
      });
}

SmallVector<Value> AttentionReference::build() {
  Value t = buildScores();
  Value m = buildMaxima(t);
  Value p = buildExponentials(t, m);
  Value l = b.compute("bhij", {{p, "bhij"}}, {b.fill(rows, 0), "bhi"},
                      [&](ValueRange p, Value sum) {
                        return b.make<arith::AddFOp>(sum, p[0]);
                      });
  SmallVector<Value> results = {
      b.round(buildOutput(buildWeights(p, l)), "bhic", op.getOutputType())};
  if (op.getLse())
    results.push_back(b.round(buildLse(m, l), "bhi",
                              cast<RankedTensorType>(op.getLse().getType())));
  return results;
}

namespace {
struct AttentionReferenceModel
    : ReferenceOpInterface::ExternalModel<AttentionReferenceModel,
                                          AttentionOp> {
  FailureOr<SmallVector<Value>> buildReference(Operation *op,
                                               RewriterBase &rewriter,
                                               FloatType accumulator,
                                               bool roundsOperands) const {
    return AttentionReference(cast<AttentionOp>(op), rewriter, accumulator,
                              roundsOperands)
        .build();
  }
};
} // namespace

void fovea::attachAttentionReference(MLIRContext *context) {
  AttentionOp::attachInterface<AttentionReferenceModel>(*context);
}
