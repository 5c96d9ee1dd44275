//===- Compiler.cpp - what compilations for any target share -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Compiler.h"

#include "fovea/Target/CPU/CodeGen.h"
#include "fovea/Target/CPU/Link.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace mlir;
using namespace fovea;

LogicalResult Compiler::time(StringRef name,
                             llvm::function_ref<LogicalResult()> stage) {
  auto start = std::chrono::steady_clock::now();
  LogicalResult done = stage();
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  if (options.timing)
    result.stages.emplace_back(name, seconds.count());
  return done;
}

LogicalResult Compiler::run(StringRef name,
                            llvm::function_ref<void(OpPassManager &)> build) {
  return time(name, [&] {
    PassManager pm(source.module->getContext());
    build(pm);
    return pm.run(*source.module);
  });
}

LogicalResult Compiler::fail(const Twine &message) {
  llvm::WithColor::error() << message << "\n";
  return failure();
}

LogicalResult Compiler::fail(llvm::Error error) {
  return fail(llvm::toString(std::move(error)));
}

FailureOr<CompileResult> Compiler::finishWithModule() {
  llvm::raw_string_ostream(result.code) << *source.module << "\n";
  return result;
}

ArtifactDescription Compiler::describe(ArtifactDevice device) {
  ArtifactDescription description;
  description.source = source.name;
  description.target = options.target;
  description.device = device;
  description.entries = {source.entries.begin(), source.entries.end()};
  for (ArtifactEntry &entry : description.entries)
    for (const KernelReport &kernel : result.kernels)
      if (kernel.function == entry.name) {
        entry.config += (entry.config.empty() ? "" : "; ") + kernel.config;
        entry.workspaceBytes =
            std::max(entry.workspaceBytes, kernel.stackBytes);
      }
  return description;
}

LogicalResult
Compiler::emitHost(const CPUTarget &cpu, ArtifactDevice device,
                   llvm::function_ref<void(llvm::Module &)> extend) {
  auto machine = createTargetMachine(cpu);
  if (!machine)
    return fail(machine.takeError());
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module =
      translateToLLVMIR(*source.module, context, **machine);
  if (!module)
    return fail("cannot translate the module to LLVM IR");
  extend(*module);
  if (options.emit == EmitKind::LLVM) {
    llvm::raw_string_ostream(result.code) << *module;
    return success();
  }
  return finishHost(*module, **machine, describe(device));
}

LogicalResult Compiler::finishHost(llvm::Module &module,
                                   llvm::TargetMachine &machine,
                                   const ArtifactDescription &description) {
  addInvokeFunctions(module, description.entries);
  addEntryPoints(module, description);
  optimize(module, machine);
  auto type = options.emit == EmitKind::Assembly
                  ? llvm::CodeGenFileType::AssemblyFile
                  : llvm::CodeGenFileType::ObjectFile;
  auto code = emitMachineCode(module, machine, type);
  if (!code)
    return fail(code.takeError());
  result.code = std::move(*code);
  return options.emit == EmitKind::Artifact ? link(description) : success();
}

/// The linker works on files: temporary ones, removed whatever happens.
LogicalResult Compiler::link(const ArtifactDescription &description) {
  StringRef stem =
      StringRef(options.outputName).substr(0, options.outputName.rfind('.'));
  llvm::raw_string_ostream header(result.header);
  printArtifactHeader(description, (stem + ".h").str(), header);
  llvm::SmallString<128> objectPath, sharedPath;
  if (llvm::sys::fs::createTemporaryFile("fovea", "o", objectPath) ||
      llvm::sys::fs::createTemporaryFile("fovea", "so", sharedPath))
    return fail("cannot write to the folder for temporary files");
  llvm::FileRemover removeObject(objectPath), removeShared(sharedPath);
  std::error_code code;
  llvm::raw_fd_ostream stream(objectPath, code);
  stream << result.code;
  stream.close();
  if (code || stream.has_error())
    return fail("cannot write " + objectPath);
  if (llvm::Error error = linkArtifact(objectPath, options.runtimeLibrary,
                                       options.outputName, sharedPath))
    return fail(std::move(error));
  auto shared = llvm::MemoryBuffer::getFile(sharedPath);
  if (!shared)
    return fail("cannot read " + sharedPath);
  result.code = (*shared)->getBuffer().str();
  return success();
}

FailureOr<CompileResult> fovea::compile(Source &source,
                                        const CompileOptions &options) {
  return (options.target == "cpu" ? createCPUCompiler(source, options)
                                  : createGPUCompiler(source, options))
      ->compile();
}
