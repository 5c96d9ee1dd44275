//===- RaggedSlots.cpp - workgroups of ragged sequences ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RaggedSlots.h"

#include "ThreadKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea;

/// Steps of a search among sequences whose number comes at run time: 2^24.
static constexpr int64_t kSearchSteps = 24;

Value RaggedSlots::count(TileBuilder &b) {
  Value rows = tensor::DimOp::create(b, op.getQuery(), b.index(2));
  Value offsets = tensor::DimOp::create(b, op.getQueryOffsets(), b.index(0));
  Value tiles = arith::DivUIOp::create(b, rows, b.index(config.getM()));
  return arith::AddIOp::create(b, tiles,
                               arith::SubIOp::create(b, offsets, b.index(1)));
}

/// The last sequence whose slots begin at `slot` or before, by bisection.
static Value search(TileBuilder &b, Value offsets, Value slot, int64_t m,
                    int64_t steps) {
  Value size = memref::DimOp::create(b, offsets, b.index(0));
  Value end = arith::SubIOp::create(b, size, b.index(1)), one = b.index(1);
  auto loop = scf::ForOp::create(b, b.index(0), b.index(steps), one,
                                 ValueRange{b.index(0), end});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value low = loop.getRegionIterArg(0), high = loop.getRegionIterArg(1);
  Value middle = arith::DivUIOp::create(b, arith::AddIOp::create(b, low, high),
                                        b.index(2));
  Value begin = arith::IndexCastOp::create(
      b, b.getIndexType(), memref::LoadOp::create(b, offsets, middle));
  Value first = arith::AddIOp::create(
      b, arith::DivUIOp::create(b, begin, b.index(m)), middle);
  Value isBefore =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sle, first, slot);
  // Between neighbours the middle is the lower one, and nothing changes.
  Value nextLow = arith::SelectOp::create(b, isBefore, middle, low);
  Value nextHigh = arith::SelectOp::create(b, isBefore, high, middle);
  scf::YieldOp::create(b, ValueRange{nextLow, nextHigh});
  return loop.getResult(0);
}

Value RaggedSlots::build(RewriterBase &rewriter) {
  rewriter.setInsertionPoint(op);
  TileBuilder host(op.getLoc(), rewriter), b(op.getLoc(), op.getContext());
  Value slots = count(host);
  int64_t offsets = op.getQueryOffsets().getType().getDimSize(0);
  int64_t steps = ShapedType::isDynamic(offsets)
                      ? kSearchSteps
                      : llvm::Log2_64_Ceil(std::max<int64_t>(offsets, 2));
  Value empty = tensor::EmptyOp::create(
      host, ArrayRef<OpFoldResult>{slots, host.getIndexAttr(2)},
      host.getI32Type());
  ThreadKernel kernels{rewriter, op, config, host, b};
  auto body = [&](ValueRange place, ValueRange parameters) {
    int64_t m = config.getM();
    Value starts = parameters.front(), table = parameters.back();
    Value sequence = search(b, starts, place.front(), m, steps);
    Value begin = arith::IndexCastOp::create(
        b, b.getIndexType(), memref::LoadOp::create(b, starts, sequence));
    Value first = arith::AddIOp::create(
        b, arith::DivUIOp::create(b, begin, b.index(m)), sequence);
    Value tile = arith::SubIOp::create(b, place.front(), first);
    for (auto [i, entry] : llvm::enumerate(ArrayRef<Value>{sequence, tile}))
      memref::StoreOp::create(
          b, arith::IndexCastOp::create(b, b.getI32Type(), entry), table,
          ValueRange{place.front(), b.index(i)});
  };
  return kernels.launch("slots", slots, op.getQueryOffsets(), empty, body)
      .front();
}
