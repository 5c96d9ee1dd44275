//===- ControlFlow.cpp - loops and conditions of a role -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Follower.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

// What symbols of control flow are interned by: one object each.
static constexpr StringLiteral kTrips = "trips", kStep = "step",
                               kBranch = "branch", kCondition = "condition",
                               kWhile = "while", kRounds = "rounds",
                               kPlace = "place", kUnknown = "unknown";

static Known number(int64_t value) { return {Known::Number, value}; }

std::optional<int64_t> Follower::assumeTrips(Operation *loop, Known symbol,
                                             Value origin) {
  if (symbol.isNumber())
    return symbol.value;
  bool outer = loop->walk([&](Operation *inner) {
                     return inner != loop && isa<LoopLikeOpInterface>(inner)
                                ? WalkResult::interrupt()
                                : WalkResult::advance();
                   })
                   .wasInterrupted();
  if (!run.assumptions.assumeTrips(symbol, outer, origin)) {
    outcome = Outcome::Restart;
    return std::nullopt;
  }
  return run.assumptions.resolve(symbol).value;
}

/// Takes a loop's bound for `trips` steps on from `base`: a minimum or a
/// maximum by what it is of, so that bounds of several loops fit together.
bool Follower::assumeBound(Value bound, int64_t base, int64_t step) {
  Known known = scalars.get(bound);
  if (known.isNumber())
    return true;
  Operation *op = bound.getDefiningOp();
  if (isa_and_nonnull<arith::MinSIOp, arith::MaxSIOp>(op)) {
    bool isFirst = llvm::all_of(op->getOperands(), [&](Value operand) {
      return assumeBound(operand, base, step);
    });
    // Both are numbers, and this one was computed from what they were.
    return isFirst && scalars.get(bound).isNumber();
  }
  int64_t trips = run.assumptions.getNextTrips();
  run.assumptions.takeTrips();
  return run.assumptions.assume(
      known, int64_t(uint64_t(base) + uint64_t(trips) * uint64_t(step)), bound);
}

/// The trips of a loop. When its upper bound alone is unknown, it is the bound
/// that is assumed: other loops and conditions depend on it.
std::optional<int64_t> Follower::countTrips(scf::ForOp loop) {
  Known lower = scalars.get(loop.getLowerBound()),
        upper = scalars.get(loop.getUpperBound()),
        step = scalars.get(loop.getStep());
  if (step.isNumber() && step.value <= 0) {
    outcome = Outcome::Impossible;
    return std::nullopt;
  }
  if (!lower.isNumber() || !step.isNumber())
    return assumeTrips(loop, scalars.symbolize(kTrips, {lower, upper, step}),
                       Value());
  if (!upper.isNumber()) {
    // A loop from its second step on has one trip less, as it should.
    int64_t base = lower.value > step.value ? lower.value : 0;
    if (!assumeBound(loop.getUpperBound(), base, step.value)) {
      outcome = Outcome::Restart;
      return std::nullopt;
    }
    upper = run.assumptions.resolve(upper);
  }
  // More trips than steps may be taken, whatever the numbers are.
  int64_t trips = 0;
  if (__int128 span = __int128(upper.value) - lower.value; span > 0)
    trips = int64_t(std::min<__int128>((span - 1) / step.value + 1,
                                       std::numeric_limits<int64_t>::max()));
  return trips;
}

LogicalResult Follower::visitFor(scf::ForOp loop) {
  std::optional<int64_t> trips = countTrips(loop);
  if (!trips)
    return failure();
  Known lower = scalars.get(loop.getLowerBound()),
        step = scalars.get(loop.getStep());
  KnownList carried = getAll(loop.getInitArgs());
  for (int64_t i = 0; i < *trips; ++i) {
    bool numbered = lower.isNumber() && step.isNumber();
    scalars.set(loop.getInductionVar(),
                numbered ? number(int64_t(uint64_t(lower.value) +
                                          uint64_t(i) * uint64_t(step.value)))
                         : scalars.symbolize(kStep, {lower, step, number(i)}));
    setAll(loop.getRegionIterArgs(), carried);
    if (failed(takeStep()) || failed(visit(*loop.getBody())))
      return failure();
    carried = getAll(loop.getBody()->getTerminator()->getOperands());
  }
  setAll(loop.getResults(), carried);
  return success();
}

