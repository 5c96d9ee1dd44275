//===- Simulation.cpp - an entry compiled for a GPU, executed here
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Program.h"

#include "fovea/Execution/Progress.h"
#include "fovea/Pipelines/GPU.h"
#include "fovea/Simulator/Dialects.h"
#include "fovea/Simulator/Host.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Parser/Parser.h"

using namespace llvm;
using namespace fovea;

/// The module in the form of --emit=target; null after a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> Program::lower() {
  if (!options.kernels.empty()) {
    mlir::DialectRegistry registry;
    sim::registerSimulatorDialects(registry);
    context.appendDialectRegistry(registry);
    auto module =
        mlir::parseSourceFile<mlir::ModuleOp>(options.kernels, &context);
    // Its functions are named as in the source.
    symbol = selected->name;
    return module;
  }
  mlir::OwningOpRef<mlir::ModuleOp> module = source->module->clone();
  mlir::PassManager pm(&context);
  GPUPipelineOptions pipeline;
  pipeline.target = options.target;
  buildFoveaToGPUTilePipeline(pm, pipeline);
  buildTileSchedulePipeline(pm);
  buildTileToDevicePipeline(pm);
  return succeeded(pm.run(*module)) ? std::move(module) : nullptr;
}

/// Whether the lowered function takes the entry's tensors: its descriptors are
/// passed without types.
static bool takes(mlir::func::FuncOp function, const ArtifactEntry &entry) {
  return equal(function.getArgumentTypes(), entry.params,
               [](mlir::Type type, const ArtifactParam &param) {
                 auto memref = dyn_cast<mlir::MemRefType>(type);
                 return memref &&
                        memref.getRank() == int64_t(param.shape.size()) &&
                        memref.getElementType().isIntOrFloat() &&
                        memref.getElementTypeBitWidth() == param.bits;
               }) &&
         function.getNumResults() == 0;
}

/// The host's part alone.
static mlir::LogicalResult eraseKernels(mlir::ModuleOp module) {
  if (failed(sim::lowerLaunches(module)))
    return mlir::failure();
  for (auto kernel :
       make_early_inc_range(module.getOps<mlir::gpu::GPUModuleOp>()))
    kernel.erase();
  return mlir::success();
}

Expected<Simulation> Program::compileSimulated() {
  Progress progress("compiling the kernel");
  mlir::OwningOpRef<mlir::ModuleOp> module = lower();
  if (!module)
    return reported();
  auto function = module->lookupSymbol<mlir::func::FuncOp>(symbol);
  if (!function || !takes(function, *selected))
    return createStringError("'" + options.kernels + "' has no function '" +
                             symbol +
                             "' on the entry's tensors, expected what "
                             "fovea-compile --emit=target makes of the source");
  sim::SimulatorOptions simulatorOptions;
  simulatorOptions.seed = options.scheduleSeed;
  mlir::OwningOpRef<mlir::ModuleOp> host = module->clone();
  std::unique_ptr<sim::Simulator> simulator =
      sim::Simulator::create(std::move(module), simulatorOptions);
  if (!simulator)
    return reported();
  mlir::PassManager pm(&context);
  buildHostToLLVMPipeline(pm);
  if (failed(eraseKernels(*host)) || failed(pm.run(*host)))
    return reported();
  Expected<JIT> jit = JIT::create(*host, *lookupCPUTarget(options.cpu),
                                  simulator->getSymbols());
  if (!jit)
    return jit.takeError();
  return Simulation{std::move(simulator), std::move(*jit)};
}

Error Program::call(Simulation &simulation, std::vector<Array> &arrays) {
  Progress progress("simulating");
  Error error = Error::success();
  mlir::LogicalResult result = simulation.simulator->run([&] {
    error = joinErrors(std::move(error), simulation.host.call(symbol, arrays));
  });
  if (error)
    return error;
  return succeeded(result) ? Error::success() : reported();
}
