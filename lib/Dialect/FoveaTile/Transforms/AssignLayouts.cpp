//===- AssignLayouts.cpp - where each element of a tile lies -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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

namespace {
struct AssignLayouts : fovea::tile::impl::AssignLayoutsBase<AssignLayouts> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    FragmentAttr layout = getLayout(kernel.getConfig().getSchedule(), *target);
    auto result = kernel.walk([&](Operation *op) {
      if (failed(verifyShapes(op, layout, kernel.getConfig())))
        return WalkResult::interrupt();
      for (Value value : op->getResults())
        value.setType(withLayout(value.getType(), layout));
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setType(withLayout(argument.getType(), layout));
      if (auto constant = dyn_cast<arith::ConstantOp>(op))
        retypeConstant(constant);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
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
          (tile.getRank() == 2 && tile.getDimSize(1) % layout.getColumns()))
        return op->emitOpError("has a tile of type ")
               << tile << ", expected the config's " << config.getM()
               << " rows, and whole blocks of " << layout.getRows() << "x"
               << layout.getColumns() << " elements";
    }
    return success();
  }
};
} // namespace
