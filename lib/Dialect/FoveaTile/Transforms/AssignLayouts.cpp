//===- AssignLayouts.cpp - where each element of a tile lies -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace fovea::tile {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// The type of a register tile with the layout.
static Type withLayout(Type type, FragmentAttr layout) {
  auto tile = dyn_cast<RankedTensorType>(type);
  if (!tile || tile.getEncoding())
    return type;
  if (tile.getRank() == 2)
    layout = layout.narrow(tile.getDimSize(1));
  return RankedTensorType::get(tile.getShape(), tile.getElementType(), layout);
}

/// Constants hold their type in their value.
static void retypeConstant(arith::ConstantOp constant) {
  auto elements = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!elements)
    return;
  auto type = cast<RankedTensorType>(constant.getType());
  if (elements.getType() != type)
    constant.setValueAttr(
        elements.isSplat()
            ? DenseElementsAttr::get(type, elements.getSplatValue<Attribute>())
            : elements.reshape(type));
}

static void assign(Value value, FragmentAttr layout) {
  value.setType(withLayout(value.getType(), layout));
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    retypeConstant(constant);
}

namespace {

/// Gives the tiles that are computed from one another, element by element, one
/// layout: of a product's accumulator, its scalings, and what is stored of it.
class Spread {
public:
  explicit Spread(FragmentAttr layout) : layout(layout) {}

  void from(Value value) {
    add(value);
    while (!worklist.empty())
      visit(worklist.pop_back_val());
  }

private:
  void add(Value value) {
    auto tile = dyn_cast<RankedTensorType>(value.getType());
    if (!tile || tile.getRank() != 2 || tile.getEncoding())
      return;
    // A constant may serve tiles of other layouts too.
    assign(value, layout);
    worklist.push_back(value);
  }

  /// A constant operand gets a copy of its own for each reader.
  void addOperands(Operation *op) {
    for (OpOperand &operand : op->getOpOperands()) {
      auto constant = operand.get().getDefiningOp<arith::ConstantOp>();
      auto tile = dyn_cast<RankedTensorType>(operand.get().getType());
      if (constant && tile && tile.getRank() == 2 && !tile.getEncoding()) {
        OpBuilder b(constant);
        operand.set(b.clone(*constant)->getResult(0));
      }
      add(operand.get());
    }
  }

  void addAll(Operation *op) {
    addOperands(op);
    for (Value result : op->getResults())
      add(result);
  }

  /// What a loop or condition carries in one place.
  void addCarried(Operation *op, unsigned number) {
    add(op->getResult(number));
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      add(loop.getRegionIterArg(number));
      visitOperand(loop.getInitArgsMutable()[number]);
      visitOperand(loop.getYieldedValuesMutable()->slice(number, 1)[0]);
      return;
    }
    for (Region &region : op->getRegions())
      if (!region.empty())
        visitOperand(region.front().getTerminator()->getOpOperand(number));
  }

  void visitOperand(OpOperand &operand) {
    if (auto constant = operand.get().getDefiningOp<arith::ConstantOp>()) {
      auto tile = dyn_cast<RankedTensorType>(operand.get().getType());
      if (tile && !tile.getEncoding()) {
        OpBuilder b(constant);
        operand.set(b.clone(*constant)->getResult(0));
      }
    }
    add(operand.get());
  }

  /// Rows have no columns: a broadcast ends what is spread.
  void visitOp(Operation *op) {
    if (auto dot = dyn_cast<DotOp>(op)) {
      visitOperand(dot.getAccumulatorMutable());
      add(dot.getResult());
    } else if (op->hasTrait<OpTrait::Elementwise>()) {
      addAll(op);
    } else if (isa<BroadcastOp>(op)) {
      add(op->getResult(0));
    }
  }

  void visit(Value value) {
    if (Operation *op = value.getDefiningOp()) {
      if (isa<scf::ForOp, scf::IfOp>(op))
        addCarried(op, cast<OpResult>(value).getResultNumber());
      else
        visitOp(op);
    } else if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()))
        addCarried(loop, argument.getArgNumber() - loop.getNumInductionVars());
    }
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (auto loop = dyn_cast<scf::ForOp>(user)) {
        if (OpResult tied = loop.getTiedLoopResult(&use))
          addCarried(loop, tied.getResultNumber());
      } else if (isa<scf::YieldOp>(user)) {
        addCarried(user->getParentOp(), use.getOperandNumber());
      } else if (!isa<DotOp>(user) ||
                 use.get() == cast<DotOp>(user).getAccumulator()) {
        visitOp(user);
      }
    }
  }

  FragmentAttr layout;
  SmallVector<Value> worklist;
};

struct AssignLayouts : fovea::tile::impl::AssignLayoutsBase<AssignLayouts> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    FragmentAttr layout = getLayout(kernel.getConfig().getSchedule(), *target);
    FragmentAttr left = getLeftFragment(*target, &getContext());
    auto result = kernel.walk([&](Operation *op) {
      FragmentAttr wanted = left && isLeftOperand(op) ? left : layout;
      return succeeded(verifyShapes(op, wanted, kernel.getConfig()))
                 ? WalkResult::advance()
                 : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    assignOperands(kernel, *target);
    kernel.walk([&](Operation *op) {
      for (Value value : op->getResults())
        assign(value, layout);
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          assign(argument, layout);
    });
  }

private:
  /// A load that dots read as their left operand.
  static bool isLeftOperand(Operation *op) {
    return isa<LoadOp>(op) && llvm::any_of(op->getUses(), [](OpOperand &use) {
             auto dot = dyn_cast<DotOp>(use.getOwner());
             return dot && use.get() == dot.getLhs();
           });
  }

  /// Where a product's left operand or result lies in another way.
  void assignOperands(KernelOp kernel, const GPUTarget &target) {
    FragmentAttr left = getLeftFragment(target, &getContext());
    kernel.walk([&](DotOp dot) {
      if (auto load = dot.getLhs().getDefiningOp<LoadOp>(); left && load)
        assign(load.getTile(), left);
      auto type = cast<RankedTensorType>(dot.getResult().getType());
      FragmentAttr values =
          getValuesFragment(target, type.getDimSize(1), &getContext());
      if (!dot.getTransposed() && values != getFragment(target, &getContext()))
        Spread(values).from(dot.getResult());
    });
  }

  /// Register tiles are whole blocks of the layout, with the workgroup's rows.
  static LogicalResult verifyShapes(Operation *op, FragmentAttr layout,
                                    ConfigAttr config) {
    for (Type type : op->getResultTypes()) {
      auto tile = dyn_cast<RankedTensorType>(type);
      if (!tile || tile.getEncoding())
        continue;
      if (tile.getRank() < 1 || tile.getRank() > 2 ||
          tile.getDimSize(0) != config.getM() ||
          config.getRows() % layout.getRows() ||
          (tile.getRank() == 2 && tile.getDimSize(1) % layout.getColumns() &&
           tile.getDimSize(1) != layout.getFoldColumns()))
        return op->emitOpError("has a tile of type ")
               << tile << ", expected the config's " << config.getM()
               << " rows, and whole blocks of " << layout.getRows() << "x"
               << layout.getColumns() << " elements";
    }
    return success();
  }
};
} // namespace
