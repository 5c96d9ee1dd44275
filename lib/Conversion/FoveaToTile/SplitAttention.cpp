//===- SplitAttention.cpp - attention over parts of the keys -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Split-KV, as in FlashDecoding (Dao et al., 2023) and FlashInfer
// (arXiv:2501.01005): few queries would leave most of a machine idle, so that
// the keys are spread over it too.

#include "SplitAttention.h"

#include "TilePrograms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace fovea;

bool fovea::packsHeads(AttentionOp op, tile::ConfigAttr config) {
  return config.getSplits() > 1 && op.getQueryType().getDimSize(2) == 1 &&
         !ShapedType::isDynamic(op.getGroupSize()) && op.getGroupSize() > 1;
}

SplitAttention::SplitAttention(AttentionOp op, tile::ConfigAttr config,
                               OpBuilder &builder)
    : op(op), config(config), packed(packsHeads(op, config)),
      b(op.getLoc(), builder) {}

/// [splits, B, heads, rows, dv] of the states' outputs.
SmallVector<OpFoldResult> SplitAttention::getStateSizes() {
  auto size = [&](Value tensor, int64_t dim) {
    return tensor::getMixedSize(b, op.getLoc(), tensor, dim);
  };
  Value heads = packed ? op.getKey() : op.getQuery();
  OpFoldResult rows = packed ? OpFoldResult(b.getIndexAttr(op.getGroupSize()))
                             : size(op.getQuery(), 2);
  return {b.getIndexAttr(config.getSplits()), size(op.getQuery(), 0),
          size(heads, 1), rows, size(op.getValue(), 3)};
}

Value SplitAttention::viewQuery() {
  if (!packed)
    return op.getQuery();
  RankedTensorType type = op.getQueryType();
  int64_t heads = op.getKeyType().getDimSize(1), group = op.getGroupSize();
  // The unit dimension goes into the last one: a view of any strides, which a
  // collapse with the heads would not be.
  Value rows = tensor::CollapseShapeOp::create(
      b, op.getLoc(), op.getQuery(),
      ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3}});
  SmallVector<OpFoldResult> sizes = {
      tensor::getMixedSize(b, op.getLoc(), op.getQuery(), 0),
      b.getIndexAttr(heads), b.getIndexAttr(group),
      b.getIndexAttr(type.getDimSize(3))};
  auto grouped = RankedTensorType::get(
      {type.getDimSize(0), heads, group, type.getDimSize(3)},
      type.getElementType());
  return tensor::ExpandShapeOp::create(
      b, op.getLoc(), grouped, rows,
      ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3}}, sizes);
}

SmallVector<Type> SplitAttention::getTypes(ValueRange inputs) {
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(getStateSizes(), dynamic, shape);
  FloatType accumulator = op.getAccumulatorType();
  SmallVector<Type> types(inputs.getTypes());
  types.push_back(RankedTensorType::get(shape, accumulator));
  types.push_back(
      RankedTensorType::get(ArrayRef(shape).drop_back(), accumulator));
  return types;
}

/// [splits, B, Hk, Hq / Hk, ...] as [splits, B, Hq, 1, ...].
Value SplitAttention::unpack(Value states) {
  auto type = cast<RankedTensorType>(states.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(b, op.getLoc(), states);
  shape.insert(shape.begin() + 4, 1);
  sizes.insert(sizes.begin() + 4, b.getIndexAttr(1));
  SmallVector<ReassociationIndices> expand = {{0}, {1}, {2}, {3, 4}},
                                    collapse = {{0}, {1}, {2, 3}, {4}};
  if (type.getRank() == 5)
    expand.push_back({5}), collapse.push_back({5});
  Value view = tensor::ExpandShapeOp::create(
      b, op.getLoc(), RankedTensorType::get(shape, type.getElementType()),
      states, expand, sizes);
  return tensor::CollapseShapeOp::create(b, op.getLoc(), view, collapse);
}

MergeStatesOp SplitAttention::launchAndMerge(tile::KernelOp kernel,
                                             ValueRange inputs) {
  SmallVector<OpFoldResult> sizes = getStateSizes();
  Type accumulator = op.getAccumulatorType();
  Value outputs = tensor::EmptyOp::create(b, sizes, accumulator);
  Value lses =
      tensor::EmptyOp::create(b, ArrayRef(sizes).drop_back(), accumulator);
  SmallVector<Value> grid = getValueOrCreateConstantIndexOp(
      b, op.getLoc(), ArrayRef(sizes).take_front(4));
  grid.back() =
      arith::CeilDivSIOp::create(b, grid.back(), b.index(config.getM()));
  auto launch =
      tile::LaunchOp::create(b, TypeRange{outputs.getType(), lses.getType()},
                             FlatSymbolRefAttr::get(kernel.getSymNameAttr()),
                             grid, inputs, ValueRange{outputs, lses});
  outputs = launch.getResult(0), lses = launch.getResult(1);
  if (packed)
    outputs = unpack(outputs), lses = unpack(lses);
  Type lseType =
      op.getLse() ? op.getLse().getType()
                  : RankedTensorType::get(
                        op.getOutputType().getShape().drop_back(), accumulator);
  auto merge = MergeStatesOp::create(b, TypeRange{op.getOutputType(), lseType},
                                     outputs, lses, /*stacked=*/true,
                                     /*config=*/Attribute());
  merge.setConfigAttr(chooseMergeConfig(merge, config));
  return merge;
}
