//===- Host.h - the host's code around simulated kernels -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_SIMULATOR_HOST_H
#define FOVEA_SIMULATOR_HOST_H

#include "mlir/IR/BuiltinOps.h"

namespace fovea::sim {

/// Makes each gpu.launch_func of the host's functions a call of the simulator,
/// by a symbol that Simulator::getSymbols has. Afterwards nothing refers to the
/// gpu.modules. Failure: an error was reported.
mlir::LogicalResult lowerLaunches(mlir::ModuleOp host);

} // namespace fovea::sim

#endif
