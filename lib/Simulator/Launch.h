//===- Launch.h - one launch of a kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_LAUNCH_H
#define FOVEA_LIB_SIMULATOR_LAUNCH_H

#include "Decoder.h"
#include "GlobalMemory.h"

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Simulator/Simulator.h"

namespace fovea::sim {

/// A kernel, as decoded and as its host knows it.
struct Kernel {
  DeviceKernel description;
  mlir::LLVM::LLVMFuncOp function;
  Program program;
};

/// What goes on from launch to launch.
struct LaunchState {
  /// Workgroups have numbers of their own, so that stores of earlier launches
  /// are known.
  uint64_t workgroups = 1;
  uint64_t instructions = 0;
};

/// Runs a grid of `kernel`. `arguments` are those of fovea_device_launch
/// (fovea/Runtime/Device.h). Failure: an error was reported.
mlir::LogicalResult runLaunch(Kernel &kernel, const int64_t *grid,
                              void *const *arguments, GlobalMemory &memory,
                              LaunchState &state,
                              const SimulatorOptions &options);

} // namespace fovea::sim

#endif
