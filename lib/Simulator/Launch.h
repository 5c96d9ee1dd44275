//===- Launch.h - one launch of a kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_LAUNCH_H
#define FOVEA_LIB_SIMULATOR_LAUNCH_H

#include "Decoder.h"
#include "GlobalMemory.h"
#include "NVIDIA/TensorMap.h"
#include "Workgroup.h"

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Simulator/Simulator.h"

namespace fovea::sim {

/// How a kernel's function gets its memrefs.
enum class Convention {
  /// Ours: base, sizes and strides; the grid's sizes behind all arguments.
  Own,
  /// MLIR's: allocated and aligned base, offset, sizes and strides.
  Descriptor,
  /// MLIR's bare pointers: the aligned base.
  Bare,
};

/// A kernel, as decoded and as its host knows it.
struct Kernel {
  DeviceKernel description;
  mlir::LLVM::LLVMFuncOp function;
  Program program;
  Convention convention = Convention::Own;
  /// Of a gpu.func: what its arguments must look like; null for scalars, and
  /// none for a function whose arguments are not known as memrefs.
  llvm::SmallVector<mlir::MemRefType> types;
  /// Of a workgroup; 0 where the launch says it.
  Dimensions block{0, 1, 1};
};

/// What goes on from launch to launch.
struct LaunchState {
  /// Workgroups have numbers of their own, so that stores of earlier launches
  /// are known.
  uint64_t workgroups = 1;
  uint64_t instructions = 0;
};

/// What a launch says beside its arguments.
struct LaunchSizes {
  /// `gridRank` numbers.
  llvm::ArrayRef<int64_t> grid;
  Dimensions block;
  uint32_t dynamicShared;
};

/// Sizes as the kernel's description has them, which needs its number of
/// threads. Failure: an error was reported.
mlir::FailureOr<LaunchSizes> getSizes(Kernel &kernel,
                                      llvm::ArrayRef<int64_t> grid);

/// The function's parameters, and what they point to.
struct Parameters {
  std::vector<uint64_t> values;
  std::vector<nvidia::TensorMap> maps;
  /// Of a persistent kernel; else 0.
  uint64_t counter = 0;
};

/// Packs `arguments`, those of fovea_device_launch (fovea/Runtime/Device.h), as
/// the function takes them. Failure: an error was reported.
mlir::LogicalResult packParameters(Kernel &kernel, llvm::ArrayRef<int64_t> grid,
                                   void *const *arguments, GlobalMemory &memory,
                                   Parameters &parameters);

/// Finds out the convention of a decoded kernel from its function's parameters.
/// Failure: it has none, which was reported.
mlir::LogicalResult findConvention(Kernel &kernel);

/// Runs a grid of `kernel`. Failure: an error was reported.
mlir::LogicalResult runLaunch(Kernel &kernel, const LaunchSizes &sizes,
                              void *const *arguments, GlobalMemory &memory,
                              LaunchState &state,
                              const SimulatorOptions &options);

} // namespace fovea::sim

#endif
