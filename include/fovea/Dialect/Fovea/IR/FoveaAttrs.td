//===- FoveaAttrs.td - masks as data --------------------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_FOVEAATTRS_TD
#define FOVEA_DIALECT_FOVEA_IR_FOVEAATTRS_TD

include "fovea/Dialect/Fovea/IR/FoveaDialect.td"
include "fovea/Dialect/Fovea/IR/FoveaInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Fovea_Mask<string name, string attrMnemonic, list<string> methods = []>
    : AttrDef<Fovea_Dialect, name, [
        DeclareAttrInterfaceMethods<Fovea_MaskAttrInterface, methods>]> {
  let mnemonic = attrMnemonic;
}

def Fovea_Alignment : I32EnumAttr<"Alignment", "where the first query stands among the keys", [
    I32EnumAttrCase<"BottomRight", 0, "bottom_right">, I32EnumAttrCase<"TopLeft", 1, "top_left">]> {
  let cppNamespace = "::fovea";
  let genSpecializedAttr = 0;
}

def Fovea_CausalAttr : Fovea_Mask<"Causal", "causal"> {
  let summary = "each query sees the keys up to its own position";
  let description = [{
    Aligned at the bottom right: query `i` of `M` sees key `j` of `N` when
    `j <= i + N - M`. With `M > N` the first `M - N` rows see nothing. With
    `align = top_left` it sees key `j` when `j <= i`.

    Example: `mask(#fovea.causal)`, `mask(#fovea.causal<align = top_left>)`
  }];
  let parameters = (ins DefaultValuedParameter<"::fovea::Alignment", "::fovea::Alignment::BottomRight">:$align);
  let assemblyFormat = "(`<` struct($align)^ `>`)?";
  let builders = [AttrBuilder<(ins), "return $_get($_ctxt, ::fovea::Alignment::BottomRight);">];
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

def Fovea_PrefixAttr : Fovea_Mask<"Prefix", "prefix"> {
  let summary = "each query sees the first keys";
  let description = [{
    All queries see the keys `j < length`, and no others. Prefix-LM, which is
    bidirectional in the prefix and causal behind it, is the union
    `#fovea.or<#fovea.prefix<length = 64>, #fovea.causal>`.

    Example: `mask(#fovea.prefix<length = 64>)`
  }];
  let parameters = (ins "int64_t":$length);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

class Fovea_Combination<string name, string attrMnemonic>
    : Fovea_Mask<name, attrMnemonic, ["isInterval", "buildVisible", "verifySizes"]> {
  let parameters = (ins ArrayRefParameter<"::mlir::Attribute">:$masks);
  let assemblyFormat = "`<` $masks `>`";
  let genVerifyDecl = 1;
}

def Fovea_AndAttr : Fovea_Combination<"And", "and"> {
  let summary = "keys that all of the masks leave visible";
  let description = [{
    A list of masks on an op means the same; `and` is for use within `or`.

    Example: `mask(#fovea.or<#fovea.and<#fovea.causal, #fovea.window<left = 16>>, #fovea.prefix<length = 4>>)`
  }];
}

def Fovea_OrAttr : Fovea_Combination<"Or", "or"> {
  let summary = "keys that any of the masks leaves visible";
  let description = [{
    Example: `mask(#fovea.or<#fovea.prefix<length = 64>, #fovea.causal>)` (prefix-LM),
    `mask(#fovea.or<#fovea.prefix<length = 4>, #fovea.window<left = 128, right = 0>>)` (sinks of a window)
  }];
}

def Fovea_NDWindowAttr : Fovea_Mask<"NDWindow", "nd_window", ["isInterval", "buildVisible", "verifySizes"]> {
  let summary = "each token of a grid sees the tokens of a window around it";
  let description = [{
    Queries and keys are the tokens of a grid of 1 to 3 dimensions, `shape`, the
    last one fastest. On each axis, tokens whose coordinates agree modulo
    `dilation` are a class of their own, of `n` tokens, in which token `x` sees
    the `window` tokens

    ```
    leader = min((x / stride) * stride + stride / 2, n - 1)
    centre = clamp(leader, window / 2, n - 1 - ((window + 1) / 2 - 1))
    centre - window / 2 <= y <= centre + (window + 1) / 2 - 1
    ```

    so that windows at a border are shifted, never smaller. On a `causal` axis
    it sees `y <= x` with `leader - y < window`, where the leader is the last
    token of its group. A token is visible when it is on all axes. `stride`,
    `dilation` and `causal` are 1, 1 and 0 where left out.

    Constraints: `1 <= stride <= window` and `window * dilation <= shape` on each axis.

    Example: `mask(#fovea.nd_window<shape = [16, 16], window = [5, 7], stride = [1, 2]>)`

    Source: Hassani et al., Generalized Neighborhood Attention (arXiv:2504.16922).
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, ArrayRefParameter<"int64_t">:$window,
                        OptionalArrayRefParameter<"int64_t">:$stride,
                        OptionalArrayRefParameter<"int64_t">:$dilation,
                        OptionalArrayRefParameter<"int64_t">:$causal);
  let assemblyFormat = [{
    `<` struct(custom<Sizes>($shape), custom<Sizes>($window), custom<Sizes>($stride), custom<Sizes>($dilation), custom<Sizes>($causal)) `>`
  }];
  let genVerifyDecl = 1;
}

def Fovea_LocalStrideAttr : Fovea_Mask<"LocalStride", "local_stride", ["isInterval", "buildVisible", "verifySizes"]> {
  let summary = "local blocks of keys and, of the others, every so many, by head";
  let description = [{
    Causal over blocks of `block` tokens: a query of block `i` (aligned at the
    bottom right) sees a key of block `j <= i` when `i - j < local`, or when
    `(j + g * step + offset) mod stride == 0` with `step = max(1, stride / heads)`
    for the key head `g` of the query head, `heads` being the number of key
    heads. Within a block the order of tokens does not matter: combine it with
    `#fovea.causal`. The last `dense` query heads see all earlier blocks.

    Example: `mask(#fovea.causal, #fovea.local_stride<block = 64, local = 16, stride = 16, heads = 8, group = 4>)`

    Source: Lin et al., S2-Attention (arXiv:2407.17678).
  }];
  let parameters = (ins "int64_t":$block, "int64_t":$local, "int64_t":$stride, "int64_t":$heads,
                        DefaultValuedParameter<"int64_t", "1">:$group,
                        DefaultValuedParameter<"int64_t", "0">:$offset,
                        DefaultValuedParameter<"int64_t", "0">:$dense);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif
