//===- CompileGPU.cpp - a source file compiled for a GPU, stage by stage
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Compiler.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Pipelines/GPU.h"
#include "fovea/Target/AMD/CodeGen.h"
#include "fovea/Target/NVIDIA/CodeGen.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace fovea;

/// What the host's part is compiled for: any x86-64.
static constexpr llvm::StringLiteral kHostCPU = "x86-64";

namespace {

/// How a vendor's kernels become code.
struct Backend {
  struct Stage {
    const char *name;
    enum { Always, ForBinary, ForReport } when;
    llvm::Error (*run)(DeviceImage &image, gpu::GPUModuleOp module,
                       const GPUTarget &target, bool binary);
  };
  ArtifactDevice device;
  /// What --emit calls the text and the binary.
  EmitKind text, binary;
  const char *binaryName, *names, *missingAssembler;
  std::vector<Stage> stages;
};

const Backend kNVIDIA = {
    ArtifactDevice::CUDA,
    EmitKind::PTX,
    EmitKind::Cubin,
    "a cubin",
    "ptx or cubin",
    "cannot find ptxas, which makes cubins: put it in PATH or in FOVEA_PTXAS, "
    "or use --emit=ptx",
    {{"LLVM to PTX", Backend::Stage::Always,
      [](DeviceImage &image, gpu::GPUModuleOp module, const GPUTarget &target,
         bool) -> llvm::Error {
        auto ptx = emitPTX(module, target);
        if (!ptx)
          return ptx.takeError();
        image.text = std::move(*ptx);
        return llvm::Error::success();
      }},
     {"ptxas", Backend::Stage::ForBinary,
      [](DeviceImage &image, gpu::GPUModuleOp, const GPUTarget &target, bool) {
        return assemble(image, target);
      }}}};

const Backend kAMD = {
    ArtifactDevice::HIP,
    EmitKind::Assembly,
    EmitKind::HSACO,
    "an hsaco",
    "asm or hsaco",
    "",
    {{"LLVM to machine code", Backend::Stage::Always, emitCodeObject},
     {"judge machine code", Backend::Stage::Always, judgeCodeObject},
     {"llvm-mca", Backend::Stage::ForReport, analyzeThroughput}}};

const Backend *lookupBackend(const GPUTarget *target) {
  return target && target->vendor == GPUVendor::AMD ? &kAMD : &kNVIDIA;
}

class GPUCompiler : public Compiler {
public:
  GPUCompiler(Source &source, const CompileOptions &options)
      : Compiler(source, options), gpu(lookupGPUTarget(options.target)),
        backend(lookupBackend(gpu)) {
    pipeline.target = options.target;
  }

  FailureOr<CompileResult> compile() override;

private:
  LogicalResult chooseConfigs();
  LogicalResult emitDevice(gpu::GPUModuleOp module);
  LogicalResult emitDevices();
  LogicalResult finishWithDevice();

  const GPUTarget *gpu;
  const Backend *backend;
  GPUPipelineOptions pipeline;
  std::vector<DeviceImage> images;
};

LogicalResult GPUCompiler::chooseConfigs() {
  ChooseConfigOptions choose;
  choose.target = options.target;
  auto build = [&](OpPassManager &pm) {
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createClausesToRegions());
    pm.addPass(createChooseConfig(choose));
  };
  if (failed(run("choose configs", build)))
    return failure();
  result.kernels = reportKernels(*source.module, *gpu);
  return success();
}

FailureOr<CompileResult> GPUCompiler::compile() {
  if (!gpu)
    return fail("unknown target '" + options.target + "', expected cpu, " +
                listGPUTargets());
  if (llvm::is_contained({EmitKind::PTX, EmitKind::Cubin, EmitKind::HSACO},
                         options.emit) &&
      options.emit != backend->text && options.emit != backend->binary)
    return fail("kernels for " + Twine(gpu->name) + " are written as " +
                backend->names);
  if (hasEntryPoints())
    if (llvm::Error error = verifyArtifact(describe(backend->device)))
      return fail(std::move(error));
  if (failed(chooseConfigs()))
    return failure();
  if (options.emit == EmitKind::Fovea)
    return finishWithModule();
  auto build = [&](OpPassManager &pm) {
    buildFoveaToGPUTilePipeline(pm, pipeline);
  };
  if (failed(run("build tile programs", build)) ||
      failed(run("schedule tile programs", buildTileSchedulePipeline)))
    return failure();
  if (options.emit == EmitKind::Tile)
    return finishWithModule();
  if (failed(run("lower tile programs", buildTileToDevicePipeline)))
    return failure();
  if (options.emit == EmitKind::Target)
    return finishWithModule();
  if (failed(run("lower to LLVM", buildDeviceAndHostToLLVMPipeline)) ||
      failed(emitDevices()))
    return failure();
  if (options.emit == backend->text || options.emit == backend->binary) {
    if (failed(finishWithDevice()))
      return failure();
    return result;
  }
  auto addKernels = [&](llvm::Module &module) {
    addDeviceKernels(module, images);
  };
  if (failed(time("compile the host", [&] {
        return emitHost(*lookupCPUTarget(kHostCPU), backend->device,
                        addKernels);
      })))
    return failure();
  return result;
}

LogicalResult GPUCompiler::emitDevice(gpu::GPUModuleOp module) {
  auto description = module->getAttrOfType<DictionaryAttr>(kDeviceKernelAttr);
  if (!description)
    return fail("the source has a gpu.module of its own, '" + module.getName() +
                "'; expected fovea ops");
  DeviceImage image;
  image.kernel = DeviceKernel::fromAttribute(module.getName(), description);
  bool binary = options.emit != backend->text && options.emit != EmitKind::LLVM;
  for (const Backend::Stage &stage : backend->stages) {
    auto emit = [&]() -> LogicalResult {
      if (llvm::Error error = stage.run(image, module, *gpu, binary))
        return fail(std::move(error));
      return success();
    };
    bool isNeeded = stage.when == Backend::Stage::Always ||
                    (stage.when == Backend::Stage::ForBinary && binary) ||
                    (stage.when == Backend::Stage::ForReport && options.report);
    if (isNeeded && failed(time(stage.name, emit)))
      return failure();
  }
  if (KernelReport *report = findReport(result.kernels, images.size()))
    report->devices.push_back(
        {image.kernel.name, image.kernel.sharedBytes, image.registers,
         image.spillBytes, image.warnings, image.analysis, image.judgement});
  images.push_back(std::move(image));
  return success();
}

LogicalResult GPUCompiler::emitDevices() {
  for (auto module :
       llvm::make_early_inc_range(source.module->getOps<gpu::GPUModuleOp>())) {
    if (failed(emitDevice(module)))
      return failure();
    module.erase();
  }
  return success();
}

/// The text of all kernels, or the binary of the only one.
LogicalResult GPUCompiler::finishWithDevice() {
  if (options.emit == backend->text) {
    for (const DeviceImage &image : images)
      result.code += image.text;
    return success();
  }
  if (images.size() != 1)
    return fail(Twine(backend->binaryName) +
                " holds one kernel, but the source has " +
                Twine(images.size()) + "; expected --emit=artifact");
  if (images.front().binary.empty())
    return fail(backend->missingAssembler);
  result.code = images.front().binary;
  return success();
}

} // namespace

std::unique_ptr<Compiler>
fovea::createGPUCompiler(Source &source, const CompileOptions &options) {
  return std::make_unique<GPUCompiler>(source, options);
}
