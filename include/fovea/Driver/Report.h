//===- Report.h - what was chosen, and what it costs at least -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_REPORT_H
#define FOVEA_DRIVER_REPORT_H

#include "fovea/Target/CPU/CPUTarget.h"
#include "fovea/Target/NVIDIA/GPUTarget.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace fovea {

/// One op that becomes a kernel.
struct KernelReport {
  std::string op, function, config, reason;
  /// Empty when a size that they depend on is dynamic.
  std::optional<double> flops, leastBytes, l1Traffic, l2Traffic;
  /// Bytes of the stack that a workgroup's buffers take.
  int64_t stackBytes = 0;
  /// On a GPU: bytes of shared memory of a workgroup, what the assembler gave
  /// to a thread and what it had to spill, and its warnings.
  int64_t sharedBytes = 0, registers = 0, spillBytes = 0;
  std::string warnings;
  bool onGPU = false;
};

/// Reads the configs and costs of the ops with tile programs; run it between
/// fovea-choose-config and convert-fovea-to-tile.
std::vector<KernelReport> reportKernels(mlir::ModuleOp module,
                                        const CPUTarget &cpu);

std::vector<KernelReport> reportKernels(mlir::ModuleOp module,
                                        const GPUTarget &gpu);

/// Adds what only the scheduled tile programs know, in the order of the ops.
void reportScheduled(mlir::ModuleOp module, std::vector<KernelReport> &kernels);

/// Adds what only the lowered module knows, in the order of the ops.
void reportLowered(mlir::ModuleOp module, std::vector<KernelReport> &kernels);

/// Prints the reports as text.
void printReport(llvm::ArrayRef<KernelReport> kernels, llvm::raw_ostream &os);

} // namespace fovea

#endif
