//===- StripPlan.cpp - which row ops share a column loop -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StripPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <map>
#include <set>

using namespace mlir;
using namespace fovea::tile;

bool fovea::tile::isRematerialized(Value value) {
  return isa_and_nonnull<arith::ConstantOp, tensor::SplatOp, CoordinateOp,
                         BroadcastOp>(value.getDefiningOp());
}

static RankedTensorType getTileType(Operation *op) {
  Value tile = isa<StoreOp>(op) ? op->getOperand(0) : op->getResult(0);
  return cast<RankedTensorType>(tile.getType());
}

int64_t fovea::tile::getTileRank(Operation *op) {
  // A reduction runs in the column loop of its operand.
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduce.getTile().getType().getRank();
  return getTileType(op).getRank();
}

static int64_t getColumns(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduce.getTile().getType().getDimSize(1);
  return getTileType(op).getDimSize(1);
}

bool fovea::tile::isColumnwise(Operation *op, unsigned operand) {
  auto dot = dyn_cast<DotOp>(op);
  return !dot || operand == dot.getAccumulatorMutable().getOperandNumber();
}

TileAxes::TileAxes(ArrayRef<Operation *> ops) {
  for (Operation *op : ops)
    if (getTileRank(op) == 2)
      classes.insert(op);
  for (Operation *op : ops)
    for (OpOperand &use : op->getOpOperands()) {
      Operation *source = use.get().getDefiningOp();
      if (of(op) && of(source) && isColumnwise(op, use.getOperandNumber()) &&
          !isa<ReduceOp>(source))
        classes.unionSets(source, op);
    }
}

Operation *TileAxes::of(Operation *op) const {
  return classes.contains(op) ? classes.getLeaderValue(op) : nullptr;
}

/// Whether a mask's bound is there before the strip's first column loop.
static bool isKnownEarly(Value bound, Block &block) {
  Operation *op = bound.getDefiningOp();
  if (!op || op->getBlock() != &block || isRematerialized(bound))
    return true;
  return getTileRank(op) == 1 &&
         llvm::all_of(op->getOperands(), [&](Value operand) {
           return !isa<RankedTensorType>(operand.getType()) ||
                  isKnownEarly(operand, block);
         });
}

MaskOp fovea::tile::findPruningMask(Block &block) {
  if (!isa<scf::ForOp>(block.getParentOp()) ||
      !block.getOps<StoreOp>().empty() || !block.getOps<scf::ForOp>().empty())
    return {};
  SmallVector<Operation *> ops;
  for (Operation &op : block.without_terminator())
    if (op.getNumResults() == 1 &&
        isa<RankedTensorType>(op.getResult(0).getType()))
      ops.push_back(&op);
  TileAxes axes(ops);
  for (MaskOp mask : block.getOps<MaskOp>()) {
    if (!mask.getPrune() || !isKnownEarly(mask.getLower(), block) ||
        !isKnownEarly(mask.getUpper(), block))
      continue;
    bool yielded =
        llvm::any_of(block.getTerminator()->getOperands(), [&](Value result) {
          auto type = dyn_cast<RankedTensorType>(result.getType());
          return type && type.getRank() == 2 &&
                 axes.of(result.getDefiningOp()) == axes.of(mask);
        });
    if (!yielded)
      return mask;
  }
  return {};
}

namespace {

class Planner {
public:
  explicit Planner(ArrayRef<Operation *> ops) : ops(ops), axes(ops) {
    for (auto [index, op] : llvm::enumerate(ops))
      order[op] = index;
  }

