//===- SharedTiles.cpp - how dots read tiles of channels -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/SharedTiles.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

static void addRead(SharedTile &tile, bool transposed) {
  (transposed ? tile.isKeys : tile.isValues) = true;
}

SharedTile fovea::tile::describeTile(RankedTensorType type, ValueRange tiles) {
  SharedTile tile{type.getDimSize(0), type.getDimSize(1),
                  type.getElementTypeBitWidth() / 8};
  for (Value value : tiles)
    for (OpOperand &use : value.getUses()) {
      if (auto dot = dyn_cast<DotOp>(use.getOwner());
          dot && use.get() == dot.getRhs())
        addRead(tile, dot.getTransposed());
      if (auto read = dyn_cast<ReadOp>(use.getOwner()))
        addRead(tile,
                cast<OperandAttr>(read.getResult().getType().getEncoding())
                    .getTransposed());
    }
  return tile;
}

SharedTile fovea::tile::describeTile(ChannelOp channel) {
  SmallVector<Value> tiles;
  for (Operation *user : channel.getChannel().getUsers())
    if (auto get = dyn_cast<GetOp>(user))
      tiles.push_back(get.getTile());
  return describeTile(channel.getChannel().getType().getTile(), tiles);
}

FailureOr<SwizzleAttr> fovea::tile::findSwizzle(const GPUTarget &target,
                                                const SharedTile &tile,
                                                MLIRContext *context) {
  // What no dot reads as its right operand may lie in any way.
  if (!target.sharedMemory || !(tile.isKeys || tile.isValues))
    return SwizzleAttr::get(context, target.swizzle);
  auto masks = target.sharedMemory->chooseSwizzle(target, tile);
  if (masks)
    return SwizzleAttr::get(context, target.swizzle, *masks);
  llvm::consumeError(masks.takeError());
  return failure();
}

void fovea::tile::describeChannels(KernelOp kernel, const GPUTarget &target,
                                   SmallVectorImpl<std::string> &lines) {
  if (!target.sharedMemory)
    return;
  for (auto channel : kernel.getBody().getOps<ChannelOp>()) {
    auto type = channel.getChannel().getType().getTile();
    auto swizzle = dyn_cast_or_null<SwizzleAttr>(type.getEncoding());
    SharedTile tile = describeTile(channel);
    if (!swizzle || !(tile.isKeys || tile.isValues))
      continue;
    auto proof =
        target.sharedMemory->proveSwizzle(target, tile, swizzle.getRowMasks());
    std::string &line = lines.emplace_back();
    llvm::raw_string_ostream(line)
        << (tile.isKeys && tile.isValues ? "keys and values"
            : tile.isKeys                ? "keys"
                                         : "values")
        << " of " << tile.rows << "x" << tile.columns << ": "
        << (proof ? *proof : llvm::toString(proof.takeError()));
  }
}
