//===- PhaseStep.h - the parts of a step that phases share out -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_PHASESTEP_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_PHASESTEP_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <optional>

namespace fovea::tile {

/// How an operand of the step's products comes.
struct OperandSource {
  PutOp put;
  GetOp get;
};

/// A condition that masks boundary tiles: whole ones are those that start at
/// `lower` or behind it, and end at `upper` or before. Null values: other
/// conditions decide.
struct StepMask {
  mlir::scf::IfOp choice;
  /// Among the ops of the step's own arithmetic.
  size_t place = 0;
  mlir::Value origin, lower, upper;
  int64_t columns = 0;
};

/// The parts of a step.
struct PhaseStep {
  mlir::scf::ForOp loop;
  /// The first product; the last ones, each of some rows of its right operand.
  DotOp first;
  llvm::SmallVector<DotOp> last;
  OperandSource keys, values;
  /// Number of the accumulator among the loop's results.
  unsigned carried;
  /// What scales the accumulator; what the first product's result becomes in
  /// its own step, and in the next one.
  llvm::SmallVector<mlir::Operation *> scaling, early, late;
  std::optional<StepMask> mask;
  /// What the next step needs of this one.
  llvm::SetVector<mlir::Value> crossing;

  mlir::BlockArgument getAccumulator() {
    return loop.getRegionIterArg(carried);
  }
  mlir::scf::YieldOp getYield() {
    return mlir::cast<mlir::scf::YieldOp>(loop.getBody()->getTerminator());
  }
};

/// The parts of `loop`'s step, if it is one of two products over tiles of
/// channels of two buffers.
std::optional<PhaseStep> matchPhaseStep(mlir::scf::ForOp loop);

} // namespace fovea::tile

#endif
