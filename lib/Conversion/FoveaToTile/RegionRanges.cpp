//===- RegionRanges.cpp - intervals of what a region computes ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RegionRanges.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;
using namespace fovea;
using arith::CmpIPredicate;

static bool isBoolean(Type type) { return type.isInteger(1); }

/// Indices have 32 bits on GPUs.
static constexpr int64_t kLargest = std::numeric_limits<int32_t>::max();

static Value makeInteger(TileBuilder &b, Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

Interval RegionRanges::unknown(Operation &op) {
  incomplete = true;
  Type type = op.getResult(0).getType();
  if (!isBoolean(type))
    return {};
  return {makeInteger(b, type, 0), makeInteger(b, type, 1)};
}

Interval RegionRanges::lookup(Value value) {
  if (auto found = ranges.find(value); found != ranges.end())
    return found->second;
  if (Value outside = captured.lookupOrNull(value))
    return Interval::point(outside);
  Attribute constant;
  if (matchPattern(value, m_Constant(&constant)) &&
      value.getType().isIntOrIndex())
    return ranges[value] =
               Interval::point(b.clone(*value.getDefiningOp())->getResult(0));
  return {};
}

Interval RegionRanges::multiply(Interval x, Interval y) {
  if (x.isPoint() && y.isPoint())
    return Interval::point(arith::MulIOp::create(b, x.low, y.low));
  Value low, high;
  for (Value left : {x.low, x.high})
    for (Value right : {y.low, y.high}) {
      Value product = arith::MulIOp::create(b, left, right);
      low = low ? Value(arith::MinSIOp::create(b, low, product)) : product;
      high = high ? Value(arith::MaxSIOp::create(b, high, product)) : product;
    }
  return {low, high};
}

/// By a constant above 0. A negative number is a large one to unsigned
/// division.
Interval RegionRanges::divide(Operation &op, bool isUnsigned,
                              bool isRemainder) {
  Interval x = lookup(op.getOperand(0)), y = lookup(op.getOperand(1));
  if (x.isPoint() && y.isPoint())
    return evaluateAtPoint(op, {x, y});
  APInt divisor;
  if (!x.isKnown() ||
      !matchPattern(op.getOperand(1), m_ConstantInt(&divisor)) ||
      !divisor.isStrictlyPositive())
    return unknown(op);
  Type type = op.getOperand(0).getType();
  auto quotient = [&](Value v) -> Value {
    if (isa<arith::FloorDivSIOp>(op))
      return arith::FloorDivSIOp::create(b, v, y.low);
    return arith::DivSIOp::create(b, v, y.low);
  };
  Value zero = makeInteger(b, type, 0);
  Value negative = arith::CmpIOp::create(b, CmpIPredicate::slt, x.low, zero);
  if (!isRemainder) {
    Interval result{quotient(x.low), quotient(x.high)};
    if (!isUnsigned)
      return result;
    return {arith::SelectOp::create(b, negative, zero, result.low),
            arith::SelectOp::create(b, negative, makeInteger(b, type, kLargest),
                                    result.high)};
  }
  // Within one period remainders grow with the number.
  Value samePeriod = arith::CmpIOp::create(
      b, CmpIPredicate::eq, arith::DivSIOp::create(b, x.low, y.low),
      arith::DivSIOp::create(b, x.high, y.low));
  Value isFalse = makeInteger(b, b.getI1Type(), 0);
  samePeriod = arith::SelectOp::create(b, negative, isFalse, samePeriod);
  Value largest = arith::SubIOp::create(b, y.low, makeInteger(b, type, 1));
  Value least = zero;
  if (!isUnsigned)
    least = arith::SelectOp::create(
        b, negative, arith::SubIOp::create(b, zero, largest), zero);
  auto either = [&](Value v, Value otherwise) -> Value {
    return arith::SelectOp::create(
        b, samePeriod, arith::RemSIOp::create(b, v, y.low), otherwise);
  };
  return {either(x.low, least), either(x.high, largest)};
}

Interval RegionRanges::compare(arith::CmpIOp op) {
  Interval x = lookup(op.getLhs()), y = lookup(op.getRhs());
  if (!x.isKnown() || !y.isKnown())
    return unknown(*op);
  if (x.isPoint() && y.isPoint())
    return evaluateAtPoint(*op, {x, y});
  if (isBoolean(op.getLhs().getType()) || !op.getLhs().getType().isIntOrIndex())
    return unknown(*op);
  auto test = [&](CmpIPredicate predicate, Value left, Value right) -> Value {
    return arith::CmpIOp::create(b, predicate, left, right);
  };
  auto both = [&](Value left, Value right) -> Value {
    return arith::AndIOp::create(b, left, right);
  };
  switch (op.getPredicate()) {
  case CmpIPredicate::slt:
  case CmpIPredicate::sle:
    return {test(op.getPredicate(), x.high, y.low),
            test(op.getPredicate(), x.low, y.high)};
  case CmpIPredicate::sgt:
  case CmpIPredicate::sge:
    return {test(op.getPredicate(), x.low, y.high),
            test(op.getPredicate(), x.high, y.low)};
  case CmpIPredicate::eq:
  case CmpIPredicate::ne: {
    Value overlap = both(test(CmpIPredicate::sle, x.low, y.high),
                         test(CmpIPredicate::sle, y.low, x.high));
    Value same = both(test(CmpIPredicate::eq, x.low, y.high),
                      test(CmpIPredicate::eq, x.high, y.low));
    if (op.getPredicate() == CmpIPredicate::eq)
      return {same, overlap};
    Value one = makeInteger(b, b.getI1Type(), 1);
    return {arith::XOrIOp::create(b, overlap, one),
            arith::XOrIOp::create(b, same, one)};
  }
  default:
    return unknown(*op);
  }
}

Interval RegionRanges::select(Interval condition, Interval x, Interval y) {
  auto choose = [&](Value left, Value right, Value hull) -> Value {
    Value otherwise = arith::SelectOp::create(b, condition.high, hull, right);
    return arith::SelectOp::create(b, condition.low, left, otherwise);
  };
  return {choose(x.low, y.low, arith::MinSIOp::create(b, x.low, y.low)),
          choose(x.high, y.high, arith::MaxSIOp::create(b, x.high, y.high))};
}

/// Reads all elements that positions in ranges meet; positions are clamped to
/// the table, as those of fovea_tile.gather are.
Interval RegionRanges::readTable(Operation &op) {
  auto extract = cast<tensor::ExtractOp>(op);
  Value table = captured.lookupOrNull(extract.getTensor());
  if (!table)
    return unknown(op);
  SmallVector<Value> first, last;
  SmallVector<unsigned> along;
  for (auto [dim, index] : llvm::enumerate(extract.getIndices())) {
    Interval range = lookup(index);
    if (!range.isKnown())
      return unknown(op);
    Value most = arith::SubIOp::create(
        b, memref::DimOp::create(b, table, b.index(dim)), b.index(1));
    auto clamp = [&](Value v) -> Value {
      return arith::MinSIOp::create(b, arith::MaxSIOp::create(b, v, b.index(0)),
                                    most);
    };
    first.push_back(clamp(range.low));
    last.push_back(range.isPoint() ? first.back() : clamp(range.high));
    if (!range.isPoint())
      along.push_back(dim);
  }
  Value element = memref::LoadOp::create(b, table, first);
  if (along.empty())
    return Interval::point(element);
  if (!extract.getType().isInteger())
    return unknown(op);
  return scanTable(table, first, last, along, {element, element});
}

/// The range of the elements from `first` to `last`, and of `sofar`.
Interval RegionRanges::scanTable(Value table, SmallVector<Value> first,
                                 ArrayRef<Value> last, ArrayRef<unsigned> along,
                                 Interval sofar) {
  OpBuilder::InsertionGuard guard(b);
  if (along.empty()) {
    Value element = memref::LoadOp::create(b, table, first);
    if (isBoolean(element.getType()))
      return {arith::AndIOp::create(b, sofar.low, element),
              arith::OrIOp::create(b, sofar.high, element)};
    return {arith::MinSIOp::create(b, sofar.low, element),
            arith::MaxSIOp::create(b, sofar.high, element)};
  }
  unsigned dim = along.front();
  auto loop = scf::ForOp::create(
      b, first[dim], arith::AddIOp::create(b, last[dim], b.index(1)),
      b.index(1), ValueRange{sofar.low, sofar.high});
  b.setInsertionPointToStart(loop.getBody());
  first[dim] = loop.getInductionVar();
  Interval next =
      scanTable(table, first, last, along.drop_front(),
                {loop.getRegionIterArg(0), loop.getRegionIterArg(1)});
  scf::YieldOp::create(b, ValueRange{next.low, next.high});
  return {loop.getResult(0), loop.getResult(1)};
}

Interval RegionRanges::evaluateAtPoint(Operation &op,
                                       ArrayRef<Interval> operands) {
  IRMapping map;
  for (auto [operand, range] : llvm::zip(op.getOperands(), operands))
    map.map(operand, range.low);
  return Interval::point(b.clone(op, map)->getResult(0));
}

Interval RegionRanges::evaluate(Operation &op) {
  if (isa<tensor::ExtractOp>(op))
    return readTable(op);
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    Value table = captured.lookupOrNull(dim.getSource());
    Interval index = lookup(dim.getIndex());
    return table && index.isPoint()
               ? Interval::point(memref::DimOp::create(b, table, index.low))
               : unknown(op);
  }
  if (auto cmp = dyn_cast<arith::CmpIOp>(op))
    return compare(cmp);
  if (isa<arith::DivSIOp, arith::FloorDivSIOp>(op))
    return divide(op, /*isUnsigned=*/false, /*isRemainder=*/false);
  if (isa<arith::DivUIOp>(op))
    return divide(op, /*isUnsigned=*/true, /*isRemainder=*/false);
  if (isa<arith::RemSIOp>(op))
    return divide(op, /*isUnsigned=*/false, /*isRemainder=*/true);
  if (isa<arith::RemUIOp>(op))
    return divide(op, /*isUnsigned=*/true, /*isRemainder=*/true);

  SmallVector<Interval> x;
  for (Value operand : op.getOperands())
    if (!x.emplace_back(lookup(operand)).isKnown())
      return unknown(op);
  if (llvm::all_of(x, [](const Interval &range) { return range.isPoint(); }))
    return evaluateAtPoint(op, x);
  auto cast = [&](auto create) -> Interval {
    Value low = create(x[0].low);
    return {low, x[0].isPoint() ? low : Value(create(x[0].high))};
  };
  Type type = op.getResult(0).getType();
  // Of an i1 as a number, the sign is not that of its order.
  bool ofBoolean = isBoolean(op.getOperand(0).getType());
  return llvm::TypeSwitch<Operation *, Interval>(&op)
      .Case([&](arith::AddIOp) -> Interval {
        if (ofBoolean)
          return unknown(op);
        return {arith::AddIOp::create(b, x[0].low, x[1].low),
                arith::AddIOp::create(b, x[0].high, x[1].high)};
      })
      .Case([&](arith::SubIOp) -> Interval {
        if (ofBoolean)
          return unknown(op);
        return {arith::SubIOp::create(b, x[0].low, x[1].high),
                arith::SubIOp::create(b, x[0].high, x[1].low)};
      })
      .Case([&](arith::MulIOp) {
        return ofBoolean ? unknown(op) : multiply(x[0], x[1]);
      })
      .Case([&](arith::MinSIOp) -> Interval {
        if (ofBoolean)
          return unknown(op);
        return {arith::MinSIOp::create(b, x[0].low, x[1].low),
                arith::MinSIOp::create(b, x[0].high, x[1].high)};
      })
      .Case([&](arith::MaxSIOp) -> Interval {
        if (ofBoolean)
          return unknown(op);
        return {arith::MaxSIOp::create(b, x[0].low, x[1].low),
                arith::MaxSIOp::create(b, x[0].high, x[1].high)};
      })
      .Case([&](arith::AndIOp) -> Interval {
        if (!ofBoolean)
          return unknown(op);
        return {arith::AndIOp::create(b, x[0].low, x[1].low),
                arith::AndIOp::create(b, x[0].high, x[1].high)};
      })
      .Case([&](arith::OrIOp) -> Interval {
        if (!ofBoolean)
          return unknown(op);
        return {arith::OrIOp::create(b, x[0].low, x[1].low),
                arith::OrIOp::create(b, x[0].high, x[1].high)};
      })
      .Case([&](arith::XOrIOp) -> Interval {
        if (!ofBoolean || !matchPattern(op.getOperand(1), m_One()))
          return unknown(op);
        return {arith::XOrIOp::create(b, x[0].high, x[1].low),
                arith::XOrIOp::create(b, x[0].low, x[1].low)};
      })
      .Case([&](arith::SelectOp choice) {
        return isBoolean(type) ? unknown(op) : select(x[0], x[1], x[2]);
      })
      .Case([&](arith::IndexCastOp) {
        return ofBoolean ? unknown(op) : cast([&](Value v) -> Value {
          return arith::IndexCastOp::create(b, type, v);
        });
      })
      .Case([&](arith::ExtSIOp) {
        return ofBoolean ? unknown(op) : cast([&](Value v) -> Value {
          return arith::ExtSIOp::create(b, type, v);
        });
      })
      .Default([&](Operation *) { return unknown(op); });
}

Interval RegionRanges::evaluate(Region &region, ArrayRef<Interval> arguments) {
  for (auto [argument, range] : llvm::zip(region.getArguments(), arguments))
    ranges[argument] = range;
  for (Operation &op : region.front().without_terminator()) {
    // Constants are made where they are used.
    if (op.hasTrait<OpTrait::ConstantLike>() || op.getNumResults() != 1)
      continue;
    Interval range = evaluate(op);
    if (range.isKnown())
      ranges[op.getResult(0)] = range;
  }
  Operation *yield = region.front().getTerminator();
  Interval result = lookup(yield->getOperand(0));
  if (result.isKnown())
    return result;
  incomplete = true;
  return {makeInteger(b, b.getI1Type(), 0), makeInteger(b, b.getI1Type(), 1)};
}
