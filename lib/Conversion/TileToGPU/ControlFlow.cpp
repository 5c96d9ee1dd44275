//===- ControlFlow.cpp - regions, roles and scalars -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Numbers of rows and columns, outside of loops: made anew from the lane's.
static bool isPlaces(Operation &op) {
  auto tile = op.getNumResults() == 1
                  ? dyn_cast<RankedTensorType>(op.getResult(0).getType())
                  : RankedTensorType();
  return tile && tile.getElementType().isIndex() && op.getNumRegions() == 0 &&
         !op.getParentOfType<scf::ForOp>();
}

LogicalResult KernelWriter::writePlacesAgain(Operation *behind) {
  for (Operation *op : written)
    if (op->getBlock()->findAncestorOpInBlock(*behind) && failed(writeOp(*op)))
      return failure();
  return success();
}

LogicalResult KernelWriter::writeBlock(Block &block) {
  for (Operation &op : block) {
    b_.setLoc(op.getLoc());
    if (failed(writeOp(op)))
      return failure();
    if (isPlaces(op))
      written.push_back(&op);
  }
  return success();
}

LogicalResult KernelWriter::writeOp(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case<ChannelOp, NextOp, ReturnOp>([](auto) { return success(); })
      .Case([&](RoleOp op) { return writeRole(op); })
      .Case([&](RoundsOp op) { return writeRounds(op); })
      .Case([&](ReadOp op) { return writeRead(op); })
      .Case([&](NextPhaseOp op) { return writeNextPhase(op); })
      .Case([&](StaggerOp op) { return writeStagger(op); })
      .Case([&](TakeTurnOp op) { return writeTakeTurn(op); })
      .Case([&](PassTurnOp op) { return writePassTurn(op); })
      .Case([&](scf::ForOp op) { return writeFor(op); })
      .Case([&](scf::IfOp op) { return writeIf(op); })
      .Case([&](scf::YieldOp op) { return writeYield(op); })
      .Case([&](PutOp op) { return writePut(op); })
      .Case([&](AwaitCopiesOp op) { return writeAwaitCopies(op); })
      .Case([&](GetOp op) { return writeGet(op); })
      .Case([&](ConsumedOp op) { return writeConsumed(op); })
      .Case([&](DotOp op) { return writeDot(op); })
      .Case([&](AwaitOp op) { return writeAwait(op); })
      .Case([&](ReduceOp op) { return writeReduce(op); })
      .Case([&](FoldOp op) { return writeFold(op); })
      .Case([&](AnyOp op) { return writeAny(op); })
      .Case([&](BroadcastOp op) { return writeBroadcast(op); })
      .Case([&](CoordinateOp op) { return writeCoordinate(op); })
      .Case([&](MaskOp op) { return writeMask(op); })
      .Case([&](LoadOp op) { return writeLoad(op); })
      .Case([&](StoreOp op) {
        return op.getChannel() ? writeStagedStore(op) : writeStore(op);
      })
      .Case([&](GatherOp op) { return writeGather(op); })
      .Case([&](memref::DimOp op) { return writeDim(op); })
      .Case([&](memref::LoadOp op) { return writeScalarLoad(op); })
      .Case([&](arith::ConstantOp op) { return writeConstant(op); })
      .Case([&](tensor::ExtractSliceOp op) { return writeSlice(op); })
      .Case([&](tensor::SplatOp op) {
        values[op.getResult()] =
            Registers(places(op.getType()).size(), scalar(op.getInput()));
        return success();
      })
      .Default([&](Operation *op) {
        bool onTiles = op->getNumResults() == 1 &&
                       isa<RankedTensorType>(op->getResult(0).getType());
        if (op->getNumResults() != 1 || op->getNumRegions() ||
            !OpTrait::hasElementwiseMappableTraits(op))
          return LogicalResult(op->emitOpError(
              "cannot be lowered within a kernel on a GPU; expected scf.for, "
              "scf.if, fovea_tile ops, element-wise ops, or splats"));
        if (auto round = dyn_cast<arith::TruncFOp>(op); round && onTiles)
          return writeRound(round);
        return onTiles ? writeElementwise(*op) : writeScalar(*op);
      });
}

