//===- PrefetchTiles.cpp - copies ahead of their readers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {
#define GEN_PASS_DEF_PREFETCHTILES
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

namespace {

/// The puts of one loop, which run `distance` steps ahead.
class Prefetch {
public:
  Prefetch(scf::ForOp loop, const GPUTarget &target)
      : loop(loop), target(target), b(loop.getLoc(), loop),
        puts(llvm::to_vector(loop.getBody()->getOps<PutOp>())) {}

  LogicalResult run() {
    for (PutOp put : puts)
      if (failed(verify(put)))
        return failure();
    distance = getDepth(puts.front()) - 1;
    putFirstTiles();
    putNextTiles();
    for (PutOp put : puts)
      put.erase();
    return success();
  }

private:
  static int64_t getDepth(PutOp put) {
    return put.getChannel().getDefiningOp<ChannelOp>().getDepth();
  }

  LogicalResult verify(PutOp put) {
    if (getDepth(put) >= 2 && getDepth(put) == getDepth(puts.front()))
      return success();
    return put.emitOpError("fills a channel of depth ")
           << getDepth(put)
           << " in a loop, expected 2 or more, and the same for all channels "
              "of the loop";
  }

  /// Tiles 0 to distance - 1, each a group of copies.
  void putFirstTiles() {
    b.setInsertionPoint(loop);
    for (int64_t tile = 0; tile < distance; ++tile) {
      putIfAny(arith::ConstantIndexOp::create(b, tile));
      if (tile + 1 < distance)
        AwaitCopiesOp::create(b, kAnyPending);
    }
  }

  /// In the loop: behind the gets, which end the reading of the buffer that
  /// the new tile takes.
  void putNextTiles() {
    Block *body = loop.getBody();
    b.setInsertionPointToStart(body);
    AwaitCopiesOp::create(b, distance - 1);
    Operation *last = puts.back();
    for (auto get : body->getOps<GetOp>())
      if (last->isBeforeInBlock(get))
        last = get;
    b.setInsertionPointAfter(last);
    putIfAny(
        arith::AddIOp::create(b, loop.getInductionVar(),
                              arith::ConstantIndexOp::create(b, distance)));
  }

  /// The puts of step `number`, if the loop comes to it. Where copies are
  /// counted each must be made; beyond the end they read nothing.
  void putIfAny(Value number) {
    if (target.countsCopies)
      return put(number);
    Value any = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, number,
                                      loop.getUpperBound());
    auto choice = scf::IfOp::create(b, any, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    put(number);
  }

  void put(Value number) {
    IRMapping map;
    map.map(loop.getInductionVar(), number);
    for (PutOp put : puts) {
      for (Value operand : put->getOperands())
        cloneScalars(operand, map);
      b.clone(*put, map);
    }
  }

  /// What of the loop's body makes `value`, for another step.
  void cloneScalars(Value value, IRMapping &map) {
    Operation *op = value.getDefiningOp();
    if (map.contains(value) || !op || op->getBlock() != loop.getBody())
      return;
    for (Value operand : op->getOperands())
      cloneScalars(operand, map);
    b.clone(*op, map);
  }

  static constexpr int64_t kAnyPending = 7;

  scf::ForOp loop;
  const GPUTarget &target;
  ImplicitLocOpBuilder b;
  SmallVector<PutOp> puts;
  int64_t distance = 0;
};

/// Tiles that no loop brings are waited for where the first one is read in the
/// kernel's body; loops wait at each step.
void awaitBody(KernelOp kernel) {
  Block &body = kernel.getBody().front();
  Operation *first = nullptr;
  for (auto get : body.getOps<GetOp>())
    for (Operation *user : get->getUsers())
      if (user->getBlock() == &body && (!first || user->isBeforeInBlock(first)))
        first = user;
  if (!first)
    return;
  OpBuilder b(first);
  AwaitCopiesOp::create(b, first->getLoc(), 0);
}

struct PrefetchTiles : fovea::tile::impl::PrefetchTilesBase<PrefetchTiles> {
  void runOnOperation() override {
    const GPUTarget *target = getTarget(getOperation());
    if (!target)
      return signalPassFailure();
    if (!target->copiesChunks)
      return;
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) {
      // Where phases alternate, puts are ahead already.
      if (!loop.getBody()->getOps<PutOp>().empty() &&
          loop.getBody()->getOps<AwaitCopiesOp>().empty())
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (failed(Prefetch(loop, *target).run()))
        return signalPassFailure();
    awaitBody(getOperation());
  }
};
} // namespace
