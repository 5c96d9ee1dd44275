//===- Translate.cpp - device modules to LLVM IR -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/CPU/CodeGen.h"
#include "fovea/Target/GPU/DeviceImage.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"

using namespace fovea;

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
fovea::createDeviceMachine(const GPUTarget &target, llvm::StringRef name) {
  llvm::Triple triple(name);
  std::string error;
  const llvm::Target *backend =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!backend)
    return llvm::createStringError("LLVM has no target for " + triple.str() +
                                   ": " + error);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Fast;
  std::unique_ptr<llvm::TargetMachine> machine(backend->createTargetMachine(
      triple, target.chip, target.features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return llvm::createStringError("LLVM has no target machine for " +
                                   std::string(target.chip));
  return machine;
}

llvm::Expected<std::unique_ptr<llvm::Module>>
fovea::translateDevice(mlir::gpu::GPUModuleOp module,
                       llvm::LLVMContext &context,
                       llvm::TargetMachine &machine) {
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context, module.getName());
  if (!translated)
    return llvm::createStringError("cannot translate the device module '" +
                                   module.getName() + "' to LLVM IR");
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  // A loop over tiles holds all registers already.
  optimize(*translated, machine, /*unroll=*/false);
  return translated;
}
