//===- KernelEmitter.cpp - the function that a kernel becomes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelEmitter.h"

#include "KernelContext.h"
#include "StripEmitter.h"
#include "StripPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace fovea::tile;

namespace {

bool isTile(Value value) { return isa<RankedTensorType>(value.getType()); }

bool isScalarOp(Operation &op) {
  return op.getNumRegions() == 0 && !op.hasTrait<OpTrait::IsTerminator>() &&
         llvm::none_of(op.getOperands(), isTile) && llvm::none_of(op.getResults(), isTile) &&
         !isa<StoreOp>(op);
}

/// Emits the blocks of one kernel.
class KernelEmitter {
public:
  explicit KernelEmitter(KernelContext &c) : c(c), b(c.b) {}

  LogicalResult emitBlock(Block &block);
  LogicalResult setLiveRows(KernelOp kernel);

private:
  LogicalResult emitLoop(scf::ForOp loop);
  LogicalResult flush();
  LogicalResult keepYields(Block &block);
  LogicalResult emitStrips(ArrayRef<Operation *> ops);
  LogicalResult verifyInPlace(ArrayRef<Operation *> ops, const StripPlan &plan);
  void emitPrunedStrip(const StripPlan &plan, MaskOp mask, Value firstRow);
  Value roundColumns(Value x, int64_t offset, int64_t columns);
  void allocateEscaping(ArrayRef<Operation *> ops);
  Value allocateFor(Value tile);
  Value stateBuffer(Value initial, bool &shared);
  void storeInitial(Value initial, Value buffer);

  KernelContext &c;
  ImplicitLocOpBuilder &b;
  SmallVector<Operation *> pending;
};

/// Rows that exist are those that some store of the kernel reaches.
LogicalResult KernelEmitter::setLiveRows(KernelOp kernel) {
  auto stores = kernel.getBody().front().getOps<StoreOp>();
  if (stores.empty())
    return kernel.emitOpError("stores no tile at its top level, so it has no result");
  Value most = c.index(0);
  for (StoreOp store : stores) {
    int64_t dim = store.getIndices().size() - store.getTile().getType().getRank();
    Value size = memref::DimOp::create(b, c.scalars.lookup(store.getDestination()), c.index(dim));
    Value origin = c.scalars.lookupOrDefault(store.getIndices()[dim]);
    most = arith::MaxSIOp::create(b, most, arith::SubIOp::create(b, size, origin));
  }
  c.liveRows = arith::MinSIOp::create(b, most, c.index(c.m));
  return success();
}

LogicalResult KernelEmitter::emitBlock(Block &block) {
  for (Operation &op : block)
    if (isScalarOp(op))
      b.clone(op, c.scalars);
  if (auto kernel = dyn_cast<KernelOp>(block.getParentOp()); kernel && failed(setLiveRows(kernel)))
    return failure();
  for (Operation &op : block.without_terminator()) {
    if (isScalarOp(op) || (op.getNumResults() == 1 && isRematerialized(op.getResult(0))))
      continue;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (failed(flush()) || failed(emitLoop(loop)))
        return failure();
      continue;
    }
    if (op.getNumRegions() || (op.getNumResults() != 1 && !isa<StoreOp>(op)))
      return op.emitOpError("cannot be lowered within a kernel on the CPU; expected scf.for, tile "
                            "ops, or ops with one result");
    if (auto load = dyn_cast<LoadOp>(op); load && load.getTile().getType().getEncoding()) {
      emitPack(c, load);
      continue;
    }
    pending.push_back(&op);
  }
  return flush();
}

LogicalResult KernelEmitter::flush() {
  SmallVector<Operation *> ops = std::exchange(pending, {});
  return ops.empty() ? success() : emitStrips(ops);
}

Value KernelEmitter::allocateFor(Value tile) {
  auto type = cast<RankedTensorType>(tile.getType());
  bool feedsDot = llvm::any_of(tile.getUsers(), llvm::IsaPred<DotOp>);
  Type element = feedsDot ? Type(c.accumulator) : type.getElementType();
  if (type.getRank() == 1)
    return c.allocate({c.m}, element);
  return c.allocate({c.m, c.paddedColumns(type.getDimSize(1))}, element);
}

