//===- GPU.h - pipelines from fovea ops to code for a GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_PIPELINES_GPU_H
#define FOVEA_PIPELINES_GPU_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace fovea {

/// Options of the GPU pipelines.
struct GPUPipelineOptions : mlir::PassPipelineOptions<GPUPipelineOptions> {
  Option<std::string> target{*this, "target",
                             llvm::cl::desc("a GPU by name: sm_90a"),
                             llvm::cl::init("sm_90a")};
};

/// L1 to L2: chooses configs and builds the tile programs.
/// `fovea-to-gpu-tile-pipeline`.
void buildFoveaToGPUTilePipeline(mlir::OpPassManager &pm,
                                 const GPUPipelineOptions &options);

/// Applies the kernels' schedules: channels, overlap, roles, waits, layouts,
/// shared memory. `fovea-tile-schedule-pipeline`.
void buildTileSchedulePipeline(mlir::OpPassManager &pm);

/// Scheduled tile programs to device modules and a host that launches them;
/// results of public functions become trailing arguments.
/// `fovea-tile-to-device-pipeline`.
void buildTileToDevicePipeline(mlir::OpPassManager &pm);

/// Device modules to the LLVM dialect.
void buildDeviceToLLVMPipeline(mlir::OpPassManager &pm);

/// Host functions, which launch kernels, to the LLVM dialect.
void buildHostToLLVMPipeline(mlir::OpPassManager &pm);

/// Both. `fovea-device-to-llvm-pipeline`.
void buildDeviceAndHostToLLVMPipeline(mlir::OpPassManager &pm);

/// All of the above, `fovea-gpu-pipeline`.
void buildGPUPipeline(mlir::OpPassManager &pm,
                      const GPUPipelineOptions &options);

/// Registers the pipelines above by name.
void registerGPUPipelines();

} // namespace fovea

#endif
