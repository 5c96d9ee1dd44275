//===- CodeGen.cpp - device modules to PTX -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/NVIDIA/CodeGen.h"

#include "fovea/Target/CPU/CodeGen.h"

#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "llvm/Support/TargetSelect.h"

using namespace fovea;

void fovea::registerNVVMTranslations(mlir::DialectRegistry &registry) {
  mlir::registerGPUDialectTranslation(registry);
  mlir::registerNVVMDialectTranslation(registry);
}

llvm::Expected<std::string> fovea::emitPTX(mlir::gpu::GPUModuleOp module,
                                           const GPUTarget &target) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  auto code = translateDevice(module, target, "nvptx64-nvidia-cuda");
  if (!code)
    return code.takeError();
  return emitMachineCode(*code->module, *code->machine,
                         llvm::CodeGenFileType::AssemblyFile);
}
