//===- FoveaDialect.td - the fovea dialect --------------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_FOVEADIALECT_TD
#define FOVEA_DIALECT_FOVEA_IR_FOVEADIALECT_TD

include "mlir/IR/OpBase.td"

def Fovea_Dialect : Dialect {
  let name = "fovea";
  let cppNamespace = "::fovea";
  let summary = "what a sequence-mixing kernel computes, without any hardware";
  let description = [{
    Value-semantics ops on ranked tensors. A variant of an op is a region, an
    attribute or an operand, never another op. Meaning is fixed once for every
    target:

    - scores are `scale * q k^T`, accumulated in `f32` (`f64` for `f64` inputs);
      the score region sees the scaled score;
    - masks are aligned at the bottom right: query `i` of `M` stands at the
      position `i + N - M` of the `N` keys;
    - a row without any visible key gives `o = 0` and `lse = -inf`;
    - `lse` is the natural logarithm of the row's sum of exponentials.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

class Fovea_Op<string mnemonic, list<Trait> traits = []>
    : Op<Fovea_Dialect, mnemonic, traits>;

#endif
