//===- Dialects.h - what the tools register -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_DIALECTS_H
#define FOVEA_DRIVER_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace fovea {

/// Everything that a source file may contain and the pipelines to machine code
/// need.
void registerDriverDialects(mlir::DialectRegistry &registry);

} // namespace fovea

#endif