/// Where the lane's first element lies in each layout that the kernel uses.
void KernelWriter::placeLanes() {
  SetVector<FragmentAttr> layouts;
  layouts.insert(fragment);
  kernel.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tile = dyn_cast<RankedTensorType>(type))
        if (auto layout = dyn_cast_or_null<FragmentAttr>(tile.getEncoding()))
          layouts.insert(layout);
  });
  for (FragmentAttr layout : layouts) {
    Value row = mul(roleSubgroup, layout.getRows()), column = i32(0);
    int64_t divisor = 1;
    for (FragmentDigit digit : layout.getLanes()) {
      Value number = arith::RemUIOp::create(
          b_, arith::DivUIOp::create(b_, lane, i32(divisor)),
          i32(digit.extent));
      row = digit.row ? add(row, mul(number, digit.row)) : row;
      column = digit.column ? add(column, mul(number, digit.column)) : column;
      divisor *= digit.extent;
    }
    lanePlaces[layout] = {row, column};
  }
}

/// Roles take the workgroup's subgroups one after the other.
LogicalResult KernelWriter::writeRole(RoleOp role) {
  int64_t firstWarp = roleWarps;
  roleWarps += role.getWarps();
  Value first = i32(firstWarp);
  Value mine = arith::AndIOp::create(
      b_, compare(arith::CmpIPredicate::uge, subgroup, first),
      compare(arith::CmpIPredicate::ult, subgroup, i32(roleWarps)));
  auto choice = scf::IfOp::create(b_, mine, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b_);
  b_.setInsertionPoint(choice.thenBlock()->getTerminator());
  roleSubgroup = arith::SubIOp::create(b_, subgroup, first);
  this->role = role.getKind();
  enterRole(role);
  if (role.getKind() == RoleKind::Producer)
    return writeProducer(role);
  placeLanes();
  return writeBlock(role.getBody().front());
}

LogicalResult KernelWriter::writeFor(scf::ForOp loop) {
  auto copy = scf::ForOp::create(
      b_, scalar(loop.getLowerBound()), scalar(loop.getUpperBound()),
      scalar(loop.getStep()), flatten(loop.getInitArgs()));
  OpBuilder::InsertionGuard guard(b_);
  Block *body = copy.getBody();
  b_.setInsertionPointToEnd(body);
  if (!body->empty())
    b_.setInsertionPoint(body->getTerminator());
  values[loop.getInductionVar()] = {copy.getInductionVar()};
  SmallVector<Value> arguments(copy.getRegionIterArgs());
  define(ValueRange(loop.getRegionIterArgs()), arguments);
  if (failed(writeBlock(*loop.getBody())))
    return failure();
  b_.setInsertionPointAfter(copy);
  define(loop.getResults(), copy.getResults());
  return leaveLoop(loop);
}

LogicalResult KernelWriter::writeIf(scf::IfOp choice) {
  auto copy = scf::IfOp::create(b_, flatten(choice.getResultTypes()),
                                scalar(choice.getCondition()),
                                /*addThenBlock=*/true,
                                /*addElseBlock=*/choice.elseBlock() != nullptr);
  OpBuilder::InsertionGuard guard(b_);
  for (auto [from, to] : llvm::zip(choice->getRegions(), copy->getRegions())) {
    if (from.empty())
      continue;
    b_.setInsertionPointToEnd(&to.front());
    if (failed(writeBlock(from.front())))
      return failure();
  }
  b_.setInsertionPointAfter(copy);
  define(choice.getResults(), copy.getResults());
  // What was found out within is not known behind.
  if (choice.walk([](scf::ForOp) { return WalkResult::interrupt(); })
          .wasInterrupted())
    return leaveLoop(choice);
  return success();
}

LogicalResult KernelWriter::writeYield(scf::YieldOp yield) {
  // A loop or condition without values has its terminator already.
  Block *block = b_.getInsertionBlock();
  if (block->empty() || !block->back().hasTrait<OpTrait::IsTerminator>())
    scf::YieldOp::create(b_, flatten(yield.getOperands()));
  return success();
}

/// A scalar op as it is, on i32 in place of index.
LogicalResult KernelWriter::writeScalar(Operation &op) {
  Registers operands;
  for (Value operand : op.getOperands())
    operands.push_back(scalar(operand));
  Value result = writeElement(op, operands, lowered(op.getResult(0).getType()));
  values[op.getResult(0)] = {result};
  return success(bool(result));
}
