//===- Compile.cpp - from a module to machine code, in steps -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Tools/Compile.h"

#include "fovea/Target/CPU/EntrySignature.h"

#include "llvm/Support/Path.h"

using namespace mlir;
using namespace fovea;

LogicalResult fovea::runPasses(ModuleOp module,
                               llvm::function_ref<void(OpPassManager &)> build) {
  PassManager pm(module->getName());
  build(pm);
  return pm.run(module);
}

FailureOr<ArtifactDescription> fovea::describeSource(Source &source, StringRef path) {
  ArtifactDescription artifact;
  artifact.source = llvm::sys::path::filename(path).str();
  artifact.target = "cpu";
  for (func::FuncOp function : getEntryFunctions(source.getModule())) {
    FailureOr<ArtifactEntry> entry =
        describeEntry(function, source.getArgumentNames(function.getName()));
    if (failed(entry))
      return failure();
    artifact.entries.push_back(*entry);
  }
  return artifact;
}

llvm::Expected<std::unique_ptr<NativeCode>>
fovea::translate(ModuleOp module, const ArtifactDescription &artifact, const CPUTarget &cpu,
                 bool withEntryPoints) {
  auto code = std::make_unique<NativeCode>();
  auto machine = createTargetMachine(cpu);
  if (!machine)
    return machine.takeError();
  code->machine = std::move(*machine);
  code->module = translateToLLVMIR(module, code->context, *code->machine);
  if (!code->module)
    return llvm::createStringError("the LLVM dialect could not be translated to LLVM IR");
  addInvokeFunctions(*code->module, artifact.entries);
  if (withEntryPoints)
    addEntryPoints(*code->module, artifact);
  optimize(*code->module, *code->machine);
  return code;
}
