//===- Passes.h - transforms of the fovea_tile dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_TRANSFORMS_PASSES_H
#define FOVEA_DIALECT_FOVEATILE_TRANSFORMS_PASSES_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "mlir/Pass/Pass.h"

namespace fovea::tile {

#define GEN_PASS_DECL
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"

} // namespace fovea::tile

#endif
