//===- OverlapProducts.cpp - a loop's first product runs ahead -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// FlashAttention-3 (arXiv:2407.08608), section 3.2, as a rotation of the loop.

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

namespace fovea::tile {
#define GEN_PASS_DEF_OVERLAPPRODUCTS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

namespace {

/// A loop whose step is `first product, arithmetic, last product`, where only
/// the last product and what scales its accumulator depend on what it
/// accumulates.
struct Steps {
  scf::ForOp loop;
  DotOp first, last;
  /// Number of the accumulator among the loop's results.
  unsigned carried;
  /// Ops of the body: up to the first product, after it, what scales the
  /// accumulator, and what brings the last product's right operand.
  SmallVector<Operation *> head, middle, scaling, operand;
};

/// Ops of `block` that depend on `value`, in order.
static SetVector<Operation *> collectDependents(Block *block, Value value) {
  SetVector<Operation *> dependents;
  SmallVector<Value> worklist = {value};
  while (!worklist.empty())
    for (Operation *user : worklist.pop_back_val().getUsers())
      if (Operation *op = block->findAncestorOpInBlock(*user);
          op && dependents.insert(op))
        llvm::append_range(worklist, op->getResults());
  return dependents;
}

/// Adds the ops of the body that `op` needs, and `op`, in order.
static void collectSlice(Operation *op, Block *body,
                         SetVector<Operation *> &slice) {
  if (slice.contains(op))
    return;
  for (Value operand : op->getOperands())
    if (Operation *definition = operand.getDefiningOp();
        definition && definition->getBlock() == body)
      collectSlice(definition, body, slice);
  slice.insert(op);
}

/// Whether `op` of the loop's body can be computed from the step's number.
static bool dependsOnNumber(Operation *op, scf::ForOp loop) {
  return op->getNumRegions() == 0 &&
         llvm::none_of(op->getOperands(), [&](Value operand) {
           return llvm::is_contained(loop.getRegionIterArgs(), operand);
         });
}

static std::optional<Steps> matchSteps(scf::ForOp loop) {
  Block *body = loop.getBody();
  auto yield = cast<scf::YieldOp>(body->getTerminator());
  SmallVector<DotOp> dots(body->getOps<DotOp>());
  if (dots.size() != 2 || !matchPattern(loop.getStep(), m_One()) ||
      !loop.getInductionVar().getType().isIndex())
    return std::nullopt;
  Steps steps{loop, dots[0], dots[1], 0, {}, {}, {}, {}};
  auto place = llvm::find(yield.getOperands(), dots[1].getResult());
  if (place == yield.getOperands().end() || !dots[1]->hasOneUse())
    return std::nullopt;
  steps.carried = std::distance(yield.getOperands().begin(), place);
  SetVector<Operation *> dependents =
      collectDependents(body, loop.getRegionIterArg(steps.carried));
  auto rhs = steps.last.getRhs().getDefiningOp<GetOp>();
  if (dependents.contains(steps.first) || !dependents.contains(steps.last) ||
      !rhs || rhs->getBlock() != body || !rhs->hasOneUse())
    return std::nullopt;
  // Brought again for the step before: scalars are computed a second time.
  SetVector<Operation *> slice;
  bool ahead = true;
  for (Operation &op : body->without_terminator()) {
    auto put = dyn_cast<PutOp>(op);
    if (&op == rhs || (put && put.getChannel() == rhs.getChannel()))
      collectSlice(&op, body, slice);
    else if (&op == steps.last)
      continue;
    else if (dependents.contains(&op))
      steps.scaling.push_back(&op);
    else
      (ahead ? steps.head : steps.middle).push_back(&op);
    ahead &= &op != steps.first;
  }
  if (!llvm::all_of(slice,
                    [&](Operation *op) { return dependsOnNumber(op, loop); }))
    return std::nullopt;
  steps.operand = slice.takeVector();
  // Nothing else may read what the accumulator was scaled to.
  for (Operation *op : steps.scaling)
    for (Operation *user : op->getUsers())
      if (user != steps.last && !llvm::is_contained(steps.scaling, user))
        return std::nullopt;
  return steps;
}

/// Builds the rotated loop.
class Rotation {
public:
  Rotation(Steps steps)
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

  Steps steps;
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
      if (std::optional<Steps> steps = matchSteps(loop)) {
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
