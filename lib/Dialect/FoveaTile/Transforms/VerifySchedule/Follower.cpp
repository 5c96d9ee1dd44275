//===- Follower.cpp - a role, step by step -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Follower.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

Follower::KnownList Follower::getAll(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value v) { return scalars.get(v); });
}

void Follower::setAll(ValueRange values, ArrayRef<Known> known) {
  for (auto [i, value] : llvm::enumerate(values))
    scalars.set(value, i < known.size() ? known[i] : Known());
}

void Follower::record(Event::Kind kind, Operation &op, Value channel,
                      Value number) {
  Event event{kind, &op, channel, number ? scalars.get(number) : Known(), {}};
  for (Value operand : op.getOperands())
    if (isa<TensorType>(operand.getType()))
      event.operands.push_back(scalars.get(operand));
  trace.push_back(std::move(event));
}

LogicalResult Follower::visitTileOp(Operation &op) {
  int64_t place = trace.size();
  TypeSwitch<Operation *>(&op)
      .Case([&](PutOp put) {
        record(Event::Put, op, put.getChannel(), put.getNumber());
      })
      .Case([&](GetOp get) {
        record(Event::Get, op, get.getChannel(), get.getNumber());
        scalars.set(get.getTile(), {Known::Tile, place});
      })
      .Case([&](ConsumedOp consumed) {
        record(Event::Consumed, op, consumed.getChannel(),
               consumed.getNumber());
      })
      .Case([&](StoreOp store) {
        record(Event::Store, op, store.getChannel(), store.getNumber());
      })
      .Case([&](DotOp dot) {
        record(Event::Dot, op);
        scalars.set(dot.getResult(), run.scheduled.target.asynchronousProducts
                                         ? Known{Known::Product, place}
                                         : Known());
      })
      .Case([&](AwaitOp await) {
        record(Event::Await, op);
        for (auto [tile, result] :
             llvm::zip(await.getTiles(), await.getResults())) {
          Known known = scalars.get(tile);
          scalars.set(result, known.kind == Known::Product ? Known() : known);
        }
      })
      .Case([&](AwaitCopiesOp) { record(Event::AwaitCopies, op); })
      .Case([&](TakeTurnOp) { record(Event::TakeTurn, op); })
      .Case([&](PassTurnOp) { record(Event::PassTurn, op); });
  const Event &event = trace.back();
  // A step before the first: such a run cannot be meant.
  if (event.number.isNumber() && event.number.value < 0)
    return stop(Outcome::Impossible);
  return success();
}

LogicalResult Follower::visit(Operation &op) {
  if (failed(takeStep()))
    return failure();
  if (auto other = dyn_cast<RoleOp>(op))
    return other == role ? visit(role.getBody().front()) : success();
  if (isEvent(&op))
    return visitTileOp(op);
  // Loops pass their initial values on; ops without regions read operands.
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return visitFor(loop);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return visitWhile(loop);
  if (auto choice = dyn_cast<scf::IfOp>(op))
    return visitIf(choice);
  if (auto rounds = dyn_cast<RoundsOp>(op))
    return visitRounds(rounds);
  if (run.slice.needed.contains(&op))
    scalars.evaluate(op);
  if (llvm::any_of(op.getOperands(), [&](Value operand) {
        Known::Kind kind = scalars.get(operand).kind;
        return kind == Known::Tile || kind == Known::Product;
      }))
    record(Event::Read, op);
  return op.getNumRegions() ? visitUnknown(op) : success();
}

/// All but the terminator, whose operands go where the parent takes them.
LogicalResult Follower::visit(Block &block) {
  for (Operation &op : block)
    if (!op.hasTrait<OpTrait::IsTerminator>() && failed(visit(op)))
      return failure();
  return success();
}

Outcome Follower::follow() {
  KernelOp kernel = run.scheduled.kernel;
  static constexpr StringLiteral kArgument = "argument";
  for (BlockArgument argument : kernel.getBody().getArguments())
    scalars.set(argument,
                scalars.symbolize(
                    kArgument, Known{Known::Number, argument.getArgNumber()}));
  (void)visit(kernel.getBody().front());
  return outcome;
}

Outcome fovea::tile::followRole(Run &run, RoleOp role) {
  Follower follower(run, role);
  Outcome outcome = follower.follow();
  run.traces.push_back(std::move(follower.trace));
  return outcome;
}
