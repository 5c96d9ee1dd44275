//===- AlternatePhases.cpp - subgroups compute and read in turn -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// HipKittens (arXiv:2511.08083), section 3.3, 8-wave ping-pong. Tile t of the
// keys is copied in step t - 2, read in step t - 1; tile t of the values is
// copied in step t - 1, read in step t + 1, where its product is made.

#include "ProductLoop.h"

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

namespace fovea::tile {
#define GEN_PASS_DEF_ALTERNATEPHASES
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

/// Of each channel.
static constexpr int64_t kBuffers = 2;

namespace {

/// How an operand of the step's products comes.
struct Source {
  PutOp put;
  GetOp get;
};

/// A condition that masks boundary tiles: whole ones are those that start at
/// `lower` or behind it, and end at `upper` or before. Null values: other
/// conditions decide.
struct Mask {
  scf::IfOp choice;
  /// Among the ops of the step's own arithmetic.
  size_t place = 0;
  Value origin, lower, upper;
  int64_t columns = 0;
};

/// Whether a loop's tiles have the mask.
enum class MaskKind { Either, None, Masked };

/// The parts of a step.
struct Step {
  scf::ForOp loop;
  /// The first product; the last ones, each of some rows of its right operand.
  DotOp first;
  SmallVector<DotOp> last;
  Source keys, values;
  /// Number of the accumulator among the loop's results.
  unsigned carried;
  /// What scales the accumulator; what the first product's result becomes in
  /// its own step, and in the next one.
  SmallVector<Operation *> scaling, early, late;
  std::optional<Mask> mask;
  /// What the next step needs of this one.
  SetVector<Value> crossing;

