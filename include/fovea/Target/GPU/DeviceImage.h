//===- DeviceImage.h - a compiled kernel of a GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_GPU_DEVICEIMAGE_H
#define FOVEA_TARGET_GPU_DEVICEIMAGE_H

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Target/GPU/GPUTarget.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace fovea {

/// A kernel's code as the driver loads it, and what the assembler said of it.
struct DeviceImage {
  DeviceKernel kernel;
  /// PTX, or an AMD GPU's assembly.
  std::string text;
  /// A cubin, or an HSACO. Empty when no ptxas was found: then the driver
  /// assembles the PTX.
  std::string binary;
  int64_t registers = 0, spillBytes = 0;
  /// Warnings of the assembler, among ptxas's C75xx: products that it
  /// serialised.
  std::string warnings;
  /// What a static judge of the machine code says, line by line.
  std::string analysis;
  /// The same as data; null where nobody judged.
  llvm::json::Value judgement = nullptr;
};

/// A device module as LLVM IR, with the machine that compiles it.
struct DeviceCode {
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};

/// Translates a device module of the LLVM dialect for `target`, whose backend
/// is registered, and optimises it. Multiplications and additions become FMAs.
llvm::Expected<DeviceCode> translateDevice(mlir::gpu::GPUModuleOp module,
                                           const GPUTarget &target,
                                           llvm::StringRef triple);

/// Defines what launches refer to (struct FoveaDeviceKernel of
/// fovea/Runtime/Device.h) in the host's module, with each kernel's code, and
/// lets scratch memory come from the runtime.
void addDeviceKernels(llvm::Module &host, llvm::ArrayRef<DeviceImage> images);

} // namespace fovea

#endif
