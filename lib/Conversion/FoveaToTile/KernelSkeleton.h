//===- KernelSkeleton.h - a kernel with its launch -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_KERNELSKELETON_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_KERNELSKELETON_H

#include "TileBuilder.h"

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "mlir/IR/PatternMatch.h"

namespace fovea {

/// Makes an empty kernel for `op` in its symbol table, with `gridRank` grid
/// dimensions and one parameter for each of `operands`. The kernel is named
/// after the enclosing symbol and the op. One with a `purpose` is named after
/// that too, and is a kernel per_thread.
tile::KernelOp createKernel(mlir::RewriterBase &rewriter, mlir::Operation *op,
                            tile::ConfigAttr config, int64_t gridRank,
                            mlir::TypeRange operands,
                            llvm::StringRef purpose = {});

/// Replaces `op` by a launch of `kernel` over `grid` that reads `inputs` and
/// writes the results, which get the shapes that `op` reifies.
mlir::LogicalResult replaceByLaunch(mlir::RewriterBase &rewriter,
                                    mlir::Operation *op, tile::KernelOp kernel,
                                    mlir::ValueRange grid,
                                    mlir::ValueRange inputs);

/// The checks that every tile program needs of a config: that it is one.
mlir::FailureOr<tile::ConfigAttr> getTileConfig(mlir::Operation *op,
                                                mlir::Attribute config);

} // namespace fovea

#endif
