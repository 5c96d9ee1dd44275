//===- LiveRegisters.cpp - V1: what a role keeps in registers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A bound from below. Ops between two products may be interleaved element by
// element and computed again, so tiles are counted only where order is fixed:
// at dots and awaits. Tiles that cost no register are not counted anywhere.

#include "Rules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// More than any budget, and far from overflow when summed.
static constexpr uint64_t kTooMany = uint64_t(1) << 32;

/// Elements of a tile that one lane of `subgroups` holds.
static uint64_t countElements(RankedTensorType tile, FragmentAttr fragment,
                              int64_t subgroups) {
  uint64_t elements = std::max<int64_t>(
      1, tile.getDimSize(0) / (fragment.getRows() * subgroups));
  for (FragmentDigit digit : fragment.getRegisters())
    if (tile.getRank() == 2 || digit.column == 0)
      elements = llvm::SaturatingMultiply<uint64_t>(elements, digit.extent);
  if (tile.getRank() == 2)
    elements = llvm::SaturatingMultiply<uint64_t>(
        elements, tile.getDimSize(1) / fragment.getColumns());
  return std::min(elements, kTooMany);
}

/// Registers of a thread that a value of the type takes, at least.
static uint64_t countRegisters(Type type, int64_t subgroups) {
  auto tile = dyn_cast<RankedTensorType>(type);
  // Positions and conditions are computed again where they are needed.
  if (!tile || !tile.hasStaticShape() || tile.getRank() < 1 ||
      tile.getRank() > 2 || !isa<FloatType>(tile.getElementType()))
    return 0;
  auto fragment = dyn_cast_or_null<FragmentAttr>(tile.getEncoding());
  if (!fragment)
    return 0;
  uint64_t bits =
      countElements(tile, fragment, subgroups) * tile.getElementTypeBitWidth();
  return llvm::divideCeil(bits, 32);
}

namespace {

class LiveTiles {
public:
  explicit LiveTiles(int64_t subgroups) : subgroups(subgroups) {}

  /// Walks the block against its order; `live` is read after its last op.
  void visit(Block &block, DenseSet<Value> live);

  uint64_t most = 0;
  Operation *place = nullptr;

private:
  void measure(Operation &op, const DenseSet<Value> &live);
  void visitRegions(Operation &op, const DenseSet<Value> &live);
  /// Made anew from values of rows and constants wherever it is read.
  bool isCheap(Value value);

  int64_t subgroups;
  DenseMap<Value, bool> cheap;
};

} // namespace

bool LiveTiles::isCheap(Value value) {
  auto [place, isNew] = cheap.try_emplace(value, false);
  Operation *op = value.getDefiningOp();
  if (!isNew || !op)
    return place->second;
  bool result =
      isa<tensor::SplatOp, CoordinateOp, BroadcastOp>(op) ||
      op->hasTrait<OpTrait::ConstantLike>() ||
      (op->hasTrait<OpTrait::Elementwise>() && op->getNumOperands() &&
       llvm::all_of(op->getOperands(), [&](Value v) { return isCheap(v); }));
  // The recursion may have moved the entry.
  return cheap[value] = result;
}

void LiveTiles::measure(Operation &op, const DenseSet<Value> &live) {
  // The result takes the accumulator's registers; a left operand has its own.
  DenseSet<Value> held = live;
  held.insert_range(op.getResults());
  if (auto dot = dyn_cast<DotOp>(op)) {
    held.insert(dot.getLhs());
    held.insert(dot.getRhs());
  }
  uint64_t sum = 0;
  for (Value value : held)
    if (uint64_t registers = countRegisters(value.getType(), subgroups))
      sum += isCheap(value) ? 0 : registers;
  if (sum > most)
    most = sum, place = &op;
}

/// Adds what the op's regions read from around it.
static void insertCaptures(Operation &op, DenseSet<Value> &live) {
  SetVector<Value> captures;
  getUsedValuesDefinedAbove(op.getRegions(), captures);
  live.insert_range(captures);
}

void LiveTiles::visitRegions(Operation &op, const DenseSet<Value> &live) {
  DenseSet<Value> inside = live;
  for (Value result : op.getResults())
    inside.erase(result);
  // What one step of a loop reads, the next one reads again.
  if (isa<LoopLikeOpInterface, RoundsOp>(op))
    insertCaptures(op, inside);
  for (Region &region : op.getRegions())
    for (Block &block : region)
      visit(block, inside);
}

void LiveTiles::visit(Block &block, DenseSet<Value> live) {
  for (Operation &op : llvm::reverse(block)) {
    visitRegions(op, live);
    if (isa<DotOp, AwaitOp>(op))
      measure(op, live);
    for (Value result : op.getResults())
      live.erase(result);
    live.insert_range(op.getOperands());
    insertCaptures(op, live);
  }
}

LogicalResult
fovea::tile::verifyLiveRegisters(const ScheduledKernel &scheduled) {
  for (RoleOp role : scheduled.roles) {
    LiveTiles tiles(role.getWarps());
    tiles.visit(role.getBody().front(), {});
    int64_t budget = scheduled.getBudget(role);
    if (int64_t(tiles.most) > budget)
      return role.emitOpError("V1: keeps at least ")
                 .append(tiles.most, " registers live at ",
                         tiles.place->getName(), ", but its budget is ", budget,
                         ": too many by ", int64_t(tiles.most) - budget)
                 .attachNote(tiles.place->getLoc())
             << "see this op";
  }
  return success();
}
