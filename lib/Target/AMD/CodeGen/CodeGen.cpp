//===- CodeGen.cpp - device modules to code objects -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/CodeGen.h"

#include "fovea/Target/CPU/CodeGen.h"

#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/ROCDL/ROCDLToLLVMIRTranslation.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace fovea;

void fovea::registerROCDLTranslations(mlir::DialectRegistry &registry) {
  mlir::registerGPUDialectTranslation(registry);
  mlir::registerROCDLDialectTranslation(registry);
}

llvm::Error fovea::emitCodeObject(DeviceImage &image,
                                  mlir::gpu::GPUModuleOp module,
                                  const GPUTarget &target, bool binary) {
  LLVMInitializeAMDGPUTargetInfo();
  LLVMInitializeAMDGPUTarget();
  LLVMInitializeAMDGPUTargetMC();
  LLVMInitializeAMDGPUAsmPrinter();
  LLVMInitializeAMDGPUAsmParser();
  auto code = translateDevice(module, target, "amdgcn-amd-amdhsa");
  if (!code)
    return code.takeError();
  // Code generation changes the module.
  std::unique_ptr<llvm::Module> copy =
      binary ? llvm::CloneModule(*code->module) : nullptr;
  auto text = emitMachineCode(*code->module, *code->machine,
                              llvm::CodeGenFileType::AssemblyFile);
  if (!text)
    return text.takeError();
  image.text = std::move(*text);
  if (!binary)
    return llvm::Error::success();
  auto object =
      emitMachineCode(*copy, *code->machine, llvm::CodeGenFileType::ObjectFile);
  if (!object)
    return object.takeError();
  auto linked = linkCodeObject(*object);
  if (!linked)
    return linked.takeError();
  image.binary = std::move(*linked);
  return llvm::Error::success();
}
