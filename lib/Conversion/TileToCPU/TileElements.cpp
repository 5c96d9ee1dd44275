//===- TileElements.cpp - elements of tiles, in registers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StripEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;
using namespace fovea::tile;

Value StripEmitter::elements(Value value, Place place) {
  std::pair<Value, std::pair<int64_t, int64_t>> key{value,
                                                    {place.row, place.vector}};
  if (Value known = inRegisters.lookup(key))
    return known;
  Value result;
  if (isRematerialized(value)) {
    result = rematerialize(value, place);
  } else {
    auto [buffer, first] = getBuffer(value);
    Type element = cast<MemRefType>(buffer.getType()).getElementType();
    result = vector::LoadOp::create(
        b, c.vectorOf(element), buffer,
        ValueRange{c.add(first, place.row),
                   c.add(column, place.vector * c.width)});
    // Buffers that a dot reads hold the accumulator's type.
    if (element != getElementTypeOrSelf(value))
      result = arith::TruncFOp::create(
          b, c.vectorOf(getElementTypeOrSelf(value)), result);
  }
  return inRegisters[key] = result;
}

/// `origin + column` of each element of the vector.
Value StripEmitter::columnIndices(Value origin, Place place) {
  VectorType type = c.vectorOf(b.getIndexType());
  Value first =
      arith::AddIOp::create(b, origin, c.add(column, place.vector * c.width));
  return arith::AddIOp::create(b, vector::BroadcastOp::create(b, type, first),
                               vector::StepOp::create(b, type));
}

Value StripEmitter::rematerialize(Value value, Place place) {
  Operation *op = value.getDefiningOp();
  VectorType type = c.vectorOf(getElementTypeOrSelf(value));
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto splat =
        cast<DenseElementsAttr>(constant.getValue()).getSplatValue<Attribute>();
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, splat));
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return vector::BroadcastOp::create(
        b, type, c.scalars.lookupOrDefault(splat.getInput()));
  if (auto broadcast = dyn_cast<BroadcastOp>(op))
    return splatRow(broadcast.getSource(), place.row);
  auto coordinate = cast<CoordinateOp>(op);
  Value origin = c.scalars.lookupOrDefault(coordinate.getOrigin());
  if (coordinate.getDim() == 1)
    return columnIndices(origin, place);
  Value row = arith::AddIOp::create(b, origin, c.add(firstRow, place.row));
  return vector::BroadcastOp::create(b, type, row);
}

/// Keeps the elements in registers, and in the buffers that the value has.
void StripEmitter::defineElements(Value value, Place place, Value vector) {
  inRegisters[{value, {place.row, place.vector}}] = vector;
  Value at = c.add(column, place.vector * c.width);
  auto store = [&](Value buffer, Value first) {
    if (!buffer)
      return;
    bool extends = cast<MemRefType>(buffer.getType()).getElementType() !=
                   getElementTypeOrSelf(vector);
    vector::StoreOp::create(b, extends ? c.extend(vector) : vector, buffer,
                            ValueRange{c.add(first, place.row), at});
  };
  store(stripBuffers.lookup(value), c.index(0));
  store(c.buffers.lookup(value), firstRow);
}

void StripEmitter::emitTileOp(Operation *op, Place place) {
  if (auto store = dyn_cast<StoreOp>(op))
    return emitStore(store, place);
  Value result;
  if (auto mask = dyn_cast<MaskOp>(op))
    result = emitMask(mask, place);
  else if (auto load = dyn_cast<LoadOp>(op))
    result = emitLoad(load, place);
  else if (auto gather = dyn_cast<GatherOp>(op))
    result = emitGather(gather, place);
  else {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(isa<RankedTensorType>(operand.getType())
                             ? elements(operand, place)
                             : c.scalars.lookupOrDefault(operand));
    result = cloneOnVectors(op, operands, c.width);
  }
  defineElements(op->getResult(0), place, result);
}

