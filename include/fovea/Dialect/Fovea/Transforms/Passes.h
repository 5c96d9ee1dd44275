//===- Passes.h - transforms of the fovea dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_TRANSFORMS_PASSES_H
#define FOVEA_DIALECT_FOVEA_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace fovea {

#define GEN_PASS_DECL
#include "fovea/Dialect/Fovea/Transforms/Passes.h.inc"

/// Attaches the reference decompositions to the ops.
void registerReferenceModels(mlir::DialectRegistry &registry);

#define GEN_PASS_REGISTRATION
#include "fovea/Dialect/Fovea/Transforms/Passes.h.inc"

} // namespace fovea

#endif
