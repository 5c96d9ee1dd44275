//===- ComputeOps.cpp - verification of the compute ops -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

using namespace mlir;
using namespace fovea::tile;

static RankedTensorType tileType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

LogicalResult DotOp::verify() {
  RankedTensorType lhs = tileType(getLhs()), rhs = tileType(getRhs()),
                   acc = tileType(getAccumulator());
  if (lhs.getRank() != 2 || rhs.getRank() != 2 || acc.getRank() != 2)
    return emitOpError("C1: takes tiles of rank 2");
  int64_t k = rhs.getDimSize(getTransposed() ? 1 : 0),
          n = rhs.getDimSize(getTransposed() ? 0 : 1);
  if (lhs.getDimSize(1) != k || lhs.getDimSize(0) != acc.getDimSize(0) ||
      n != acc.getDimSize(1))
    return emitOpError("C1: lhs ")
           << lhs << " and rhs " << rhs
           << (getTransposed() ? " transposed" : "") << " do not give " << acc;
  auto element = dyn_cast<FloatType>(acc.getElementType());
  for (Type operand : {lhs.getElementType(), rhs.getElementType()})
    if (!element || !isa<FloatType>(operand) ||
        operand.getIntOrFloatBitWidth() > element.getWidth())
      return emitOpError("C2: cannot accumulate ")
             << operand << " in " << acc.getElementType();
  return success();
}

/// Whether `row` holds one `element` for each row of `tile`.
static bool isRowOf(RankedTensorType row, RankedTensorType tile, Type element) {
  return tile.getRank() == 2 && row.getRank() == 1 &&
         row.getDimSize(0) == tile.getDimSize(0) &&
         row.getElementType() == element;
}

LogicalResult ReduceOp::verify() {
  RankedTensorType tile = tileType(getTile());
  if (!isa<FloatType>(tile.getElementType()) ||
      !isRowOf(tileType(getInit()), tile, tile.getElementType()))
    return emitOpError("C1: cannot reduce the rows of ")
           << tile << " into " << getInit().getType();
  return success();
}

LogicalResult FoldOp::verify() {
  RankedTensorType tile = tileType(getTile()), init = tileType(getInit());
  if (tile.getRank() != 2 || init.getRank() != 2 ||
      !isa<FloatType>(tile.getElementType()) ||
      tile.getElementType() != init.getElementType() ||
      tile.getDimSize(0) != init.getDimSize(0) ||
      tile.getDimSize(1) < init.getDimSize(1))
    return emitOpError("C1: cannot fold ") << tile << " into " << init;
  return success();
}

LogicalResult AnyOp::verify() {
  if (!tileType(getTile()).getElementType().isInteger(1))
    return emitOpError("C1: asks ")
           << getTile().getType() << ", expected i1 elements";
  return success();
}

LogicalResult AwaitOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                        ValueRange operands, DictionaryAttr,
                                        OpaqueProperties, RegionRange,
                                        SmallVectorImpl<Type> &types) {
  llvm::append_range(types, operands.getTypes());
  return success();
}

LogicalResult AwaitOp::verify() {
  if (getTiles().empty() || int64_t(getPending()) < 0)
    return emitOpError("C1: waits for ")
           << getTiles().size() << " tiles with " << int64_t(getPending())
           << " dots pending, expected at least 1 tile and 0 dots";
  return success();
}

LogicalResult BroadcastOp::verify() {
  RankedTensorType result = tileType(getResult());
  if (!isRowOf(tileType(getSource()), result, result.getElementType()))
    return emitOpError("C1: cannot repeat ")
           << getSource().getType() << " along the columns of " << result;
  return success();
}

LogicalResult CoordinateOp::verify() {
  RankedTensorType result = tileType(getResult());
  if (!result.getElementType().isIndex() ||
      int64_t(getDim()) >= result.getRank() || int64_t(getDim()) < 0)
    return emitOpError("C1: has no dimension ")
           << getDim() << " of index elements in " << result;
  return success();
}

LogicalResult MaskOp::verify() {
  RankedTensorType tile = tileType(getTile());
  if (!isa<FloatType>(tile.getElementType()) ||
      !isRowOf(tileType(getLower()), tile, IndexType::get(getContext())))
    return emitOpError("C1: cannot mask ")
           << tile << " with bounds " << getLower().getType()
           << ", expected floats, and one index a row";
  return success();
}
