//===- Swizzles.cpp - V7: tiles are read without bank conflicts -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Rules.h"

#include "fovea/Dialect/FoveaTile/Transforms/SharedTiles.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Rows of a tile that the matrix unit reads at once, 16 bytes of each (PTX
/// ISA: core matrices).
static constexpr int64_t kRowsAtOnce = 8, kChunkBytes = 16;

/// How many of the rows that are read at once share banks, at most, when banks
/// repeat after `line` bytes: 1 is free of conflicts.
static int64_t countConflicts(RankedTensorType tile, int64_t line) {
  auto swizzle = dyn_cast_or_null<SwizzleAttr>(tile.getEncoding());
  int64_t pitch =
      swizzle ? swizzle.getBytes()
              : tile.getDimSize(1) % line * (tile.getElementTypeBitWidth() / 8);
  int64_t worst = 0;
  DenseMap<int64_t, int64_t> rows;
  for (int64_t row = 0; row < kRowsAtOnce; ++row) {
    int64_t chunk = swizzle ? row % (pitch / kChunkBytes) : 0;
    int64_t bank = (row * pitch + chunk * kChunkBytes) % line / kChunkBytes;
    worst = std::max(worst, ++rows[bank]);
  }
  return worst;
}

static bool feedsDot(Value channel) {
  return llvm::any_of(channel.getUsers(), [](Operation *user) {
    auto get = dyn_cast<GetOp>(user);
    return get && llvm::any_of(get->getUsers(), [](Operation *reader) {
             return isa<DotOp, ReadOp>(reader);
           });
  });
}

static bool isStoredThrough(Value channel) {
  return llvm::any_of(channel.getUsers(), llvm::IsaPred<StoreOp>);
}

/// The hardware's swizzle, whose masks are fixed.
static LogicalResult verifyFixed(ChannelOp channel, const GPUTarget &target) {
  RankedTensorType tile = channel.getChannel().getType().getTile();
  auto swizzle = dyn_cast_or_null<SwizzleAttr>(tile.getEncoding());
  if (!swizzle || swizzle.getBytes() != target.swizzle)
    return channel.emitOpError("V7: has tiles ")
           << (swizzle ? "swizzled by " + Twine(swizzle.getBytes()) + " bytes"
                       : Twine("without a swizzle"))
           << ", expected " << target.swizzle << " on " << target.name << ": "
           << countConflicts(tile, target.swizzle) << " of the " << kRowsAtOnce
           << " rows that are read at once share banks";
  if (!swizzle.isIdentity())
    return channel.emitOpError("V7: has row masks, which the hardware of ")
           << target.name << " does not know; expected "
           << SwizzleAttr::get(channel.getContext(), target.swizzle);
  if (tile.getDimSize(0) % kRowsAtOnce)
    return channel.emitOpError("V7: has tiles of ")
           << tile.getDimSize(0) << " rows, expected a multiple of "
           << kRowsAtOnce
           << ", which are read at once: " << tile.getDimSize(0) % kRowsAtOnce
           << " too many";
  int64_t elementBytes = tile.getElementTypeBitWidth() / 8;
  if (elementBytes > kChunkBytes || kChunkBytes % elementBytes ||
      tile.getDimSize(1) % (kChunkBytes / elementBytes))
    return channel.emitOpError("V7: has rows of ")
           << tile.getDimSize(1) << " elements of " << elementBytes
           << " bytes, expected whole chunks of " << kChunkBytes
           << " bytes, which the swizzle moves";
  return success();
}

/// A swizzle of the program's own: lane by lane, by the banks of the target.
static LogicalResult verifyChosen(ChannelOp channel, const GPUTarget &target) {
  RankedTensorType type = channel.getChannel().getType().getTile();
  auto swizzle = dyn_cast_or_null<SwizzleAttr>(type.getEncoding());
  if (!swizzle || swizzle.getBytes() != target.swizzle)
    return channel.emitOpError("V7: has tiles ")
           << (swizzle ? "swizzled by " + Twine(swizzle.getBytes()) + " bytes"
                       : Twine("without a swizzle"))
           << ", expected " << target.swizzle << " on " << target.name;
  SharedTile tile = describeTile(channel);
  auto proof =
      target.sharedMemory->proveSwizzle(target, tile, swizzle.getRowMasks());
  if (proof)
    return success();
  InFlightDiagnostic error = channel.emitOpError("V7: ");
  error << llvm::toString(proof.takeError());
  FailureOr<SwizzleAttr> known =
      findSwizzle(target, tile, channel.getContext());
  if (succeeded(known) && *known != swizzle)
    error << "; expected " << *known;
  return error;
}

LogicalResult fovea::tile::verifySwizzles(const ScheduledKernel &scheduled) {
  auto verify = scheduled.target.sharedMemory ? verifyChosen : verifyFixed;
  for (ChannelOp channel : scheduled.channels)
    if (feedsDot(channel.getChannel()) || isStoredThrough(channel.getChannel()))
      if (failed(verify(channel, scheduled.target)))
        return failure();
  return success();
}
