//===- CodeGen.h - device modules to PTX and machine code -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_NVIDIA_CODEGEN_H
#define FOVEA_TARGET_NVIDIA_CODEGEN_H

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Target/GPU/GPUTarget.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/Support/Error.h"

#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace fovea {

/// A kernel's code as the driver loads it, and what the assembler said of it.
struct DeviceImage {
  DeviceKernel kernel;
  std::string ptx;
  /// Empty when no ptxas was found: then the driver assembles the PTX.
  std::string cubin;
  int64_t registers = 0, spillBytes = 0;
  /// Warnings of ptxas, among them C75xx: products that it serialised.
  std::string warnings;
};

/// Registers what translates a device module.
void registerNVVMTranslations(mlir::DialectRegistry &registry);

/// PTX of a device module of the LLVM dialect, by LLVM's -O3.
llvm::Expected<std::string> emitPTX(mlir::gpu::GPUModuleOp module,
                                    const GPUTarget &target);

/// The path of ptxas: from the environment variable FOVEA_PTXAS, PATH, or
/// CUDA's usual folder; empty when there is none.
std::string findPtxas();

/// Assembles `image.ptx` by ptxas and fills in the rest. Without ptxas nothing
/// is changed.
llvm::Error assemble(DeviceImage &image, const GPUTarget &target);

/// Defines what launches refer to (struct FoveaDeviceKernel of
/// fovea/Runtime/Device.h) in the host's module, with each kernel's code, and
/// lets scratch memory come from the runtime.
void addDeviceKernels(llvm::Module &host, llvm::ArrayRef<DeviceImage> images);

} // namespace fovea

#endif
