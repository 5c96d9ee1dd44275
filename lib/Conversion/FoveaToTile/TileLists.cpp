//===- TileLists.cpp - which tiles of keys are worth a visit ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A block mask, as in FlashAttention's block-sparse kernels (arXiv:2205.14135)
// and Flex Attention (arXiv:2412.05496), found on the device at each call.

#include "TileLists.h"

#include "RegionRanges.h"
#include "ScalarRegion.h"
#include "ThreadKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace fovea;
using arith::CmpIPredicate;

namespace {

/// What a pair of tiles is.
enum Class : int64_t { kEmpty = 0, kPartial = 1, kFull = 2 };

class ListBuilder {
public:
  ListBuilder(RewriterBase &rewriter, AttentionOp op, tile::ConfigAttr config,
              const SetVector<Value> &captures)
      : rewriter(rewriter), op(op), m(config.getM()), n(config.getN()),
        config(config), captures(captures.getArrayRef()),
        host(op.getLoc(), rewriter), b(op.getLoc(), op.getContext()) {}

  TileLists build();

private:
  void buildClass(ValueRange place, ValueRange parameters);
  std::pair<Value, Value> evaluatePair(ValueRange place, Value queries,
                                       Value keys);
  std::pair<Value, Value> evaluateWhere(ValueRange place, Value possible);
  std::pair<Value, Value> evaluatePoints(ValueRange place);
  void buildRow(ValueRange place, ValueRange parameters);

