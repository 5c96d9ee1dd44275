//===- RaggedSlots.h - workgroups of ragged sequences -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_RAGGEDSLOTS_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_RAGGEDSLOTS_H

#include "TileBuilder.h"
#include "TilePrograms.h"

namespace fovea {

/// Tiles of ragged queries, by slots: sequence `s`, whose queries begin at
/// `x[s]`, has those from `x[s] / m + s` on, which is enough for its tiles, and
/// leaves at most one empty. So the number of workgroups follows from sizes
/// alone, and no lengths are read on the host.
struct RaggedSlots {
  AttentionOp op;
  tile::ConfigAttr config;

  /// How many slots there are: rows / m + sequences.
  mlir::Value count(TileBuilder &host);
  /// `[slots, 2]` of i32: the sequence of a slot and the tile in it, which may
  /// be behind its last one. Built by a kernel before the op.
  mlir::Value build(mlir::RewriterBase &rewriter);
};

} // namespace fovea

#endif
