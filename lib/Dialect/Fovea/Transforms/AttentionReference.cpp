//===- AttentionReference.cpp - the meaning of fovea.attention -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Unfused attention, one linalg op for each line of
//
//   s[b,h,i,j] = sum_c q[b,h,i,c] k[b,g,j,c]
//   f[b,h,i,j] = sum_r x[b,h,i,r] y[b,g,j,r]
//   t[b,h,i,j] = score(scale s[b,h,i,j]) + bias[b,h,i,j] + f[b,h,i,j] +
//   w[b,g,j]
//                where query i sees key j, else -inf
//   m[b,h,i]   = max(sink[h], lse0[b,h,i], max_j t[b,h,i,j]), or 0 for a row
//   that sees nothing p[b,h,i,j] = exp(t[b,h,i,j] - m[b,h,i]) l[b,h,i]   =
//   exp(sink[h] - m[b,h,i]) + exp(lse0[b,h,i] - m[b,h,i]) + sum_j p[b,h,i,j]
//   w[b,h,i,j] = p[b,h,i,j] / l[b,h,i], or 0 where l is 0
//   o[b,h,i,c] = exp(lse0[b,h,i] - m[b,h,i]) / l[b,h,i] o0[b,h,i,c] + sum_j
//   w[b,h,i,j] v[b,g,j,c] lse[b,h,i] = m[b,h,i] + log(l[b,h,i])
//
// with g = h / (Hq / Hk). All in the accumulator type; only o and lse are
// rounded, and w for those who compare with a matrix unit. Ragged and paged
// sequences are found by AttentionPlaces.

#include "AttentionPlaces.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Dialect/Fovea/Transforms/PromoteFloats.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace fovea;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
class AttentionReference {
public:
  AttentionReference(AttentionOp op, RewriterBase &rewriter,
                     FloatType accumulator, bool roundsOperands)
      : op(op), b(rewriter, op.getLoc(), accumulator), places(op, b),
        roundsOperands(roundsOperands) {
    for (int64_t d : {0, 1, 2})
      rows.push_back(b.getSize(op.getQuery(), d));
  }

  SmallVector<Value> build();

private:
  /// [B, Hq, M, size].
  SmallVector<OpFoldResult> rowsBy(OpFoldResult size) {
    SmallVector<OpFoldResult> sizes(rows);
    sizes.push_back(size);
    return sizes;
  }
  Value constant(int64_t x) {
    return arith::ConstantIndexOp::create(b.rewriter, b.loc, x);
  }
  Value toIndex(Value integer) {
    return arith::IndexCastOp::create(b.rewriter, b.loc,
                                      b.rewriter.getIndexType(), integer);
  }
  Value extractRepeated(Value tensor, ArrayRef<Value> indices);
  Value buildSegments();
  Value buildBlocks(const MaskPoint &point);
  Value buildVisible(const MaskPoint &point);
  Value buildLowRank();
  Value buildBiased(Value score, Value lowRank);
  Value buildScore(Value dot, Value lowRank);
  SmallVector<Value> buildOutside();
  Value sumOutside(Value m);
  Value buildScores();
  Value buildMaxima(Value t);
  Value buildExponentials(Value t, Value m);
  Value buildWeights(Value p, Value l);
  Value roundToValues(Value weight);
  Value buildOutput(Value w);
  Value addInitialOutput(Value o, Value m, Value l);
  Value buildLse(Value m, Value l);

  AttentionOp op;
  ReferenceBuilder b;
  AttentionPlaces places;
  const bool roundsOperands;
  /// [B, Hq, M].
  SmallVector<OpFoldResult> rows;
};
} // namespace

/// An element of a tensor whose dimensions of size 1 are repeated.
Value AttentionReference::extractRepeated(Value tensor,
                                          ArrayRef<Value> indices) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> at(indices);
  for (auto [index, size] : llvm::zip(at, type.getShape()))
    if (size == 1)
      index = arith::ConstantIndexOp::create(b.rewriter, b.loc, 0);
  return b.extract(tensor, at);
}

Value AttentionReference::buildSegments() {
  return b.compare(
      arith::CmpIPredicate::eq,
      extractRepeated(op.getQuerySegments(), {b.index('b'), b.index('i')}),
      extractRepeated(op.getKeySegments(), {b.index('b'), b.index('j')}));
}

