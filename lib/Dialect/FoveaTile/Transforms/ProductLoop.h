//===- ProductLoop.h - loops of a first and a last product -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_PRODUCTLOOP_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_PRODUCTLOOP_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <optional>

namespace fovea::tile {

/// A loop whose step is `first product, arithmetic, last product`, where only
/// the last product and what scales its accumulator depend on what it
/// accumulates.
struct ProductLoop {
  mlir::scf::ForOp loop;
  DotOp first, last;
  /// Number of the accumulator among the loop's results.
  unsigned carried;
  /// Ops of the body: up to the first product, after it, what scales the
  /// accumulator, and what brings the last product's right operand.
  llvm::SmallVector<mlir::Operation *> head, middle, scaling, operand;
};

/// The parts of `loop`, if it is such a loop and counts from step to step.
std::optional<ProductLoop> matchProductLoop(mlir::scf::ForOp loop);

/// Ops of `block` that depend on `value`, in order.
llvm::SetVector<mlir::Operation *> collectDependents(mlir::Block *block,
                                                     mlir::Value value);

/// Adds the ops of `body` that `op` needs, and `op`, in order.
void collectSlice(mlir::Operation *op, mlir::Block *body,
                  llvm::SetVector<mlir::Operation *> &slice);

} // namespace fovea::tile

#endif
