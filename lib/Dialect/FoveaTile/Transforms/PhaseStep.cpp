//===- PhaseStep.cpp - the parts of a step that phases share out
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PhaseStep.h"
#include "ProductLoop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace fovea::tile;

/// Of each channel.
static constexpr int64_t kBuffers = 2;

namespace {

/// The channel's tile that `operand` is, or that it was read from.
std::optional<OperandSource> findSource(Value operand, Block *body) {
  if (auto read = operand.getDefiningOp<ReadOp>())
    operand = read.getTile();
  auto get = operand.getDefiningOp<GetOp>();
  if (!get || get->getBlock() != body)
    return std::nullopt;
  auto channel = get.getChannel().getDefiningOp<ChannelOp>();
  for (auto put : body->getOps<PutOp>())
    if (put.getChannel() == get.getChannel() && channel &&
        channel.getDepth() == kBuffers)
      return OperandSource{put, get};
  return std::nullopt;
}

/// The products whose results are added up to what the loop carries.
bool findProducts(PhaseStep &step) {
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
SetVector<Operation *> findLate(PhaseStep &step) {
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
void matchBounds(StepMask &mask, scf::ForOp loop) {
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
void findMask(PhaseStep &step) {
  SetVector<Operation *> onScores =
      collectDependents(step.loop.getBody(), step.first.getResult());
  for (size_t i = step.early.size(); i-- > 0;) {
    auto choice = dyn_cast<scf::IfOp>(step.early[i]);
    Operation *condition =
        choice ? choice.getCondition().getDefiningOp() : nullptr;
    if (!choice || !choice.elseBlock() ||
        (condition && onScores.contains(condition)))
      continue;
    step.mask = StepMask{choice, i, {}, {}, {}, 0};
    matchBounds(*step.mask, step.loop);
    return;
  }
}

void findCrossing(PhaseStep &step) {
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

} // namespace

std::optional<PhaseStep> fovea::tile::matchPhaseStep(scf::ForOp loop) {
  PhaseStep step{loop, DotOp(), {}, {}, {}, 0, {}, {}, {}, std::nullopt, {}};
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
