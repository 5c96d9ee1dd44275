//===- CPU.cpp - pipelines from fovea ops to native code on a CPU
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Pipelines/CPU.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"
#include "fovea/Target/CPU/CPUTarget.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace fovea;

void fovea::buildFoveaToTilePipeline(OpPassManager &pm,
                                     const CPUPipelineOptions &options) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createClausesToRegions());
  pm.addPass(createChooseConfig({"cpu", options.cpu}));
  pm.addPass(createConvertFoveaToTile());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// Tensors to memrefs; results of public functions are the callers' buffers.
static void addBufferization(OpPassManager &pm) {
  pm.addPass(createResultsToDestinations());
  // Of the functions alone: in kernels, arithmetic on tensors is arithmetic on
  // tiles.
  pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(createBufferize());
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
  pm.addPass(createCanonicalizerPass());
}

void fovea::buildTileToCPUPipeline(OpPassManager &pm,
                                   const CPUPipelineOptions &options) {
  // An unknown CPU was reported by the first stage; keep the pipeline's text
  // legal.
  const CPUTarget *cpu = lookupCPUTarget(options.cpu);
  ConvertFoveaTileToCPUOptions lowering;
  if (cpu)
    lowering = {cpu->vectorBits, cpu->stackBytes};
  pm.addNestedPass<tile::KernelOp>(tile::createScaleOperands());
  pm.addNestedPass<tile::KernelOp>(
      tile::createPackOperands({lowering.vectorBits}));
  pm.addPass(createCanonicalizerPass());
  addBufferization(pm);
  pm.addPass(createConvertFoveaTileToCPU(lowering));
  pm.addPass(createConvertLinalgToLoopsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addPass(createExpandExp2());
  pm.addPass(createApproximateMath());
  pm.addPass(createCanonicalizerPass());
}

void fovea::buildCPUToLLVMPipeline(OpPassManager &pm,
                                   const CPUPipelineOptions &options) {
  if (options.parallel) {
    pm.addPass(createConvertSCFToOpenMPPass());
    pm.addPass(createScheduleOpenMP());
    // Removes the allocation scopes that the conversion adds around loop
    // bodies.
    pm.addPass(createCanonicalizerPass());
  }
  pm.addPass(createSCFToControlFlowPass());
  ConvertVectorToLLVMPassOptions vectors;
  // 16x16 blocks transpose in registers; other sizes fall back to one shuffle.
  vectors.vectorTransposeLowering =
      vector::VectorTransposeLowering::Shuffle16x16;
  pm.addPass(createConvertVectorToLLVMPass(vectors));
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addNestedPass<func::FuncOp>(LLVM::createLLVMRequestCWrappersPass());
  arith::ArithExpandOpsPassOptions expand;
  expand.includeBf16 = true;
  pm.addPass(arith::createArithExpandOpsPass(expand));
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void fovea::buildCPUPipeline(OpPassManager &pm,
                             const CPUPipelineOptions &options) {
  buildFoveaToTilePipeline(pm, options);
  buildTileToCPUPipeline(pm, options);
  buildCPUToLLVMPipeline(pm, options);
}

void fovea::registerCPUPipelines() {
  PassPipelineRegistration<CPUPipelineOptions>("fovea-to-tile-pipeline",
                                               "fovea ops to tile programs",
                                               buildFoveaToTilePipeline);
  PassPipelineRegistration<CPUPipelineOptions>(
      "fovea-tile-to-cpu-pipeline", "tile programs to vectors and loops",
      buildTileToCPUPipeline);
  PassPipelineRegistration<CPUPipelineOptions>(
      "fovea-cpu-to-llvm-pipeline", "vectors and loops to the LLVM dialect",
      buildCPUToLLVMPipeline);
  PassPipelineRegistration<CPUPipelineOptions>(
      "fovea-cpu-pipeline", "fovea ops to the LLVM dialect for a CPU",
      buildCPUPipeline);
  PassPipelineRegistration<ReferencePipelineOptions>(
      "fovea-reference-pipeline",
      "fovea ops by their reference to the LLVM dialect",
      buildReferencePipeline);
}
