//===- ChannelOps.cpp - verification of channels and roles -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace fovea::tile;

#define GET_TYPEDEF_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileTypes.cpp.inc"

void FoveaTileDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "fovea/Dialect/FoveaTile/IR/FoveaTileTypes.cpp.inc"
      >();
}

LogicalResult ChannelType::verify(function_ref<InFlightDiagnostic()> emitError,
                                  RankedTensorType tile) {
  if (tile.getRank() != 2 || !tile.hasStaticShape() ||
      !tile.getElementType().isIntOrFloat() ||
      tile.getElementTypeBitWidth() % 8)
    return emitError() << "channel of " << tile
                       << ", expected tiles of rank 2, static sizes and whole "
                          "bytes";
  return success();
}

LogicalResult ChannelOp::verify() {
  if (int64_t(getDepth()) < 1 || int64_t(getDepth()) > 16)
    return emitOpError("C1: has depth ")
           << int64_t(getDepth()) << ", expected 1 to 16";
  return success();
}

int64_t ChannelOp::getTileBytes() {
  RankedTensorType tile = getChannel().getType().getTile();
  int64_t bytes = tile.getElementTypeBitWidth() / 8;
  int64_t columns = tile.getDimSize(1);
  // Blocks of columns are whole.
  if (auto swizzle = dyn_cast_or_null<SwizzleAttr>(tile.getEncoding()))
    columns = llvm::alignTo(columns,
                            std::max<int64_t>(1, swizzle.getBytes() / bytes));
  return tile.getDimSize(0) * columns * bytes;
}

LogicalResult PutOp::verify() {
  auto view = cast<MemRefType>(getSource().getType());
  RankedTensorType tile = getChannel().getType().getTile();
  if (view.getRank() < 2 || view.getRank() > 5 ||
      int64_t(getIndices().size()) != view.getRank())
    return emitOpError("C1: has ")
           << getIndices().size() << " indices into " << view
           << ", expected rank 2 to 5 and one index for each dimension";
  if (tile.getElementType() != view.getElementType())
    return emitOpError("C2: has elements ")
           << tile.getElementType() << " in the channel and "
           << view.getElementType() << " in the view";
  return success();
}

LogicalResult GetOp::verify() {
  if (getTile().getType() != getChannel().getType().getTile())
    return emitOpError("C1: gives ")
           << getTile().getType() << " from a channel of "
           << getChannel().getType().getTile();
  return success();
}

LogicalResult RoleOp::verify() {
  if (int64_t(getWarps()) < 1 || int64_t(getWarps()) > 64)
    return emitOpError("C1: has ")
           << int64_t(getWarps()) << " subgroups, expected 1 to 64";
  return success();
}

LogicalResult RoundsOp::verify() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  size_t taken = getInits().size() + 1 + (kernel ? kernel.getGridRank() : 0);
  if (!kernel || getBody().getNumArguments() != taken ||
      !llvm::all_of(getBody().getArgumentTypes(),
                    [](Type type) { return type.isIndex(); }))
    return emitOpError("C1: takes ")
           << getBody().getNumArguments() << " values, expected " << taken
           << " of type index within a kernel";
  return success();
}

LogicalResult RoundsOp::verifyRegions() {
  auto next = cast<NextOp>(getBody().front().getTerminator());
  if (next.getValues().size() != getInits().size())
    return emitOpError("C2: passes on ")
           << next.getValues().size() << " values, expected "
           << getInits().size();
  return success();
}

LogicalResult ReadOp::verify() {
  RankedTensorType tile = getTile().getType(), result = getResult().getType();
  int64_t first = getFirst();
  if (tile.getRank() != 2 || result.getRank() != 2 ||
      tile.getDimSize(1) != result.getDimSize(1) ||
      tile.getElementType() != result.getElementType() || first < 0 ||
      first > tile.getDimSize(0) - result.getDimSize(0))
    return emitOpError("C1: cannot read ")
           << result << " from row " << first << " of " << tile;
  if (!isa_and_nonnull<SwizzleAttr>(tile.getEncoding()) ||
      !isa_and_nonnull<OperandAttr>(result.getEncoding()))
    return emitOpError("C2: reads ")
           << tile << " as " << result
           << ", expected a tile with a #fovea_tile.swizzle as one with a "
              "#fovea_tile.operand";
  return success();
}

LogicalResult AwaitCopiesOp::verify() {
  constexpr int64_t kMostPending = 7;
  int64_t pending = getPending();
  if (pending < 0 || pending > kMostPending)
    return emitOpError("C1: leaves ")
           << pending << " groups pending, expected 0 to " << kMostPending;
  return success();
}