/// Values that ops outside of the segment use are kept for the whole workgroup.
void KernelEmitter::allocateEscaping(ArrayRef<Operation *> ops) {
  for (Operation *op : ops) {
    if (op->getNumResults() == 0 || c.buffers.count(op->getResult(0)))
      continue;
    bool escapes = false;
    for (Operation *user : op->getResult(0).getUsers()) {
      // A repeated row is used where its users are.
      if (isa<BroadcastOp>(user))
        for (Operation *next : user->getUsers())
          escapes |= !llvm::is_contained(ops, next);
      else
        escapes |= !llvm::is_contained(ops, user);
    }
    if (escapes)
      c.buffers[op->getResult(0)] = allocateFor(op->getResult(0));
  }
}

/// A state is overwritten by the step that computes its next value, so no later
/// step, and no dot that reads whole rows of it, may use the old one.
LogicalResult KernelEmitter::verifyInPlace(ArrayRef<Operation *> ops, const StripPlan &plan) {
  DenseMap<Value, unsigned> overwrittenIn;
  for (Operation *op : ops)
    if (op->getNumResults() && cast<RankedTensorType>(op->getResult(0).getType()).getRank() == 2)
      if (Value buffer = c.buffers.lookup(op->getResult(0)))
        overwrittenIn[buffer] = plan.stepOf.lookup(op);
  for (Operation *op : ops)
    for (OpOperand &use : op->getOpOperands()) {
      auto found = overwrittenIn.find(c.buffers.lookup(use.get()));
      if (!isa<BlockArgument>(use.get()) || found == overwrittenIn.end())
        continue;
      bool wholeRows = isa<DotOp>(op) && use.getOperandNumber() != 0;
      if (plan.stepOf.lookup(op) + wholeRows > found->second)
        return op->emitOpError("reads a loop's state after its next value is computed, which "
                               "cannot be lowered on the CPU");
    }
  return success();
}

LogicalResult KernelEmitter::emitStrips(ArrayRef<Operation *> ops) {
  allocateEscaping(ops);
  StripPlan plan = planStrip(ops);
  if (failed(verifyInPlace(ops, plan)))
    return failure();
  auto loop = scf::ForOp::create(b, c.index(0), c.liveRows, c.index(c.rows));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  auto masks = llvm::make_filter_range(ops, [](Operation *op) {
    auto mask = dyn_cast<MaskOp>(op);
    return mask && mask.getPrune();
  });
  if (masks.empty())
    StripEmitter(c, plan, loop.getInductionVar()).emit();
  else
    emitPrunedStrip(plan, cast<MaskOp>(*masks.begin()), loop.getInductionVar());
  return success();
}

/// `x - origin` brought to a whole number of register tiles within the tile.
Value KernelEmitter::roundColumns(Value x, int64_t roundUp, int64_t columns) {
  Value inside = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, x, c.index(0)), c.index(columns));
  Value tiles = arith::DivUIOp::create(b, c.add(inside, roundUp), c.index(c.columns));
  return arith::MulIOp::create(b, tiles, c.index(c.columns));
}

/// Only the columns that some row of the strip sees are computed, and none for a
/// strip that sees nothing.
void KernelEmitter::emitPrunedStrip(const StripPlan &plan, MaskOp mask, Value firstRow) {
  int64_t columns = mask.getTile().getType().getDimSize(1);
  Value origin = c.scalars.lookupOrDefault(mask.getOrigin());
  StripEmitter strip(c, plan, firstRow);
  auto extreme = [&](Value rows, vector::CombiningKind kind) -> Value {
    Value all = vector::ReductionOp::create(b, kind, strip.row(rows));
    return arith::SubIOp::create(b, all, origin);
  };
  Value begin = roundColumns(extreme(mask.getLower(), vector::CombiningKind::MINSI), 0, columns);
  Value end = roundColumns(extreme(mask.getUpper(), vector::CombiningKind::MAXSI), c.columns - 1, columns);
  Value visible = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, begin, end);
  auto guard = scf::IfOp::create(b, visible, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard insertion(b);
  b.setInsertionPointToStart(guard.thenBlock());
  strip.prune(plan.axes.of(mask), begin, end);
  strip.emit();
}

/// A loop's state lives in buffers. A state that only this loop uses is taken over
/// from the loop before it.
Value KernelEmitter::stateBuffer(Value initial, bool &shared) {
  auto before = initial.getDefiningOp<scf::ForOp>();
  // In the same block: a loop around this one would need the state again.
  shared = before && before->getBlock() == initial.use_begin()->getOwner()->getBlock() &&
           initial.hasOneUse() && c.buffers.count(initial);
  return shared ? c.buffers[initial] : allocateFor(initial);
}

