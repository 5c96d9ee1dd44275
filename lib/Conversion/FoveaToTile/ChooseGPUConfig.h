//===- ChooseGPUConfig.h - tile programs for GPUs from a target's data
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_CHOOSEGPUCONFIG_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_CHOOSEGPUCONFIG_H

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Target/GPU/GPUTarget.h"

namespace fovea {

/// The config with the least modelled time of those that fit registers and
/// shared memory; an error when the target has no instruction for the op.
mlir::FailureOr<tile::ConfigAttr> chooseGPUConfig(AttentionOp op,
                                                  const GPUTarget &target);
tile::ConfigAttr chooseGPUConfig(MergeStatesOp op, const GPUTarget &target);

/// The config of a kernel per_thread, of `threads` threads, beside one of
/// config `like`: for the same target.
tile::ConfigAttr getThreadConfig(tile::ConfigAttr like, int64_t threads);

} // namespace fovea

#endif
