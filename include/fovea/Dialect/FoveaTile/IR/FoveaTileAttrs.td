//===- FoveaTileAttrs.td - configs and layouts -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_FOVEATILEATTRS_TD
#define FOVEA_DIALECT_FOVEATILE_IR_FOVEATILEATTRS_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class FoveaTile_Attr<string name, string attrMnemonic> : AttrDef<FoveaTile_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def FoveaTile_ConfigAttr : FoveaTile_Attr<"Config", "config"> {
  let summary = "the sizes of one workgroup's program";
  let description = [{
    | parameter | meaning                                                     |
    |-----------|-------------------------------------------------------------|
    | `m`       | query rows of one workgroup                                 |
    | `n`       | keys of one step of the loop over keys                      |
    | `rows`    | rows of the register tile; `m` is a multiple of it          |
    | `columns` | columns of the register tile; `n` is a multiple of it       |

    Chosen by `fovea-choose-config`, or written by hand:
    `config(#fovea_tile.config<m = 192, n = 128, rows = 8, columns = 32>)`.
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$rows, "int64_t":$columns);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def FoveaTile_PanelsAttr : FoveaTile_Attr<"Panels", "panels"> {
  let summary = "a tile packed in column panels, as the layout of a tensor";
  let description = [{
    The right-hand operand of a dot, held in tile memory in the order in which
    the register tile reads it: panels of `columns` columns of the product, in
    each panel one line of `columns` elements for every step of the
    contraction, zero-filled beyond the tile.
  }];
  let parameters = (ins "int64_t":$columns);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def FoveaTile_ReduceKind : I32EnumAttr<"ReduceKind", "a row reduction", [
    I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Maximum", 1, "maximum">]> {
  let cppNamespace = "::fovea::tile";
  let genSpecializedAttr = 0;
}
def FoveaTile_ReduceKindAttr : EnumAttr<FoveaTile_Dialect, FoveaTile_ReduceKind, "reduce_kind">;

#endif
