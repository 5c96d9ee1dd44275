//===- InsertWaits.cpp - waits for asynchronous dots -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace fovea::tile {
#define GEN_PASS_DEF_INSERTWAITS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// The first op of the dot's block that reads its result, at the latest the
/// terminator; null for the end of a block that has none.
static Operation *findFirstReader(DotOp dot) {
  Operation &last = dot->getBlock()->back();
  Operation *first = last.hasTrait<OpTrait::IsTerminator>() ? &last : nullptr;
  for (Operation *user : dot->getUsers()) {
    Operation *op = dot->getBlock()->findAncestorOpInBlock(*user);
    if (op && (!first || op->isBeforeInBlock(first)))
      first = op;
  }
  return first;
}

/// Dots between `dot` and `reader`, which may still run when it is complete.
static int64_t countYounger(DotOp dot, Operation *reader) {
  int64_t younger = 0;
  for (Operation *op = dot->getNextNode(); op != reader; op = op->getNextNode())
    younger += isa<DotOp>(op);
  return younger;
}

/// The op that makes the next step's left operand, when this step's is carried
/// by a loop: both may get the same registers, so the matrix unit must have
/// read this step's before the next one is written. Null otherwise, or where
/// something before `reader` needs it.
static Operation *findNextOperand(DotOp dot, Operation *reader) {
  auto argument = dyn_cast<BlockArgument>(dot.getLhs());
  auto loop = dyn_cast<scf::ForOp>(dot->getParentOp());
  if (!argument || !loop || argument.getOwner() != loop.getBody())
    return nullptr;
  Value next = loop.getTiedLoopYieldedValue(argument)->get();
  Operation *op = next.getDefiningOp();
  if (!op || op->getBlock() != dot->getBlock() || op->getNumOperands() != 1 ||
      !isa<RankedTensorType>(op->getOperand(0).getType()) || isa<AwaitOp>(op) ||
      !reader || !op->isBeforeInBlock(reader))
    return nullptr;
  bool isNeeded = llvm::any_of(op->getUsers(), [&](Operation *user) {
    Operation *place = dot->getBlock()->findAncestorOpInBlock(*user);
    return place && place->isBeforeInBlock(reader);
  });
  return isNeeded ? nullptr : op;
}

/// A channel that is filled again and again; others keep their one tile until
/// the kernel ends.
static bool isRing(Value channel) {
  return llvm::any_of(channel.getUsers(), [](Operation *user) {
    return isa<GetOp>(user) && (user->getParentOfType<scf::ForOp>() ||
                                user->getParentOfType<RoundsOp>());
  });
}

/// The last op of the tile's block that reads it, or stores through its buffer.
static Operation *findLastReader(GetOp get) {
  Operation *last = get;
  auto extend = [&](Operation *user) {
    Operation *op = get->getBlock()->findAncestorOpInBlock(*user);
    if (op && last->isBeforeInBlock(op))
      last = op;
  };
  llvm::for_each(get->getUsers(), extend);
  for (Operation *user : get.getChannel().getUsers())
    if (auto store = dyn_cast<StoreOp>(user);
        store && store.getNumber() == get.getNumber())
      extend(store);
  return last;
}

/// Gives back the buffers that no dot reads any more after `await`.
static void releaseOperands(DotOp dot, Operation *await) {
  for (Value operand : {dot.getLhs(), dot.getRhs()}) {
    auto get = operand.getDefiningOp<GetOp>();
    if (!get || get->getBlock() != dot->getBlock() || !isRing(get.getChannel()))
      continue;
    if (findLastReader(get) != dot)
      continue;
    OpBuilder b(await->getContext());
    b.setInsertionPointAfter(await);
    ConsumedOp::create(b, dot.getLoc(), get.getChannel(), get.getNumber());
  }
}

/// Whether some op gives this tile's buffer back already.
static bool isReleased(GetOp get) {
  return llvm::any_of(get.getChannel().getUsers(), [&](Operation *user) {
    auto consumed = dyn_cast<ConsumedOp>(user);
    return consumed && consumed.getNumber() == get.getNumber() &&
           consumed->getBlock() == get->getBlock();
  });
}

/// Gives back the tiles of a block that no awaited dot of it reads last.
static void releaseRest(Block &block) {
  for (auto get : llvm::to_vector(block.getOps<GetOp>())) {
    if (!isRing(get.getChannel()) || isReleased(get))
      continue;
    OpBuilder b(get.getContext());
    b.setInsertionPointAfter(findLastReader(get));
    ConsumedOp::create(b, get.getLoc(), get.getChannel(), get.getNumber());
  }
}

static void insertWait(DotOp dot) {
  Operation *reader = findFirstReader(dot);
  SmallVector<Value> held = {dot.getResult()};
  Operation *next = findNextOperand(dot, reader);
  if (next)
    held.push_back(next->getOperand(0));
  OpBuilder b =
      reader ? OpBuilder(reader) : OpBuilder::atBlockEnd(dot->getBlock());
  auto await =
      AwaitOp::create(b, dot.getLoc(), held, countYounger(dot, reader));
  dot.getResult().replaceAllUsesExcept(await.getResult(0), await);
  if (held.size() == 2) {
    next->setOperand(0, await.getResult(1));
    next->moveAfter(await);
  }
  releaseOperands(dot, await);
}

namespace {
struct InsertWaits : fovea::tile::impl::InsertWaitsBase<InsertWaits> {
  void runOnOperation() override {
    const GPUTarget *target = getTarget(getOperation());
    if (!target)
      return signalPassFailure();
    SmallVector<DotOp> dots;
    getOperation()->walk([&](DotOp dot) { dots.push_back(dot); });
    if (target->asynchronousProducts)
      llvm::for_each(dots, insertWait);
    getOperation()->walk([&](Operation *op) {
      if (isa<RoundsOp>(op) ||
          (isa<scf::ForOp>(op) && !target->asynchronousProducts))
        releaseRest(op->getRegion(0).front());
    });
  }
};
} // namespace