LogicalResult Follower::visitWhile(scf::WhileOp loop) {
  KnownList carried = getAll(loop.getInits());
  std::optional<int64_t> trips;
  Known symbol = scalars.symbolize(kWhile, number(scalars.count(kWhile)));
  for (int64_t i = 0;; ++i) {
    setAll(loop.getBeforeArguments(), carried);
    if (failed(visit(*loop.getBeforeBody())))
      return failure();
    scf::ConditionOp condition = loop.getConditionOp();
    Known goes = scalars.get(condition.getCondition());
    if (!goes.isNumber()) {
      if (!trips && !(trips = assumeTrips(loop, symbol, Value())))
        return failure();
      goes = number(i < *trips);
    }
    carried = getAll(condition.getArgs());
    if (!goes.value)
      break;
    setAll(loop.getAfterArguments(), carried);
    if (failed(takeStep()) || failed(visit(*loop.getAfterBody())))
      return failure();
    carried = getAll(loop.getYieldOp()->getOperands());
  }
  setAll(loop.getResults(), carried);
  return success();
}

/// What a value is when a condition that nobody needs to know decides: a tile
/// or product if it may be one.
Known Follower::merge(Known condition, Known a, Known b) {
  if (a == b)
    return a;
  for (Known known : {a, b})
    if (known.kind == Known::Product)
      return known;
  for (Known known : {a, b})
    if (known.kind == Known::Tile)
      return known;
  if (a.kind == Known::Nothing || b.kind == Known::Nothing)
    return {};
  return scalars.symbolize(kBranch, {condition, a, b});
}

/// Without events in it, a condition need not be assumed.
LogicalResult Follower::visitBothBranches(scf::IfOp choice) {
  SmallVector<KnownList, 2> yields;
  for (Region &region : choice->getRegions()) {
    if (region.empty())
      continue;
    if (failed(visit(region.front())))
      return failure();
    yields.push_back(getAll(region.front().getTerminator()->getOperands()));
  }
  Known condition = scalars.get(choice.getCondition());
  for (auto [i, result] : llvm::enumerate(choice.getResults()))
    scalars.set(result, merge(condition, yields[0][i], yields[1][i]));
  return success();
}

LogicalResult Follower::visitIf(scf::IfOp choice) {
  Known condition = scalars.get(choice.getCondition());
  if (!condition.isNumber()) {
    if (!isEventful(choice))
      return visitBothBranches(choice);
    if (condition.kind == Known::Nothing)
      condition =
          scalars.symbolize(kCondition, number(scalars.count(kCondition)));
  }
  if (!condition.isNumber()) {
    if (!run.assumptions.assumeCondition(condition, choice.getCondition()))
      return stop(Outcome::Restart);
    condition = run.assumptions.resolve(condition);
  } else if (isEventful(choice)) {
    run.guarded |= !matchPattern(choice.getCondition(), m_Constant());
  }
  Region &region =
      condition.value ? choice.getThenRegion() : choice.getElseRegion();
  if (region.empty())
    return success();
  if (failed(visit(region.front())))
    return failure();
  setAll(choice.getResults(),
         getAll(region.front().getTerminator()->getOperands()));
  return success();
}

/// Which places a workgroup takes is unknown, and the same in all roles.
LogicalResult Follower::visitRounds(RoundsOp rounds) {
  int64_t which = scalars.count(kRounds);
  std::optional<int64_t> trips =
      assumeTrips(rounds, scalars.symbolize(kRounds, number(which)), Value());
  if (!trips)
    return failure();
  KnownList carried = getAll(rounds.getInits());
  Block &body = rounds.getBody().front();
  for (int64_t i = 0; i < *trips; ++i) {
    for (auto [dim, id] : llvm::enumerate(rounds.getGridIds()))
      scalars.set(id, scalars.symbolize(
                          kPlace, {number(which), number(i), number(dim)}));
    scalars.set(rounds.getRound(), number(i));
    setAll(rounds.getCarried(), carried);
    if (failed(takeStep()) || failed(visit(body)))
      return failure();
    carried = getAll(body.getTerminator()->getOperands());
  }
  return success();
}

/// An op that this pass does not know runs its one region once; without events
/// in it, nothing is asked of it.
LogicalResult Follower::visitUnknown(Operation &op) {
  int64_t blocks = 0;
  for (Region &region : op.getRegions())
    blocks += region.getBlocks().size();
  if (isEventful(&op) && (blocks != 1 || isa<LoopLikeOpInterface>(op))) {
    op.emitOpError("V4: cannot be followed, but holds uses of channels or "
                   "products; expected scf.for, scf.while, scf.if or "
                   "fovea_tile.rounds");
    return stop(Outcome::Error);
  }
  for (Region &region : op.getRegions())
    for (Block &block : region) {
      setAll(block.getArguments(), {});
      if (failed(visit(block)))
        return failure();
    }
  for (Value result : op.getResults())
    scalars.set(result, isa<TensorType>(result.getType())
                            ? Known()
                            : scalars.symbolize(
                                  kUnknown, number(scalars.count(kUnknown))));
  return success();
}
