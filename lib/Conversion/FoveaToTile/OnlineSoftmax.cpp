//===- OnlineSoftmax.cpp - the running state of a softmax over tiles
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "OnlineSoftmax.h"

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;
using namespace fovea;

/// The running maximum starts at a finite floor: -inf - -inf would be NaN in a
/// row that has seen no key yet, while exp2(-inf - floor) is 0.
static double getMaximumFloor(FloatType type) {
  return type.isF64() ? -1e300 : -1e30;
}

/// The maximum may lag behind by this much before the output is rescaled: terms
/// stay below 2^8, far from the overflow of 16-bit floats.
static constexpr double kLazyGrowth = 8.0;

/// Terms of an old maximum are taken where those of a row's part in one thread
/// sum up to no more than 2^14: within the range of f16, and far from that of
/// the sums.
static constexpr double kSpeculativeSum = 16384.0;

OnlineSoftmax::OnlineSoftmax(TileBuilder &b, tile::ConfigAttr config,
                             FloatType accumulator)
    : b(b), m(config.getM()), schedule(config.getSchedule()),
      accumulator(accumulator) {
  // A subgroup adds up what its lanes hold at the end: no exchange in the loop.
  if (schedule)
    foldColumns =
        tile::getLayout(schedule, *lookupGPUTarget(schedule.getTarget()))
            .getFoldColumns();
}

SoftmaxState OnlineSoftmax::begin(int64_t columns) {
  SmallVector<int64_t> sum = {m};
  if (foldColumns)
    sum.push_back(foldColumns);
  return {b.constantTile({m}, accumulator, getMaximumFloor(accumulator)),
          b.constantTile(sum, accumulator, 0.0),
          b.constantTile({m, columns}, accumulator, 0.0)};
}

Value OnlineSoftmax::multiply(Value x, double factor) {
  return factor == 1.0
             ? x
             : Value(arith::MulFOp::create(b, x, b.constantLike(x, factor)));
}

/// 2^x for a difference to a maximum; says so, which spares lowerings a clamp.
Value OnlineSoftmax::exponential(Value x) {
  auto op = math::Exp2Op::create(b, x);
  op->setAttr("fovea_tile.nonpositive", b.getUnitAttr());
  return op;
}

OnlineSoftmax::Decay OnlineSoftmax::follow(SoftmaxState s, Value scores,
                                           double factor) {
  Value maximum;
  if (factor == 1.0) {
    maximum =
        tile::ReduceOp::create(b, tile::ReduceKind::Maximum, scores, s.maximum);
  } else {
    // One multiplication a row instead of one an element.
    Value none =
        b.constantLike(s.maximum, -std::numeric_limits<double>::infinity());
    Value largest =
        tile::ReduceOp::create(b, tile::ReduceKind::Maximum, scores, none);
    maximum =
        arith::MaximumFOp::create(b, s.maximum, multiply(largest, factor));
  }
  Value decay = exponential(arith::SubFOp::create(b, s.maximum, maximum));
  return {maximum, decay, b.apply<arith::MulFOp>(s.sum, decay), Value()};
}

/// FlashAttention-4's and the prototype's rule: most tiles of most rows raise
/// no maximum by much, and then neither lanes exchange anything nor is the
/// output touched.
OnlineSoftmax::Decay OnlineSoftmax::followLazily(SoftmaxState s, Value scores,
                                                 double factor) {
  Value none = b.constantTile({m, foldColumns}, accumulator,
                              -std::numeric_limits<double>::infinity());
  Value largest = multiply(
      tile::FoldOp::create(b, tile::ReduceKind::Maximum, scores, none), factor);
  Value bound = arith::AddFOp::create(b, s.maximum,
                                      b.constantLike(s.maximum, kLazyGrowth));
  Value grows =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, largest,
                            b.repeat(bound, TileBuilder::shapeOf(largest)));
  Value any = tile::AnyOp::create(b, grows);
  auto choice = scf::IfOp::create(
      b, TypeRange{s.maximum.getType(), s.maximum.getType(), s.sum.getType()},
      any, /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  Value maximum =
      tile::ReduceOp::create(b, tile::ReduceKind::Maximum, largest, s.maximum);
  Value decay = exponential(arith::SubFOp::create(b, s.maximum, maximum));
  scf::YieldOp::create(
      b, ValueRange{maximum, decay, b.apply<arith::MulFOp>(s.sum, decay)});
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(
      b, ValueRange{s.maximum, b.constantLike(s.maximum, 1.0), s.sum});
  return {choice.getResult(0), choice.getResult(1), choice.getResult(2), any};
}

