//===- AllocateShared.cpp - places for channels in shared memory
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/IR/Builders.h"

namespace fovea::tile {
#define GEN_PASS_DEF_ALLOCATESHARED
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Eight swizzled lines of 128 bytes, the period of the swizzle.
static constexpr int64_t kBufferAlignment = 1024;

/// A tile that leaves by the copy engine: rank 2, 16-bit elements.
static bool canStage(StoreOp store) {
  RankedTensorType tile = store.getTile().getType();
  return !store.getChannel() && tile.getRank() == 2 &&
         (tile.getElementType().isF16() || tile.getElementType().isBF16());
}

/// A channel outside of loops whose one tile has the workgroup's rows, like the
/// stored one: each subgroup overwrites only what it alone has read.
static ChannelOp findFreeChannel(KernelOp kernel, RankedTensorType tile) {
  for (auto channel : kernel.getBody().getOps<ChannelOp>()) {
    RankedTensorType buffer = channel.getChannel().getType().getTile();
    bool isLeft = llvm::all_of(channel->getUsers(), [](Operation *user) {
      auto get = dyn_cast<GetOp>(user);
      return isa<PutOp>(user) ||
             (get && llvm::all_of(get->getUses(), [](OpOperand &use) {
                auto dot = dyn_cast<DotOp>(use.getOwner());
                return dot && use.get() == dot.getLhs();
              }));
    });
    if (channel.getDepth() == 1 && isLeft &&
        buffer.getDimSize(0) == tile.getDimSize(0) &&
        buffer.getDimSize(1) >= tile.getDimSize(1) &&
        buffer.getElementType() == tile.getElementType())
      return channel;
  }
  return ChannelOp();
}

namespace {
struct AllocateShared
    : fovea::tile::impl::AllocateSharedBase<AllocateShared> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    if (target->copiesTiles)
      stageStores(kernel, *target);
    int64_t bytes = 0, barriers = 0;
    Builder b(&getContext());
    for (auto channel : kernel.getBody().getOps<ChannelOp>()) {
      bytes = llvm::alignTo(bytes, kBufferAlignment);
      channel.setOffsetAttr(b.getI64IntegerAttr(bytes));
      bytes += channel.getBytes();
      barriers += 2 * channel.getDepth();
    }
    bytes = llvm::alignTo(bytes, kBarrierBytes);
    kernel->setAttr(kBarriersAtAttr, b.getI64IntegerAttr(bytes));
    bytes += barriers * kBarrierBytes;
    kernel->setAttr(kSharedBytesAttr, b.getI64IntegerAttr(bytes));
  }

private:
  void stageStores(KernelOp kernel, const GPUTarget &target) {
    SmallVector<StoreOp> stores;
    kernel.walk([&](StoreOp store) {
      if (canStage(store))
        stores.push_back(store);
    });
    for (StoreOp store : stores) {
      RankedTensorType tile = store.getTile().getType();
      ChannelOp channel = findFreeChannel(kernel, tile);
      if (!channel) {
        OpBuilder b(&kernel.getBody().front(),
                    kernel.getBody().front().begin());
        auto buffer = RankedTensorType::get(
            tile.getShape(), tile.getElementType(),
            SwizzleAttr::get(&getContext(), target.swizzle));
        channel = ChannelOp::create(b, store.getLoc(),
                                    ChannelType::get(&getContext(), buffer), 1,
                                    IntegerAttr());
      }
      store.getChannelMutable().assign(channel.getChannel());
    }
  }
};
} // namespace
