//===- ThreadKernel.h - kernels of one thread for each place ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_THREADKERNEL_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_THREADKERNEL_H

#include "TileBuilder.h"

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "mlir/IR/PatternMatch.h"

namespace fovea {

/// Makes kernels per_thread and their launches before `op`: what an op needs to
/// know of its operands' elements before its own kernel starts.
struct ThreadKernel {
  mlir::RewriterBase &rewriter;
  mlir::Operation *op;
  /// Of the op's own kernel: the target is the same.
  tile::ConfigAttr config;
  /// Where launches are built, and where `body` builds.
  TileBuilder &host, &b;

  using Body = llvm::function_ref<void(mlir::ValueRange place,
                                       mlir::ValueRange parameters)>;

  /// A kernel named for its `purpose` on `inputs` that writes `results`, with
  /// `body` for each place of a grid of `sizes`. Its parameters are the inputs,
  /// the sizes, and the results. Returns the results as written.
  llvm::SmallVector<mlir::Value> launch(llvm::StringRef purpose,
                                        mlir::ValueRange sizes,
                                        mlir::ValueRange inputs,
                                        llvm::ArrayRef<mlir::Value> results,
                                        Body body);
};

} // namespace fovea

#endif
