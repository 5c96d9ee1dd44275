//===- TilePrograms.h - the tile programs of the ops, one registration each
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_TILEPROGRAMS_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_TILEPROGRAMS_H

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/DialectRegistry.h"

namespace fovea {

void registerAttentionTileProgram(mlir::DialectRegistry &registry);
void registerMergeStatesTileProgram(mlir::DialectRegistry &registry);

/// The config of the merge behind an attention with split keys.
tile::ConfigAttr chooseMergeConfig(MergeStatesOp merge,
                                   tile::ConfigAttr attention);

} // namespace fovea

#endif
