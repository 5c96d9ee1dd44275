//===- AttentionPlaces.cpp - where queries and keys lie ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AttentionPlaces.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;
using namespace fovea;
using arith::CmpIPredicate;

AttentionPlaces::AttentionPlaces(AttentionOp op, ReferenceBuilder &b)
    : op(op), b(b) {
  auto size = [&](Value tensor, int64_t dim) {
    return getValueOrCreateConstantIndexOp(b.rewriter, b.loc,
                                           b.getSize(tensor, dim));
  };
  queryHeads = size(op.getQuery(), 1);
  queries = size(op.getQuery(), 2);
  keyHeads = size(op.getKey(), 1);
  keys = size(op.getKey(), 2);
  keyCount = b.getSize(op.getKey(), 2);
  if (op.isPaged()) {
    Value pages = size(op.getPages(), 0);
    keyCount = Value(b.make<arith::MulIOp>(pages, keys));
  }
  if (op.isRagged())
    sequences = countSequences();
}

Value AttentionPlaces::constant(int64_t x) {
  return arith::ConstantIndexOp::create(b.rewriter, b.loc, x);
}

/// An element of a tensor of integers, as an index.
Value AttentionPlaces::at(Value integers, Value position) {
  return arith::IndexCastOp::create(b.rewriter, b.loc,
                                    b.rewriter.getIndexType(),
                                    b.extract(integers, position));
}

/// Row i is of the sequence whose number is that of the ends at or before i.
Value AttentionPlaces::countSequences() {
  Type index = b.rewriter.getIndexType();
  Value zeros =
      linalg::FillOp::create(b.rewriter, b.loc, constant(0),
                             b.empty(b.getSize(op.getQuery(), 2), index))
          .getResult(0);
  return b.compute(
      "is", {{op.getQueryOffsets(), "s"}}, {zeros, "i"},
      [&](ValueRange offset, Value count) {
        Value begins = arith::IndexCastOp::create(b.rewriter, b.loc, index,
                                                  offset.front());
        Value ended = b.make<arith::AndIOp>(
            b.compare(CmpIPredicate::sle, begins, b.index('i')),
            b.compare(CmpIPredicate::sgt, b.index('s'), constant(0)));
        Value one = b.make<arith::IndexCastUIOp>(index, ended);
        return b.make<arith::AddIOp>(count, one);
      });
}

Value AttentionPlaces::getSequence() {
  return sequences ? b.extract(sequences, b.index('i')) : b.index('b');
}

Value AttentionPlaces::countKeys(Value sequence) {
  Value next = b.make<arith::AddIOp>(sequence, constant(1));
  if (op.isPaged()) {
    Value pages = b.make<arith::SubIOp>(at(op.getPageOffsets(), next),
                                        at(op.getPageOffsets(), sequence));
    Value full =
        b.make<arith::MulIOp>(b.make<arith::SubIOp>(pages, constant(1)), keys);
    Value count =
        b.make<arith::AddIOp>(full, at(op.getLastLengths(), sequence));
    Value none = b.compare(CmpIPredicate::eq, pages, constant(0));
    return b.make<arith::SelectOp>(none, constant(0), count);
  }
  if (op.isRagged())
    return b.make<arith::SubIOp>(at(op.getKeyOffsets(), next),
                                 at(op.getKeyOffsets(), sequence));
  return keys;
}

MaskPoint AttentionPlaces::locate() {
  MaskPoint point{getSequence(), b.index('h'), b.index('i'),
                  b.index('j'),  queries,      {}};
  point.keys = countKeys(point.batch);
  if (op.isRagged()) {
    Value begin = at(op.getQueryOffsets(), point.batch);
    Value next = b.make<arith::AddIOp>(point.batch, constant(1));
    point.query = b.make<arith::SubIOp>(point.query, begin);
    point.queries =
        b.make<arith::SubIOp>(at(op.getQueryOffsets(), next), begin);
  }
  if (op.getKeyOffsets())
    point.key =
        b.make<arith::SubIOp>(point.key, at(op.getKeyOffsets(), point.batch));
  return point;
}

Value AttentionPlaces::isKey(const MaskPoint &point) {
  if (!op.isRagged() && !op.isPaged())
    return Value();
  return b.make<arith::AndIOp>(
      b.compare(CmpIPredicate::sge, point.key, constant(0)),
      b.compare(CmpIPredicate::slt, point.key, point.keys));
}

/// h Hk / Hq is the same as h / G.
Value AttentionPlaces::getKeyHead() {
  return b.make<arith::DivUIOp>(b.make<arith::MulIOp>(b.index('h'), keyHeads),
                                queryHeads);
}

Value AttentionPlaces::clamp(Value x, Value size) {
  return b.make<arith::MinUIOp>(x, b.make<arith::SubIOp>(size, constant(1)));
}

Value AttentionPlaces::lookUp(Value keyOrValue) {
  Value row = b.index('j'), outer = b.index('b');
  if (op.isPaged()) {
    Value number = b.make<arith::AddIOp>(at(op.getPageOffsets(), getSequence()),
                                         b.make<arith::DivUIOp>(row, keys));
    Value slots = getValueOrCreateConstantIndexOp(b.rewriter, b.loc,
                                                  b.getSize(op.getPages(), 0));
    Value pages = getValueOrCreateConstantIndexOp(b.rewriter, b.loc,
                                                  b.getSize(op.getKey(), 0));
    outer = clamp(at(op.getPages(), clamp(number, slots)), pages);
    row = b.make<arith::RemUIOp>(row, keys);
  }
  return b.extend(
      b.extract(keyOrValue, {outer, getKeyHead(), row, b.index('c')}));
}
