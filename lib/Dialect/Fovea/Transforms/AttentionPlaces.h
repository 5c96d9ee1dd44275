//===- AttentionPlaces.h - where queries and keys lie ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEA_TRANSFORMS_ATTENTIONPLACES_H
#define FOVEA_LIB_DIALECT_FOVEA_TRANSFORMS_ATTENTIONPLACES_H

#include "ReferenceBuilder.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

namespace fovea {

/// Finds the query and the key of the loops b, h, i, j of a reference: in
/// rectangular, ragged or paged sequences.
class AttentionPlaces {
public:
  AttentionPlaces(AttentionOp op, ReferenceBuilder &b);

  /// How far j runs: over all keys that there may be.
  mlir::OpFoldResult getKeyCount() const { return keyCount; }

  /// Within an element: the sequence, and query and key within it.
  MaskPoint locate();
  /// Whether j is a key of the sequence, or null where it always is.
  mlir::Value isKey(const MaskPoint &point);
  /// Within an element: `keyOrValue[b, h / G, j, c]`. Keys that are none read
  /// anything.
  mlir::Value lookUp(mlir::Value keyOrValue);
  /// Within an element: the key head of the query head h.
  mlir::Value getKeyHead();

private:
  mlir::Value constant(int64_t x);
  mlir::Value at(mlir::Value integers, mlir::Value position);
  mlir::Value getSequence();
  mlir::Value countSequences();
  mlir::Value countKeys(mlir::Value sequence);
  mlir::Value clamp(mlir::Value x, mlir::Value size);

  AttentionOp op;
  ReferenceBuilder &b;
  mlir::OpFoldResult keyCount;
  mlir::Value queryHeads, queries, keyHeads, keys;
  /// Of each ragged row, the number of its sequence; or null.
  mlir::Value sequences;
};

} // namespace fovea

#endif
