//===- VerifyKernel.cpp - what the lowering to a CPU takes
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelEmitter.h"
#include "StripPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace fovea::tile;

/// Accumulators of a register tile: twice what any x86 has, so that a tile by
/// hand may spill, but does not unroll without end.
static constexpr int64_t kMostAccumulators = 64;

static LogicalResult verifyConfig(KernelOp kernel, int64_t width) {
  ConfigAttr config = kernel.getConfig();
  if (config.getColumns() % width)
    return kernel.emitOpError("has register tiles of ")
           << config.getColumns()
           << " columns, expected a multiple of a vector's " << width
           << " elements";
  int64_t accumulators = config.getRows() * (config.getColumns() / width);
  if (accumulators > kMostAccumulators)
    return kernel.emitOpError("has register tiles of ")
           << config.getRows() << " x " << config.getColumns()
           << " elements, which are " << accumulators
           << " vectors; expected at most " << kMostAccumulators;
  return success();
}

static LogicalResult verifyParameters(KernelOp kernel) {
  for (BlockArgument parameter : kernel.getParameters()) {
    auto view = dyn_cast<MemRefType>(parameter.getType());
    if (view && view.getRank() > 0 && !view.isLastDimUnitStride())
      return kernel.emitOpError("has a parameter of type ")
             << view << ", expected unit stride in the last dimension";
  }
  return success();
}

/// What the emitters know; element-wise ops are cloned on vectors, scalar ones
/// as they are.
static LogicalResult verifyKnown(Operation *op) {
  if (isa<LoadOp, StoreOp, GatherOp, DotOp, ReduceOp, MaskOp, BroadcastOp,
          CoordinateOp, ReturnOp, scf::ForOp, arith::ConstantOp,
          tensor::SplatOp>(op))
    return success();
  bool onTiles =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>) ||
      llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
  bool known = onTiles ? OpTrait::hasElementwiseMappableTraits(op) &&
                             op->getNumResults() == 1
                       : op->getNumRegions() == 0 &&
                             (isMemoryEffectFree(op) ||
                              hasSingleEffect<MemoryEffects::Read>(op));
  if (!known)
    return op->emitOpError(
        "cannot be lowered within a kernel on the CPU; expected scf.for, "
        "fovea_tile ops, element-wise ops, splats, or scalar ops that write "
        "no memory");
  return success();
}

/// Scalars are read where their block begins.
static LogicalResult verifyScalarRead(Operation *op) {
  if (isa<LoadOp, StoreOp, GatherOp>(op) || op->getNumRegions() ||
      isMemoryEffectFree(op))
    return success();
  for (Value view : op->getOperands())
    if (isa<MemRefType>(view.getType()) &&
        llvm::any_of(view.getUsers(), llvm::IsaPred<StoreOp>))
      return op->emitOpError(
          "reads a view that the kernel stores to, expected fovea_tile.load");
  return success();
}

static LogicalResult verifyGather(GatherOp gather) {
  bool indices = llvm::all_of(gather.getTiles().getTypes(), [](Type type) {
    return getElementTypeOrSelf(type).isIndex();
  });
  if (gather.getResult().getType().getRank() != 2 || !indices)
    return gather.emitOpError("has a result of type ")
           << gather.getResult().getType() << " and positions of type "
           << gather.getTiles().front().getType()
           << ", expected rank 2 and index positions";
  return success();
}

/// Packed operands are read by dots, and nothing else.
static LogicalResult verifyPackedLoad(LoadOp load, int64_t width,
                                      int64_t columns) {
  RankedTensorType type = load.getTile().getType();
  auto panels = dyn_cast<PanelsAttr>(type.getEncoding());
  if (!panels || type.getRank() != 2 || panels.getColumns() % width ||
      columns % panels.getColumns())
    return load.emitOpError("has the layout ")
           << type.getEncoding()
           << ", expected #fovea_tile.panels with a multiple of " << width
           << " columns that divides the register tile's " << columns;
  std::optional<bool> transposed;
  for (OpOperand &use : load->getUses()) {
    auto dot = dyn_cast<DotOp>(use.getOwner());
    if (!dot ||
        use.getOperandNumber() != dot.getRhsMutable().getOperandNumber() ||
        transposed.value_or(dot.getTransposed()) != dot.getTransposed())
      return load.emitOpError(
          "is packed, so it may only be the right-hand side of dots, all "
          "transposed or none");
    transposed = dot.getTransposed();
  }
  return success();
}

static LogicalResult verifyDot(DotOp dot) {
  auto load = dot.getRhs().getDefiningOp<LoadOp>();
  if (!load || !load.getTile().getType().getEncoding())
    return dot.emitOpError(
        "needs a packed right-hand side on the CPU; run "
        "fovea-tile-pack-operands on a kernel where it is a load");
  if (isRematerialized(dot.getLhs()) ||
      (isa<BlockArgument>(dot.getLhs()) &&
       isa<KernelOp>(dot.getLhs().getParentRegion()->getParentOp())))
    return dot.emitOpError("needs a left-hand side that is computed, not "
                           "repeated from scalars or rows");
  return success();
}

