//===- SharedTiles.h - how dots read tiles of channels -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_TRANSFORMS_SHAREDTILES_H
#define FOVEA_DIALECT_FOVEATILE_TRANSFORMS_SHAREDTILES_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Target/GPU/GPUTarget.h"

namespace fovea::tile {

/// A tile of `type` and how dots read it that take one of `tiles`, at once or
/// by `read` ops.
SharedTile describeTile(mlir::RankedTensorType type, mlir::ValueRange tiles);
/// A channel's, from all its gets.
SharedTile describeTile(ChannelOp channel);

/// The swizzle under which reading the tile has no bank conflicts on `target`;
/// failure where no instructions or no swizzle are known for it.
mlir::FailureOr<SwizzleAttr> findSwizzle(const GPUTarget &target,
                                         const SharedTile &tile,
                                         mlir::MLIRContext *context);

/// One line for each channel with a swizzle that the program was free to
/// choose: what it is good for.
void describeChannels(KernelOp kernel, const GPUTarget &target,
                      llvm::SmallVectorImpl<std::string> &lines);

} // namespace fovea::tile

#endif
