//===- SplitRoles.cpp - one program to a producer and consumers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Slicing by channels, as in Tawa (arXiv:2510.14719): the producer keeps the
// puts and the control flow around them, the consumers everything else.

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace fovea::tile {
#define GEN_PASS_DEF_SPLITROLES
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Scalar arithmetic, which any role may repeat.
static bool isScalar(Operation &op) {
  return op.getNumRegions() == 0 && op.getNumResults() &&
         !isa<GetOp, ChannelOp>(op) &&
         (isMemoryEffectFree(&op) ||
          hasSingleEffect<MemoryEffects::Read>(&op)) &&
         llvm::none_of(op.getResultTypes(), llvm::IsaPred<TensorType>) &&
         llvm::none_of(op.getOperandTypes(), llvm::IsaPred<TensorType>);
}

using OpSet = llvm::SmallPtrSet<Operation *, 16>;

/// What stays in the kernel's body for all roles: channels, and scalars that
/// only such scalars make.
static OpSet collectShared(Block &body) {
  OpSet shared;
  for (Operation &op : body.without_terminator())
    if (isa<ChannelOp>(op) ||
        (isScalar(op) && llvm::all_of(op.getOperands(), [&](Value operand) {
           return isa<BlockArgument>(operand) ||
                  shared.contains(operand.getDefiningOp());
         })))
      shared.insert(&op);
  return shared;
}

static bool holdsPuts(Operation &op) {
  return op.walk([](PutOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

namespace {
/// Clones puts with the scalars and the control flow that they need.
class PutCloner {
public:
  PutCloner(OpBuilder b, const OpSet &shared) : b(b), shared(shared) {}

  LogicalResult clone(Operation &op) {
    if (!isScalar(op) && !holdsPuts(op))
      return success();
    // What a loop carries is left behind.
    auto loop = dyn_cast<scf::ForOp>(op);
    for (Value operand : op.getOperands().take_front(
             loop ? loop.getNumControlOperands() : op.getNumOperands()))
      if (!isReached(operand)) {
        // A scalar that no put needs may read anything.
        if (!holdsPuts(op))
          return success();
        return op.emitOpError("depends on a value that the consumers compute, "
                              "so no producer can run ahead of them");
      }
    if (loop)
      return cloneLoop(loop);
    if (auto choice = dyn_cast<scf::IfOp>(op))
      return cloneIf(choice);
    if (auto rounds = dyn_cast<RoundsOp>(op))
      return cloneRounds(rounds);
    if (op.getNumRegions())
      return op.emitOpError("holds puts, expected them in the kernel's body, "
                            "scf.for or scf.if");
    b.clone(op, map);
    return success();
  }

private:
  /// Loops lose the values that they carry: no put may depend on one.
  LogicalResult cloneLoop(scf::ForOp loop) {
    auto copy = scf::ForOp::create(
        b, loop.getLoc(), lookup(loop.getLowerBound()),
        lookup(loop.getUpperBound()), lookup(loop.getStep()));
    map.map(loop.getInductionVar(), copy.getInductionVar());
    return cloneBlock(*loop.getBody(), *copy.getBody());
  }
  LogicalResult cloneIf(scf::IfOp choice) {
    auto copy =
        scf::IfOp::create(b, choice.getLoc(), lookup(choice.getCondition()),
                          /*withElseRegion=*/choice.elseBlock() != nullptr);
    for (auto [from, to] : llvm::zip(choice->getRegions(), copy->getRegions()))
      if (!from.empty() && failed(cloneBlock(from.front(), to.front())))
        return failure();
    return success();
  }
  LogicalResult cloneRounds(RoundsOp rounds) {
    auto copy = RoundsOp::create(
        b, rounds.getLoc(),
        llvm::map_to_vector(rounds.getInits(),
                            [&](Value init) { return lookup(init); }));
    Block &from = rounds.getBody().front(), &to = copy.getBody().emplaceBlock();
    for (BlockArgument argument : from.getArguments())
      map.map(argument, to.addArgument(argument.getType(), argument.getLoc()));
    auto next = cast<NextOp>(from.getTerminator());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(&to);
    auto placeholder = NextOp::create(b, rounds.getLoc(), copy.getInits());
    if (failed(cloneBlock(from, to)))
      return failure();
    for (auto [i, value] : llvm::enumerate(next.getValues())) {
      if (!isReached(value))
        return next.emitOpError("passes on what the consumers compute, so no "
                                "producer can run ahead of them");
      placeholder->setOperand(i, lookup(value));
    }
    return success();
  }
  LogicalResult cloneBlock(Block &from, Block &to) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(to.getTerminator());
    for (Operation &op : from.without_terminator())
      if (failed(clone(op)))
        return failure();
    return success();
  }

  Value lookup(Value value) { return map.lookupOrDefault(value); }

  /// What the producer reads is its own or the kernel's.
  bool isReached(Value value) {
    if (map.contains(value))
      return true;
    Operation *definition = value.getDefiningOp();
    if (!definition)
      return isa<KernelOp>(value.getParentBlock()->getParentOp());
    return shared.contains(definition);
  }

  OpBuilder b;
  const OpSet &shared;
  IRMapping map;
};

struct SplitRoles : fovea::tile::impl::SplitRolesBase<SplitRoles> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return signalPassFailure();
    Block &body = kernel.getBody().front();
    if (!body.getOps<RoleOp>().empty() || kernel.getPerThread())
      return;
    ConfigAttr config = kernel.getConfig();
    ScheduleAttr schedule = config.getSchedule();
    // Without a copy engine all threads copy.
    bool copies = holdsPuts(*kernel) && target->copiesTiles;
    bool produces = schedule.getProducer() && copies;
    if (copies && !produces) {
      kernel.emitOpError("puts tiles in channels, but its schedule has no "
                         "producer; expected 'producer', its registers");
      return signalPassFailure();
    }
    OpSet shared = collectShared(body);
    SmallVector<Operation *> consumed;
    for (Operation &op : body.without_terminator())
      if (!shared.contains(&op))
        consumed.push_back(&op);
    OpBuilder b(body.getTerminator());
    Location loc = kernel.getLoc();
    int64_t group = target->productSubgroups;
    if (produces) {
      auto producer =
          createRole(b, loc, RoleKind::Producer, group, schedule.getProducer());
      PutCloner cloner(OpBuilder::atBlockEnd(&producer.getBody().front()),
                       shared);
      for (Operation *op : consumed)
        if (failed(cloner.clone(*op)))
          return signalPassFailure();
    }
    int64_t consumers = config.getM() / config.getRows() * group;
    auto consumer = createRole(b, loc, RoleKind::Consumer, consumers,
                               schedule.getConsumer());
    for (Operation *op : consumed)
      op->moveBefore(&consumer.getBody().front(),
                     consumer.getBody().front().end());
    if (produces)
      erasePuts(consumer);
  }

private:
  static void erasePuts(RoleOp role) {
    SmallVector<PutOp> puts;
    role.walk([&](PutOp put) { puts.push_back(put); });
    for (PutOp put : puts)
      put.erase();
  }

  RoleOp createRole(OpBuilder &b, Location loc, RoleKind kind, int64_t warps,
                    int64_t registers) {
    auto role = RoleOp::create(b, loc, kind, warps, registers);
    role.getBody().emplaceBlock();
    return role;
  }
};
} // namespace
