//===- Dialects.h - what simulated kernels may be written in -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_SIMULATOR_DIALECTS_H
#define FOVEA_SIMULATOR_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace fovea::sim {

/// Upstream's dialects of kernels, and the interfaces by which the simulator
/// lowers them. Whoever parses such modules registers them first.
void registerSimulatorDialects(mlir::DialectRegistry &registry);

} // namespace fovea::sim

#endif
