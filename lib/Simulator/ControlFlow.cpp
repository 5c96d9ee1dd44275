//===- ControlFlow.cpp - branches and loops, by masks of lanes
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Lanes of a subgroup go together: both sides of a branch run, one after the
// other, each in its own lanes, and meet at its end.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Warp.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;

/// Lanes that are active and in which an i1 is set.
static LaneMask lanesWith(const Warp &w, const uint8_t *condition) {
  LaneMask lanes = 0;
  for (int lane = 0; lane < w.size; ++lane)
    lanes |= LaneMask(condition[lane] != 0) << lane;
  return lanes & w.mask;
}

static Step jumpIfNone(Warp &w, uint32_t target) {
  if (!w.mask)
    w.pc = target;
  return Step::Next;
}

static Step copyRegisters(Warp &w, const Instruction &i) {
  if (!w.requireCopyable(i))
    return Step::Failed;
  for (auto [from, to] : llvm::zip_equal(i.operands, i.results))
    w.copy(to, w.reg(from));
  return Step::Next;
}

/// Where a register is read and written, as in a loop that swaps two values.
static Step copyThroughTemporaries(Warp &w, const Instruction &i) {
  if (!w.requireCopyable(i))
    return Step::Failed;
  w.temporaries.resize(std::max(w.temporaries.size(), i.operands.size()));
  for (auto [k, from] : llvm::enumerate(i.operands))
    w.temporaries[k] = w.reg(from);
  for (auto [k, to] : llvm::enumerate(i.results))
    w.copy(to, w.temporaries[k]);
  return Step::Next;
}

void fovea::sim::emitCopies(Decoder &d, Operation *op, ArrayRef<Slot> from,
                            ArrayRef<Slot> to) {
  SmallVector<Slot> sources, places;
  for (auto [source, place] : llvm::zip_equal(from, to)) {
    if (source == place)
      continue;
    sources.push_back(source);
    places.push_back(place);
  }
  if (sources.empty())
    return;
  bool overlap = llvm::any_of(
      sources, [&](Slot slot) { return llvm::is_contained(places, slot); });
  d.emit(op, overlap ? copyThroughTemporaries : copyRegisters, sources, places);
}

/// What regions will fill: poison in lanes that never do.
static void reset(Warp &w, ArrayRef<Slot> slots) {
  for (Slot slot : slots) {
    Register &r = w.reg(slot);
    std::memset(r.poison, 0xff, sizeof(r.poison));
    r.isClean = false;
    r.group = 0;
  }
}

static Step jump(Warp &w, const Instruction &i) {
  w.pc = i.target;
  return Step::Next;
}

/// The lanes that came to the op go on.
static Step leave(Warp &w, const Instruction &) {
  w.mask = w.masks.back();
  w.masks.pop_back();
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// scf.if
//===----------------------------------------------------------------------===//

/// The lanes that came to the branch take both of its sides.
static bool isDivergent(const Warp &w) {
  LaneMask otherwise = w.masks.back(), all = w.masks[w.masks.size() - 2];
  return otherwise != 0 && otherwise != all;
}

static Step beginIf(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "condition"))
    return Step::Failed;
  reset(w, i.results);
  LaneMask lanes = lanesWith(w, w.in<uint8_t>(i, 0));
  w.masks.push_back(w.mask);
  w.masks.push_back(w.mask & ~lanes);
  w.mask = lanes;
  if (isDivergent(w))
    w.enterBranch();
  return jumpIfNone(w, i.target);
}

static Step beginElse(Warp &w, const Instruction &i) {
  if (isDivergent(w)) {
    w.leaveBranch();
    w.enterBranch();
  }
  w.mask = w.masks.back();
  return jumpIfNone(w, i.target);
}

static Step endIf(Warp &w, const Instruction &i) {
  if (isDivergent(w))
    w.leaveBranch();
  w.masks.pop_back();
  return leave(w, i);
}

static LogicalResult decodeIf(Decoder &d, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  if (failed(d.allocate(op->getResults())))
    return failure();
  uint32_t begin = d.next();
  d.emit(op, beginIf, d.get(branch.getCondition()), d.get(op->getResults()));
  if (failed(d.decode(branch.getThenRegion())))
    return failure();
  d.at(begin).target = d.next();
  if (!branch.getElseRegion().empty()) {
    uint32_t otherwise = d.next();
    d.emit(op, beginElse, {}, {});
    if (failed(d.decode(branch.getElseRegion())))
      return failure();
    d.at(otherwise).target = d.next();
  }
  d.emit(op, endIf, {}, {});
  return success();
}

LogicalResult
fovea::sim::emitPredicated(Decoder &d, Operation *op, Value predicate,
                           llvm::function_ref<LogicalResult()> emit) {
  if (!predicate)
    return emit();
  uint32_t begin = d.next();
  d.emit(op, beginIf, d.get(predicate), {});
  if (failed(emit()))
    return failure();
  d.at(begin).target = d.next();
  d.emit(op, endIf, {}, {});
  return success();
}

//===----------------------------------------------------------------------===//
// scf.for
//===----------------------------------------------------------------------===//

template <typename T>
static Step headFor(Warp &w, const Instruction &i) {
  constexpr StringRef kNames[] = {"counter", "upper bound"};
  for (auto [k, what] : llvm::enumerate(kNames))
    if (!w.requireDefined(i, k, what))
      return Step::Failed;
  const T *counter = w.in<T>(i, 0), *bound = w.in<T>(i, 1);
  LaneMask lanes = 0;
  for (int lane = 0; lane < w.size; ++lane)
    lanes |= LaneMask(counter[lane] < bound[lane]) << lane;
  w.mask &= lanes;
  return jumpIfNone(w, i.target);
}

