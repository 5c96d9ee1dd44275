//===- MemoryOps.cpp - verification of the memory ops -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

using namespace mlir;
using namespace fovea::tile;

/// C1 to C3 of load and store.
static LogicalResult verifyTransfer(Operation *op, RankedTensorType tile,
                                    MemRefType view, size_t indices) {
  if (tile.getRank() < 1 || tile.getRank() > 2 ||
      view.getRank() < tile.getRank())
    return op->emitOpError("C1: cannot move ")
           << tile << " from or to " << view;
  if (int64_t(indices) != view.getRank())
    return op->emitOpError("C2: has ")
           << indices << " indices, expected " << view.getRank();
  if (tile.getElementType() != view.getElementType())
    return op->emitOpError("C3: has elements ")
           << tile.getElementType() << " in the tile and "
           << view.getElementType() << " in the view";
  return success();
}

/// One sequence of `source`'s pages.
static MemRefType getSequenceType(MemRefType source) {
  SmallVector<int64_t> shape(source.getShape());
  shape.front() = 1;
  shape[shape.size() - 2] = ShapedType::kDynamic;
  return MemRefType::get(shape, source.getElementType(), source.getLayout(),
                         source.getMemorySpace());
}

void PagedViewOp::build(OpBuilder &b, OperationState &state, Value source,
                        Value pages, Value first, Value rows) {
  build(b, state, getSequenceType(cast<MemRefType>(source.getType())), source,
        pages, first, rows);
}

LogicalResult PagedViewOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  if (source.getRank() < 3)
    return emitOpError("C1: has pages in ")
           << source << ", expected rank 3 or more";
  if (getView().getType() != getSequenceType(source))
    return emitOpError("C2: has the result ")
           << getView().getType() << ", expected " << getSequenceType(source);
  return success();
}

LogicalResult LoadOp::verify() {
  auto view = cast<MemRefType>(getSource().getType());
  return verifyTransfer(*this, getTile().getType(), view, getIndices().size());
}

LogicalResult StoreOp::verify() {
  if (!getChannel() != !getNumber())
    return emitOpError("C4: has a channel without a number, or the reverse");
  if (getChannel()) {
    RankedTensorType buffer = getChannel().getType().getTile(),
                     tile = getTile().getType();
    if (tile.getRank() != 2 || tile.getDimSize(0) > buffer.getDimSize(0) ||
        tile.getDimSize(1) > buffer.getDimSize(1) ||
        tile.getElementType() != buffer.getElementType())
      return emitOpError("C4: passes ")
             << tile << " through a channel of " << buffer;
  }
  auto view = cast<MemRefType>(getDestination().getType());
  return verifyTransfer(*this, getTile().getType(), view, getIndices().size());
}

LogicalResult GatherOp::verify() {
  auto table = cast<MemRefType>(getTable().getType());
  RankedTensorType result = getResult().getType();
  size_t tiles = llvm::count(getPositionKinds(), true);
  if (table.getRank() != int64_t(getPositionKinds().size()) ||
      tiles != getTiles().size() ||
      getPositionKinds().size() - tiles != getScalars().size())
    return emitOpError(
        "C1: needs one position for each dimension of the table");
  if (getTiles().empty())
    return emitOpError(
        "C4: has no tile of positions; use memref.load for one element");
  for (Type type : getTiles().getTypes())
    if (cast<RankedTensorType>(type).getShape() != result.getShape())
      return emitOpError("C2: has positions ")
             << type << " for a result " << result;
  if (table.getElementType() != result.getElementType())
    return emitOpError("C3: has elements ")
           << table.getElementType() << " in the table and "
           << result.getElementType() << " in the tile";
  return success();
}