  BlockArgument getAccumulator() { return loop.getRegionIterArg(carried); }
  scf::YieldOp getYield() {
    return cast<scf::YieldOp>(loop.getBody()->getTerminator());
  }
};

//===----------------------------------------------------------------------===//
// Taking a step apart
//===----------------------------------------------------------------------===//

/// The channel's tile that `operand` is, or that it was read from.
std::optional<Source> findSource(Value operand, Block *body) {
  if (auto read = operand.getDefiningOp<ReadOp>())
    operand = read.getTile();
  auto get = operand.getDefiningOp<GetOp>();
  if (!get || get->getBlock() != body)
    return std::nullopt;
  auto channel = get.getChannel().getDefiningOp<ChannelOp>();
  for (auto put : body->getOps<PutOp>())
    if (put.getChannel() == get.getChannel() && channel &&
        channel.getDepth() == kBuffers)
      return Source{put, get};
  return std::nullopt;
}

/// The products whose results are added up to what the loop carries.
bool findProducts(Step &step) {
  Block *body = step.loop.getBody();
  auto dots = body->getOps<DotOp>();
  if (dots.empty())
    return false;
  step.first = *dots.begin();
  for (auto [i, value] : llvm::enumerate(step.getYield().getOperands())) {
    auto dot = value.getDefiningOp<DotOp>();
    if (!dot || dot == step.first || dot->getBlock() != body)
      continue;
    step.carried = i;
    for (; dot && dot != step.first;
         dot = dot.getAccumulator().getDefiningOp<DotOp>())
      step.last.insert(step.last.begin(), dot);
  }
  auto keys = findSource(step.first.getRhs(), body);
  auto values = step.last.empty()
                    ? std::nullopt
                    : findSource(step.last.front().getRhs(), body);
  if (!keys || !values || llvm::range_size(dots) != 1 + step.last.size())
    return false;
  step.keys = *keys, step.values = *values;
  return true;
}

/// The exponentials of the last product are done in the next step, beside its
/// first product, and all that follows from any of them.
SetVector<Operation *> findLate(Step &step) {
  SetVector<Operation *> late;
  if (step.last.size() < 2)
    return late;
  Block *body = step.loop.getBody();
  for (DotOp dot : step.last) {
    auto round = dot.getLhs().getDefiningOp<arith::TruncFOp>();
    auto exp =
        round ? round.getIn().getDefiningOp<math::Exp2Op>() : math::Exp2Op();
    if (!exp || exp->getBlock() != body)
      return {};
    // The first half is carried as it is rounded: in half as many registers.
    if (dot == step.last.front())
      continue;
    late.insert(exp);
    late.insert_range(collectDependents(body, exp.getResult()));
  }
  return late;
}

/// Whether `value` moves by the same with each step.
bool movesEvenly(Value value, scf::ForOp loop) {
  if (value == loop.getInductionVar())
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != loop.getBody())
    return !isa<BlockArgument>(value) ||
           cast<BlockArgument>(value).getOwner() != loop.getBody();
  if (auto product = dyn_cast<arith::MulIOp>(op))
    return matchPattern(product.getRhs(), m_Constant()) &&
           movesEvenly(product.getLhs(), loop);
  return isa<arith::AddIOp, arith::SubIOp>(op) &&
         llvm::all_of(op->getOperands(),
                      [&](Value v) { return movesEvenly(v, loop); });
}

/// What fovea-tile-mask-boundaries made: `lower <= origin and end <= upper`.
void matchBounds(Mask &mask, scf::ForOp loop) {
  auto both = mask.choice.getCondition().getDefiningOp<arith::AndIOp>();
  auto yields = mask.choice.elseYield().getOperands();
  auto masked =
      yields.size() == 1 ? yields[0].getDefiningOp<MaskOp>() : MaskOp();
  if (!both || !masked)
    return;
  auto begin = both.getLhs().getDefiningOp<arith::CmpIOp>(),
       end = both.getRhs().getDefiningOp<arith::CmpIOp>();
  auto isAtMost = [](arith::CmpIOp op) {
    return op && op.getPredicate() == arith::CmpIPredicate::sle;
  };
  auto stays = [&](Value value) { return loop.isDefinedOutsideOfLoop(value); };
  if (!isAtMost(begin) || !isAtMost(end) ||
      begin.getRhs() != masked.getOrigin() || !stays(begin.getLhs()) ||
      !stays(end.getRhs()) || !movesEvenly(masked.getOrigin(), loop))
    return;
  mask.columns =
      cast<RankedTensorType>(masked.getTile().getType()).getDimSize(1);
  mask.origin = masked.getOrigin();
  mask.lower = begin.getLhs();
  mask.upper = end.getRhs();
}

/// The last condition that does not ask for scores.
void findMask(Step &step) {
  SetVector<Operation *> onScores =
      collectDependents(step.loop.getBody(), step.first.getResult());
  for (size_t i = step.early.size(); i-- > 0;) {
    auto choice = dyn_cast<scf::IfOp>(step.early[i]);
    Operation *condition =
        choice ? choice.getCondition().getDefiningOp() : nullptr;
    if (!choice || !choice.elseBlock() ||
        (condition && onScores.contains(condition)))
      continue;
    step.mask = Mask{choice, i, {}, {}, {}, 0};
    matchBounds(*step.mask, step.loop);
    return;
  }
}

void findCrossing(Step &step) {
  auto cross = [&](Value value) {
    Operation *op = value.getDefiningOp();
    auto argument = dyn_cast<BlockArgument>(value);
    if ((op && llvm::is_contained(step.early, op)) ||
        (argument && argument.getOwner() == step.loop.getBody() &&
         argument != step.getAccumulator()))
      step.crossing.insert(value);
  };
  for (auto &ops : {step.scaling, step.late})
    for (Operation *op : ops)
      op->walk([&](Operation *inner) {
        llvm::for_each(inner->getOperands(), cross);
      });
  for (DotOp dot : step.last)
    cross(dot.getLhs());
  for (Value value : step.getYield().getOperands())
    cross(value);
}

std::optional<Step> matchStep(scf::ForOp loop) {
  Step step{loop, DotOp(), {}, {}, {}, 0, {}, {}, {}, std::nullopt, {}};
  Block *body = loop.getBody();
  if (!matchPattern(loop.getLowerBound(), m_Zero()) ||
      !matchPattern(loop.getStep(), m_One()) || !findProducts(step))
    return std::nullopt;
  SetVector<Operation *> dependents =
      collectDependents(body, step.getAccumulator());
  SetVector<Operation *> late = findLate(step);
  for (Operation &op : body->without_terminator()) {
    if (isa<PutOp, GetOp, ReadOp, DotOp>(op))
      continue;
    auto &part = dependents.contains(&op) ? step.scaling
                 : late.contains(&op)     ? step.late
                                          : step.early;
    part.push_back(&op);
  }
  // The first product does not wait for the last one, and nothing but the last
  // one reads the scaled accumulator.
  if (dependents.contains(step.first))
    return std::nullopt;
  for (Operation *op : step.scaling)
    for (Operation *user : op->getUsers())
      if (user != step.last.front() && !llvm::is_contained(step.scaling, user))
        return std::nullopt;
  findMask(step);
  findCrossing(step);
  // Only a loop's numbers may be carried as they are.
  if (llvm::is_contained(step.crossing, loop.getInductionVar()))
    return std::nullopt;
  return step;
}

//===----------------------------------------------------------------------===//
// Putting it together
//===----------------------------------------------------------------------===//

class Builder {
public:
  explicit Builder(Step &step) : step(step), b(step.loop.getLoc(), step.loop) {}
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

