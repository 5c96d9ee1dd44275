//===- Report.h - what was chosen, and what it costs at least -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_REPORT_H
#define FOVEA_DRIVER_REPORT_H

#include "fovea/Target/CPU/CPUTarget.h"
#include "fovea/Target/GPU/GPUTarget.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace fovea {

/// What a compiled kernel of a GPU takes.
struct DeviceReport {
  std::string name;
  /// Bytes of shared memory of a workgroup; what the assembler gave to a thread
  /// (0: it was not run) and had to spill, and its warnings.
  int64_t sharedBytes = 0, registers = 0, spillBytes = 0;
  std::string warnings;
  /// What its machine code is seen to do, line by line and as data.
  std::string analysis;
  llvm::json::Value judgement = nullptr;
};

/// One op that becomes a kernel, or with split keys two.
struct KernelReport {
  std::string op, function, config, reason;
  /// Empty when a size that they depend on is dynamic.
  std::optional<double> flops, leastBytes, l1Traffic, l2Traffic;
  /// Bytes of the stack that a workgroup's buffers take.
  int64_t stackBytes = 0;
  /// How many kernels the op becomes; those of a GPU.
  size_t numKernels = 1;
  std::vector<DeviceReport> devices;
  bool onGPU = false;
};

/// The report of kernel `number`, counted in the order of the ops; null if
/// there is none.
KernelReport *findReport(std::vector<KernelReport> &reports, size_t number);

/// Reads the configs and costs of the ops with tile programs; run it between
/// fovea-choose-config and convert-fovea-to-tile.
std::vector<KernelReport> reportKernels(mlir::ModuleOp module,
                                        const CPUTarget &cpu);

std::vector<KernelReport> reportKernels(mlir::ModuleOp module,
                                        const GPUTarget &gpu);

/// Adds what only the lowered module knows, in the order of the ops.
void reportLowered(mlir::ModuleOp module, std::vector<KernelReport> &kernels);

/// Prints the reports as text.
void printReport(llvm::ArrayRef<KernelReport> kernels, llvm::raw_ostream &os);

llvm::json::Value toJSON(llvm::ArrayRef<KernelReport> kernels);

} // namespace fovea

#endif
