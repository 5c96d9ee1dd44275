//===- InsertChannels.cpp - operands of dots through shared memory
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"
#include "fovea/Dialect/FoveaTile/Transforms/SharedTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

namespace fovea::tile {
#define GEN_PASS_DEF_INSERTCHANNELS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Dots alone read it, so it can stay where the matrix unit finds it.
static bool feedsDots(LoadOp load) {
  return load.getTile().getType().getRank() == 2 && !load->use_empty() &&
         llvm::all_of(load->getUses(), [](OpOperand &use) {
           auto dot = dyn_cast<DotOp>(use.getOwner());
           return dot && use.get() != dot.getAccumulator();
         });
}

/// Whether the copy engine, which knows nothing but whole tensors, brings rows
/// that are not the tile's, and dots add up over rows.
static bool bringsOthers(LoadOp load) {
  return load.getSource().getDefiningOp() &&
         llvm::any_of(load->getUses(), [](OpOperand &use) {
           auto dot = cast<DotOp>(use.getOwner());
           return use.get() == dot.getRhs() && !dot.getTransposed();
         });
}

/// Rows of the view from the tile's first one on.
static Value countValid(OpBuilder &b, LoadOp load) {
  int64_t dim = load.getIndices().size() - 2;
  Value size = memref::DimOp::create(b, load.getLoc(), load.getSource(), dim);
  return arith::SubIOp::create(b, load.getLoc(), size, load.getIndices()[dim]);
}

/// Read once, as left operands alone, by subgroups that keep such operands in
/// registers.
static bool staysInRegisters(LoadOp load, const GPUTarget &target) {
  return *target.leftFragment && isa<KernelOp>(load->getParentOp()) &&
         llvm::all_of(load->getUses(), [](OpOperand &use) {
           return use.get() != cast<DotOp>(use.getOwner()).getRhs();
         });
}

/// Tiles of a channel are numbered by the loop, which therefore counts.
/// Within another loop it would count the same tiles again.
static bool counts(scf::ForOp loop) {
  return isa<KernelOp>(loop->getParentOp()) &&
         matchPattern(loop.getLowerBound(), m_Zero()) &&
         matchPattern(loop.getStep(), m_One()) &&
         loop.getInductionVar().getType().isIndex();
}

namespace {
struct InsertChannels : fovea::tile::impl::InsertChannelsBase<InsertChannels> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    if (failed(verifyFits(*target)))
      return signalPassFailure();
    if (!target->copiesTiles && !target->copiesChunks)
      return;
    SmallVector<LoadOp> loads;
    kernel.walk([&](LoadOp load) {
      if (feedsDots(load) && !staysInRegisters(load, *target))
        loads.push_back(load);
    });
    stages = kernel.getConfig().getSchedule().getStages();
    for (LoadOp load : loads)
      if (failed(insertChannel(load, *target)))
        return signalPassFailure();
  }

private:
  /// What a schedule asks for that subgroups who copy for themselves do not
  /// have.
  LogicalResult verifyFits(const GPUTarget &target) {
    ScheduleAttr schedule = getOperation().getConfig().getSchedule();
    auto refuse = [&](StringRef what, StringRef why) -> LogicalResult {
      return getOperation().emitOpError("has ")
             << what << " on " << target.name << ", " << why;
    };
    if (schedule.getPhases() != Phases::Together && !target.countsCopies)
      return refuse("phases = ping_pong",
                    "where copies are not counted; expected phases = together");
    if (!target.countsCopies)
      return success();
    if (schedule.getProducer())
      return refuse(
          "a producer",
          "where registers are split evenly over all subgroups: what "
          "it leaves unused no other one gets; expected producer = 0");
    if (schedule.getOverlap() != Overlap::None || schedule.getTurns())
      return refuse(
          "overlap or turns",
          "where phases = ping_pong does that; expected overlap = none "
          "and turns = false");
    if (schedule.getGrid() != Grid::Plain)
      return refuse("a persistent or dynamic grid",
                    "whose rounds only a producer runs ahead into; expected "
                    "grid = plain");
    return success();
  }

  /// Buffers of the next channel that a loop fills: two unless the schedule
  /// says otherwise.
  int64_t takeStages() {
    if (stages.empty())
      return 2;
    int64_t depth = stages.front();
    stages = stages.drop_front();
    return depth;
  }

  /// Buffers of a channel that is filled once for each place of the grid.
  int64_t getRounds() {
    ScheduleAttr schedule = getOperation().getConfig().getSchedule();
    return schedule.getGrid() == Grid::Plain ? 1 : schedule.getRounds();
  }

  /// Where none is known, any: the verifier of schedules says what is wrong.
  SwizzleAttr chooseSwizzle(const SharedTile &tile, const GPUTarget &target) {
    FailureOr<SwizzleAttr> found = findSwizzle(target, tile, &getContext());
    return succeeded(found) ? *found
                            : SwizzleAttr::get(&getContext(), target.swizzle);
  }

  LogicalResult insertChannel(LoadOp load, const GPUTarget &target) {
    auto loop = dyn_cast<scf::ForOp>(load->getParentOp());
    if (!isa<KernelOp>(load->getParentOp()) && !(loop && counts(loop)))
      return load.emitOpError("feeds a dot from within ")
             << load->getParentOp()->getName()
             << "; expected it in the kernel's body, or there in a loop over "
                "indices from 0 in steps of 1";
    OpBuilder b(&getOperation().getBody().front(),
                getOperation().getBody().front().begin());
    Location loc = load.getLoc();
    RankedTensorType tile = load.getTile().getType();
    auto swizzled = RankedTensorType::get(
        tile.getShape(), tile.getElementType(),
        chooseSwizzle(describeTile(tile, load.getTile()), target));
    Value channel =
        ChannelOp::create(b, loc, ChannelType::get(&getContext(), swizzled),
                          loop ? takeStages() : getRounds(), IntegerAttr());
    b.setInsertionPoint(load);
    Value number = loop ? loop.getInductionVar()
                        : Value(arith::ConstantIndexOp::create(b, loc, 0));
    PutOp::create(b, loc, channel, number, load.getSource(), load.getIndices());
    Value valid;
    if (target.copiesTiles && bringsOthers(load)) {
      if (getOperation().getConfig().getSchedule().getGrid() != Grid::Plain)
        return load.emitOpError(
            "reads a part of a parameter in a grid that is not plain, where "
            "its last rows cannot be cleared; expected grid = plain");
      valid = countValid(b, load);
    }
    load.replaceAllUsesWith(
        GetOp::create(b, loc, swizzled, channel, number, valid).getResult());
    load.erase();
    return success();
  }

  ArrayRef<int64_t> stages;
};
} // namespace
