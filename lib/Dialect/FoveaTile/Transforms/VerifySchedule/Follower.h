//===- Follower.h - a role, step by step -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_FOLLOWER_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_FOLLOWER_H

#include "Scalars.h"
#include "Trace.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace fovea::tile {

/// Ops of one role that a run visits at most: a bound on the time it takes.
constexpr int64_t kMostSteps = 1 << 18;

/// Runs the kernel's scalars, and one role with them. Members return failure
/// where the run has to stop; `outcome` then says why.
class Follower {
public:
  Follower(Run &run, RoleOp role)
      : run(run), role(role), scalars(run.assumptions) {}

  Outcome follow();
  Trace trace;

private:
  using LogicalResult = mlir::LogicalResult;
  using Operation = mlir::Operation;
  using KnownList = llvm::SmallVector<Known>;

  // Ops (Follower.cpp).
  LogicalResult takeStep() {
    return ++steps > kMostSteps ? stop(Outcome::TooLong) : mlir::success();
  }
  LogicalResult visit(mlir::Block &block);
  LogicalResult visit(Operation &op);
  LogicalResult visitTileOp(Operation &op);
  void record(Event::Kind kind, Operation &op, mlir::Value channel = {},
              mlir::Value number = {});
  KnownList getAll(mlir::ValueRange values);
  void setAll(mlir::ValueRange values, llvm::ArrayRef<Known> known);
  bool isEventful(Operation *op) const {
    return run.slice.eventful.contains(op);
  }
  LogicalResult stop(Outcome why) {
    outcome = why;
    return mlir::failure();
  }

  // Control flow (ControlFlow.cpp).
  LogicalResult visitFor(mlir::scf::ForOp loop);
  LogicalResult visitWhile(mlir::scf::WhileOp loop);
  LogicalResult visitIf(mlir::scf::IfOp choice);
  LogicalResult visitBothBranches(mlir::scf::IfOp choice);
  LogicalResult visitRounds(RoundsOp rounds);
  LogicalResult visitUnknown(Operation &op);
  bool assumeBound(mlir::Value bound, int64_t base, int64_t step);
  std::optional<int64_t> countTrips(mlir::scf::ForOp loop);
  std::optional<int64_t> assumeTrips(Operation *loop, Known symbol,
                                     mlir::Value origin);
  Known merge(Known condition, Known a, Known b);

  Run &run;
  RoleOp role;
  Scalars scalars;
  Outcome outcome = Outcome::Done;
  int64_t steps = 0;
};

} // namespace fovea::tile

#endif
