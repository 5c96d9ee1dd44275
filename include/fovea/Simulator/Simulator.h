//===- Simulator.h - GPU kernels, executed on the CPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Executes the gpu.modules that fovea-compile --emit=target prints, lane by
// lane, and judges them: see docs/simulator.md.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_SIMULATOR_SIMULATOR_H
#define FOVEA_SIMULATOR_SIMULATOR_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

#include <cstdint>
#include <memory>

namespace fovea::sim {

struct SimulatorOptions {
  /// 0: subgroups in turn, and asynchronous copies as late as can be. Others:
  /// an order at random, the same for the same seed.
  uint64_t seed = 0;
  /// Of the device, for persistent kernels: how many workgroups share a grid.
  unsigned multiprocessors = 2;
  /// Instructions of one workgroup, after which it is taken for one that never
  /// ends.
  uint64_t maxSteps = uint64_t(1) << 26;
};

/// The kernels of one module. Errors of kernels are diagnostics at their ops.
class Simulator {
public:
  /// Takes a module with gpu.modules in the form of --emit=target. Null: an
  /// error was reported, as for an op that the simulator does not know.
  static std::unique_ptr<Simulator>
  create(mlir::OwningOpRef<mlir::ModuleOp> module,
         const SimulatorOptions &options);
  ~Simulator();

  /// What the host's code refers to (fovea/Runtime/Device.h): launches, scratch
  /// memory and the kernels' descriptions, by symbol. Calls must come from one
  /// thread at a time, and stay inside of `run`.
  llvm::StringMap<void *> getSymbols();

  /// Calls `host`, whose launches are executed here. Failure: a kernel failed,
  /// after which no other ran, and its error was reported.
  mlir::LogicalResult run(llvm::function_ref<void()> host);

  /// Launches one kernel without host code. `arguments` point to the
  /// descriptors of strided memrefs ({allocated, aligned, offset, sizes,
  /// strides}), or to scalars. Failure: an error was reported.
  mlir::LogicalResult launch(llvm::StringRef kernel,
                             llvm::ArrayRef<int64_t> grid,
                             llvm::ArrayRef<void *> arguments);

  /// Instructions of all subgroups so far.
  uint64_t countInstructions() const;

private:
  class Impl;
  explicit Simulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace fovea::sim

#endif
