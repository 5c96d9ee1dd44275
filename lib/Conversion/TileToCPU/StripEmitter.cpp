//===- StripEmitter.cpp - row values of a strip -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StripEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea::tile;

void StripEmitter::emit() {
  readStates();
  for (auto [index, step] : llvm::enumerate(plan.steps)) {
    for (Operation *op : step.rowOps)
      if (isa<StoreOp>(op) || !rows.count(op->getResult(0)))
        emitRowOp(op);
    if (step.group)
      emitGroup(*step.group, index);
  }
}

void StripEmitter::readStates() {
  for (const StripStep &step : plan.steps) {
    SmallVector<Value> used;
    auto collect = [&](Operation *op) {
      for (Value operand : op->getOperands()) {
        if (auto broadcast = operand.getDefiningOp<BroadcastOp>())
          operand = broadcast.getSource();
        auto type = dyn_cast<RankedTensorType>(operand.getType());
        if (type && type.getRank() == 1)
          used.push_back(operand);
      }
    };
    llvm::for_each(step.rowOps, collect);
    if (step.group) {
      llvm::for_each(step.group->before, collect);
      llvm::for_each(step.group->after, collect);
      llvm::for_each(step.group->reduces, collect);
      if (step.group->dot)
        collect(step.group->dot);
    }
    for (Value value : used)
      if (isa<BlockArgument>(value) && c.buffers.count(value))
        row(value);
  }
}

static VectorType rowVector(Value value, int64_t rows) {
  return VectorType::get({rows}, getElementTypeOrSelf(value));
}

Value StripEmitter::row(Value value) {
  if (Value known = rows.lookup(value))
    return known;
  if (isRematerialized(value))
    return rows[value] = rematerializeRow(value);
  Operation *op = value.getDefiningOp();
  if (op && plan.stepOf.count(op)) {
    emitRowOp(op);
    return rows.lookup(value);
  }
  Value buffer = c.buffers.lookup(value);
  return rows[value] = vector::LoadOp::create(b, rowVector(value, c.rows),
                                              buffer, firstRow);
}

Value StripEmitter::rematerializeRow(Value value) {
  VectorType type = rowVector(value, c.rows);
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto splat =
        cast<DenseElementsAttr>(constant.getValue()).getSplatValue<Attribute>();
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, splat));
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return vector::BroadcastOp::create(
        b, type, c.scalars.lookupOrDefault(splat.getInput()));
  Value origin = c.scalars.lookupOrDefault(cast<CoordinateOp>(op).getOrigin());
  Value first = arith::AddIOp::create(b, origin, firstRow);
  return arith::AddIOp::create(b, vector::BroadcastOp::create(b, type, first),
                               vector::StepOp::create(b, type));
}

Value StripEmitter::elementsAt(Value value, Value at) {
  column = at;
  inRegisters.clear();
  return elements(value, {0, 0});
}

Value StripEmitter::splatRow(Value value, int64_t index) {
  Value scalar = vector::ExtractOp::create(b, row(value), index);
  return vector::BroadcastOp::create(b, c.vectorOf(scalar.getType()), scalar);
}

void StripEmitter::defineRow(Value value, Value vector) {
  rows[value] = vector;
  if (Value buffer = c.buffers.lookup(value))
    vector::StoreOp::create(b, vector, buffer, firstRow);
}

void StripEmitter::emitRowOp(Operation *op) {
  if (auto store = dyn_cast<StoreOp>(op))
    return storeRow(store);
  if (auto load = dyn_cast<LoadOp>(op)) {
    Value view = c.scalars.lookup(load.getSource());
    SmallVector<Value> indices, scalars;
    for (Value index : load.getIndices())
      indices.push_back(c.scalars.lookupOrDefault(index));
    Value origin = indices.back();
    for (int64_t i = 0; i < c.rows; ++i) {
      indices.back() = clampedRow(view, origin, indices.size() - 1, i);
      scalars.push_back(memref::LoadOp::create(b, view, indices));
    }
    VectorType type = rowVector(load.getTile(), c.rows);
    return defineRow(load.getTile(),
                     vector::FromElementsOp::create(b, type, scalars));
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isa<RankedTensorType>(operand.getType())
                           ? row(operand)
                           : c.scalars.lookupOrDefault(operand));
  defineRow(op->getResult(0), cloneOnVectors(op, operands, c.rows));
}

void StripEmitter::storeRow(StoreOp store) {
  Value vector = row(store.getTile());
  Value view = c.scalars.lookup(store.getDestination());
  SmallVector<Value> indices;
  for (Value index : store.getIndices())
    indices.push_back(c.scalars.lookupOrDefault(index));
  Value origin = indices.back();
  for (int64_t i = 0; i < c.rows; ++i) {
    indices.back() = arith::AddIOp::create(b, origin, c.add(firstRow, i));
    auto guard =
        scf::IfOp::create(b, isInside(view, indices.back(), indices.size() - 1),
                          /*withElseRegion=*/false);
    OpBuilder::InsertionGuard insertion(b);
    b.setInsertionPointToStart(guard.thenBlock());
    memref::StoreOp::create(b, vector::ExtractOp::create(b, vector, i), view,
                            indices);
  }
}

Value StripEmitter::isInside(Value view, Value position, int64_t dim) {
  Value size = memref::DimOp::create(b, view, c.index(dim));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, position, size);
}

Value StripEmitter::clampedRow(Value view, Value origin, int64_t dim,
                               int64_t index) {
  Value position = arith::AddIOp::create(b, origin, c.add(firstRow, index));
  Value size = memref::DimOp::create(b, view, c.index(dim));
  return arith::MinSIOp::create(b, position,
                                arith::SubIOp::create(b, size, c.index(1)));
}

Value StripEmitter::cloneOnVectors(Operation *op, ValueRange operands,
                                   int64_t width) {
  IRMapping map;
  map.map(op->getOperands(), operands);
  Operation *clone = b.clone(*op, map);
  Value result = clone->getResult(0);
  result.setType(VectorType::get({width}, getElementTypeOrSelf(result)));
  return result;
}

std::pair<Value, Value> StripEmitter::getBuffer(Value value) {
  if (Value buffer = stripBuffers.lookup(value))
    return {buffer, c.index(0)};
  return {c.buffers.lookup(value), firstRow};
}

bool StripEmitter::needsStripBuffer(Value value, unsigned step) {
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    auto found = plan.stepOf.find(use.getOwner());
    return found != plan.stepOf.end() && found->second != step;
  });
}
