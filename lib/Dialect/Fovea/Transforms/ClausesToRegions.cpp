//===- ClausesToRegions.cpp - clauses of attention as regions ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What adds to a score or hides pairs one by one is a region after this, so
// that everything behind knows one form of it. Masks that are intervals stay:
// they say more than a region does.

#include "fovea/Dialect/Fovea/Transforms/Passes.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea {
#define GEN_PASS_DEF_CLAUSESTOREGIONS
#include "fovea/Dialect/Fovea/Transforms/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

namespace {

/// Extends the regions of one op.
class RegionExtender {
public:
  explicit RegionExtender(AttentionOp op)
      : op(op), b(op.getLoc(), op.getContext()) {}

  void run() {
    if (op.getBias() || op.getWeights())
      extendScore();
    SmallVector<Attribute> intervals, others;
    for (Attribute mask : op.getMasks())
      (cast<MaskAttrInterface>(mask).isInterval() ? intervals : others)
          .push_back(mask);
    if (others.empty() && !op.getQuerySegments())
      return;
    extendWhere(others);
    op.setMasksAttr(b.getArrayAttr(intervals));
  }

private:
  /// The region's block, made if there is none, with arguments of `types`.
  Block &getBlock(Region &region, ArrayRef<Type> types) {
    if (!region.empty())
      return region.front();
    SmallVector<Location> locations(types.size(), op.getLoc());
    return *b.createBlock(&region, region.end(), types, locations);
  }
  void extendScore();
  void extendWhere(ArrayRef<Attribute> masks);
  Value extract(Value tensor, ArrayRef<Value> indices);
  Value getSize(Value tensor, int64_t dim) {
    return tensor::DimOp::create(b, tensor, dim);
  }
  Value getKeyHead(Value head);
  Value countBetween(Value offsets, Value sequence);
  void setSizes(MaskPoint &point);

  AttentionOp op;
  ImplicitLocOpBuilder b;
};

} // namespace

/// An element of a tensor whose dimensions of size 1 are repeated.
Value RegionExtender::extract(Value tensor, ArrayRef<Value> indices) {
  SmallVector<Value> at(indices);
  for (auto [index, size] :
       llvm::zip(at, cast<RankedTensorType>(tensor.getType()).getShape()))
    if (size == 1)
      index = arith::ConstantIndexOp::create(b, 0);
  return tensor::ExtractOp::create(b, tensor, at);
}

Value RegionExtender::getKeyHead(Value head) {
  int64_t group = op.getGroupSize();
  if (group == 1)
    return head;
  if (!ShapedType::isDynamic(group))
    return arith::DivUIOp::create(b, head,
                                  arith::ConstantIndexOp::create(b, group));
  Value scaled = arith::MulIOp::create(b, head, getSize(op.getKey(), 1));
  return arith::DivUIOp::create(b, scaled, getSize(op.getQuery(), 1));
}

void RegionExtender::extendScore() {
  FloatType accumulator = op.getAccumulatorType();
  Type index = b.getIndexType();
  Block &block =
      getBlock(op.getScore(), {accumulator, index, index, index, index});
  Value batch = block.getArgument(1), head = block.getArgument(2),
        query = block.getArgument(3), key = block.getArgument(4);
  Value score = block.getArgument(0);
  if (!block.empty()) {
    score = block.getTerminator()->getOperand(0);
    b.setInsertionPoint(block.getTerminator());
  } else {
    b.setInsertionPointToEnd(&block);
  }
  auto add = [&](Value x) {
    auto type = cast<FloatType>(x.getType());
    if (type.getWidth() < accumulator.getWidth())
      x = arith::ExtFOp::create(b, accumulator, x);
    else if (type != accumulator)
      x = arith::TruncFOp::create(b, accumulator, x);
    score = arith::AddFOp::create(b, score, x);
  };
  if (Value bias = op.getBias())
    add(extract(bias, {batch, head, query, key}));
  if (Value weights = op.getWeights())
    add(extract(weights, {batch, getKeyHead(head), key}));
  if (!block.empty() && block.back().hasTrait<OpTrait::IsTerminator>())
    block.getTerminator()->setOperand(0, score);
  else
    YieldOp::create(b, score);
  op.getBiasMutable().clear();
  op.getWeightsMutable().clear();
}

/// `offsets[sequence + 1] - offsets[sequence]`, as an index.
Value RegionExtender::countBetween(Value offsets, Value sequence) {
  Value next =
      arith::AddIOp::create(b, sequence, arith::ConstantIndexOp::create(b, 1));
  Value end = tensor::ExtractOp::create(b, offsets, next);
  Value begin = tensor::ExtractOp::create(b, offsets, sequence);
  return arith::IndexCastOp::create(b, b.getIndexType(),
                                    arith::SubIOp::create(b, end, begin));
}

/// How many queries and keys the point's sequence has.
void RegionExtender::setSizes(MaskPoint &point) {
  point.queries = op.isRagged()
                      ? countBetween(op.getQueryOffsets(), point.batch)
                      : getSize(op.getQuery(), 2);
  if (!op.isPaged()) {
    point.keys = op.isRagged() ? countBetween(op.getKeyOffsets(), point.batch)
                               : getSize(op.getKey(), 2);
    return;
  }
  Value pages = countBetween(op.getPageOffsets(), point.batch);
  Value zero = arith::ConstantIndexOp::create(b, 0),
        one = arith::ConstantIndexOp::create(b, 1);
  Value full = arith::MulIOp::create(b, arith::SubIOp::create(b, pages, one),
                                     getSize(op.getKey(), 2));
  Value last = arith::IndexCastOp::create(
      b, b.getIndexType(),
      tensor::ExtractOp::create(b, op.getLastLengths(), point.batch));
  Value none = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, pages, zero);
  point.keys = arith::SelectOp::create(b, none, zero,
                                       arith::AddIOp::create(b, full, last));
}

void RegionExtender::extendWhere(ArrayRef<Attribute> masks) {
  Type index = b.getIndexType();
  Block &block = getBlock(op.getWhere(), {index, index, index, index});
  bool exists = !block.empty();
  Value visible = exists ? block.getTerminator()->getOperand(0) : Value();
  if (exists)
    b.setInsertionPoint(block.getTerminator());
  else
    b.setInsertionPointToEnd(&block);
  MaskPoint point{block.getArgument(0),
                  block.getArgument(1),
                  block.getArgument(2),
                  block.getArgument(3),
                  {},
                  {}};
  auto add = [&](Value one) {
    visible = visible ? Value(arith::AndIOp::create(b, visible, one)) : one;
  };
  if (!masks.empty())
    setSizes(point);
  for (Attribute mask : masks)
    add(cast<MaskAttrInterface>(mask).buildVisible(b, point));
  if (op.getQuerySegments()) {
    Value query = extract(op.getQuerySegments(), {point.batch, point.query});
    Value key = extract(op.getKeySegments(), {point.batch, point.key});
    add(arith::CmpIOp::create(b, arith::CmpIPredicate::eq, query, key));
    op.getQuerySegmentsMutable().clear();
    op.getKeySegmentsMutable().clear();
  }
  if (exists)
    block.getTerminator()->setOperand(0, visible);
  else
    YieldOp::create(b, visible);
}

namespace {
struct ClausesToRegions : fovea::impl::ClausesToRegionsBase<ClausesToRegions> {
  void runOnOperation() override {
    getOperation()->walk([](AttentionOp op) { RegionExtender(op).run(); });
  }
};
} // namespace
