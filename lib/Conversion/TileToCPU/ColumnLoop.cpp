//===- ColumnLoop.cpp - loops over columns, with dots and reductions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StripEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace fovea::tile;

/// Steps of a dot's contraction that are unrolled: more spill, fewer leave the
/// loop's own instructions in the way (measured on AVX2; 64 halves the speed).
static constexpr int64_t kDepthUnroll = 4;

std::pair<Value, Value> StripEmitter::getBounds(Operation *axis,
                                                int64_t columns, int64_t step) {
  if (axis && axis == prunedAxis)
    return {pruneBegin, pruneEnd};
  return {c.index(0), c.index(llvm::alignTo(columns, step))};
}

Value StripEmitter::combine(ReduceKind kind, Value x, Value y) {
  if (kind == ReduceKind::Add)
    return arith::AddFOp::create(b, x, y);
  // One instruction on x86, unlike maximumf; a NaN may be lost here, but the
  // exponential of the score that was NaN brings it back into the sum.
  Value greater = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, y);
  return arith::SelectOp::create(b, greater, x, y);
}

static double identityOf(ReduceKind kind) {
  return kind == ReduceKind::Add ? 0.0
                                 : -std::numeric_limits<double>::infinity();
}

void StripEmitter::emitGroup(ColumnGroup group, unsigned step) {
  stepColumns =
      group.dot ? c.packed.lookup(group.dot.getRhs()).columns : c.columns;
  SmallVector<Operation *> ops = group.before;
  if (group.dot)
    ops.push_back(group.dot);
  llvm::append_range(ops, group.after);
  for (Operation *op : ops)
    if (op->getNumResults() && needsStripBuffer(op->getResult(0), step)) {
      Value value = op->getResult(0);
      bool feedsDot = llvm::any_of(value.getUsers(), llvm::IsaPred<DotOp>);
      Type element =
          feedsDot ? Type(c.accumulator) : getElementTypeOrSelf(value);
      stripBuffers[value] =
          c.allocate({c.rows, c.paddedColumns(group.columns)}, element);
    }

  prepareRows(group);
  SmallVector<Value> initial;
  for (ReduceOp reduce : group.reduces) {
    auto attr = b.getFloatAttr(c.accumulator, identityOf(reduce.getKind()));
    Value identity = arith::ConstantOp::create(
        b, DenseElementsAttr::get(c.vectorType, attr));
    initial.append(c.rows, identity);
  }
  auto [begin, end] = getBounds(group.axis, group.columns, stepColumns);
  auto loop = scf::ForOp::create(b, begin, end, c.index(stepColumns), initial);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    column = loop.getInductionVar();
    SmallVector<Value> partial(loop.getRegionIterArgs());
    emitLoopBody(group, partial);
    if (!partial.empty())
      scf::YieldOp::create(b, partial);
    inRegisters.clear();
  }
  finishReductions(group, loop.getResults());
}

void StripEmitter::prepareRows(ColumnGroup &group) {
  auto prepare = [&](Operation *op) {
    for (Value operand : op->getOperands()) {
      if (auto broadcast = operand.getDefiningOp<BroadcastOp>())
        operand = broadcast.getSource();
      auto type = dyn_cast<RankedTensorType>(operand.getType());
      if (type && type.getRank() == 1 && !isa<ReduceOp>(op))
        row(operand);
    }
  };
  llvm::for_each(group.before, prepare);
  llvm::for_each(group.after, prepare);
  for (ReduceOp reduce : group.reduces)
    prepare(reduce);
  if (group.dot)
    prepare(group.dot);
}

/// Row by row, so that few values are live at a time; the dot needs all rows.
void StripEmitter::emitLoopBody(ColumnGroup &group,
                                MutableArrayRef<Value> partial) {
  int64_t vectors = stepColumns / c.width;
  auto forEachPlace = [&](auto body) {
    for (int64_t i = 0; i < c.rows; ++i)
      for (int64_t j = 0; j < vectors; ++j)
        body(Place{i, j});
  };
  auto reduceInto = [&](Place place) {
    for (auto [index, reduce] : llvm::enumerate(group.reduces)) {
      Value &sum = partial[index * c.rows + place.row];
      sum = combine(reduce.getKind(), sum, elements(reduce.getTile(), place));
    }
  };
  forEachPlace([&](Place place) {
    for (Operation *op : group.before)
      emitTileOp(op, place);
    if (!group.dot)
      reduceInto(place);
  });
  if (!group.dot)
    return;
  emitDot(group.dot);
  forEachPlace([&](Place place) {
    for (Operation *op : group.after)
      emitTileOp(op, place);
    reduceInto(place);
  });
}

