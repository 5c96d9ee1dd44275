//===- OverlapProducts.cpp - a loop's first product runs ahead -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// FlashAttention-3 (arXiv:2407.08608), section 3.2, as a rotation of the loop.

#include "ProductLoop.h"

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {
#define GEN_PASS_DEF_OVERLAPPRODUCTS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

namespace {

/// Builds the rotated loop.
class Rotation {
public:
  Rotation(ProductLoop steps)
      : steps(steps), b(steps.loop.getLoc(), steps.loop),
        one(arith::ConstantIndexOp::create(b, 1)) {}
  void run();

private:
  void clone(ArrayRef<Operation *> ops, IRMapping &map) {
    for (Operation *op : ops)
      b.clone(*op, map);
  }
  /// The last product of step `number`.
  Value cloneLast(Value number, Value accumulator, Value lhs) {
    IRMapping map;
    map.map(steps.loop.getInductionVar(), number);
    clone(steps.operand, map);
    return DotOp::create(b, accumulator, lhs, map.lookup(steps.last.getRhs()),
                         steps.last.getTransposed());
  }
  /// What the next step takes over: the loop's values with the accumulator
  /// scaled, and the left operand of the last product.
  SmallVector<Value> finish(IRMapping &map, Value accumulator) {
    map.map(steps.loop.getRegionIterArg(steps.carried), accumulator);
    clone(steps.scaling, map);
    auto yield = cast<scf::YieldOp>(steps.loop.getBody()->getTerminator());
    SmallVector<Value> values;
    for (auto [i, value] : llvm::enumerate(yield.getOperands()))
      values.push_back(map.lookupOrDefault(
          i == steps.carried ? steps.last.getAccumulator() : value));
    values.push_back(map.lookupOrDefault(steps.last.getLhs()));
    return values;
  }
  SmallVector<Value> buildFirstStep();
  SmallVector<Value> buildLoop(ValueRange inits);

  ProductLoop steps;
  ImplicitLocOpBuilder b;
  Value one;
};

SmallVector<Value> Rotation::buildFirstStep() {
  IRMapping map;
  map.map(steps.loop.getInductionVar(), steps.loop.getLowerBound());
  map.map(steps.loop.getRegionIterArgs(), steps.loop.getInitArgs());
  clone(steps.head, map);
  clone(steps.middle, map);
  return finish(map, steps.loop.getInitArgs()[steps.carried]);
}

SmallVector<Value> Rotation::buildLoop(ValueRange inits) {
  Value second = arith::AddIOp::create(b, steps.loop.getLowerBound(), one);
  auto loop = scf::ForOp::create(b, second, steps.loop.getUpperBound(),
                                 steps.loop.getStep(), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  IRMapping map;
  map.map(steps.loop.getInductionVar(), loop.getInductionVar());
  auto carried = loop.getRegionIterArgs();
  map.map(ValueRange(steps.loop.getRegionIterArgs()),
          ValueRange(carried.drop_back()));
  clone(steps.head, map);
  Value before = arith::SubIOp::create(b, loop.getInductionVar(), one);
  Value accumulated = cloneLast(before, carried[steps.carried], carried.back());
  clone(steps.middle, map);
  scf::YieldOp::create(b, finish(map, accumulated));
  return loop.getResults();
}

void Rotation::run() {
  Value any = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                    steps.loop.getLowerBound(),
                                    steps.loop.getUpperBound());
  auto choice = scf::IfOp::create(b, steps.loop.getResultTypes(), any,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  b.setInsertionPointToStart(choice.thenBlock());
  SmallVector<Value> values = buildLoop(buildFirstStep());
  Value last = arith::SubIOp::create(b, steps.loop.getUpperBound(), one);
  values[steps.carried] = cloneLast(last, values[steps.carried], values.back());
  scf::YieldOp::create(b, ArrayRef(values).drop_back());
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(b, steps.loop.getInitArgs());
  steps.loop.replaceAllUsesWith(choice.getResults());
  steps.loop.erase();
}

struct OverlapProducts
    : fovea::tile::impl::OverlapProductsBase<OverlapProducts> {
  void runOnOperation() override {
    ScheduleAttr schedule = getOperation().getConfig().getSchedule();
    if (!schedule || schedule.getOverlap() != Overlap::Ahead)
      return;
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    bool any = false;
    for (scf::ForOp loop : loops)
      if (std::optional<ProductLoop> steps = matchProductLoop(loop)) {
        Rotation(*steps).run();
        any = true;
      }
    if (!any)
      // By location: printing the kernel would read others, which other threads
      // rewrite.
      emitRemark(getOperation().getLoc())
          << "no loop was overlapped: expected a loop with two dots, of which "
             "only the last depends on what it accumulates";
  }
};
} // namespace
