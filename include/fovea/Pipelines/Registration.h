//===- Registration.h - everything that a tool registers, in one place
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_PIPELINES_REGISTRATION_H
#define FOVEA_PIPELINES_REGISTRATION_H

#include "mlir/IR/DialectRegistry.h"

namespace fovea {

/// Registers Fovea's dialects and the external models of their interfaces.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers Fovea's passes and pipelines under their command-line names.
void registerPasses();

} // namespace fovea

#endif
