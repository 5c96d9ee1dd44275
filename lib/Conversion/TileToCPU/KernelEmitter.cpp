//===- KernelEmitter.cpp - the function that a kernel becomes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelEmitter.h"

#include "KernelContext.h"
#include "StripEmitter.h"
#include "StripPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea::tile;

namespace {

bool isTile(Value value) { return isa<RankedTensorType>(value.getType()); }

bool isScalarOp(Operation &op) {
  return op.getNumRegions() == 0 && !op.hasTrait<OpTrait::IsTerminator>() &&
         llvm::none_of(op.getOperands(), isTile) &&
         llvm::none_of(op.getResults(), isTile) && !isa<StoreOp>(op);
}

/// Emits the blocks of one kernel.
class KernelEmitter {
public:
  explicit KernelEmitter(KernelContext &c) : c(c), b(c.b) {}

  LogicalResult emitBlock(Block &block);
  LogicalResult setLiveRows(KernelOp kernel);

private:
  bool resolvePages(Operation &op);
  LogicalResult emitLoop(scf::ForOp loop);
  bool conflictsWithPending(Operation *op);
  LogicalResult flush();
  LogicalResult keepYields(Block &block);
  LogicalResult emitStrips(ArrayRef<Operation *> ops);
  LogicalResult verifyNotOverwritten(Operation *op);
  LogicalResult verifyInPlace(ArrayRef<Operation *> ops, const StripPlan &plan);
  void emitPrunedStrip(const StripPlan &plan, MaskOp mask, Value firstRow);
  Value roundColumns(Value x, int64_t offset, int64_t columns);
  void allocateEscaping(ArrayRef<Operation *> ops);
  Value allocateFor(ArrayRef<Value> tiles);
  Value stateBuffer(scf::ForOp loop, BlockArgument argument, bool &shared);
  void storeInitial(Value initial, Value buffer);

  KernelContext &c;
  ImplicitLocOpBuilder &b;
  SmallVector<Operation *> pending;
  /// The states of loops whose buffers hold the next value already.
  llvm::SmallPtrSet<Value, 4> overwritten;
};

/// Rows that exist are those that some store of the kernel reaches.
LogicalResult KernelEmitter::setLiveRows(KernelOp kernel) {
  SmallVector<StoreOp> stores;
  kernel.walk([&](StoreOp store) { stores.push_back(store); });
  if (stores.empty())
    return kernel.emitOpError("stores no tile, so it has no result");
  Value most = c.index(0);
  for (StoreOp store : stores) {
    int64_t dim =
        store.getIndices().size() - store.getTile().getType().getRank();
    Value origin = c.scalars.lookupOrNull(store.getIndices()[dim]);
    // The rows of a store that moves with a loop are not known here: take all.
    if (!origin) {
      most = c.index(c.m);
      break;
    }
    Value size = memref::DimOp::create(
        b, c.scalars.lookup(store.getDestination()), c.index(dim));
    most =
        arith::MaxSIOp::create(b, most, arith::SubIOp::create(b, size, origin));
  }
  c.liveRows = arith::MinSIOp::create(b, most, c.index(c.m));
  return success();
}

/// A sequence in pages is its parameter to those who know of pages, and has its
/// rows.
bool KernelEmitter::resolvePages(Operation &op) {
  if (auto view = dyn_cast<PagedViewOp>(op)) {
    c.scalars.map(view.getView(), c.scalars.lookup(view.getSource()));
    return true;
  }
  auto dim = dyn_cast<memref::DimOp>(op);
  auto view =
      dim ? dim.getSource().getDefiningOp<PagedViewOp>() : PagedViewOp();
  auto type = view ? cast<MemRefType>(view.getView().getType()) : MemRefType();
  if (!view || dim.getConstantIndex() != type.getRank() - 2)
    return false;
  c.scalars.map(dim.getResult(), c.scalars.lookupOrDefault(view.getRows()));
  return true;
}

LogicalResult KernelEmitter::emitBlock(Block &block) {
  for (Operation &op : block)
    if (isScalarOp(op) && !resolvePages(op))
      b.clone(op, c.scalars);
  if (auto kernel = dyn_cast<KernelOp>(block.getParentOp());
      kernel && failed(setLiveRows(kernel)))
    return failure();
  for (Operation &op : block.without_terminator()) {
    if (isScalarOp(op) ||
        (op.getNumResults() == 1 && isRematerialized(op.getResult(0))))
      continue;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (failed(flush()) || failed(emitLoop(loop)))
        return failure();
      continue;
    }
    if (conflictsWithPending(&op) && failed(flush()))
      return failure();
    if (auto load = dyn_cast<LoadOp>(op);
        load && load.getTile().getType().getEncoding()) {
      emitPack(c, load);
      continue;
    }
    pending.push_back(&op);
  }
  return flush();
}

