//===- FoveaTileDialect.td - the fovea_tile dialect -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_FOVEATILEDIALECT_TD
#define FOVEA_DIALECT_FOVEATILE_IR_FOVEATILEDIALECT_TD

include "mlir/IR/OpBase.td"

def FoveaTile_Dialect : Dialect {
  let name = "fovea_tile";
  let cppNamespace = "::fovea::tile";
  let summary = "one workgroup's program over tiles, for any hardware";
  let description = [{
    A kernel is the program of one workgroup: loops over tiles, loads and
    stores, dots and row reductions. Tiles are builtin tensors of static shape,
    rank 2 (`rows x columns`) or rank 1 (one value a row), so that `arith`,
    `math`, `scf` and upstream's canonicalisation work on them as they are. A
    tile's encoding is its layout, absent until a pass assigns one.

    Rows beyond the end of a memory view hold unspecified values and are never
    stored; columns and keys beyond the end read as zero.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerTypes();
  }];
}

class FoveaTile_Op<string mnemonic, list<Trait> traits = []>
    : Op<FoveaTile_Dialect, mnemonic, traits>;

#endif
