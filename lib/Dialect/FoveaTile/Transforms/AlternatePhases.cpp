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
#include "mlir/Dialect/SCF/Utils/Utils.h"
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
    if (dot == step.last.front() && !getenv("CARRYF32"))
      continue;
    if (dot != step.last.front())
      late.insert(exp);
    late.insert_range(collectDependents(body, exp.getResult()));
  }
  return late;
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
  Step step{loop, DotOp(), {}, {}, {}, 0, {}, {}, {}, {}};
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
    auto operand = RankedTensorType::get(
        {rows, type.getDimSize(1)}, type.getElementType(),
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
      results.push_back(read(values.getTile(), part ? part.getFirst() : 0,
                             cast<RankedTensorType>(dot.getRhs().getType())
                                 .getDimSize(0),
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

  /// What of `early` branches without asking for scores comes first: behind a
  /// branch starts another stretch of instructions.
  size_t countFirst() {
    SetVector<Operation *> onScores =
        collectDependents(step.loop.getBody(), step.first.getResult());
    size_t count = 0;
    for (auto [i, op] : llvm::enumerate(step.early)) {
      auto choice = dyn_cast<scf::IfOp>(op);
      Operation *condition =
          choice ? choice.getCondition().getDefiningOp() : nullptr;
      if (choice && !(condition && onScores.contains(condition)))
        count = i + 1;
    }
    return count;
  }

  /// Step 0 up to what the next one takes over.
  SmallVector<Value> buildFirstStep();
  SmallVector<Value> buildLoop(ValueRange inits);
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
  scf::ForOp steady;
};

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

SmallVector<Value> Builder::buildLoop(ValueRange inits) {
  auto loop = scf::ForOp::create(b, number(1), step.loop.getUpperBound(),
                                 step.loop.getStep(), inits);
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
  for (auto [argument, value] : llvm::zip(step.loop.getRegionIterArgs(),
                                          step.getYield().getOperands()))
    if (argument != step.getAccumulator())
      map.map(Value(argument), before.lookupOrDefault(value));
  size_t first = countFirst();
  clone(ArrayRef(step.early).take_front(first), map);
  Value accumulator = multiplyLast(values, before);
  clone(ArrayRef(step.early).drop_front(first), map);
  NextPhaseOp::create(b);

  put(step.values, add(now, 1));
  Value next = readKeys(add(now, 1));
  AwaitCopiesOp::create(b, 2);
  scf::YieldOp::create(b, carry(accumulator, map, next));
  steady = loop;
  return loop.getResults();
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
  scf::YieldOp::create(b, buildEnd(buildLoop(buildFirstStep())));
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(b, step.loop.getInitArgs());
  step.loop.replaceAllUsesWith(choice.getResults());
  step.loop.erase();
  // Two steps in one, so that each buffer of a channel has its place in the
  // program and addresses are constants.
  if (!getenv("NOUNROLL") && succeeded(loopUnrollByFactor(steady, kBuffers)))
    choice->getParentOfType<KernelOp>()->setAttr(
        kStepsAttr, b.getI64IntegerAttr(kBuffers));
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
