//===- BlockMask.h - sparse blocks as a mask --------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_BLOCKMASK_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_BLOCKMASK_H

#include "TilePrograms.h"

namespace fovea {

/// Makes the blocks of `op`, if it has any, a condition of its where region:
/// kernels before it unpack the index to a byte for each pair of blocks.
void expandBlocks(mlir::RewriterBase &rewriter, AttentionOp op,
                  tile::ConfigAttr config);

} // namespace fovea

#endif