LogicalResult KernelEmitter::emitLoop(scf::ForOp loop) {
  for (auto [initial, argument, result] :
       llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs(), loop.getResults())) {
    if (!isTile(initial))
      return loop.emitOpError("carries a scalar, expected only tiles in a kernel's loops");
    bool shared;
    Value buffer = stateBuffer(initial, shared);
    if (!shared)
      storeInitial(initial, buffer);
    c.buffers[argument] = c.buffers[result] = buffer;
  }
  auto emitted = scf::ForOp::create(b, c.scalars.lookupOrDefault(loop.getLowerBound()),
                                    c.scalars.lookupOrDefault(loop.getUpperBound()),
                                    c.scalars.lookupOrDefault(loop.getStep()));
  c.scalars.map(loop.getInductionVar(), emitted.getInductionVar());
  if (failed(keepYields(*loop.getBody())))
    return failure();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(emitted.getBody());
  return emitBlock(*loop.getBody());
}

/// Yielded values are written to their state's buffer as they are computed.
LogicalResult KernelEmitter::keepYields(Block &block) {
  auto loop = cast<scf::ForOp>(block.getParentOp());
  for (auto [yielded, argument] : llvm::zip(block.getTerminator()->getOperands(), loop.getRegionIterArgs())) {
    if (yielded == argument)
      continue;
    Operation *op = yielded.getDefiningOp();
    if (!op || op->getBlock() != &block || isRematerialized(yielded) || isa<scf::ForOp>(op) ||
        !c.buffers.try_emplace(yielded, c.buffers[argument]).second)
      return loop.emitOpError("yields a tile that its own body does not compute, or twice the same");
  }
  return success();
}

/// Writes an initial state for all strips that have rows.
void KernelEmitter::storeInitial(Value initial, Value buffer) {
  auto type = cast<RankedTensorType>(initial.getType());
  Value strips = arith::CeilDivSIOp::create(b, c.liveRows, c.index(c.rows));
  Value end = arith::MulIOp::create(b, strips, c.index(c.rows));
  auto loop = scf::ForOp::create(b, c.index(0), end, c.index(type.getRank() == 1 ? c.rows : 1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  StripPlan empty;
  StripEmitter strip(c, empty, loop.getInductionVar());
  if (type.getRank() == 1) {
    vector::StoreOp::create(b, strip.row(initial), buffer, loop.getInductionVar());
    return;
  }
  int64_t columns = cast<MemRefType>(buffer.getType()).getDimSize(1);
  auto columnLoop = scf::ForOp::create(b, c.index(0), c.index(columns), c.index(c.width));
  b.setInsertionPointToStart(columnLoop.getBody());
  Value vector = strip.elementsAt(initial, columnLoop.getInductionVar());
  vector::StoreOp::create(b, vector, buffer,
                          ValueRange{loop.getInductionVar(), columnLoop.getInductionVar()});
}

} // namespace

FailureOr<func::FuncOp> fovea::tile::emitKernel(KernelOp kernel, int64_t vectorBits,
                                                int64_t stackBytes) {
  FloatType accumulator = Float32Type::get(kernel.getContext());
  kernel.walk([&](Operation *op) {
    for (Type result : op->getResultTypes())
      if (getElementTypeOrSelf(result).isF64())
        accumulator = Float64Type::get(kernel.getContext());
  });
  ConfigAttr config = kernel.getConfig();
  int64_t width = vectorBits / accumulator.getWidth();
  if (failed(verifyKernel(kernel, width)))
    return failure();

  ImplicitLocOpBuilder b(kernel.getLoc(), kernel.getContext());
  b.setInsertionPoint(kernel);
  auto type = b.getFunctionType(kernel.getBody().getArgumentTypes(), {});
  auto function = func::FuncOp::create(b, kernel.getSymName(), type);
  function.setPrivate();
  // One copy of the kernel's code, whatever the number of launches.
  function->setAttr("passthrough", b.getArrayAttr(b.getStringAttr("noinline")));
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  func::ReturnOp::create(b);

  KernelContext context(b, config, accumulator, width, entry);
  context.scalars.map(kernel.getBody().getArguments(), entry->getArguments());
  if (failed(KernelEmitter(context).emitBlock(kernel.getBody().front())))
    return failure();
  if (context.stackBytes > stackBytes)
    return kernel.emitOpError("needs ") << context.stackBytes << " bytes of the stack, expected at most "
           << stackBytes << "; choose a config with smaller m or n";
  function->setAttr("fovea_tile.stack_bytes", b.getI64IntegerAttr(context.stackBytes));
  return function;
}
