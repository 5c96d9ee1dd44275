//===- PackOperands.cpp - panel layouts for right-hand operands of dots
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "llvm/Support/MathExtras.h"

namespace fovea::tile {
#define GEN_PASS_DEF_PACKOPERANDS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

/// Whether every use of `load` is as the right-hand side of a dot, one way
/// round.
static bool feedsOnlyRightHandSides(LoadOp load) {
  std::optional<bool> transposed;
  for (OpOperand &use : load->getUses()) {
    auto dot = dyn_cast<DotOp>(use.getOwner());
    if (!dot ||
        use.getOperandNumber() != dot.getRhsMutable().getOperandNumber() ||
        transposed.value_or(dot.getTransposed()) != dot.getTransposed())
      return false;
    transposed = dot.getTransposed();
  }
  return transposed.has_value();
}

/// Whole panels as wide as the register tile, or half as wide if those are
/// whole vectors and leave fewer columns empty.
static int64_t choosePanel(int64_t columns, int64_t registerColumns,
                           int64_t width) {
  int64_t half = registerColumns / 2;
  bool halfIsSmaller =
      half > 0 && registerColumns % (2 * width) == 0 &&
      llvm::alignTo(columns, half) < llvm::alignTo(columns, registerColumns);
  return halfIsSmaller ? half : registerColumns;
}

namespace {
struct PackOperands : fovea::tile::impl::PackOperandsBase<PackOperands> {
  using Base::Base;

  void runOnOperation() override {
    int64_t registerColumns = getOperation().getConfig().getColumns();
    getOperation().walk([&](LoadOp load) {
      if (!feedsOnlyRightHandSides(load))
        return;
      RankedTensorType type = load.getTile().getType();
      auto dot = cast<DotOp>(*load->getUsers().begin());
      int64_t width =
          vectorBits / dot.getResult().getType().getElementTypeBitWidth();
      int64_t panel = choosePanel(type.getDimSize(dot.getTransposed() ? 0 : 1),
                                  registerColumns, std::max<int64_t>(width, 1));
      load.getTile().setType(
          RankedTensorType::get(type.getShape(), type.getElementType(),
                                PanelsAttr::get(&getContext(), panel)));
    });
  }
};
} // namespace
