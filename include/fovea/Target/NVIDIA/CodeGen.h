//===- CodeGen.h - device modules to PTX and machine code -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_NVIDIA_CODEGEN_H
#define FOVEA_TARGET_NVIDIA_CODEGEN_H

#include "fovea/Target/GPU/DeviceImage.h"

namespace fovea {

/// Registers what translates a device module.
void registerNVVMTranslations(mlir::DialectRegistry &registry);

/// PTX of a device module of the LLVM dialect, by LLVM's -O3.
llvm::Expected<std::string> emitPTX(mlir::gpu::GPUModuleOp module,
                                    const GPUTarget &target);

/// The path of ptxas: from the environment variable FOVEA_PTXAS, PATH, or
/// CUDA's usual folder; empty when there is none.
std::string findPtxas();

/// Assembles `image.text` by ptxas and fills in the rest. Without ptxas nothing
/// is changed.
llvm::Error assemble(DeviceImage &image, const GPUTarget &target);

} // namespace fovea

#endif
