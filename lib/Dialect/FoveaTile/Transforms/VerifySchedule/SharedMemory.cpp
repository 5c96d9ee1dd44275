//===- SharedMemory.cpp - V3: places of channels and barriers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Rules.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Rows after which a swizzle repeats.
static constexpr int64_t kSwizzleRows = 8;

namespace {
/// Bytes of shared memory, and what lies there.
struct Extent {
  int64_t first, bytes;
  std::string what;

  int64_t end() const { return first + bytes; }
};
} // namespace

/// Bytes of a channel's ring, or more than there are when a size is absurd.
static int64_t countBytes(ChannelOp channel, const GPUTarget &target) {
  RankedTensorType tile = channel.getChannel().getType().getTile();
  for (int64_t size : {tile.getDimSize(0), tile.getDimSize(1),
                       int64_t(tile.getElementTypeBitWidth()) * 8})
    if (size > target.sharedBytes)
      return int64_t(1) << 40;
  return channel.getBytes();
}

/// A swizzle repeats with the address: buffers start where it does.
static int64_t getAlignment(ChannelOp channel, const GPUTarget &target) {
  auto swizzle = dyn_cast_or_null<SwizzleAttr>(
      channel.getChannel().getType().getTile().getEncoding());
  return swizzle ? swizzle.getBytes() * kSwizzleRows : target.swizzle;
}

static FailureOr<Extent> placeChannel(ChannelOp channel,
                                      const GPUTarget &target) {
  if (!channel.getOffset()) {
    channel.emitOpError("V3: has no place in shared memory; expected 'at', or "
                        "run fovea-tile-allocate-shared");
    return failure();
  }
  Extent extent{int64_t(*channel.getOffset()), countBytes(channel, target),
                "channel " + getName(channel.getChannel())};
  int64_t alignment = getAlignment(channel, target);
  if (extent.first < 0 || extent.first % alignment) {
    channel.emitOpError("V3: lies at byte ")
        << extent.first << ", expected a multiple of " << alignment << ": "
        << (extent.first < 0 ? extent.first : extent.first % alignment)
        << " bytes off";
    return failure();
  }
  return extent;
}

/// What is not a channel: its place is an attribute of the kernel.
static FailureOr<Extent> placeRest(KernelOp kernel, StringRef name,
                                   int64_t bytes, StringRef what) {
  auto first = kernel->getAttrOfType<IntegerAttr>(name);
  if (!first || !first.getType().isSignlessInteger(64)) {
    kernel.emitOpError("V3: has no place for ")
        << what << "; expected '" << name
        << "', or run fovea-tile-allocate-shared";
    return failure();
  }
  if (first.getInt() < 0 || first.getInt() % kBarrierBytes) {
    kernel.emitOpError("V3: has ")
        << what << " at byte " << first.getInt() << ", expected a multiple of "
        << kBarrierBytes;
    return failure();
  }
  return Extent{first.getInt(), bytes, what.str()};
}

/// Everything that lies in shared memory.
static FailureOr<SmallVector<Extent>> place(const ScheduledKernel &scheduled) {
  SmallVector<Extent> extents;
  int64_t buffers = 0;
  auto add = [&](FailureOr<Extent> extent) {
    if (succeeded(extent))
      extents.push_back(*extent);
    return succeeded(extent);
  };
  for (ChannelOp channel : scheduled.channels) {
    buffers += scheduled.target.copiesTiles ? channel.getDepth() : 0;
    if (!add(placeChannel(channel, scheduled.target)))
      return failure();
  }
  // Of each buffer that an engine fills, one says that it is filled, and one
  // that it is free.
  if (!add(placeRest(scheduled.kernel, kBarriersAtAttr,
                     2 * buffers * kBarrierBytes, "the barriers")))
    return failure();
  // A place, and its two barriers.
  if (KernelOp(scheduled.kernel)->hasAttr(kPlacesAtAttr) &&
      !add(placeRest(scheduled.kernel, kPlacesAtAttr,
                     kPlaceBuffers * 3 * kBarrierBytes, "the places")))
    return failure();
  return extents;
}

/// `size` bytes are there, and every extent ends within them.
static LogicalResult verifyEnd(KernelOp kernel, const Extent &extent,
                               int64_t size, StringRef what) {
  // Offsets are not bounded: no sum of them may overflow.
  if (extent.bytes <= size && extent.first <= size - extent.bytes)
    return success();
  uint64_t excess = uint64_t(extent.first) + extent.bytes - size;
  return kernel.emitOpError("V3: has ")
         << extent.what << " in bytes " << extent.first << " to "
         << uint64_t(extent.first) + extent.bytes << ", but " << what << " "
         << size << " bytes of shared memory: too many by " << excess;
}

LogicalResult
fovea::tile::verifySharedMemory(const ScheduledKernel &scheduled) {
  KernelOp kernel = scheduled.kernel;
  const GPUTarget &target = scheduled.target;
  if (scheduled.channels.empty())
    return success();
  auto shared = kernel->getAttrOfType<IntegerAttr>(kSharedBytesAttr);
  if (!shared || !shared.getType().isSignlessInteger(64))
    return kernel.emitOpError("V3: has no size of shared memory; expected '")
           << kSharedBytesAttr << "', or run fovea-tile-allocate-shared";
  FailureOr<SmallVector<Extent>> extents = place(scheduled);
  if (failed(extents))
    return failure();
  std::string limit = ("a workgroup of " + Twine(target.name) + " has").str();
  for (const Extent &extent : *extents)
    if (failed(verifyEnd(kernel, extent, scheduled.getSharedBytes(), limit)) ||
        failed(
            verifyEnd(kernel, extent, shared.getInt(), "its launch asks for")))
      return failure();
  int64_t most = scheduled.getSharedBytes();
  if (shared.getInt() > most)
    return kernel.emitOpError("V3: asks for ")
           << shared.getInt() << " bytes of shared memory, but " << limit << " "
           << most << ": too many by " << shared.getInt() - most;
  llvm::sort(*extents, [](const Extent &a, const Extent &b) {
    return a.first < b.first;
  });
  for (auto [a, b] : llvm::zip(*extents, llvm::drop_begin(*extents)))
    if (a.end() > b.first)
      return kernel.emitOpError("V3: has ")
             << a.what << " and " << b.what
             << " in the same bytes of shared memory: they overlap by "
             << a.end() - b.first;
  return success();
}