template <typename T>
static Step stepFor(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 1, "step"))
    return Step::Failed;
  using Unsigned = std::make_unsigned_t<T>;
  T *counter = w.out<T>(i);
  const T *by = w.in<T>(i, 1);
  for (int lane = 0; lane < w.size; ++lane) {
    if (!w.isActive(lane))
      continue;
    if (by[lane] <= 0)
      return w.fail(i, "has a step of " + Twine(int64_t(by[lane])) +
                           ", expected a positive one");
    T next = T(Unsigned(counter[lane]) + Unsigned(by[lane]));
    if (next < counter[lane])
      return w.fail(i, "counts beyond the largest number of its type");
    counter[lane] = next;
  }
  w.reg(i.results[0]).written = w.steps;
  w.pc = i.target;
  return Step::Next;
}

static Step beginLoop(Warp &w, const Instruction &i) {
  reset(w, i.results);
  w.masks.push_back(w.mask);
  return Step::Next;
}

static LogicalResult decodeFor(Decoder &d, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  FailureOr<unsigned> known = getWidth(op, loop.getInductionVar().getType());
  if (failed(known))
    return failure();
  unsigned width = *known;
  if ((width != 4 && width != 8) || loop.getUnsignedCmp())
    return op->emitOpError("is not known to the simulator unless it counts "
                           "signed integers of 32 or 64 bits");
  Value counter = loop.getInductionVar();
  if (failed(d.allocate(op->getResults())) || failed(d.allocate(counter, op)))
    return failure();
  for (auto [argument, result] :
       llvm::zip_equal(loop.getRegionIterArgs(), op->getResults()))
    d.alias(argument, d.get(result));
  SmallVector<Slot> carried(d.get(counter));
  carried.append(d.get(op->getResults()));
  SmallVector<Slot> start(d.get(loop.getLowerBound()));
  start.append(d.get(loop.getInitArgs()));
  d.emit(op, beginLoop, {}, carried);
  emitCopies(d, op, start, carried);
  uint32_t head = d.next();
  d.emit(op, width == 4 ? headFor<int32_t> : headFor<int64_t>,
         d.get(ValueRange{counter, loop.getUpperBound()}), {});
  if (failed(d.decode(loop.getRegion())))
    return failure();
  d.emit(op, width == 4 ? stepFor<int32_t> : stepFor<int64_t>,
         d.get(ValueRange{counter, loop.getStep()}), d.get(counter))
      .target = head;
  d.at(head).target = d.next();
  d.emit(op, leave, {}, {});
  return success();
}

//===----------------------------------------------------------------------===//
// scf.while
//===----------------------------------------------------------------------===//

/// Lanes whose condition is false leave.
static Step headWhile(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "condition"))
    return Step::Failed;
  w.mask = lanesWith(w, w.in<uint8_t>(i, 0));
  return jumpIfNone(w, i.target);
}

static LogicalResult decodeWhile(Decoder &d, Operation *op) {
  auto loop = cast<scf::WhileOp>(op);
  if (failed(d.allocate(op->getResults())) ||
      failed(d.allocate(loop.getBeforeArguments(), op)) ||
      failed(d.allocate(loop.getAfterArguments(), op)))
    return failure();
  SmallVector<Slot> carried = d.get(loop.getBeforeArguments());
  SmallVector<Slot> all(carried);
  all.append(d.get(loop.getAfterArguments()));
  all.append(d.get(op->getResults()));
  d.emit(op, beginLoop, {}, all);
  emitCopies(d, op, d.get(loop.getInits()), carried);
  uint32_t head = d.next();
  if (failed(d.decode(loop.getBefore())))
    return failure();
  // decodeCondition's instruction is the last one.
  uint32_t condition = d.next() - 1;
  if (failed(d.decode(loop.getAfter())))
    return failure();
  d.emit(op, jump, {}, {}).target = head;
  d.at(condition).target = d.next();
  d.emit(op, leave, {}, {});
  return success();
}

static LogicalResult decodeCondition(Decoder &d, Operation *op) {
  auto condition = cast<scf::ConditionOp>(op);
  auto loop = cast<scf::WhileOp>(op->getParentOp());
  SmallVector<Slot> values = d.get(condition.getArgs());
  emitCopies(d, op, values, d.get(loop->getResults()));
  emitCopies(d, op, values, d.get(loop.getAfterArguments()));
  d.emit(op, headWhile, d.get(condition.getCondition()), {});
  return success();
}

static LogicalResult decodeYield(Decoder &d, Operation *op) {
  Operation *parent = op->getParentOp();
  SmallVector<Slot> values = d.get(op->getOperands());
  if (auto loop = dyn_cast<scf::WhileOp>(parent))
    emitCopies(d, op, values, d.get(loop.getBeforeArguments()));
  else
    emitCopies(d, op, values, d.get(parent->getResults()));
  return success();
}

void fovea::sim::registerControlFlow(Registry &registry) {
  registry.add<scf::IfOp>(OpDecoder(decodeIf));
  registry.add<scf::ForOp>(OpDecoder(decodeFor));
  registry.add<scf::WhileOp>(OpDecoder(decodeWhile));
  registry.add<scf::ConditionOp>(OpDecoder(decodeCondition));
  registry.add<scf::YieldOp>(OpDecoder(decodeYield));
}
