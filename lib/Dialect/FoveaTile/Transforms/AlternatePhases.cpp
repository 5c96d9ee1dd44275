//===- AlternatePhases.cpp - subgroups compute and read in turn -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// HipKittens (arXiv:2511.08083), section 3.3, 8-wave ping-pong. Tile t of the
// keys is copied in step t - 2, read in step t - 1; tile t of the values is
// copied in step t - 1, read in step t + 1, where its product is made.

#include "PhaseStep.h"
#include "ProductLoop.h"

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {
#define GEN_PASS_DEF_ALTERNATEPHASES
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

namespace {

/// Whether a loop's tiles have the mask.
enum class MaskKind { Either, None, Masked };

class Builder {
public:
  explicit Builder(PhaseStep &step)
      : step(step), b(step.loop.getLoc(), step.loop) {}
  void build();

private:
  Value number(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value add(Value value, int64_t offset) {
    return arith::AddIOp::create(b, value, number(offset));
  }

  void clone(ArrayRef<Operation *> ops, IRMapping &map) {
    for (Operation *op : ops)
      b.clone(*op, map);
  }

  /// `op`, with what of the step it needs, for tile `tile`.
  IRMapping cloneFor(Operation *op, Value tile) {
    IRMapping map;
    map.map(step.loop.getInductionVar(), tile);
    SetVector<Operation *> slice;
    collectSlice(op, step.loop.getBody(), slice);
    clone(slice.getArrayRef(), map);
    return map;
  }

  /// Starts the copy of tile `tile`.
  void put(OperandSource source, Value tile) { cloneFor(source.put, tile); }

  GetOp get(OperandSource source, Value tile) {
    return GetOp::create(b, source.get.getTile().getType(),
                         source.get.getChannel(), tile);
  }

  Value readKeys(Value tile) {
    GetOp keys = get(step.keys, tile);
    int64_t rows = keys.getTile().getType().getDimSize(0);
    Value result =
        ReadOp::create(b, keys.getTile(), 0, rows, step.first.getTransposed());
    ConsumedOp::create(b, keys.getChannel(), tile);
    return result;
  }

  /// The rows of each of the last products.
  SmallVector<Value> readValues(Value tile) {
    GetOp values = get(step.values, tile);
    SmallVector<Value> results;
    for (DotOp dot : step.last) {
      auto part = dot.getRhs().getDefiningOp<ReadOp>();
      results.push_back(ReadOp::create(
          b, values.getTile(), part ? part.getFirst() : 0,
          dot.getRhs().getType().getDimSize(0), dot.getTransposed()));
    }
    ConsumedOp::create(b, values.getChannel(), tile);
    return results;
  }

  /// The first product, with an operand in registers.
  void multiplyFirst(Value keys, IRMapping &map) {
    map.map(step.first.getResult(),
            DotOp::create(b, map.lookupOrDefault(step.first.getAccumulator()),
                          map.lookupOrDefault(step.first.getLhs()), keys,
                          step.first.getTransposed())
                .getResult());
  }

  Value multiplyLast(ArrayRef<Value> values, IRMapping &before) {
    Value result = before.lookupOrDefault(step.last.front().getAccumulator());
    for (auto [dot, operand] : llvm::zip(step.last, values))
      result = DotOp::create(b, result, before.lookupOrDefault(dot.getLhs()),
                             operand, dot.getTransposed());
    return result;
  }

  /// The last product beside the rest of the step's arithmetic. Behind a branch
  /// starts another stretch of instructions: what branches comes first.
  Value buildSecondHalf(ArrayRef<Value> values, IRMapping &before,
                        IRMapping &map, MaskKind kind) {
    size_t first = step.mask ? step.mask->place + 1 : 0;
    for (Operation *op : ArrayRef(step.early).take_front(first)) {
      if (step.mask && op == step.mask->choice && kind != MaskKind::Either)
        cloneArm(step.mask->choice, kind == MaskKind::None, map);
      else
        b.clone(*op, map);
    }
    Value accumulator = multiplyLast(values, before);
    clone(ArrayRef(step.early).drop_front(first), map);
    NextPhaseOp::create(b);
    return accumulator;
  }

  /// One way of a condition, without it.
  void cloneArm(scf::IfOp choice, bool isThen, IRMapping &map) {
    Block *arm = isThen ? choice.thenBlock() : choice.elseBlock();
    for (Operation &op : arm->without_terminator())
      b.clone(op, map);
    for (auto [result, value] :
         llvm::zip(choice.getResults(), arm->getTerminator()->getOperands()))
      map.map(result, map.lookupOrDefault(value));
  }

  /// Where the mask's tile `tile` starts.
  Value getOrigin(int64_t tile) {
    Value origin = step.mask->origin;
    if (origin == step.loop.getInductionVar())
      return number(tile);
    Operation *op = origin.getDefiningOp();
    bool moves = op && op->getBlock() == step.loop.getBody();
    return moves ? cloneFor(op, number(tile)).lookup(origin) : origin;
  }
  std::pair<Value, Value> findWholeTiles();

  /// Step 0 up to what the next one takes over.
  SmallVector<Value> buildFirstStep();
  SmallVector<Value> buildLoop(Value first, Value end, MaskKind kind,
                               ValueRange inits);
  SmallVector<Value> buildLoops(ValueRange inits);
  SmallVector<Value> buildEnd(ValueRange carried);

  /// A step's carried values: accumulator, what crosses, the next keys.
  IRMapping mapBefore(ValueRange carried) {
    IRMapping map;
    map.map(Value(step.getAccumulator()), carried.front());
    for (auto [original, value] :
         llvm::zip(step.crossing, carried.drop_front()))
      map.map(original, value);
    return map;
  }
  SmallVector<Value> carry(Value accumulator, IRMapping &map, Value keys) {
    SmallVector<Value> values = {accumulator};
    for (Value value : step.crossing)
      values.push_back(map.lookupOrDefault(value));
    values.push_back(keys);
    return values;
  }

  PhaseStep &step;
  ImplicitLocOpBuilder b;
};

/// The tiles from the first to behind the last one that no row masks: the
/// mask's origin moves evenly, and its bounds stay.
std::pair<Value, Value> Builder::findWholeTiles() {
  const StepMask &mask = *step.mask;
  Value one = number(1), count = step.loop.getUpperBound();
  Value origin = getOrigin(0), second = getOrigin(1);
  auto sub = [&](Value x, Value y) -> Value {
    return arith::SubIOp::create(b, x, y);
  };
  Value columns = number(mask.columns);
  Value last = sub(mask.upper, columns);
  // Ascending, tile t starts at origin + t columns: from the lower bound on, to
  // the upper one. Descending, the other way round.
  auto up = [&](Value x) -> Value {
    return arith::CeilDivSIOp::create(b, x, columns);
  };
  auto down = [&](Value x) -> Value {
    return arith::FloorDivSIOp::create(b, x, columns);
  };
  Value ascends =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, second, origin);
  Value first = arith::SelectOp::create(b, ascends, up(sub(mask.lower, origin)),
                                        up(sub(origin, last)));
  Value end = arith::SelectOp::create(b, ascends, down(sub(last, origin)),
                                      down(sub(origin, mask.lower)));
  first =
      arith::MinSIOp::create(b, arith::MaxSIOp::create(b, first, one), count);
  end = arith::MinSIOp::create(
      b, arith::MaxSIOp::create(b, arith::AddIOp::create(b, end, one), first),
      count);
  return {first, end};
}

SmallVector<Value> Builder::buildFirstStep() {
  put(step.keys, number(0));
  put(step.keys, number(1));
  put(step.values, number(0));
  AwaitCopiesOp::create(b, 0);
  Value keys = readKeys(number(0));
  AwaitCopiesOp::create(b, 0);
  put(step.keys, number(2));
  IRMapping map;
  map.map(step.loop.getInductionVar(), number(0));
  map.map(step.loop.getRegionIterArgs(), step.loop.getInitArgs());
  multiplyFirst(keys, map);
  clone(step.early, map);
  AwaitCopiesOp::create(b, 1);
  Value next = readKeys(number(1));
  put(step.values, number(1));
  AwaitCopiesOp::create(b, 2);
  StaggerOp::create(b, /*end=*/false);
  return carry(step.loop.getInitArgs()[step.carried], map, next);
}

SmallVector<Value> Builder::buildLoop(Value first, Value end, MaskKind kind,
                                      ValueRange inits) {
  auto loop = scf::ForOp::create(b, first, end, step.loop.getStep(), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value now = loop.getInductionVar();
  ValueRange carried = loop.getRegionIterArgs();
  IRMapping before = mapBefore(carried), map;
  clone(step.scaling, before);
  multiplyFirst(carried.back(), map);
  clone(step.late, before);
  NextPhaseOp::create(b);

  put(step.keys, add(now, 2));
  SmallVector<Value> values = readValues(add(now, -1));
  AwaitCopiesOp::create(b, 2);

  map.map(step.loop.getInductionVar(), now);
  for (auto [argument, value] :
       llvm::zip(step.loop.getRegionIterArgs(), step.getYield().getOperands()))
    if (argument != step.getAccumulator())
      map.map(Value(argument), before.lookupOrDefault(value));
  Value accumulator = buildSecondHalf(values, before, map, kind);

  put(step.values, add(now, 1));
  Value next = readKeys(add(now, 1));
  AwaitCopiesOp::create(b, 2);
  scf::YieldOp::create(b, carry(accumulator, map, next));
  return loop.getResults();
}

/// Steps whose tiles have masked elements are loops of their own, before and
/// behind the steady one.
SmallVector<Value> Builder::buildLoops(ValueRange inits) {
  Value one = number(1), count = step.loop.getUpperBound();
  if (!step.mask || !step.mask->origin)
    return buildLoop(one, count, MaskKind::Either, inits);
  auto [first, end] = findWholeTiles();
  SmallVector<Value> carried = buildLoop(one, first, MaskKind::Masked, inits);
  carried = buildLoop(first, end, MaskKind::None, carried);
  return buildLoop(end, count, MaskKind::Masked, carried);
}

/// The last product of the last step.
SmallVector<Value> Builder::buildEnd(ValueRange carried) {
  IRMapping before = mapBefore(carried);
  clone(step.scaling, before);
  clone(step.late, before);
  NextPhaseOp::create(b);
  Value last = add(step.loop.getUpperBound(), -1);
  Value accumulator = multiplyLast(readValues(last), before);
  StaggerOp::create(b, /*end=*/true);
  SmallVector<Value> results;
  for (auto [i, value] : llvm::enumerate(step.getYield().getOperands()))
    results.push_back(i == step.carried ? accumulator
                                        : before.lookupOrDefault(value));
  return results;
}

void Builder::build() {
  Value any = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt,
                                    step.loop.getUpperBound(), number(0));
  auto choice = scf::IfOp::create(b, step.loop.getResultTypes(), any,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, buildEnd(buildLoops(buildFirstStep())));
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(b, step.loop.getInitArgs());
  step.loop.replaceAllUsesWith(choice.getResults());
  step.loop.erase();
}

struct AlternatePhases
    : fovea::tile::impl::AlternatePhasesBase<AlternatePhases> {
  void runOnOperation() override {
    ScheduleAttr schedule = getOperation().getConfig().getSchedule();
    if (!schedule || schedule.getPhases() != Phases::PingPong)
      return;
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops) {
      // A single step needs no phases.
      if (loop.getBody()->getOps<DotOp>().empty())
        continue;
      std::optional<PhaseStep> step = matchPhaseStep(loop);
      if (!step) {
        // By location: printing the loop would read other kernels, which other
        // threads rewrite.
        emitError(loop.getLoc())
            << "has phases = ping_pong, but a loop that cannot have them: "
               "expected one from 0 in steps of 1 over two products, whose "
               "right operands come through channels of 2 buffers";
        return signalPassFailure();
      }
      Builder(*step).build();
    }
  }
};
} // namespace
