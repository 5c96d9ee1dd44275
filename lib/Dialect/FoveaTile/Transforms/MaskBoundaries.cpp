//===- MaskBoundaries.cpp - full tiles are not masked -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

namespace fovea::tile {
#define GEN_PASS_DEF_MASKBOUNDARIES
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

/// The value of `tile`, one index a row, in row `row`; null where it is not
/// made of coordinates and scalars.
static Value evaluateAtRow(ImplicitLocOpBuilder &b, Value tile, int64_t row) {
  if (!isa<RankedTensorType>(tile.getType()))
    return tile;
  Operation *op = tile.getDefiningOp();
  if (!op)
    return Value();
  if (auto coordinate = dyn_cast<CoordinateOp>(op))
    return arith::AddIOp::create(b, coordinate.getOrigin(),
                                 arith::ConstantIndexOp::create(b, row));
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return splat.getInput();
  DenseElementsAttr elements;
  if (matchPattern(tile, m_Constant(&elements)) && elements.isSplat())
    return arith::ConstantOp::create(b, elements.getSplatValue<TypedAttr>());
  if (!OpTrait::hasElementwiseMappableTraits(op) || op->getNumResults() != 1)
    return Value();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    if (!operands.emplace_back(evaluateAtRow(b, operand, row)))
      return Value();
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(operands);
  state.addTypes(getElementTypeOrSelf(tile));
  state.addAttributes(op->getAttrs());
  return b.create(state)->getResult(0);
}

/// Bounds do not decrease, so all rows see the whole tile when the last row's
/// lower and the first row's upper bound leave it whole.
static void maskBoundaries(MaskOp mask) {
  ImplicitLocOpBuilder b(mask.getLoc(), mask);
  auto type = cast<RankedTensorType>(mask.getTile().getType());
  Value lower = evaluateAtRow(b, mask.getLower(), type.getDimSize(0) - 1);
  Value upper = evaluateAtRow(b, mask.getUpper(), 0);
  if (!lower || !upper)
    return;
  Value end = arith::AddIOp::create(
      b, mask.getOrigin(),
      arith::ConstantIndexOp::create(b, type.getDimSize(1)));
  Value full = arith::AndIOp::create(
      b,
      arith::CmpIOp::create(b, arith::CmpIPredicate::sle, lower,
                            mask.getOrigin()),
      arith::CmpIOp::create(b, arith::CmpIPredicate::sle, end, upper));
  auto choice = scf::IfOp::create(b, TypeRange{type}, full,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  mask.replaceAllUsesWith(choice.getResult(0));
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, ValueRange{mask.getTile()});
  b.setInsertionPointToStart(choice.elseBlock());
  auto yield = scf::YieldOp::create(b, ValueRange{mask.getResult()});
  mask->moveBefore(yield);
}

namespace {
struct MaskBoundaries : fovea::tile::impl::MaskBoundariesBase<MaskBoundaries> {
  void runOnOperation() override {
    SmallVector<MaskOp> masks;
    getOperation()->walk([&](MaskOp mask) {
      if (mask->getParentOfType<scf::ForOp>() &&
          !isa<scf::IfOp>(mask->getParentOp()))
        masks.push_back(mask);
    });
    llvm::for_each(masks, maskBoundaries);
  }
};
} // namespace
