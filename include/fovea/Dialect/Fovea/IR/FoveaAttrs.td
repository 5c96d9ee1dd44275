//===- FoveaAttrs.td - masks as data --------------------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_FOVEAATTRS_TD
#define FOVEA_DIALECT_FOVEA_IR_FOVEAATTRS_TD

include "fovea/Dialect/Fovea/IR/FoveaDialect.td"
include "fovea/Dialect/Fovea/IR/FoveaInterfaces.td"
include "mlir/IR/AttrTypeBase.td"

class Fovea_Mask<string name, string attrMnemonic>
    : AttrDef<Fovea_Dialect, name, [DeclareAttrInterfaceMethods<Fovea_MaskAttrInterface>]> {
  let mnemonic = attrMnemonic;
}

def Fovea_CausalAttr : Fovea_Mask<"Causal", "causal"> {
  let summary = "each query sees the keys up to its own position";
  let description = [{
    Aligned at the bottom right: query `i` of `M` sees key `j` of `N` when
    `j <= i + N - M`. With `M > N` the first `M - N` rows see nothing.

    Example: `mask(#fovea.causal)`
  }];
}

def Fovea_WindowAttr : Fovea_Mask<"Window", "window"> {
  let summary = "each query sees the keys around its own position";
  let description = [{
    Query `i` of `M` stands at `p = i + N - M` and sees the keys
    `p - left <= j <= p + right`. A side that is left out is unbounded.

    Example: `mask(#fovea.window<left = 128, right = 0>)`
  }];
  let parameters = (ins OptionalParameter<"std::optional<int64_t>">:$left,
                        OptionalParameter<"std::optional<int64_t>">:$right);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif
