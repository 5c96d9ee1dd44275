//===- AllocateShared.cpp - places for channels in shared memory
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// A tile that leaves by the copy engine: rank 2, 16-bit elements. The engine
/// knows where a parameter ends, but not a part of one.
static bool canStage(StoreOp store) {
  RankedTensorType tile = store.getTile().getType();
  return !store.getChannel() && tile.getRank() == 2 &&
         isa<BlockArgument>(store.getDestination()) &&
         (tile.getElementType().isF16() || tile.getElementType().isBF16());
}

/// A tile that the consumers got in the store's block, with the workgroup's
/// rows like the stored one, and that dots read as their left operand alone:
/// each subgroup overwrites only what it has read itself.
static GetOp findFreeTile(StoreOp store) {
  RankedTensorType tile = store.getTile().getType();
  for (auto get : store->getBlock()->getOps<GetOp>()) {
    if (!get->isBeforeInBlock(store))
      continue;
    auto buffer = cast<RankedTensorType>(get.getTile().getType());
    bool isLeft = llvm::all_of(get->getUses(), [&](OpOperand &use) {
      auto dot = dyn_cast<DotOp>(use.getOwner());
      Operation *place =
          store->getBlock()->findAncestorOpInBlock(*use.getOwner());
      return dot && use.get() == dot.getLhs() && use.get() != dot.getRhs() &&
             place->isBeforeInBlock(store);
    });
    if (isLeft && buffer.getDimSize(0) == tile.getDimSize(0) &&
        buffer.getDimSize(1) >= tile.getDimSize(1) &&
        buffer.getElementType() == tile.getElementType())
      return get;
  }
  return GetOp();
}

namespace {
struct AllocateShared : fovea::tile::impl::AllocateSharedBase<AllocateShared> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    // Another layout than the matrix unit's writes rows as they lie in memory.
    if (target->copiesTiles && !kernel.getConfig().getSchedule().getLayout())
      stageStores(kernel, *target);
    int64_t bytes = 0, barriers = 0;
    Builder b(&getContext());
    for (auto channel : kernel.getBody().getOps<ChannelOp>()) {
      bytes = llvm::alignTo(bytes, kBufferAlignment);
      channel.setOffsetAttr(b.getI64IntegerAttr(bytes));
      bytes += channel.getBytes();
      barriers += target->copiesTiles ? 2 * channel.getDepth() : 0;
    }
    bytes = llvm::alignTo(bytes, kBarrierBytes);
    kernel->setAttr(kBarriersAtAttr, b.getI64IntegerAttr(bytes));
    bytes += barriers * kBarrierBytes;
    // Places that the producer hands on: two numbers, and a pair of barriers
    // for each.
    if (kernel.getConfig().getSchedule().getGrid() == Grid::Dynamic) {
      kernel->setAttr(kPlacesAtAttr, b.getI64IntegerAttr(bytes));
      bytes += kPlaceBuffers * 3 * kBarrierBytes;
    }
    int64_t most = target->getSharedBytes(
        kernel.getConfig().getSchedule().getWorkgroups());
    if (bytes > most) {
      kernel.emitOpError("needs ")
          << bytes << " bytes of shared memory, expected at most " << most
          << " on " << target->name
          << "; take fewer rows, keys or stages in its config";
      return signalPassFailure();
    }
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
      if (GetOp get = findFreeTile(store)) {
        store.getChannelMutable().assign(get.getChannel());
        store.getNumberMutable().assign(get.getNumber());
        continue;
      }
      RankedTensorType tile = store.getTile().getType();
      OpBuilder b(&kernel.getBody().front(), kernel.getBody().front().begin());
      auto buffer = RankedTensorType::get(
          tile.getShape(), tile.getElementType(),
          SwizzleAttr::get(&getContext(), target.swizzle));
      auto channel = ChannelOp::create(b, store.getLoc(),
                                       ChannelType::get(&getContext(), buffer),
                                       1, IntegerAttr());
      b.setInsertionPoint(store);
      store.getChannelMutable().assign(channel.getChannel());
      store.getNumberMutable().assign(
          arith::ConstantIndexOp::create(b, store.getLoc(), 0));
    }
  }
};
} // namespace
