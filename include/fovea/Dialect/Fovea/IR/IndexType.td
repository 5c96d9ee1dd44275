//===- IndexType.td - which blocks see each other -------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_INDEXTYPE_TD
#define FOVEA_DIALECT_FOVEA_IR_INDEXTYPE_TD

include "fovea/Dialect/Fovea/IR/FoveaDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Fovea_Integers : RankedTensorOf<[I32, I64]>;

def Fovea_IndexOrder : I32EnumAttr<"IndexOrder", "what the rows of an index stand for", [
    I32EnumAttrCase<"Row", 0, "row">, I32EnumAttrCase<"Column", 1, "column">]> {
  let cppNamespace = "::fovea";
  let genSpecializedAttr = 0;
}

def Fovea_IndexType : TypeDef<Fovea_Dialect, "SparseIndex"> {
  let mnemonic = "index";
  let summary = "a sparse set of pairs of a query block and a key block";
  let description = [{
    `block` gives the queries and the keys of a block, `[1, 1]` for pairs of
    tokens; the last blocks may be partial. `order` says whether the pairs are
    compressed by rows (of query blocks) or by columns.

    Example: `!fovea.index<block = [64, 128]>`, `!fovea.index<block = [1, 1], order = column>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$block,
                        DefaultValuedParameter<"::fovea::IndexOrder", "::fovea::IndexOrder::Row">:$order);
  let assemblyFormat = "`<` struct(custom<Sizes>($block), $order) `>`";
  let genVerifyDecl = 1;
}

#endif
