//===- Passes.td - transforms of the fovea_tile dialect -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_TRANSFORMS_PASSES_TD
#define FOVEA_DIALECT_FOVEATILE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ScaleOperands : Pass<"fovea-tile-scale-operands", "::fovea::tile::KernelOp"> {
  let summary = "multiply a dot's left operand by a constant instead of its result";
  let description = [{
    Rewrites `dot(0, a, b) * c` to `dot(0, a * c, b)` where `a` is already in the
    accumulator's type and is defined outside of the loop that holds the dot, so
    that the product is done once for each query and not for each score.

    Before: `%s = fovea_tile.dot %zero, %q, %k transposed; %t = arith.mulf %s, %c`
    After:  `%qc = arith.mulf %q, %c; %t = fovea_tile.dot %zero, %qc, %k transposed`

    Numerics: rounds the scaled query instead of the scaled score (same order).
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def PackOperands : Pass<"fovea-tile-pack-operands", "::fovea::tile::KernelOp"> {
  let summary = "give the right-hand operands of dots a panel layout";
  let description = [{
    Every load that only feeds the right-hand side of dots gets the layout
    `#fovea_tile.panels`, as wide as the config's register tile, or half of it
    where that is whole vectors and wastes fewer columns. Numerics do not change.

    Before: `%k = fovea_tile.load %K[...] : ... -> tensor<128x64xf32>`
    After:  `%k = fovea_tile.load %K[...] : ... -> tensor<128x64xf32, #fovea_tile.panels<columns = 32>>`
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "256", "width of a vector register">];
}

#endif