/// Whether `op` and a pending op use the same view and one of them writes it:
/// strips would bring them out of order.
bool KernelEmitter::conflictsWithPending(Operation *op) {
  auto getView = [](Operation *op) -> Value {
    if (auto store = dyn_cast<StoreOp>(op))
      return store.getDestination();
    return isa<LoadOp, GatherOp>(op) ? op->getOperand(0) : Value();
  };
  Value view = getView(op);
  return view && llvm::any_of(pending, [&](Operation *other) {
           return getView(other) == view &&
                  (isa<StoreOp>(op) || isa<StoreOp>(other));
         });
}

LogicalResult KernelEmitter::flush() {
  SmallVector<Operation *> ops = std::exchange(pending, {});
  return ops.empty() ? success() : emitStrips(ops);
}

/// A buffer for tiles of the same type, in the accumulator's type if a dot
/// reads one of them. A row is read a strip at a time, from any row on.
Value KernelEmitter::allocateFor(ArrayRef<Value> tiles) {
  auto type = cast<RankedTensorType>(tiles.front().getType());
  bool feedsDot = llvm::any_of(tiles, [](Value tile) {
    return llvm::any_of(tile.getUsers(), llvm::IsaPred<DotOp>);
  });
  Type element = feedsDot ? Type(c.accumulator) : type.getElementType();
  if (type.getRank() == 1)
    return c.allocate({c.m + c.rows}, element);
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
      c.buffers[op->getResult(0)] = allocateFor({op->getResult(0)});
  }
}

static LogicalResult reportOverwritten(Operation *op) {
  return op->emitOpError(
      "reads a loop's state after its next value is computed, which "
      "cannot be lowered on the CPU");
}

/// States that an earlier segment of the loop's body overwrote.
LogicalResult KernelEmitter::verifyNotOverwritten(Operation *op) {
  for (Value operand : op->getOperands()) {
    if (auto broadcast = operand.getDefiningOp<BroadcastOp>())
      operand = broadcast.getSource();
    if (overwritten.contains(operand))
      return reportOverwritten(op);
  }
  return success();
}

/// A state is overwritten by the op that computes its next value, so no later
/// op, no reduction, and no dot that reads whole rows of it, may use the old
/// one.
LogicalResult KernelEmitter::verifyInPlace(ArrayRef<Operation *> ops,
                                           const StripPlan &plan) {
  // When a buffer is written: in which step, and after how many of its ops.
  using Time = std::pair<unsigned, unsigned>;
  DenseMap<Value, Time> overwrittenAt;
  for (auto [order, op] : llvm::enumerate(ops))
    if (op->getNumResults() &&
        cast<RankedTensorType>(op->getResult(0).getType()).getRank() == 2)
      if (Value buffer = c.buffers.lookup(op->getResult(0)))
        overwrittenAt[buffer] = {plan.stepOf.lookup(op), order};
  for (auto [order, op] : llvm::enumerate(ops))
    for (OpOperand &use : op->getOpOperands()) {
      auto found = overwrittenAt.find(c.buffers.lookup(use.get()));
      if (!isa<BlockArgument>(use.get()) || found == overwrittenAt.end())
        continue;
      bool wholeRows = isa<DotOp>(op) && use.getOperandNumber() != 0;
      bool atEnd = wholeRows || isa<ReduceOp>(op);
      Time read(plan.stepOf.lookup(op) + wholeRows, atEnd ? ops.size() : order);
      if (read > found->second)
        return reportOverwritten(op);
    }
  return success();
}

