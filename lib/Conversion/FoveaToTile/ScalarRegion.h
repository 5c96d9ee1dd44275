//===- ScalarRegion.h - scalar regions evaluated on tiles -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_SCALARREGION_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_SCALARREGION_H

#include "TileBuilder.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Region.h"
#include "llvm/ADT/SetVector.h"

namespace fovea {

/// Collects what `region` uses from above, constants apart: the tables and
/// scalars that a kernel must take as parameters.
void collectCaptures(mlir::Region &region,
                     llvm::SetVector<mlir::Value> &captures);

/// Checks that `region` can be evaluated on tiles: element-wise ops, constants,
/// `tensor.extract` and `tensor.dim` of captured tables. Reports the first op
/// that cannot.
mlir::LogicalResult verifyEvaluatesOnTiles(mlir::Region &region);

/// Clones `region` at the builder's insertion point with `arguments` for its
/// arguments, each a scalar or a tile. Captured values are looked up in
/// `captured`; tables are memrefs there. Positions in tables are clamped to
/// them: on tiles always, and of scalars with `clampsScalars`. Returns what the
/// region yields.
mlir::Value evaluateOnTiles(TileBuilder &builder, mlir::Region &region,
                            mlir::ValueRange arguments,
                            const mlir::IRMapping &captured,
                            bool clampsScalars = false);

} // namespace fovea

#endif
