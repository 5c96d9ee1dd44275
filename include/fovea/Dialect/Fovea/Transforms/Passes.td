//===- Passes.td - transforms of the fovea dialect -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_TRANSFORMS_PASSES_TD
#define FOVEA_DIALECT_FOVEA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def DecomposeReference : Pass<"fovea-decompose-reference"> {
  let summary = "replace fovea ops by their meaning in linalg";
  let description = [{
    Decomposes every op that has a `ReferenceOpInterface` to linalg, arith, math
    and tensor ops, with all arithmetic in the chosen accumulator type and the
    scores in memory (O(M N) for attention). It is the oracle that the fast path
    is compared with, so it shares no code with it.

    Numerics: defines them. With `accumulator=f64` score regions are evaluated in
    f64 too; an f64 op is never accumulated in f32.

    Companion: `fovea-results-to-destinations`. Preconditions: none.
  }];
  let options = [Option<"accumulator", "accumulator", "std::string", "\"f64\"",
                        "element type of all arithmetic: f64 or f32">,
                 Option<"roundsOperands", "rounds-operands", "bool", "false",
                        "round what is multiplied to the type of the op's operands, as matrix units read it">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ClausesToRegions : Pass<"fovea-clauses-to-regions"> {
  let summary = "biases, key weights, segments and sparse masks of attention to its regions";
  let description = [{
    `bias` and `weights` become additions at the end of the score region, reading
    the operand at the score's place; `segments`, and masks that are no intervals,
    become conditions of the where region. What follows then knows regions and
    intervals alone.

    Before: `fovea.attention(%q, %k, %v) bias(%b) : ...`
    After:  `fovea.attention(%q, %k, %v) score(%s: f32, %n: index, %h: index, %i: index, %j: index) {
               %x = tensor.extract %b[%n, %h, %i, %j] : tensor<1x8x128x128xf32>
               %t = arith.addf %s, %x : f32
               fovea.yield %t : f32
             } : ...`

    Numerics do not change. Preconditions: none. Companion: `fovea-choose-config`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def PromoteToF64 : Pass<"fovea-promote-to-f64", "::mlir::ModuleOp"> {
  let summary = "redo all arithmetic of a module in f64";
  let description = [{
    Every float of the module's functions becomes f64: arguments and results,
    constants, arithmetic, the regions of fovea ops; casts between floats
    disappear. Called with the same inputs, the module then has the results that
    it would have without rounding (but f64's own): the oracle of
    `fovea-run --check`.

    Ops whose meaning depends on a width (bitcasts) or is unknown, and where
    regions, keep their types between a truncation and an extension.

    Before: `func.func @f(%a: tensor<4xf16>) -> tensor<4xf16> { %b = arith.addf %a, %a : tensor<4xf16>; return %b }`
    After:  `func.func @f(%a: tensor<4xf64>) -> tensor<4xf64> { %b = arith.addf %a, %a : tensor<4xf64>; return %b }`

    Numerics: that is the point. Preconditions: none.
    Companion: `fovea-decompose-reference`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ResultsToDestinations : Pass<"fovea-results-to-destinations", "::mlir::ModuleOp"> {
  let summary = "turn tensor results of public functions into destination arguments";
  let description = [{
    A public function `f(inputs) -> tensors` becomes `f(inputs, destinations)`:
    each tensor result is materialised in a trailing memref argument that the
    caller allocates. Dynamic sizes are then the caller's, and nothing is
    allocated for a result. Numerics do not change.

    Before: `func.func @f(%a: tensor<?xf32>) -> tensor<?xf32> { ...; return %r }`
    After:  `func.func @f(%a: tensor<?xf32>, %d: memref<?xf32>) { ...;
             bufferization.materialize_in_destination %r in restrict writable %d; return }`

    Preconditions: public functions are not called within the module and have
    one block. Companion: upstream's `eliminate-empty-tensors` and
    `one-shot-bufferize`, which then write in place.
  }];
  let options = [Option<"dynamicLayouts", "dynamic-layouts", "bool", "false",
                        "destinations may have any strides">];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif
