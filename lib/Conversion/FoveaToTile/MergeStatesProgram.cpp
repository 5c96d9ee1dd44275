//===- MergeStatesProgram.cpp - the tile program of fovea.merge_states
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A workgroup merges m rows at one place of the leading dimensions.

#include "ChooseGPUConfig.h"
#include "KernelSkeleton.h"
#include "TilePrograms.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;
using namespace fovea;

namespace {

constexpr double kLog2e = 1.4426950408889634;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The program names each state, so that all are loaded at once.
constexpr int64_t kMostStates = 128;

/// Builds the kernel's body: parameters are the outputs, the lses, then both
/// results. Stacked states are one parameter and numbered by its first index.
class MergeStatesProgram {
public:
  MergeStatesProgram(TileBuilder &b, tile::KernelOp kernel, MergeStatesOp op)
      : b(b), m(kernel.getConfig().getM()), states(op.getNumStates()),
        stacked(op.getStacked()),
        accumulator(cast<FloatType>(op.getLseType().getElementType())),
        parameters(kernel.getParameters()),
        place(kernel.getGridIds().drop_back()) {
    place.push_back(
        arith::MulIOp::create(b, kernel.getGridIds().back(), b.index(m)));
  }

  void build() {
    SmallVector<Value> lses, weights;
    for (int64_t p = 0; p < states; ++p)
      lses.push_back(loadLse(p));
    // -inf everywhere is an empty row: take the weights relative to a finite
    // floor.
    Value floor =
        b.constantTile({m}, accumulator, accumulator.isF64() ? -1e300 : -1e30);
    Value maximum = floor, sum = b.constantTile({m}, accumulator, 0.0);
    for (Value lse : lses)
      maximum = arith::MaximumFOp::create(b, maximum, lse);
    for (Value lse : lses) {
      weights.push_back(exponential(arith::SubFOp::create(b, lse, maximum)));
      sum = arith::AddFOp::create(b, sum, weights.back());
    }
    store(maximum, sum, weights);
    tile::ReturnOp::create(b);
  }

private:
  Value exponential(Value x) {
    return math::Exp2Op::create(
        b, arith::MulFOp::create(b, x, b.constantLike(x, kLog2e)));
  }

  Value loadOutput(int64_t state) {
    Value view = parameters[stacked ? 0 : state];
    auto type = cast<MemRefType>(view.getType());
    return tile::LoadOp::create(
        b,
        RankedTensorType::get({m, type.getShape().back()},
                              type.getElementType()),
        view, inState(state, columns()), /*in_bounds=*/false);
  }

  Value loadLse(int64_t state) {
    return tile::LoadOp::create(b, RankedTensorType::get({m}, accumulator),
                                parameters[stacked ? 1 : states + state],
                                inState(state, place), /*in_bounds=*/false);
  }

  SmallVector<Value> inState(int64_t state, SmallVector<Value> indices) {
    if (stacked)
      indices.insert(indices.begin(), b.index(state));
    return indices;
  }

  /// Where a tile of outputs starts: the rows' place, and the first column.
  SmallVector<Value> columns() {
    SmallVector<Value> indices = place;
    indices.push_back(b.index(0));
    return indices;
  }

  void store(Value maximum, Value sum, ArrayRef<Value> weights) {
    Value zero = b.constantLike(sum, 0.0);
    Value empty =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, sum, zero);
    Value inverse = arith::DivFOp::create(b, b.constantLike(sum, 1.0), sum);
    inverse = arith::SelectOp::create(b, empty, zero, inverse);
    Value merged;
    for (int64_t p = 0; p < states; ++p) {
      Value state = loadOutput(p);
      if (getElementTypeOrSelf(state) != accumulator)
        state = arith::ExtFOp::create(
            b, RankedTensorType::get(TileBuilder::shapeOf(state), accumulator),
            state);
      Value term = b.apply<arith::MulFOp>(
          state, arith::MulFOp::create(b, weights[p], inverse));
      merged = merged ? Value(arith::AddFOp::create(b, merged, term)) : term;
    }
    Value output = parameters.drop_back().back(), lse = parameters.back();
    Type element = getElementTypeOrSelf(output);
    if (element != accumulator)
      merged = arith::TruncFOp::create(
          b, RankedTensorType::get(TileBuilder::shapeOf(merged), element),
          merged);
    tile::StoreOp::create(b, merged, output, columns());
    Value total =
        arith::AddFOp::create(b, maximum, math::LogOp::create(b, sum));
    total = arith::SelectOp::create(b, empty, b.constantLike(total, -kInfinity),
                                    total);
    tile::StoreOp::create(b, total, lse, place);
  }

