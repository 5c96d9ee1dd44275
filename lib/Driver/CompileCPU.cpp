//===- CompileCPU.cpp - a source file compiled for a CPU, stage by stage
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/CompileCPU.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Pipelines/CPU.h"
#include "fovea/Target/CPU/CodeGen.h"
#include "fovea/Target/CPU/Link.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace fovea;

namespace {

class Compiler {
public:
  Compiler(Source &source, const CompileOptions &options)
      : source(source), options(options), cpu(lookupCPUTarget(options.cpu)) {
    pipeline.cpu = options.cpu;
    pipeline.parallel = options.parallel;
  }

  FailureOr<CompileResult> compile();

private:
  LogicalResult run(llvm::function_ref<void(OpPassManager &)> build) {
    PassManager pm(source.module->getContext());
    build(pm);
    return pm.run(*source.module);
  }
  LogicalResult fail(const Twine &message) {
    llvm::WithColor::error() << message << "\n";
    return failure();
  }
  LogicalResult fail(llvm::Error error) {
    return fail(llvm::toString(std::move(error)));
  }

  LogicalResult chooseConfigs();
  LogicalResult emitModule();
  LogicalResult emitCode();
  ArtifactDescription describe();
  LogicalResult link(const ArtifactDescription &description);

  Source &source;
  const CompileOptions &options;
  const CPUTarget *cpu;
  CPUPipelineOptions pipeline;
  CompileResult result;
};

LogicalResult Compiler::emitModule() {
  llvm::raw_string_ostream(result.code) << *source.module << "\n";
  return success();
}

LogicalResult Compiler::chooseConfigs() {
  auto build = [&](OpPassManager &pm) {
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createChooseConfig({options.cpu}));
  };
  if (failed(run(build)))
    return failure();
  result.kernels = reportKernels(*source.module, *cpu);
  return success();
}

FailureOr<CompileResult> Compiler::compile() {
  if (!cpu)
    return fail("unknown CPU '" + options.cpu + "', expected one of " +
                listCPUTargets());
  bool hasEntryPoints = options.emit == EmitKind::Assembly ||
                        options.emit == EmitKind::Object ||
                        options.emit == EmitKind::Artifact;
  if (hasEntryPoints)
    if (llvm::Error error = verifyArtifact(describe()))
      return fail(std::move(error));
  if (options.emit == EmitKind::Artifact &&
      failed(verifyComplete(*source.module)))
    return failure();
  if (failed(chooseConfigs()))
    return failure();
  if (options.emit == EmitKind::Fovea)
    return failed(emitModule()) ? FailureOr<CompileResult>() : result;
  if (failed(run(
          [&](OpPassManager &pm) { buildFoveaToTilePipeline(pm, pipeline); })))
    return failure();
  if (options.emit == EmitKind::Tile)
    return failed(emitModule()) ? FailureOr<CompileResult>() : result;
  if (failed(run(
          [&](OpPassManager &pm) { buildTileToCPUPipeline(pm, pipeline); })))
    return failure();
  reportLowered(*source.module, result.kernels);
  if (options.emit == EmitKind::Target)
    return failed(emitModule()) ? FailureOr<CompileResult>() : result;
  if (failed(run(
          [&](OpPassManager &pm) { buildCPUToLLVMPipeline(pm, pipeline); })) ||
      failed(emitCode()))
    return failure();
  return result;
}

LogicalResult Compiler::emitCode() {
  auto machine = createTargetMachine(*cpu);
  if (!machine)
    return fail(machine.takeError());
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module =
      translateToLLVMIR(*source.module, context, **machine);
  if (!module)
    return fail("cannot translate the module to LLVM IR");
  if (options.emit == EmitKind::LLVM) {
    llvm::raw_string_ostream(result.code) << *module;
    return success();
  }
  ArtifactDescription description = describe();
  addInvokeFunctions(*module, description.entries);
  addEntryPoints(*module, description);
  optimize(*module, **machine);
  auto type = options.emit == EmitKind::Assembly
                  ? llvm::CodeGenFileType::AssemblyFile
                  : llvm::CodeGenFileType::ObjectFile;
  auto code = emitMachineCode(*module, **machine, type);
  if (!code)
    return fail(code.takeError());
  result.code = std::move(*code);
  return options.emit == EmitKind::Artifact ? link(description) : success();
}

ArtifactDescription Compiler::describe() {
  ArtifactDescription description{
      source.name, "cpu", {source.entries.begin(), source.entries.end()}};
  for (ArtifactEntry &entry : description.entries)
    for (const KernelReport &kernel : result.kernels)
      if (kernel.function == entry.name) {
        entry.config += (entry.config.empty() ? "" : "; ") + kernel.config;
        entry.workspaceBytes =
            std::max(entry.workspaceBytes, kernel.stackBytes);
      }
  return description;
}

/// Makes the object file in `result` a shared object, and its header. The
/// linker works on files: temporary ones, removed whatever happens.
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

} // namespace

FailureOr<CompileResult> fovea::compileForCPU(Source &source,
                                              const CompileOptions &options) {
  return Compiler(source, options).compile();
}
