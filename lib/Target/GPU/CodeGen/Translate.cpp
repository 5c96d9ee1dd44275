//===- Translate.cpp - device modules to LLVM IR -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/CPU/CodeGen.h"
#include "fovea/Target/GPU/DeviceImage.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/MC/TargetRegistry.h"

using namespace fovea;

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const GPUTarget &target, llvm::StringRef name) {
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

llvm::Expected<DeviceCode> fovea::translateDevice(mlir::gpu::GPUModuleOp module,
                                                  const GPUTarget &target,
                                                  llvm::StringRef triple) {
  auto machine = createMachine(target, triple);
  if (!machine)
    return machine.takeError();
  DeviceCode code{std::move(*machine), std::make_unique<llvm::LLVMContext>(),
                  nullptr};
  code.module =
      mlir::translateModuleToLLVMIR(module, *code.context, module.getName());
  if (!code.module)
    return llvm::createStringError("cannot translate the device module '" +
                                   module.getName() + "' to LLVM IR");
  code.module->setTargetTriple(code.machine->getTargetTriple());
  code.module->setDataLayout(code.machine->createDataLayout());
  // A loop over tiles holds all registers already.
  optimize(*code.module, *code.machine, /*unroll=*/false);
  return code;
}
