//===- PromoteFloats.h - redo arithmetic in a wider type -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_TRANSFORMS_PROMOTEFLOATS_H
#define FOVEA_DIALECT_FOVEA_TRANSFORMS_PROMOTEFLOATS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/PatternMatch.h"

namespace fovea {

/// `type` with floats (scalars, and elements of tensors and vectors) that are
/// narrower than `wide` replaced by `wide`. Unranked tensors stay as they are.
mlir::Type promoteType(mlir::Type type, mlir::FloatType wide);

/// Rewrites `roots` so that all float values defined in them have the type
/// `wide`: constants are converted, casts between floats disappear. Scalars
/// from outside are extended where they are used. An op that cannot be redone
/// in another type (a bitcast, a lookup in a table from outside, an op of an
/// unknown dialect) keeps its types, with all in its regions, between a
/// truncation and an extension. So do where regions: which pairs are visible
/// must not depend on the precision.
void promoteFloats(mlir::RewriterBase &rewriter,
                   llvm::ArrayRef<mlir::Operation *> roots,
                   mlir::FloatType wide);

/// Copies the body of a one-block region to the insertion point, with its
/// arguments replaced by `arguments`. Where an argument is of type `wide` and
/// the region's is not, all of the body is promoted. Returns the value that the
/// region's terminator yields.
mlir::Value inlinePromoted(mlir::RewriterBase &rewriter, mlir::Region &region,
                           mlir::ValueRange arguments, mlir::FloatType wide);

} // namespace fovea

#endif