LogicalResult KernelEmitter::emitStrips(ArrayRef<Operation *> ops) {
  for (Operation *op : ops)
    if (failed(verifyNotOverwritten(op)))
      return failure();
  allocateEscaping(ops);
  StripPlan plan = planStrip(ops);
  if (failed(verifyInPlace(ops, plan)))
    return failure();
  if (auto yield =
          dyn_cast<scf::YieldOp>(ops.front()->getBlock()->getTerminator()))
    for (OpOperand &result : yield->getOpOperands())
      if (llvm::is_contained(ops, result.get().getDefiningOp()))
        overwritten.insert(cast<scf::ForOp>(yield->getParentOp())
                               .getRegionIterArg(result.getOperandNumber()));
  auto loop = scf::ForOp::create(b, c.index(0), c.liveRows, c.index(c.rows));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  if (MaskOp mask = findPruningMask(*ops.front()->getBlock()))
    emitPrunedStrip(plan, mask, loop.getInductionVar());
  else
    StripEmitter(c, plan, loop.getInductionVar()).emit();
  return success();
}

/// `x - origin` brought to a whole number of register tiles within the tile.
Value KernelEmitter::roundColumns(Value x, int64_t roundUp, int64_t columns) {
  Value inside = arith::MinSIOp::create(
      b, arith::MaxSIOp::create(b, x, c.index(0)), c.index(columns));
  Value tiles =
      arith::DivUIOp::create(b, c.add(inside, roundUp), c.index(c.columns));
  return arith::MulIOp::create(b, tiles, c.index(c.columns));
}

/// Only the columns that some row of the strip sees are computed, and none for
/// a strip that sees nothing.
void KernelEmitter::emitPrunedStrip(const StripPlan &plan, MaskOp mask,
                                    Value firstRow) {
  int64_t columns = mask.getTile().getType().getDimSize(1);
  Value origin = c.scalars.lookupOrDefault(mask.getOrigin());
  StripEmitter strip(c, plan, firstRow);
  auto extreme = [&](Value rows, vector::CombiningKind kind) -> Value {
    Value all = vector::ReductionOp::create(b, kind, strip.row(rows));
    return arith::SubIOp::create(b, all, origin);
  };
  Value begin = roundColumns(
      extreme(mask.getLower(), vector::CombiningKind::MINSI), 0, columns);
  Value end =
      roundColumns(extreme(mask.getUpper(), vector::CombiningKind::MAXSI),
                   c.columns - 1, columns);
  Value visible =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, begin, end);
  auto guard = scf::IfOp::create(b, visible, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard insertion(b);
  b.setInsertionPointToStart(guard.thenBlock());
  strip.prune(plan.axes.of(mask), begin, end);
  strip.emit();
}

/// A loop's state lives in buffers. A state that only this loop uses is taken
/// over from the loop before it.
Value KernelEmitter::stateBuffer(scf::ForOp loop, BlockArgument argument,
                                 bool &shared) {
  Value initial = loop.getTiedLoopInit(argument)->get();
  auto before = initial.getDefiningOp<scf::ForOp>();
  // In the same block: a loop around this one would need the state again.
  shared = before &&
           before->getBlock() == initial.use_begin()->getOwner()->getBlock() &&
           initial.hasOneUse() && c.buffers.count(initial);
  if (shared)
    return c.buffers[initial];
  OpOperand &use = *loop.getTiedLoopInit(argument);
  return allocateFor({use.get(), argument, loop.getTiedLoopResult(&use)});
}