void StripEmitter::emitDot(DotOp dot) {
  int64_t vectors = stepColumns / c.width;
  SmallVector<Value> initial;
  for (int64_t i = 0; i < c.rows; ++i)
    for (int64_t j = 0; j < vectors; ++j)
      initial.push_back(elements(dot.getAccumulator(), {i, j}));
  SmallVector<Value> sums = emitDepthLoop(dot, initial);
  for (int64_t i = 0; i < c.rows; ++i)
    for (int64_t j = 0; j < vectors; ++j)
      defineElements(dot.getResult(), {i, j}, sums[i * vectors + j]);
}

/// The register-tiled product: each line of the panel is loaded once, each
/// element of the left-hand side broadcast once.
SmallVector<Value> StripEmitter::emitDepthLoop(DotOp dot,
                                               ArrayRef<Value> initial) {
  int64_t vectors = stepColumns / c.width;
  int64_t depth = dot.getLhs().getType().getDimSize(1);
  PackedOperand rhs = c.packed.lookup(dot.getRhs());
  auto [lhs, lhsRow] = getBuffer(dot.getLhs());
  Value panel = arith::DivUIOp::create(b, column, c.index(stepColumns));
  Operation *axis = plan.axes.of(dot.getLhs().getDefiningOp());
  // Pruned bounds are whole register tiles.
  int64_t unroll =
      std::gcd(axis && axis == prunedAxis ? c.columns : depth, kDepthUnroll);
  auto [begin, end] = getBounds(axis, depth, unroll);
  auto loop = scf::ForOp::create(b, begin, end, c.index(unroll), initial);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> sums(loop.getRegionIterArgs());
  for (int64_t u = 0; u < unroll; ++u) {
    Value k = c.add(loop.getInductionVar(), u);
    SmallVector<Value> line;
    for (int64_t j = 0; j < vectors; ++j)
      line.push_back(
          vector::LoadOp::create(b, c.vectorType, rhs.buffer,
                                 ValueRange{panel, k, c.index(j * c.width)}));
    for (int64_t i = 0; i < c.rows; ++i) {
      Value x = memref::LoadOp::create(b, lhs, ValueRange{c.add(lhsRow, i), k});
      Value splat = vector::BroadcastOp::create(b, c.vectorType, x);
      for (int64_t j = 0; j < vectors; ++j)
        sums[i * vectors + j] =
            vector::FMAOp::create(b, splat, line[j], sums[i * vectors + j]);
    }
  }
  scf::YieldOp::create(b, sums);
  return SmallVector<Value>(loop.getResults());
}

/// A tree of halves: a chain of scalar operations would be as long as the
/// vector.
Value StripEmitter::combineLanes(ReduceKind kind, Value lanes) {
  for (int64_t half = c.width / 2; half > 0; half /= 2) {
    auto slice = [&](int64_t from) -> Value {
      auto mask = llvm::to_vector(llvm::seq<int64_t>(from, from + half));
      return vector::ShuffleOp::create(b, lanes, lanes, mask);
    };
    lanes = combine(kind, slice(0), slice(half));
  }
  return vector::ExtractOp::create(b, lanes, 0);
}

/// The partial results of each row's lanes, combined across lanes and with the
/// reduction's initial values.
void StripEmitter::finishReductions(ColumnGroup &group, ValueRange partial) {
  for (auto [index, reduce] : llvm::enumerate(group.reduces)) {
    SmallVector<Value> scalars;
    for (Value lanes : partial.slice(index * c.rows, c.rows))
      scalars.push_back(combineLanes(reduce.getKind(), lanes));
    auto type = VectorType::get({c.rows}, c.accumulator);
    Value reduced = vector::FromElementsOp::create(b, type, scalars);
    Value initial = row(reduce.getInit());
    defineRow(reduce.getResult(), combine(reduce.getKind(), reduced, initial));
  }
}
