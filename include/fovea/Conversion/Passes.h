//===- Passes.h - conversions between dialects -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_CONVERSION_PASSES_H
#define FOVEA_CONVERSION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace fovea {

#define GEN_PASS_DECL
#include "fovea/Conversion/Passes.h.inc"

/// Attaches the tile programs to the ops of the fovea dialect.
void registerTileProgramModels(mlir::DialectRegistry &registry);

#define GEN_PASS_REGISTRATION
#include "fovea/Conversion/Passes.h.inc"

} // namespace fovea

#endif
