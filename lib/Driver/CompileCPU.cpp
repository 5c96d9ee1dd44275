//===- CompileCPU.cpp - a source file compiled for a CPU, stage by stage
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Compiler.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Pipelines/CPU.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace fovea;

namespace {

class CPUCompiler : public Compiler {
public:
  CPUCompiler(Source &source, const CompileOptions &options)
      : Compiler(source, options), cpu(lookupCPUTarget(options.cpu)) {
    pipeline.cpu = options.cpu;
    pipeline.parallel = options.parallel;
  }

  FailureOr<CompileResult> compile() override;

private:
  LogicalResult chooseConfigs();

  const CPUTarget *cpu;
  CPUPipelineOptions pipeline;
};

LogicalResult CPUCompiler::chooseConfigs() {
  auto build = [&](OpPassManager &pm) {
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createChooseConfig({"cpu", options.cpu}));
  };
  if (failed(run("choose configs", build)))
    return failure();
  result.kernels = reportKernels(*source.module, *cpu);
  return success();
}

FailureOr<CompileResult> CPUCompiler::compile() {
  if (!cpu)
    return fail("unknown CPU '" + options.cpu + "', expected one of " +
                listCPUTargets());
  if (options.emit == EmitKind::PTX || options.emit == EmitKind::Cubin ||
      options.emit == EmitKind::HSACO)
    return fail(
        "a CPU has no PTX, cubin or HSACO; expected --emit=fovea, tile, "
        "target, llvm, asm, obj or artifact");
  if (hasEntryPoints())
    if (llvm::Error error = verifyArtifact(describe(ArtifactDevice::CPU)))
      return fail(std::move(error));
  if (options.emit == EmitKind::Artifact &&
      failed(verifyComplete(*source.module)))
    return failure();
  if (failed(chooseConfigs()))
    return failure();
  if (options.emit == EmitKind::Fovea)
    return finishWithModule();
  if (failed(run("build tile programs", [&](OpPassManager &pm) {
        buildFoveaToTilePipeline(pm, pipeline);
      })))
    return failure();
  if (options.emit == EmitKind::Tile)
    return finishWithModule();
  if (failed(run("lower tile programs", [&](OpPassManager &pm) {
        buildTileToCPUPipeline(pm, pipeline);
      })))
    return failure();
  reportLowered(*source.module, result.kernels);
  if (options.emit == EmitKind::Target)
    return finishWithModule();
  auto lower = [&](OpPassManager &pm) { buildCPUToLLVMPipeline(pm, pipeline); };
  if (failed(run("lower to LLVM", lower)) || failed(time("generate code", [&] {
        return emitHost(*cpu, ArtifactDevice::CPU, [](llvm::Module &) {});
      })))
    return failure();
  return result;
}

} // namespace

std::unique_ptr<Compiler>
fovea::createCPUCompiler(Source &source, const CompileOptions &options) {
  return std::make_unique<CPUCompiler>(source, options);
}
