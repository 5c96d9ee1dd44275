//===- BlockMask.cpp - sparse blocks as a mask ------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "BlockMask.h"

#include "ThreadKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace fovea;

namespace {

class BlockMask {
public:
  BlockMask(RewriterBase &rewriter, AttentionOp op, tile::ConfigAttr config)
      : op(op), csr(op.getBlocks().getDefiningOp<CSROp>()),
        type(op.getBlocks().getType()), host(op.getLoc(), rewriter),
        b(op.getLoc(), op.getContext()),
        kernels{rewriter, op, config, host, b} {}

  /// `[B, H, query blocks, key blocks]` of i8: 1 where they see each other.
  Value build();
  void extendWhere(Value mask);

private:
  bool isByRow() const { return type.getOrder() == IndexOrder::Row; }
  SmallVector<Value> at(ValueRange place, Value member);
  void buildRow(ValueRange place, ValueRange parameters);
  Value load(Value view, ValueRange place, Value last) {
    SmallVector<Value> indices(place.take_front(2));
    indices.push_back(last);
    return arith::IndexCastOp::create(b, b.getIndexType(),
                                      memref::LoadOp::create(b, view, indices));
  }
  Value byte(int64_t value) {
    return arith::ConstantIntOp::create(b, b.getI8Type(), value);
  }

  AttentionOp op;
  CSROp csr;
  SparseIndexType type;
  TileBuilder host, b;
  ThreadKernel kernels;
};

} // namespace

/// Where `member` of a row lies in the mask.
SmallVector<Value> BlockMask::at(ValueRange place, Value member) {
  SmallVector<Value> indices(place);
  indices.insert(isByRow() ? indices.end() : indices.end() - 1, member);
  return indices;
}

/// A row of the index: all of its bytes are written. Parameters: offsets,
/// members, the sizes, the mask. Rows without offsets are empty, members beyond
/// the problem's last block are left out.
void BlockMask::buildRow(ValueRange place, ValueRange parameters) {
  Value offsets = parameters[0], members = parameters[1],
        mask = parameters.back();
  Value size = memref::DimOp::create(b, mask, b.index(isByRow() ? 3 : 2));
  Value zero = b.index(0), one = b.index(1), row = place.back();
  auto clear = scf::ForOp::create(b, zero, size, one);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(clear.getBody());
    memref::StoreOp::create(b, byte(0), mask,
                            at(place, clear.getInductionVar()));
  }
  Value rows = arith::SubIOp::create(
      b, memref::DimOp::create(b, offsets, b.index(2)), one);
  auto listed = scf::IfOp::create(
      b, arith::CmpIOp::create(b, arith::CmpIPredicate::slt, row, rows),
      /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(listed.thenBlock());
  auto loop = scf::ForOp::create(
      b, load(offsets, place, row),
      load(offsets, place, arith::AddIOp::create(b, row, one)), one);
  b.setInsertionPointToStart(loop.getBody());
  Value member = load(members, place, loop.getInductionVar());
  Value inside =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, member, size);
  auto exists = scf::IfOp::create(b, inside, /*withElseRegion=*/false);
  b.setInsertionPointToStart(exists.thenBlock());
  memref::StoreOp::create(b, byte(1), mask, at(place, member));
}

Value BlockMask::build() {
  auto size = [&](Value tensor, int64_t dim) -> Value {
    return tensor::DimOp::create(host, tensor, host.index(dim));
  };
  auto blocks = [&](Value tensor, int64_t block) -> Value {
    return arith::CeilDivSIOp::create(host, size(tensor, 2), host.index(block));
  };
  Value batch = size(csr.getOffsets(), 0), heads = size(csr.getOffsets(), 1);
  Value rows = blocks(op.getQuery(), type.getBlock()[0]),
        columns = blocks(op.getKey(), type.getBlock()[1]);
  SmallVector<OpFoldResult> shape =
      tensor::getMixedSizes(host, op.getLoc(), csr.getOffsets());
  shape.pop_back();
  shape.append({rows, columns});
  Value empty = tensor::EmptyOp::create(host, shape, host.getI8Type());
  return kernels
      .launch("blocks", {batch, heads, isByRow() ? rows : columns},
              {csr.getOffsets(), csr.getMembers()}, empty,
              [&](ValueRange place, ValueRange parameters) {
                buildRow(place, parameters);
              })
      .front();
}

void BlockMask::extendWhere(Value mask) {
  Block *block;
  TileBuilder region(op.getLoc(), op.getContext());
  Value visible;
  if (op.hasWhere()) {
    block = &op.getWhere().front();
    visible = block->getTerminator()->getOperand(0);
    region.setInsertionPoint(block->getTerminator());
  } else {
    SmallVector<Type> types(4, region.getIndexType());
    SmallVector<Location> locations(4, op.getLoc());
    block = region.createBlock(&op.getWhere(), {}, types, locations);
  }
  auto type_ = cast<RankedTensorType>(mask.getType());
  SmallVector<Value> at;
  for (unsigned i = 0; i < 4; ++i) {
    Value index = block->getArgument(i);
    if (i < 2 && type_.getDimSize(i) == 1)
      index = region.index(0);
    else if (i >= 2)
      index = arith::DivSIOp::create(region, index,
                                     region.index(type.getBlock()[i - 2]));
    at.push_back(index);
  }
  Value element = tensor::ExtractOp::create(region, mask, at);
  Value zero = arith::ConstantIntOp::create(region, region.getI8Type(), 0);
  Value sees =
      arith::CmpIOp::create(region, arith::CmpIPredicate::ne, element, zero);
  if (visible) {
    visible = arith::AndIOp::create(region, visible, sees);
    block->getTerminator()->setOperand(0, visible);
  } else {
    YieldOp::create(region, sees);
  }
}

void fovea::expandBlocks(RewriterBase &rewriter, AttentionOp op,
                         tile::ConfigAttr config) {
  if (!op.getBlocks())
    return;
  BlockMask blocks(rewriter, op, config);
  blocks.extendWhere(blocks.build());
  op.getBlocksMutable().clear();
}