Value StripEmitter::emitMask(MaskOp op, Place place) {
  Value at = columnIndices(c.scalars.lookupOrDefault(op.getOrigin()), place);
  Value afterLower = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, at,
                                           splatRow(op.getLower(), place.row));
  Value beforeUpper = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, at,
                                            splatRow(op.getUpper(), place.row));
  Value visible = arith::AndIOp::create(b, afterLower, beforeUpper);
  Value tile = elements(op.getTile(), place);
  auto type = cast<VectorType>(tile.getType());
  Value hidden = arith::ConstantOp::create(
      b, DenseElementsAttr::get(
             type, b.getFloatAttr(type.getElementType(),
                                  -std::numeric_limits<double>::infinity())));
  return arith::SelectOp::create(b, visible, tile, hidden);
}

/// The column loop's origin is a tile's first column; views end with the tile's
/// columns, so what exists of a vector is known statically but for the loop.
Value StripEmitter::emitLoad(LoadOp op, Place place) {
  Value view = c.scalars.lookup(op.getSource());
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(c.scalars.lookupOrDefault(index));
  int64_t rowDim = indices.size() - 2;
  indices[rowDim] = clampedRow(view, indices[rowDim], rowDim, place.row);
  Value offset = c.add(column, place.vector * c.width);
  indices.back() = arith::AddIOp::create(b, indices.back(), offset);
  int64_t columns = op.getTile().getType().getDimSize(1);
  if (columns % c.width == 0 && columns % stepColumns == 0)
    return c.loadVector(view, indices, c.width);
  return c.loadPart(view, indices,
                    arith::SubIOp::create(b, c.index(columns), offset));
}

/// Element by element: positions are arbitrary, and are clamped to the table.
Value StripEmitter::emitGather(GatherOp op, Place place) {
  Value table = c.scalars.lookup(op.getTable());
  SmallVector<Value> results;
  for (int64_t lane = 0; lane < c.width; ++lane) {
    SmallVector<Value> positions;
    size_t nextScalar = 0, nextTile = 0;
    for (auto [dim, isTile] : llvm::enumerate(op.getPositionKinds())) {
      Value position =
          isTile ? Value(vector::ExtractOp::create(
                       b, elements(op.getTiles()[nextTile++], place), lane))
                 : c.scalars.lookupOrDefault(op.getScalars()[nextScalar++]);
      Value size = memref::DimOp::create(b, table, c.index(dim));
      Value last = arith::SubIOp::create(b, size, c.index(1));
      position = arith::MaxSIOp::create(b, position, c.index(0));
      positions.push_back(arith::MinSIOp::create(b, position, last));
    }
    results.push_back(memref::LoadOp::create(b, table, positions));
  }
  return vector::FromElementsOp::create(
      b, c.vectorOf(op.getResult().getType().getElementType()), results);
}

void StripEmitter::emitStore(StoreOp op, Place place) {
  Value vector = elements(op.getTile(), place);
  Value view = c.scalars.lookup(op.getDestination());
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(c.scalars.lookupOrDefault(index));
  int64_t rowDim = indices.size() - 2;
  indices[rowDim] =
      arith::AddIOp::create(b, indices[rowDim], c.add(firstRow, place.row));
  auto guard = scf::IfOp::create(b, isInside(view, indices[rowDim], rowDim),
                                 /*withElseRegion=*/false);
  OpBuilder::InsertionGuard insertion(b);
  b.setInsertionPointToStart(guard.thenBlock());
  Value offset = c.add(column, place.vector * c.width);
  indices.back() = arith::AddIOp::create(b, indices.back(), offset);
  int64_t columns = op.getTile().getType().getDimSize(1);
  if (columns % c.width == 0 && columns % stepColumns == 0) {
    vector::StoreOp::create(b, vector, view, indices);
    return;
  }
  c.storePart(vector, view, indices,
              arith::SubIOp::create(b, c.index(columns), offset));
}