  TileBuilder &b;
  int64_t m, states;
  bool stacked;
  FloatType accumulator;
  Block::BlockArgListType parameters;
  SmallVector<Value> place;
};

struct MergeStatesTileProgram
    : TileProgramOpInterface::ExternalModel<MergeStatesTileProgram,
                                            MergeStatesOp> {
  Attribute getTileConfig(Operation *op) const {
    return cast<MergeStatesOp>(op).getConfigAttr();
  }
  void setTileConfig(Operation *op, Attribute config) const {
    cast<MergeStatesOp>(op).setConfigAttr(config);
  }

  LogicalResult verifyTileConfig(Operation *op, Attribute config) const {
    if (failed(fovea::getTileConfig(op, config)))
      return failure();
    auto merge = cast<MergeStatesOp>(op);
    if (ShapedType::isDynamic(merge.getStateType().getShape().back()))
      return op->emitOpError("needs a static last dimension for a tile "
                             "program, in the outputs' types");
    int64_t states = merge.getNumStates();
    if (ShapedType::isDynamic(states) || states > kMostStates)
      return op->emitOpError("needs a static number of at most ")
             << kMostStates << " states for a tile program, in the outputs' "
             << "type";
    return success();
  }

  LogicalResult buildTileProgram(Operation *op, RewriterBase &rewriter,
                                 Attribute config) const {
    auto merge = cast<MergeStatesOp>(op);
    if (failed(verifyTileConfig(op, config)))
      return failure();
    auto tileConfig = cast<tile::ConfigAttr>(config);
    int64_t rank = merge.getOutputType().getRank();
    SmallVector<Type> types(op->getOperandTypes());
    llvm::append_range(types, op->getResultTypes());
    tile::KernelOp kernel =
        createKernel(rewriter, op, tileConfig, rank - 1, types);
    TileBuilder body(op->getLoc(), rewriter.getContext());
    body.setInsertionPointToStart(&kernel.getBody().front());
    MergeStatesProgram(body, kernel, merge).build();

    rewriter.setInsertionPoint(op);
    TileBuilder b(op->getLoc(), rewriter);
    SmallVector<Value> grid;
    for (int64_t d = 0; d < rank - 1; ++d)
      grid.push_back(
          tensor::DimOp::create(b, merge.getOutputs().front(),
                                b.index(merge.getStacked() ? d + 1 : d)));
    grid.back() =
        arith::CeilDivSIOp::create(b, grid.back(), b.index(tileConfig.getM()));
    return replaceByLaunch(rewriter, op, kernel, grid, op->getOperands());
  }
};

} // namespace

void fovea::registerMergeStatesTileProgram(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, FoveaDialect *) {
    MergeStatesOp::attachInterface<MergeStatesTileProgram>(*context);
  });
}

tile::ConfigAttr fovea::chooseMergeConfig(MergeStatesOp merge,
                                          tile::ConfigAttr attention) {
  if (tile::ScheduleAttr schedule = attention.getSchedule())
    return chooseGPUConfig(merge, *lookupGPUTarget(schedule.getTarget()));
  int64_t rows = attention.getRows(), columns = attention.getColumns();
  return tile::ConfigAttr::get(merge.getContext(), rows, columns, rows,
                               columns);
}
