//===- GPU.cpp - pipelines from fovea ops to code for a GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Pipelines/GPU.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"
#include "fovea/Pipelines/CPU.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace fovea;

void fovea::buildFoveaToGPUTilePipeline(OpPassManager &pm,
                                        const GPUPipelineOptions &options) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createClausesToRegions());
  ChooseConfigOptions choose;
  choose.target = options.target;
  pm.addPass(createChooseConfig(choose));
  pm.addPass(createConvertFoveaToTile());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void fovea::buildTileSchedulePipeline(OpPassManager &pm) {
  OpPassManager &kernel = pm.nest<tile::KernelOp>();
  kernel.addPass(tile::createMaskBoundaries());
  kernel.addPass(tile::createExpandTanh());
  kernel.addPass(createLoopInvariantCodeMotionPass());
  kernel.addPass(tile::createInsertChannels());
  kernel.addPass(tile::createHalveTerms());
  kernel.addPass(tile::createAlternatePhases());
  kernel.addPass(tile::createPrefetchTiles());
  kernel.addPass(tile::createPersist());
  kernel.addPass(tile::createOverlapProducts());
  kernel.addPass(createCanonicalizerPass());
  kernel.addPass(createCSEPass());
  kernel.addPass(tile::createSplitRoles());
  // Before waits: a store through a buffer delays its release.
  kernel.addPass(tile::createAllocateShared());
  kernel.addPass(tile::createTakeTurns());
  kernel.addPass(tile::createInsertWaits());
  kernel.addPass(tile::createAssignLayouts());
  kernel.addPass(tile::createVerifySchedule());
}

/// Tensors of the host to memrefs, which live in the device's memory.
static void addBufferization(OpPassManager &pm) {
  ResultsToDestinationsOptions destinations;
  destinations.dynamicLayouts = true;
  pm.addPass(createResultsToDestinations(destinations));
  // A buffer is then named by what refuses arithmetic on the host.
  pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  BufferizeOptions bufferize;
  bufferize.dynamicLayouts = true;
  pm.addPass(createBufferize(bufferize));
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
  pm.addPass(createCanonicalizerPass());
}

void fovea::buildTileToDevicePipeline(OpPassManager &pm) {
  addBufferization(pm);
  pm.addPass(createConvertFoveaLaunchToRuntime());
  pm.addPass(createConvertFoveaTileToNVVM());
  pm.addPass(createConvertFoveaTileToROCDL());
  OpPassManager &device = pm.nest<gpu::GPUModuleOp>();
  device.addPass(createCSEPass());
}

void fovea::buildDeviceToLLVMPipeline(OpPassManager &pm) {
  OpPassManager &device = pm.nest<gpu::GPUModuleOp>();
  device.addPass(createSCFToControlFlowPass());
  ApproximateMathOptions approximate;
  approximate.scalars = true;
  device.addPass(createApproximateMath(approximate));
  device.addPass(arith::createArithExpandOpsPass());
  device.addPass(createConvertFoveaNVGPUToLLVM());
  device.addPass(createConvertNVVMToLLVMPass());
  device.addPass(createConvertToLLVMPass());
  device.addPass(createReconcileUnrealizedCastsPass());
}

void fovea::buildHostToLLVMPipeline(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addNestedPass<func::FuncOp>(LLVM::createLLVMRequestCWrappersPass());
  pm.addNestedPass<func::FuncOp>(arith::createArithExpandOpsPass());
  // Scratch of the host's functions is the device's memory, which the runtime
  // hands out.
  FinalizeMemRefToLLVMConversionPassOptions memory;
  memory.useGenericFunctions = true;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memory));
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void fovea::buildDeviceAndHostToLLVMPipeline(OpPassManager &pm) {
  buildDeviceToLLVMPipeline(pm);
  buildHostToLLVMPipeline(pm);
}

void fovea::buildGPUPipeline(OpPassManager &pm,
                             const GPUPipelineOptions &options) {
  buildFoveaToGPUTilePipeline(pm, options);
  buildTileSchedulePipeline(pm);
  buildTileToDevicePipeline(pm);
  buildDeviceAndHostToLLVMPipeline(pm);
}

void fovea::registerGPUPipelines() {
  PassPipelineRegistration<GPUPipelineOptions>(
      "fovea-to-gpu-tile-pipeline", "fovea ops to tile programs for a GPU",
      buildFoveaToGPUTilePipeline);
  PassPipelineRegistration<>("fovea-tile-schedule-pipeline",
                             "apply the schedules of tile programs",
                             buildTileSchedulePipeline);
  PassPipelineRegistration<>("fovea-tile-to-device-pipeline",
                             "scheduled tile programs to device functions",
                             buildTileToDevicePipeline);
  PassPipelineRegistration<>("fovea-device-to-llvm-pipeline",
                             "device functions and hosts to the LLVM dialect",
                             buildDeviceAndHostToLLVMPipeline);
  PassPipelineRegistration<GPUPipelineOptions>(
      "fovea-gpu-pipeline", "fovea ops to the LLVM dialect for a GPU",
      buildGPUPipeline);
}