/// Whether the blocks of query and key are one of the index' pairs: looks
/// through the whole row.
Value AttentionReference::buildBlocks(const MaskPoint &point) {
  auto csr = op.getBlocks().getDefiningOp<CSROp>();
  auto type = op.getBlocks().getType();
  ArrayRef<int64_t> block = type.getBlock();
  auto divide = [&](Value x, int64_t size) {
    return b.make<arith::DivUIOp>(x, constant(size));
  };
  Value row = divide(point.query, block[0]),
        member = divide(point.key, block[1]);
  if (type.getOrder() == IndexOrder::Column)
    std::swap(row, member);
  auto offset = [&](Value r) {
    return toIndex(
        extractRepeated(csr.getOffsets(), {point.batch, point.head, r}));
  };
  Value none = arith::ConstantIntOp::create(b.rewriter, b.loc,
                                            b.rewriter.getI1Type(), 0);
  auto loop = scf::ForOp::create(
      b.rewriter, b.loc, offset(row),
      offset(b.make<arith::AddIOp>(row, constant(1))), constant(1), none,
      [&](OpBuilder &, Location, Value e, ValueRange found) {
        Value here =
            b.compare(arith::CmpIPredicate::eq, member,
                      toIndex(extractRepeated(csr.getMembers(),
                                              {point.batch, point.head, e})));
        scf::YieldOp::create(b.rewriter, b.loc,
                             Value(b.make<arith::OrIOp>(found.front(), here)));
      });
  return loop.getResult(0);
}

/// Whether query i sees key j: all that the op says of it. Null when nothing is
/// hidden.
Value AttentionReference::buildVisible(const MaskPoint &point) {
  SmallVector<Value> conditions;
  ImplicitLocOpBuilder builder(b.loc, b.rewriter);
  if (Value isKey = places.isKey(point))
    conditions.push_back(isKey);
  for (MaskAttrInterface mask : op.getMaskAttrs())
    conditions.push_back(mask.buildVisible(builder, point));
  if (op.getQuerySegments())
    conditions.push_back(buildSegments());
  if (op.getBlocks())
    conditions.push_back(buildBlocks(point));
  if (op.hasWhere())
    conditions.push_back(inlinePromoted(
        b.rewriter, op.getWhere(),
        {point.batch, point.head, point.query, point.key}, b.accumulator));
  Value visible;
  for (Value condition : conditions)
    visible = visible ? b.make<arith::AndIOp>(visible, condition) : condition;
  return visible;
}

/// f, or null.
Value AttentionReference::buildLowRank() {
  Value x = op.getQueryFactors(), y = op.getKeyFactors();
  if (!x)
    return Value();
  Value ranks = b.empty({b.getSize(x, 3)}, b.accumulator);
  return b.compute(
      "bhijr", {{ranks, "r"}},
      {b.fill(rowsBy(places.getKeyCount()), 0), "bhij"},
      [&](ValueRange, Value sum) {
        Value product = b.make<arith::MulFOp>(
            b.extend(extractRepeated(
                x, {b.index('b'), b.index('h'), b.index('i'), b.index('r')})),
            b.extend(extractRepeated(y, {b.index('b'), places.getKeyHead(),
                                         b.index('j'), b.index('r')})));
        return b.make<arith::AddFOp>(sum, product);
      });
}

Value AttentionReference::buildBiased(Value score, Value lowRank) {
  auto add = [&](Value x) {
    score = b.make<arith::AddFOp>(score, b.extend(x));
  };
  if (Value bias = op.getBias())
    add(extractRepeated(
        bias, {b.index('b'), b.index('h'), b.index('i'), b.index('j')}));
  if (lowRank)
    add(b.extract(lowRank,
                  {b.index('b'), b.index('h'), b.index('i'), b.index('j')}));
  if (Value weights = op.getWeights())
    add(extractRepeated(weights,
                        {b.index('b'), places.getKeyHead(), b.index('j')}));
  return score;
}

