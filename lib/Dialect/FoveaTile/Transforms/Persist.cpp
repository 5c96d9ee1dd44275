//===- Persist.cpp - workgroups that take many places of the grid
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {
#define GEN_PASS_DEF_PERSIST
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

/// Moves everything but channels into rounds, whose places replace the
/// kernel's.
static RoundsOp wrapBody(KernelOp kernel, ImplicitLocOpBuilder &b,
                         ValueRange inits) {
  Block &body = kernel.getBody().front();
  auto rounds = RoundsOp::create(b, inits);
  SmallVector<Type> types(kernel.getGridRank() + 1 + inits.size(),
                          b.getIndexType());
  Block *inner =
      b.createBlock(&rounds.getBody(), {}, types,
                    SmallVector<Location>(types.size(), kernel.getLoc()));
  SmallVector<Operation *> moved;
  for (Operation &op : body.without_terminator())
    if (!isa<ChannelOp>(op) && &op != rounds &&
        !llvm::is_contained(inits, op.getNumResults() == 1 ? op.getResult(0)
                                                           : Value()))
      moved.push_back(&op);
  for (Operation *op : moved)
    op->moveBefore(inner, inner->end());
  for (auto [outer, place] :
       llvm::zip(kernel.getGridIds(), rounds.getGridIds()))
    outer.replaceAllUsesWith(place);
  return rounds;
}

/// The loops that number tiles.
static SmallVector<scf::ForOp> findCountingLoops(KernelOp kernel) {
  SetVector<Operation *> loops;
  kernel.walk([&](PutOp put) {
    if (auto loop = put->getParentOfType<scf::ForOp>())
      loops.insert(loop);
  });
  return llvm::map_to_vector(
      loops, [](Operation *op) { return cast<scf::ForOp>(op); });
}

/// Tiles are numbered on from round to round: those of a loop from where the
/// round before has ended, others by the round.
static void renumber(RoundsOp rounds, scf::ForOp loop, Value first) {
  rounds.walk([&](Operation *op) {
    if (!isa<PutOp, GetOp>(op))
      return;
    ImplicitLocOpBuilder b(op->getLoc(), op);
    bool inLoop = loop && loop->isProperAncestor(op);
    Value number =
        inLoop ? Value(arith::AddIOp::create(b, first, op->getOperand(1)))
               : Value(rounds.getRound());
    op->setOperand(1, number);
  });
}

namespace {
struct Persist : fovea::tile::impl::PersistBase<Persist> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    ScheduleAttr schedule = kernel.getConfig().getSchedule();
    if (!schedule || schedule.getGrid() == Grid::Plain)
      return;
    SmallVector<scf::ForOp> loops = findCountingLoops(kernel);
    if (!kernel.getBody().getOps<RoundsOp>().empty())
      return;
    if (loops.size() != 1 || loops.front()->getParentOp() != kernel) {
      kernel.emitOpError("has ")
          << loops.size()
          << " loops that fill channels, expected one, in its body, for "
             "workgroups that take many places; write grid = plain";
      return signalPassFailure();
    }
    ImplicitLocOpBuilder b(kernel.getLoc(),
                           kernel.getBody().front().getTerminator());
    Value zero = arith::ConstantIndexOp::create(b, 0);
    RoundsOp rounds = wrapBody(kernel, b, ValueRange(zero));
    renumber(rounds, loops.front(), rounds.getCarried().front());
    b.setInsertionPointToEnd(&rounds.getBody().front());
    Value count = arith::MaxSIOp::create(b, loops.front().getUpperBound(),
                                         arith::ConstantIndexOp::create(b, 0));
    Value next = arith::AddIOp::create(b, rounds.getCarried().front(), count);
    NextOp::create(b, next);
  }
};
} // namespace
