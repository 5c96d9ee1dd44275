//===- ScalarRegion.cpp - scalar regions evaluated on tiles -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ScalarRegion.h"

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace fovea;

static bool isConstant(Value value) {
  return matchPattern(value, m_Constant()) && !isa<ShapedType>(value.getType());
}

void fovea::collectCaptures(Region &region, SetVector<Value> &captures) {
  SetVector<Value> used;
  getUsedValuesDefinedAbove(region, used);
  for (Value value : used)
    if (!isConstant(value))
      captures.insert(value);
}

LogicalResult fovea::verifyEvaluatesOnTiles(Region &region) {
  for (Operation &op : region.front().without_terminator()) {
    bool table = isa<tensor::ExtractOp, tensor::DimOp>(op) &&
                 isa<RankedTensorType>(op.getOperand(0).getType()) &&
                 op.getOperand(0).getParentRegion() != &region;
    // A dimension's number is the same for the whole tile.
    if (auto dim = dyn_cast<tensor::DimOp>(op))
      table &= matchPattern(dim.getIndex(), m_Constant()) ||
               dim.getIndex().getParentRegion() != &region;
    if (op.getNumResults() == 1 && (table || isConstant(op.getResult(0)) ||
                                    OpTrait::hasElementwiseMappableTraits(&op)))
      continue;
    return op.emitOpError(
        "cannot be evaluated on tiles; expected an element-wise arith or math "
        "op, a constant, or tensor.extract or tensor.dim of a captured tensor");
  }
  return success();
}

namespace {

/// Evaluates the ops of one region one after the other.
class Evaluator {
public:
  Evaluator(TileBuilder &b, const IRMapping &captured, bool clampsScalars)
      : b(b), map(captured), clampsScalars(clampsScalars) {}

  void define(Value scalar, Value value) { map.map(scalar, value); }

  /// The value on tiles; constants from above are cloned where first used.
  Value lookup(Value scalar) {
    if (Value known = map.lookupOrNull(scalar))
      return known;
    Value clone = b.clone(*scalar.getDefiningOp())->getResult(0);
    map.map(scalar, clone);
    return clone;
  }

  void evaluate(Operation &op) {
    if (auto extract = dyn_cast<tensor::ExtractOp>(op))
      return define(extract, gather(extract));
    if (auto dim = dyn_cast<tensor::DimOp>(op))
      return define(dim, memref::DimOp::create(b, lookup(dim.getSource()),
                                               lookup(dim.getIndex())));
    define(op.getResult(0), evaluateElementwise(op));
  }

private:
  Value evaluateElementwise(Operation &op) {
    SmallVector<Value> operands;
    for (Value operand : op.getOperands())
      operands.push_back(lookup(operand));
    ArrayRef<int64_t> shape;
    for (Value operand : operands)
      if (!TileBuilder::shapeOf(operand).empty())
        shape = TileBuilder::shapeOf(operand);
    IRMapping operandMap;
    for (auto [scalar, value] : llvm::zip(op.getOperands(), operands))
      operandMap.map(scalar, shape.empty() ? value : b.repeat(value, shape));
    Operation *clone = b.clone(op, operandMap);
    Value result = clone->getResult(0);
    if (!shape.empty())
      result.setType(RankedTensorType::get(shape, result.getType()));
    return result;
  }

  Value gather(tensor::ExtractOp op) {
    SmallVector<Value> scalars, tiles;
    SmallVector<bool> kinds;
    for (Value index : op.getIndices()) {
      Value position = lookup(index);
      kinds.push_back(!TileBuilder::shapeOf(position).empty());
      (kinds.back() ? tiles : scalars).push_back(position);
    }
    Value table = lookup(op.getTensor());
    if (tiles.empty()) {
      if (clampsScalars)
        for (auto [dim, index] : llvm::enumerate(scalars))
          index = clamp(index, table, dim);
      return loadOnce(table, scalars);
    }
    auto type = RankedTensorType::get(TileBuilder::shapeOf(tiles.front()),
                                      op.getType());
    return tile::GatherOp::create(b, type, table, scalars, tiles,
                                  b.getDenseBoolArrayAttr(kinds));
  }

  Value clamp(Value index, Value table, int64_t dim) {
    Value size = memref::DimOp::create(b, table, b.index(dim));
    Value last = arith::SubIOp::create(b, size, b.index(1));
    index = arith::MaxSIOp::create(b, index, b.index(0));
    return arith::MinSIOp::create(b, index, last);
  }

  /// A scalar that no loop over keys changes is read before the loop: within,
  /// each step would wait for memory.
  Value loadOnce(Value table, ValueRange indices) {
    OpBuilder::InsertionGuard guard(b);
    Operation *parent = b.getInsertionBlock()->getParentOp();
    if (isa<scf::IfOp>(parent))
      parent = parent->getParentOp();
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (loop && llvm::all_of(indices, [&](Value index) {
          return loop.isDefinedOutsideOfLoop(index);
        }))
      b.setInsertionPoint(loop);
    return memref::LoadOp::create(b, table, indices);
  }

  TileBuilder &b;
  IRMapping map;
  bool clampsScalars;
};

} // namespace

Value fovea::evaluateOnTiles(TileBuilder &builder, Region &region,
                             ValueRange arguments, const IRMapping &captured,
                             bool clampsScalars) {
  Evaluator evaluator(builder, captured, clampsScalars);
  for (auto [argument, value] : llvm::zip(region.getArguments(), arguments))
    evaluator.define(argument, value);
  for (Operation &op : region.front().without_terminator())
    evaluator.evaluate(op);
  return evaluator.lookup(region.front().getTerminator()->getOperand(0));
}
