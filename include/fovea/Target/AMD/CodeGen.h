//===- CodeGen.h - device modules to code objects -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_CODEGEN_H
#define FOVEA_TARGET_AMD_CODEGEN_H

#include "fovea/Target/GPU/DeviceImage.h"

namespace fovea {

/// Registers what translates a device module.
void registerROCDLTranslations(mlir::DialectRegistry &registry);

/// Assembly of a device module of the LLVM dialect, by LLVM's -O3, into
/// `image.text`, and with `binary` the code object, linked by lld, into
/// `image.binary`. An error where there is no lld of LLVM's version: others
/// refuse the objects.
llvm::Error emitCodeObject(DeviceImage &image, mlir::gpu::GPUModuleOp module,
                           const GPUTarget &target, bool binary);

/// Reads registers and spills off `image.text`, and judges its steady loop by
/// an issue model (MachineCode/IssueModel.h).
llvm::Error judgeCodeObject(DeviceImage &image, mlir::gpu::GPUModuleOp module,
                            const GPUTarget &target, bool binary);

/// Adds what llvm-mca says of the steady loop in `image.text`: it simulates one
/// wave alone, by LLVM's own scheduling model. A line says where it is missing.
llvm::Error analyzeThroughput(DeviceImage &image, mlir::gpu::GPUModuleOp module,
                              const GPUTarget &target, bool binary);

/// The path of lld: from the environment variable FOVEA_LLD, PATH, or LLVM's
/// own folder; empty when there is none.
std::string findLLD();

/// Links one relocatable object to a shared one, which the driver loads.
llvm::Expected<std::string> linkCodeObject(llvm::StringRef object);

} // namespace fovea

#endif