  Value size(Value tensor, int64_t dim) {
    return tensor::DimOp::create(host, tensor, host.index(dim));
  }
  Value i1(bool value) {
    return arith::ConstantIntOp::create(b, b.getI1Type(), value);
  }
  Value i32(int64_t value) {
    return arith::ConstantIntOp::create(b, b.getI32Type(), value);
  }
  Value both(Value x, Value y) { return arith::AndIOp::create(b, x, y); }
  Value less(Value x, Value y) {
    return arith::CmpIOp::create(b, CmpIPredicate::slt, x, y);
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value add(Value x, int64_t y) { return add(x, b.index(y)); }

  RewriterBase &rewriter;
  AttentionOp op;
  int64_t m, n;
  tile::ConfigAttr config;
  ArrayRef<Value> captures;
  /// Of the host, and of a kernel.
  TileBuilder host, b;
  IRMapping captured;
  /// Of one pair of tiles: its first and last query and key.
  Value firstQuery, lastQuery, firstKey, lastKey;
};

} // namespace

/// Whether all pairs of the tiles, and whether any, see each other.
std::pair<Value, Value> ListBuilder::evaluatePair(ValueRange place,
                                                  Value queries, Value keys) {
  Value all = less(add(firstKey, n - 1), keys), any = i1(true);
  for (MaskAttrInterface mask : op.getMaskAttrs()) {
    auto bound = [&](AffineExpr expr, Value query) {
      return b.evaluate(expr, query, {queries, keys});
    };
    if (AffineExpr lower = mask.getLowerBound()) {
      Value last = bound(lower, lastQuery), first = bound(lower, firstQuery);
      all = both(all,
                 arith::CmpIOp::create(b, CmpIPredicate::sle, last, firstKey));
      any = both(any,
                 arith::CmpIOp::create(b, CmpIPredicate::sle, first, lastKey));
    }
    if (AffineExpr upper = mask.getUpperBound()) {
      all = both(all, less(lastKey, bound(upper, firstQuery)));
      any = both(any, less(firstKey, bound(upper, lastQuery)));
    }
  }
  if (!op.hasWhere())
    return {all, any};
  auto [allVisible, anyVisible] = evaluateWhere(place, any);
  return {both(all, allVisible), both(any, anyVisible)};
}

/// The same of the where region alone, of tiles that are not `possible`
/// whatever it likes.
std::pair<Value, Value> ListBuilder::evaluateWhere(ValueRange place,
                                                   Value possible) {
  RegionRanges ranges(b, captured);
  Interval visible = ranges.evaluate(op.getWhere(), {Interval::point(place[0]),
                                                     Interval::point(place[1]),
                                                     {firstQuery, lastQuery},
                                                     {firstKey, lastKey}});
  if (!ranges.isIncomplete())
    return {visible.low, visible.high};
  // Points: none are looked at where ranges decide.
  Value decided = arith::OrIOp::create(
      b, visible.low,
      arith::XOrIOp::create(b, both(possible, visible.high), i1(true)));
  auto choice =
      scf::IfOp::create(b, TypeRange{b.getI1Type(), b.getI1Type()}, decided,
                        /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, ValueRange{visible.low, visible.high});
  b.setInsertionPointToStart(choice.elseBlock());
  auto [all, any] = evaluatePoints(place);
  scf::YieldOp::create(b, ValueRange{all, any});
  return {choice.getResult(0), choice.getResult(1)};
}

std::pair<Value, Value> ListBuilder::evaluatePoints(ValueRange place) {
  OpBuilder::InsertionGuard guard(b);
  Value one = b.index(1);
  auto rows = scf::ForOp::create(b, firstQuery, add(lastQuery, 1), one,
                                 ValueRange{i1(true), i1(false)});
  b.setInsertionPointToStart(rows.getBody());
  auto columns = scf::ForOp::create(b, firstKey, add(lastKey, 1), one,
                                    rows.getRegionIterArgs());
  scf::YieldOp::create(b, columns.getResults());
  b.setInsertionPointToStart(columns.getBody());
  Value visible = evaluateOnTiles(
      b, op.getWhere(),
      {place[0], place[1], rows.getInductionVar(), columns.getInductionVar()},
      captured, /*clampsScalars=*/true);
  Value all = both(columns.getRegionIterArg(0), visible);
  Value any = arith::OrIOp::create(b, columns.getRegionIterArg(1), visible);
  scf::YieldOp::create(b, ValueRange{all, any});
  return {rows.getResult(0), rows.getResult(1)};
}

/// Parameters: the captures, the numbers of queries and keys, the sizes, the
/// classes.
void ListBuilder::buildClass(ValueRange place, ValueRange parameters) {
  captured.clear();
  for (auto [capture, parameter] : llvm::zip(captures, parameters))
    captured.map(capture, parameter);
  Value queries = parameters[captures.size()],
        keys = parameters[captures.size() + 1];
  auto last = [&](Value first, int64_t size, Value end) -> Value {
    return arith::SubIOp::create(
        b, arith::MinSIOp::create(b, add(first, size), end), b.index(1));
  };
  firstQuery = arith::MulIOp::create(b, place[2], b.index(m));
  lastQuery = last(firstQuery, m, queries);
  firstKey = arith::MulIOp::create(b, place[3], b.index(n));
  lastKey = last(firstKey, n, keys);
  auto [all, any] = evaluatePair(place, queries, keys);
  Value found = arith::SelectOp::create(
      b, any, arith::SelectOp::create(b, all, i32(kFull), i32(kPartial)),
      i32(kEmpty));
  memref::StoreOp::create(b, found, parameters.back(), place);
}

/// Parameters: the classes, the sizes, the tiles, the counts.
void ListBuilder::buildRow(ValueRange place, ValueRange parameters) {
  Value classes = parameters.front(), tiles = parameters.drop_back().back(),
        counts = parameters.back();
  auto at = [&](Value last) {
    SmallVector<Value> indices(place);
    indices.push_back(last);
    return indices;
  };
  Value length = memref::DimOp::create(b, classes, b.index(3));
  Value one = b.index(1), zero = b.index(0);
  // Of an empty list, what runs ahead reads an entry all the same.
  memref::StoreOp::create(b, i32(0), tiles,
                          at(arith::SubIOp::create(b, length, one)));
  auto loop = scf::ForOp::create(b, zero, length, one, ValueRange{zero, zero});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value tile = loop.getInductionVar(), partial = loop.getRegionIterArg(0),
        full = loop.getRegionIterArg(1);
  Value found = memref::LoadOp::create(b, classes, at(tile));
  auto is = [&](Class which) -> Value {
    return arith::CmpIOp::create(b, CmpIPredicate::eq, found, i32(which));
  };
  Value isPartial = is(kPartial), isFull = is(kFull);
  Value number = arith::IndexCastOp::create(b, b.getI32Type(), tile);
  Value fromBack =
      arith::SubIOp::create(b, arith::SubIOp::create(b, length, one), full);
  Value position = arith::SelectOp::create(b, isFull, fromBack, partial);
  auto exists = scf::IfOp::create(b, arith::OrIOp::create(b, isPartial, isFull),
                                  /*withElseRegion=*/false);
  auto next = [&](Value count, Value grows) -> Value {
    return arith::SelectOp::create(b, grows, add(count, one), count);
  };
  scf::YieldOp::create(
      b, ValueRange{next(partial, isPartial), next(full, isFull)});
  b.setInsertionPointToStart(exists.thenBlock());
  memref::StoreOp::create(b, number, tiles, at(position));
  b.setInsertionPointAfter(loop);
  for (auto [i, count] : llvm::enumerate(loop.getResults()))
    memref::StoreOp::create(
        b, arith::IndexCastOp::create(b, b.getI32Type(), count), counts,
        at(b.index(i)));
}

TileLists ListBuilder::build() {
  auto depends = [&](unsigned argument) {
    return op.hasWhere() && !op.getWhere().getArgument(argument).use_empty();
  };
  Value queries = size(op.getQuery(), 2), keys = size(op.getKey(), 2);
  SmallVector<Value> sizes = {
      depends(0) ? size(op.getQuery(), 0) : host.index(1),
      depends(1) ? size(op.getQuery(), 1) : host.index(1),
      arith::CeilDivSIOp::create(host, queries, host.index(m)),
      arith::CeilDivSIOp::create(host, keys, host.index(n))};
  auto empty = [&](ArrayRef<OpFoldResult> dims) -> Value {
    return tensor::EmptyOp::create(host, dims, host.getI32Type());
  };
  auto dim = [&](unsigned i) -> OpFoldResult {
    if (i < 2 && !depends(i))
      return host.getIndexAttr(1);
    return sizes[i];
  };
  SmallVector<OpFoldResult> shape = {dim(0), dim(1), dim(2), dim(3)};
  SmallVector<Value> inputs(captures);
  inputs.append({queries, keys});
  ThreadKernel kernels{rewriter, op, config, host, b};
  SmallVector<Value> classes =
      kernels.launch("classes", sizes, inputs, empty(shape),
                     [&](ValueRange place, ValueRange parameters) {
                       buildClass(place, parameters);
                     });
  SmallVector<OpFoldResult> countShape = {dim(0), dim(1), dim(2),
                                          host.getIndexAttr(2)};
  SmallVector<Value> lists =
      kernels.launch("lists", ArrayRef(sizes).drop_back(), classes,
                     {empty(shape), empty(countShape)},
                     [&](ValueRange place, ValueRange parameters) {
                       buildRow(place, parameters);
                     });
  return {lists[0], lists[1]};
}

TileLists fovea::buildTileLists(RewriterBase &rewriter, AttentionOp op,
                                tile::ConfigAttr config,
                                const SetVector<Value> &captures) {
  return ListBuilder(rewriter, op, config, captures).build();
}
