//===- Lowering.h - kernels in upstream's dialects -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_LOWERING_H
#define FOVEA_LIB_SIMULATOR_LOWERING_H

#include "Launch.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace fovea::sim {

/// The module has a gpu.func, or ops of gpu, nvgpu, amdgpu, memref or vector:
/// it must be lowered before it runs.
bool isUpstream(mlir::gpu::GPUModuleOp device);

/// Adds a kernel for each gpu.func that is one, as its signature describes it:
/// its arguments, and `known_block_size`. `description`: the module's own,
/// which says more of its only kernel; null: there is none. Failure: an error
/// was reported.
mlir::LogicalResult
describeKernels(mlir::gpu::GPUModuleOp device, const DeviceKernel *description,
                std::vector<std::unique_ptr<Kernel>> &kernels);

/// Lowers it by upstream's passes, to ops of llvm, scf and one vendor's. What
/// no pass lowers stays, and is refused when it is decoded.
mlir::LogicalResult lowerUpstream(mlir::gpu::GPUModuleOp device);

} // namespace fovea::sim

#endif