Value AttentionReference::buildScore(Value dot, Value lowRank) {
  Value hidden = b.constant(-kInfinity);
  MaskPoint point = places.locate();
  auto score = [&]() -> Value {
    Value scaled =
        b.make<arith::MulFOp>(dot, b.constant(op.getEffectiveScale()));
    if (op.hasScore())
      scaled = inlinePromoted(
          b.rewriter, op.getScore(),
          {scaled, point.batch, point.head, point.query, point.key},
          b.accumulator);
    return buildBiased(scaled, lowRank);
  };
  Value visible = buildVisible(point);
  if (!visible)
    return score();
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
  Value lowRank = buildLowRank();
  Value s = b.compute("bhijc", {{op.getQuery(), "bhic"}},
                      {b.fill(rowsBy(places.getKeyCount()), 0), "bhij"},
                      [&](ValueRange q, Value sum) {
                        Value product = b.make<arith::MulFOp>(
                            b.extend(q[0]), places.lookUp(op.getKey()));
                        return b.make<arith::AddFOp>(sum, product);
                      });
  return b.compute("bhij", {}, {s, "bhij"}, [&](ValueRange, Value dot) {
    return buildScore(dot, lowRank);
  });
}

/// Within an element: logarithms of what the rows have beside their keys.
SmallVector<Value> AttentionReference::buildOutside() {
  SmallVector<Value> logarithms;
  if (Value sinks = op.getSinks())
    logarithms.push_back(b.extend(b.extract(sinks, b.index('h'))));
  if (Value lse = op.getInitialLse())
    logarithms.push_back(
        b.extend(b.extract(lse, {b.index('b'), b.index('h'), b.index('i')})));
  return logarithms;
}

/// The part of l that is none of keys.
Value AttentionReference::sumOutside(Value m) {
  return b.compute(
      "bhi", {{m, "bhi"}}, {b.fill(rows, 0), "bhi"},
      [&](ValueRange m, Value sum) {
        for (Value logarithm : buildOutside())
          sum = b.make<arith::AddFOp>(
              sum, b.make<math::ExpOp>(b.make<arith::SubFOp>(logarithm, m[0])));
        return sum;
      });
}

Value AttentionReference::buildMaxima(Value t) {
  Value m = b.compute("bhij", {{t, "bhij"}}, {b.fill(rows, -kInfinity), "bhi"},
                      [&](ValueRange t, Value maximum) {
                        return b.make<arith::MaximumFOp>(maximum, t[0]);
                      });
  return b.compute("bhi", {}, {m, "bhi"}, [&](ValueRange, Value maximum) {
    for (Value logarithm : buildOutside())
      maximum = b.make<arith::MaximumFOp>(maximum, logarithm);
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
        Value product =
            b.make<arith::MulFOp>(w[0], places.lookUp(op.getValue()));
        // Rows that are no keys of the sequence may hold anything.
        if (op.isRagged() || op.isPaged())
          product = b.make<arith::SelectOp>(b.isEqual(w[0], b.constant(0)),
                                            b.constant(0), product);
        return b.make<arith::AddFOp>(sum, product);
      });
}

Value AttentionReference::addInitialOutput(Value o, Value m, Value l) {
  Value outside = op.getInitialOutput();
  if (!outside)
    return o;
  return b.compute(
      "bhic",
      {{outside, "bhic"}, {op.getInitialLse(), "bhi"}, {m, "bhi"}, {l, "bhi"}},
      {o, "bhic"}, [&](ValueRange x, Value sum) {
        Value weight = b.make<arith::DivFOp>(
            b.make<math::ExpOp>(b.make<arith::SubFOp>(b.extend(x[1]), x[2])),
            x[3]);
        Value term = b.make<arith::AddFOp>(
            sum, b.make<arith::MulFOp>(weight, b.extend(x[0])));
        // An empty state, whatever its output.
        return b.make<arith::SelectOp>(
            b.isEqual(b.extend(x[1]), b.constant(-kInfinity)), sum, term);
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
  Value l = b.compute("bhij", {{p, "bhij"}}, {sumOutside(m), "bhi"},
                      [&](ValueRange p, Value sum) {
                        return b.make<arith::AddFOp>(sum, p[0]);
                      });
  SmallVector<Value> results = {
      b.round(addInitialOutput(buildOutput(buildWeights(p, l)), m, l), "bhic",
              op.getOutputType())};
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
