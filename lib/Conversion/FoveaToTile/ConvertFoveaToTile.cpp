//===- ConvertFoveaToTile.cpp - fovea ops to tile programs -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TilePrograms.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace fovea {
#define GEN_PASS_DEF_CONVERTFOVEATOTILE
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

void fovea::registerTileProgramModels(DialectRegistry &registry) {
  registerAttentionTileProgram(registry);
  registerMergeStatesTileProgram(registry);
}

namespace {
struct ConvertFoveaToTile
    : fovea::impl::ConvertFoveaToTileBase<ConvertFoveaToTile> {
  void runOnOperation() override {
    SmallVector<TileProgramOpInterface> ops;
    getOperation()->walk([&](TileProgramOpInterface op) { ops.push_back(op); });
    for (TileProgramOpInterface op : ops)
      if (failed(convert(op)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(TileProgramOpInterface op) {
    Attribute config = op.getTileConfig();
    if (!config)
      return op.emitOpError(
          "has no config; run fovea-choose-config or write "
          "config(#fovea_tile.config<m = M, n = N, rows = R, columns = C>)");
    IRRewriter rewriter(op);
    return op.buildTileProgram(rewriter, config);
  }
};
} // namespace