Value OnlineSoftmax::takeTerms(Value scores, Value maximum) {
  return exponential(b.apply<arith::SubFOp>(scores, maximum));
}

Value OnlineSoftmax::addTerms(Value terms, Value sum) {
  return foldColumns
             ? Value(tile::FoldOp::create(b, tile::ReduceKind::Add, terms, sum))
             : Value(tile::ReduceOp::create(b, tile::ReduceKind::Add, terms,
                                            sum));
}

/// A sum of terms that overflows says as much as the maximum of their scores,
/// and is needed anyway: a comparison of each score is spared. An infinite or
/// undefined sum is no small one, and -inf is the maximum before the first
/// tile.
std::pair<OnlineSoftmax::Decay, Value> OnlineSoftmax::speculate(SoftmaxState s,
                                                                Value scores) {
  Value zero = b.constantLike(s.sum, 0.0);
  // Not by exponential(): these may be positive.
  Value terms =
      math::Exp2Op::create(b, b.apply<arith::SubFOp>(scores, s.maximum));
  Value sum = addTerms(terms, zero);
  Value overflows = arith::CmpFOp::create(b, arith::CmpFPredicate::UGT, sum,
                                          b.constantLike(sum, kSpeculativeSum));
  Value any = tile::AnyOp::create(b, overflows);
  Type row = s.maximum.getType();
  auto choice = scf::IfOp::create(
      b, TypeRange{row, row, s.sum.getType(), terms.getType()}, any,
      /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  Value maximum =
      tile::ReduceOp::create(b, tile::ReduceKind::Maximum, scores, s.maximum);
  Value decay = exponential(arith::SubFOp::create(b, s.maximum, maximum));
  Value again = takeTerms(scores, maximum);
  scf::YieldOp::create(
      b,
      ValueRange{maximum, decay,
                 addTerms(again, b.apply<arith::MulFOp>(s.sum, decay)), again});
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(b,
                       ValueRange{s.maximum, b.constantLike(s.maximum, 1.0),
                                  arith::AddFOp::create(b, s.sum, sum), terms});
  Decay result{choice.getResult(0), choice.getResult(1), choice.getResult(2),
               any};
  return {result, choice.getResult(3)};
}

Value OnlineSoftmax::decayOutput(Value output, const Decay &decay) {
  if (!decay.any)
    return b.apply<arith::MulFOp>(output, decay.factor);
  auto choice = scf::IfOp::create(b, TypeRange{output.getType()}, decay.any,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(
      b, ValueRange{b.apply<arith::MulFOp>(output, decay.factor)});
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(b, ValueRange{output});
  return choice.getResult(0);
}

/// Where no instruction rounds to nearest even, ties go away from zero: an
/// addition does it, and terms are no closer to one neighbour than half a unit
/// either way.
Value OnlineSoftmax::roundTerms(Value terms, Type element) {
  auto rounded = RankedTensorType::get(TileBuilder::shapeOf(terms), element);
  auto op = arith::TruncFOp::create(b, rounded, terms);
  if (element.isBF16() && !lookupGPUTarget(schedule.getTarget())->roundsToBF16)
    op.setRoundingmode(arith::RoundingMode::to_nearest_away);
  return op;
}

SoftmaxState OnlineSoftmax::update(SoftmaxState s, Value scores, double factor,
                                   Value values) {
  tile::Rescale rescale =
      schedule ? schedule.getRescale() : tile::Rescale::Always;
  Decay decay;
  Value p;
  if (rescale == tile::Rescale::Speculative) {
    std::tie(decay, p) = speculate(s, multiply(scores, factor));
  } else {
    decay = rescale == tile::Rescale::Lazy ? followLazily(s, scores, factor)
                                           : follow(s, scores, factor);
    p = takeTerms(multiply(scores, factor), decay.maximum);
    decay.sum = addTerms(p, decay.sum);
  }
  // A matrix unit takes both operands in the type of the values.
  Type element = getElementTypeOrSelf(values);
  if (schedule && element != accumulator)
    p = roundTerms(p, element);
  Value output = tile::DotOp::create(b, decayOutput(s.output, decay), p, values,
                                     /*transposed=*/false);
  return {decay.maximum, decay.sum, output};
}

Value OnlineSoftmax::getSum(SoftmaxState s) {
  if (!foldColumns)
    return s.sum;
  return tile::ReduceOp::create(b, tile::ReduceKind::Add, s.sum,
                                b.constantLike(s.maximum, 0.0));
}