  StripPlan plan() {
    for (Operation *op : ops)
      stage[op] =
          getTileRank(op) == 1 ? earliestRowStage(op) : earliestColumnStage(op);
    for (Operation *op : llvm::reverse(ops))
      delay(op);
    return collect();
  }

private:
  /// The stage after which a value can be used whole.
  unsigned availableAfter(Value value) {
    if (auto broadcast = value.getDefiningOp<BroadcastOp>())
      return availableAfter(broadcast.getSource());
    auto found = stage.find(value.getDefiningOp());
    if (found == stage.end())
      return 0;
    // The result of a reduction is there for the row ops after its loop.
    return isa<ReduceOp>(found->first) ? found->second + 1 : found->second;
  }

  unsigned earliestRowStage(Operation *op) {
    unsigned earliest = 0;
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        earliest =
            std::max(earliest, llvm::alignTo(availableAfter(operand), 2));
    return earliest;
  }

  unsigned earliestColumnStage(Operation *op) {
    unsigned earliest = 1;
    for (OpOperand &use : op->getOpOperands()) {
      auto type = dyn_cast<RankedTensorType>(use.get().getType());
      // A reduction's initial value joins after the loop.
      if (!type || (isa<ReduceOp>(op) && type.getRank() == 1))
        continue;
      unsigned after = availableAfter(use.get());
      if (after % 2 == 0)
        earliest = std::max(earliest, after + 1);
      else
        earliest = std::max(earliest, isColumnwise(op, use.getOperandNumber())
                                          ? after
                                          : after + 2);
    }
    if (isa<DotOp>(op))
      while (!dots.insert({earliest, axes.of(op)}).second)
        earliest += 2;
    return earliest;
  }

  /// Moves an element-wise op into the loop of its users if they share one, so
  /// that its result need not be stored.
  void delay(Operation *op) {
    if (getTileRank(op) != 2 || isa<DotOp, ReduceOp, StoreOp>(op))
      return;
    std::optional<unsigned> latest;
    for (OpOperand &use : op->getUses()) {
      auto found = stage.find(use.getOwner());
      bool fits = found != stage.end() && getTileRank(use.getOwner()) == 2 &&
                  axes.of(use.getOwner()) == axes.of(op) &&
                  isColumnwise(use.getOwner(), use.getOperandNumber()) &&
                  (!latest || *latest == found->second);
      if (!fits)
        return;
      latest = found->second;
    }
    if (latest)
      stage[op] = *latest;
  }

  /// Steps by stage, and within a stage by axis in program order; row ops
  /// first.
  std::pair<unsigned, int64_t> keyOf(Operation *op) {
    return {stage[op], getTileRank(op) == 1 ? -1 : int64_t(order[axes.of(op)])};
  }

  StripPlan collect() {
    std::map<std::pair<unsigned, int64_t>, StripStep> steps;
    for (Operation *op : ops) {
      StripStep &step = steps[keyOf(op)];
      if (getTileRank(op) == 1)
        step.rowOps.push_back(op);
      else
        addToGroup(step, op);
    }
    StripPlan plan;
    plan.axes = axes;
    for (Operation *op : ops)
      plan.stepOf[op] = std::distance(steps.begin(), steps.find(keyOf(op)));
    for (auto &[key, step] : steps)
      plan.steps.push_back(std::move(step));
    return plan;
  }

  void addToGroup(StripStep &step, Operation *op) {
    if (!step.group)
      step.group =
          ColumnGroup{getColumns(op), axes.of(op), {}, {}, nullptr, {}};
    ColumnGroup &group = *step.group;
    if (auto dot = dyn_cast<DotOp>(op))
      group.dot = dot;
    else if (auto reduce = dyn_cast<ReduceOp>(op))
      group.reduces.push_back(reduce);
    else
      (group.dot ? group.after : group.before).push_back(op);
  }

  ArrayRef<Operation *> ops;
  DenseMap<Operation *, unsigned> stage;
  std::set<std::pair<unsigned, Operation *>> dots;
  TileAxes axes;
  DenseMap<Operation *, unsigned> order;
};

} // namespace

StripPlan fovea::tile::planStrip(ArrayRef<Operation *> ops) {
  return Planner(ops).plan();
}
