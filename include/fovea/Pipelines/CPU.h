//===- CPU.h - pipelines from fovea ops to native code on a CPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_PIPELINES_CPU_H
#define FOVEA_PIPELINES_CPU_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace fovea {

/// Options of the CPU pipelines; each stage below reads the ones it needs.
struct CPUPipelineOptions : mlir::PassPipelineOptions<CPUPipelineOptions> {
  Option<std::string> cpu{
      *this, "cpu",
      llvm::cl::desc("host, or a CPU target by name: x86-64, avx2, avx512"),
      llvm::cl::init("host")};
  Option<bool> parallel{
      *this, "parallel",
      llvm::cl::desc("run workgroups in parallel through OpenMP"),
      llvm::cl::init(true)};
};

/// L1 to L2: chooses configs and builds the tile programs; the rest of the
/// module stays on tensors.
void buildFoveaToTilePipeline(mlir::OpPassManager &pm,
                              const CPUPipelineOptions &options);

/// L2 to upstream's vector, scf, memref and omp dialects; bufferizes the
/// module, results of public functions become trailing arguments.
void buildTileToCPUPipeline(mlir::OpPassManager &pm,
                            const CPUPipelineOptions &options);

/// Upstream dialects to the LLVM dialect. Public functions get a C interface.
void buildCPUToLLVMPipeline(mlir::OpPassManager &pm,
                            const CPUPipelineOptions &options);

/// The three above, `fovea-cpu-pipeline`.
void buildCPUPipeline(mlir::OpPassManager &pm,
                      const CPUPipelineOptions &options);

/// Options of the reference pipeline.
struct ReferencePipelineOptions
    : mlir::PassPipelineOptions<ReferencePipelineOptions> {
  Option<std::string> accumulator{
      *this, "accumulator",
      llvm::cl::desc("element type of all arithmetic: f64 or f32"),
      llvm::cl::init("f64")};
  Option<bool> roundsOperands{
      *this, "rounds-operands",
      llvm::cl::desc("round what is multiplied to the type of the op's "
                     "operands, as matrix units read it"),
      llvm::cl::init(false)};
};

/// The oracle: fovea ops to linalg, loops and the LLVM dialect, with the same
/// calling convention as the CPU pipeline and no code of it.
/// `fovea-reference-pipeline`.
void buildReferencePipeline(mlir::OpPassManager &pm,
                            const ReferencePipelineOptions &options);

/// Registers the pipelines above by name.
void registerCPUPipelines();

} // namespace fovea

#endif