/// All tiles but packed ones have the workgroup's rows, and no layout.
static LogicalResult verifyTiles(Operation *op, int64_t m) {
  auto isPacked = [](Value value) {
    auto load = value.getDefiningOp<LoadOp>();
    return load && load.getTile().getType().getEncoding();
  };
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());
  for (Value value : values) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || isPacked(value))
      continue;
    if (type.getEncoding() || type.getRank() < 1 || type.getRank() > 2)
      return op->emitOpError("has a tile of type ")
             << type << ", expected rank 1 or 2 without a layout";
    // Sizes of buffers stay far from overflow.
    if (type.getRank() == 2 &&
        type.getDimSize(1) > std::numeric_limits<int32_t>::max())
      return op->emitOpError("has a tile of type ")
             << type << ", expected less than 2^31 columns";
    if (type.getDimSize(0) != m)
      return op->emitOpError("has a tile of type ")
             << type << ", expected " << m << " rows, the config's m";
  }
  return success();
}

/// Tiles start at the view's first column and are no wider than it: the
/// lowering only knows the tile's own last column. Vectors of i1 are not bytes
/// in memory, and `index` has no width before it is lowered.
static LogicalResult verifyColumns(Operation *op, RankedTensorType tile,
                                   MemRefType view, ValueRange indices) {
  Type element = view.getElementType();
  if (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() % 8)
    return op->emitOpError("moves elements of type ")
           << element << ", expected floats or integers of whole bytes";
  if (tile.getRank() < 2)
    return success();
  if (!matchPattern(indices.back(), m_Zero()) ||
      view.isDynamicDim(view.getRank() - 1) ||
      tile.getDimSize(1) > view.getShape().back())
    return op->emitOpError("moves ")
           << tile.getDimSize(1) << " columns of " << view
           << ", expected a start at column 0 and no more columns than the "
              "view's static ones";
  return success();
}

static LogicalResult verifyReduce(ReduceOp reduce, int64_t columns) {
  if (reduce.getTile().getType().getDimSize(1) % columns)
    return reduce.emitOpError("is over ")
           << reduce.getTile().getType().getDimSize(1)
           << " columns, expected a multiple of the register tile's "
           << columns;
  return success();
}

LogicalResult fovea::tile::verifyKernel(KernelOp kernel, int64_t width) {
  if (failed(verifyConfig(kernel, width)) || failed(verifyParameters(kernel)))
    return failure();
  ConfigAttr config = kernel.getConfig();
  auto verifyOp = [&](Operation *op) -> LogicalResult {
    if (op == kernel || isa<scf::YieldOp>(op))
      return success();
    if (failed(verifyKnown(op)) || failed(verifyScalarRead(op)))
      return failure();
    if (auto load = dyn_cast<LoadOp>(op);
        load && load.getTile().getType().getEncoding())
      return failure(
          failed(verifyPackedLoad(load, width, config.getColumns())) ||
          failed(verifyColumns(op, load.getTile().getType(),
                               cast<MemRefType>(load.getSource().getType()),
                               load.getIndices())));
    if (failed(verifyTiles(op, config.getM())))
      return failure();
    if (auto load = dyn_cast<LoadOp>(op);
        load && load.getSource().getDefiningOp<PagedViewOp>())
      return op->emitOpError("reads a sequence in pages, expected only right-"
                             "hand sides of dots to do so");
    if (auto load = dyn_cast<LoadOp>(op))
      return verifyColumns(op, load.getTile().getType(),
                           cast<MemRefType>(load.getSource().getType()),
                           load.getIndices());
    if (auto store = dyn_cast<StoreOp>(op))
      return verifyColumns(op, store.getTile().getType(),
                           cast<MemRefType>(store.getDestination().getType()),
                           store.getIndices());
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      if (auto elements = dyn_cast<DenseElementsAttr>(constant.getValue());
          elements && !elements.isSplat())
        return op->emitOpError(
            "is a tile of different constants, expected a splat");
    if (auto dot = dyn_cast<DotOp>(op))
      return verifyDot(dot);
    if (auto reduce = dyn_cast<ReduceOp>(op))
      return verifyReduce(reduce, config.getColumns());
    if (auto gather = dyn_cast<GatherOp>(op))
      return verifyGather(gather);
    return success();
  };
  auto result = kernel.walk<WalkOrder::PreOrder>([&](Operation *op) {
    return failed(verifyOp(op)) ? WalkResult::interrupt()
                                : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

FailureOr<FloatType> fovea::tile::findAccumulator(KernelOp kernel) {
  FloatType accumulator, widest = Float32Type::get(kernel.getContext());
  auto result = kernel.walk([&](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes())
      if (getElementTypeOrSelf(type).isF64())
        widest = Float64Type::get(kernel.getContext());
    if (!isa<DotOp, ReduceOp>(op))
      return WalkResult::advance();
    Type type = getElementTypeOrSelf(op->getResult(0));
    if ((type.isF32() || type.isF64()) &&
        (!accumulator || type == accumulator)) {
      accumulator = cast<FloatType>(type);
      return WalkResult::advance();
    }
    return op->emitOpError("accumulates in ")
           << type << ", expected "
           << (accumulator ? "the other dots' and reductions' type"
                           : "f32 or f64");
  });
  if (result.wasInterrupted())
    return failure();
  return accumulator ? accumulator : widest;
}