LogicalResult KernelEmitter::emitLoop(scf::ForOp loop) {
  if (failed(verifyNotOverwritten(loop)))
    return failure();
  for (auto [initial, argument, result] : llvm::zip(
           loop.getInitArgs(), loop.getRegionIterArgs(), loop.getResults())) {
    if (!isTile(initial))
      return loop.emitOpError(
          "carries a scalar, expected only tiles in a kernel's loops");
    bool shared;
    Value buffer = stateBuffer(loop, argument, shared);
    if (!shared)
      storeInitial(initial, buffer);
    c.buffers[argument] = c.buffers[result] = buffer;
  }
  auto emitted =
      scf::ForOp::create(b, c.scalars.lookupOrDefault(loop.getLowerBound()),
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
  for (auto [yielded, argument] : llvm::zip(
           block.getTerminator()->getOperands(), loop.getRegionIterArgs())) {
    if (yielded == argument)
      continue;
    Operation *op = yielded.getDefiningOp();
    if (!op || op->getBlock() != &block || isRematerialized(yielded) ||
        isa<scf::ForOp>(op) ||
        !c.buffers.try_emplace(yielded, c.buffers[argument]).second)
      return loop.emitOpError(
          "yields a tile that no op of its own body computes, or twice the "
          "same; expected the results of different tile ops");
  }
  return success();
}

/// Writes an initial state for all strips that have rows.
void KernelEmitter::storeInitial(Value initial, Value buffer) {
  auto type = cast<RankedTensorType>(initial.getType());
  Value strips = arith::CeilDivSIOp::create(b, c.liveRows, c.index(c.rows));
  Value end = arith::MulIOp::create(b, strips, c.index(c.rows));
  auto loop = scf::ForOp::create(b, c.index(0), end,
                                 c.index(type.getRank() == 1 ? c.rows : 1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  StripPlan empty;
  StripEmitter strip(c, empty, loop.getInductionVar());
  if (type.getRank() == 1) {
    vector::StoreOp::create(b, strip.row(initial), buffer,
                            loop.getInductionVar());
    return;
  }
  int64_t columns = cast<MemRefType>(buffer.getType()).getDimSize(1);
  auto columnLoop =
      scf::ForOp::create(b, c.index(0), c.index(columns), c.index(c.width));
  b.setInsertionPointToStart(columnLoop.getBody());
  Value vector = strip.elementsAt(initial, columnLoop.getInductionVar());
  if (cast<MemRefType>(buffer.getType()).getElementType() !=
      getElementTypeOrSelf(vector))
    vector = c.extend(vector);
  vector::StoreOp::create(
      b, vector, buffer,
      ValueRange{loop.getInductionVar(), columnLoop.getInductionVar()});
}

} // namespace

FailureOr<func::FuncOp> fovea::tile::emitKernel(KernelOp kernel,
                                                int64_t vectorBits,
                                                int64_t stackBytes) {
  FailureOr<FloatType> accumulator = findAccumulator(kernel);
  if (failed(accumulator))
    return failure();
  ConfigAttr config = kernel.getConfig();
  int64_t width = vectorBits / accumulator->getWidth();
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

  KernelContext context(b, config, *accumulator, width, entry);
  context.scalars.map(kernel.getBody().getArguments(), entry->getArguments());
  if (failed(KernelEmitter(context).emitBlock(kernel.getBody().front())))
    return failure();
  if (context.stackBytes > stackBytes)
    return kernel.emitOpError("needs ")
           << context.stackBytes << " bytes of the stack, expected at most "
           << stackBytes << "; choose a config with smaller m or n";
  function->setAttr("fovea_tile.stack_bytes",
                    b.getI64IntegerAttr(context.stackBytes));
  return function;
}