  /// Starts the copy of tile `tile`.
  void put(Source source, Value tile) {
    IRMapping map;
    map.map(step.loop.getInductionVar(), tile);
    SetVector<Operation *> slice;
    collectSlice(source.put, step.loop.getBody(), slice);
    clone(slice.getArrayRef(), map);
  }

  Value read(Value tile, int64_t first, int64_t rows, bool transposed) {
    auto type = cast<RankedTensorType>(tile.getType());
    auto operand =
        RankedTensorType::get({rows, type.getDimSize(1)}, type.getElementType(),
                              OperandAttr::get(b.getContext(), transposed));
    return ReadOp::create(b, operand, tile, first);
  }

  GetOp get(Source source, Value tile) {
    return GetOp::create(b, source.get.getTile().getType(),
                         source.get.getChannel(), tile);
  }

  Value readKeys(Value tile) {
    GetOp keys = get(step.keys, tile);
    int64_t rows = keys.getTile().getType().getDimSize(0);
    Value result = read(keys.getTile(), 0, rows, step.first.getTransposed());
    ConsumedOp::create(b, keys.getChannel(), tile);
    return result;
  }

  /// The rows of each of the last products.
  SmallVector<Value> readValues(Value tile) {
    GetOp values = get(step.values, tile);
    SmallVector<Value> results;
    for (DotOp dot : step.last) {
      auto part = dot.getRhs().getDefiningOp<ReadOp>();
      results.push_back(
          read(values.getTile(), part ? part.getFirst() : 0,
               cast<RankedTensorType>(dot.getRhs().getType()).getDimSize(0),
               dot.getTransposed()));
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

  Value evaluate(Value value, Value tile) {
    IRMapping map;
    map.map(step.loop.getInductionVar(), tile);
    SetVector<Operation *> slice;
    if (Operation *op = value.getDefiningOp();
        op && op->getBlock() == step.loop.getBody())
      collectSlice(op, step.loop.getBody(), slice);
    clone(slice.getArrayRef(), map);
    return map.lookupOrDefault(value);
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

  Step &step;
  ImplicitLocOpBuilder b;
};

/// The tiles from the first to behind the last one that no row masks: the
/// mask's origin moves evenly, and its bounds stay.
std::pair<Value, Value> Builder::findWholeTiles() {
  const Mask &mask = *step.mask;
  Value zero = number(0), one = number(1), count = step.loop.getUpperBound();
  Value origin = evaluate(mask.origin, zero);
  Value second = evaluate(mask.origin, one);
  Value lower = evaluate(mask.lower, zero), upper = evaluate(mask.upper, zero);
  auto sub = [&](Value x, Value y) -> Value {
    return arith::SubIOp::create(b, x, y);
  };
  Value columns = number(mask.columns);
  Value last = sub(upper, columns);
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
  Value first = arith::SelectOp::create(b, ascends, up(sub(lower, origin)),
                                        up(sub(origin, last)));
  Value end = arith::SelectOp::create(b, ascends, down(sub(last, origin)),
                                      down(sub(origin, lower)));
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
      std::optional<Step> step = matchStep(loop);
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
