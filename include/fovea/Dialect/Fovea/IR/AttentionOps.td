//===- AttentionOps.td - softmax attention and its states -----*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_ATTENTIONOPS_TD
#define FOVEA_DIALECT_FOVEA_IR_ATTENTIONOPS_TD

include "fovea/Dialect/Fovea/IR/FoveaDialect.td"
include "fovea/Dialect/Fovea/IR/FoveaInterfaces.td"
include "fovea/Dialect/Fovea/IR/IndexType.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Fovea_Tensor : RankedTensorOf<[F64, F32, BF16, F16]>;
def Fovea_Accumulator : RankedTensorOf<[F64, F32]>;

def Fovea_YieldOp : Fovea_Op<"yield", [Pure, ReturnLike, Terminator,
                                       ParentOneOf<["AttentionOp"]>]> {
  let summary = "gives the value of a score or where region";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Fovea_AttentionOp : Fovea_Op<"attention", [
    Pure, SingleBlock, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<Fovea_CostModelOpInterface>]> {
  let summary = "softmax attention";
  let description = [{
    With `s = scale * q k^T`, for each batch `b`, query head `h`, query `i`:

    ```
    t[j]  = score(s[j], b, h, i, j) + bias[b,h,i,j] + sum_r x[b,h,i,r] y[b,g,j,r] + w[b,g,j]
            over the keys j that every mask, the segments, the blocks and `where` leave visible
    lse   = log(exp(sink[h]) + exp(lse0[b,h,i]) + sum_j exp(t[j]))
    o     = exp(lse0 - lse) o0 + sum_j exp(t[j] - lse) v[j]
    ```

    | value   | shape             | element type                              |
    |---------|-------------------|-------------------------------------------|
    | `q`     | `[B, Hq, M, dk]`  | f64, f32, bf16 or f16                     |
    | `k`     | `[B, Hk, N, dk]`  | as `q`                                    |
    | `v`     | `[B, Hk, N, dv]`  | as `q`                                    |
    | `o`     | `[B, Hq, M, dv]`  | as `q`                                    |
    | `lse`   | `[B, Hq, M]`      | accumulator: f64 for f64, else f32        |

    What a clause does not give is left out of the sums:

    | clause            | operands       | shape                                | element type      |
    |-------------------|----------------|--------------------------------------|-------------------|
    | `bias(b)`         | dense bias     | `[B, Hq, M, N]`, or 1 for any        | any float         |
    | `factors(x, y)`   | low-rank bias  | `[B, Hq, M, R]` and `[B, Hk, N, R]`, or 1 for B, Hq, Hk | as `q` |
    | `weights(w)`      | log-weights of keys | `[B, Hk, N]`, or 1 for B, Hk    | any float         |
    | `sinks(s)`        | a score without a value | `[Hq]`                      | any float         |
    | `state(o0, lse0)` | result over other keys | as `o` or its accumulator type, and as `lse` |  |
    | `segments(x, y)`  | pairs of equal numbers see each other | `[B, M]` and `[B, N]`, or 1 for B | i32 or i64 |
    | `ragged(x, y)`    | where sequences begin, and the last one ends, among queries and among keys | `[S + 1]` each | i32 or i64 |
    | `paged(p, n, l)`  | where the pages of a sequence begin in `n`, the pages, the keys in the last page | `[S + 1]`, `[P]`, `[S]` | i32 or i64 |
    | `blocks(x)`       | the pairs of query and key blocks that see each other | `!fovea.index`, its `[B, Hq]` or 1 |  |

    `bias`, `factors` and `weights` are not multiplied by the scale. A state of
    `lse0 = -inf` is empty, whatever its `o0`. An empty row, which sees no key
    and has neither sink nor state, gives `o = 0` and `lse = -inf`.

    With `ragged`, `B = 1`, and the sequences lie one behind the other in the
    dimension of queries and of keys; `b` is then the number of the sequence,
    `i` and `j` count within it, and masks are aligned to its sizes. With `paged`,
    keys and values are `[pages, Hk, size, dk]` and `[pages, Hk, size, dv]`: key
    `j` of sequence `b` is row `j mod size` of the page `n[p[b] + j / size]`,
    and its number of keys is `(p[b + 1] - p[b] - 1) * size + l[b]`, or 0
    without pages. Rows beyond that are never read into a result. With both,
    `ragged` has the queries alone.

    Query head `h` reads the key and value head `h / (Hq / Hk)`, called `g` above. Any size may be
    dynamic. Without `scale` the scale is `1 / sqrt(dk)`. The regions take
    scalars and may capture values from above (tables, slopes, lengths); they
    must be free of memory effects.

    Constraints:
    - C1: q, k, v and o have rank 4.
    - C2: q, k, v and o have the same element type.
    - C3: q, k, v and o agree on the batch size; k and v agree on heads and keys.
    - C4: q and k agree on the head dimension dk; v and o on dv; q and o on heads and queries.
    - C5: the number of query heads is a multiple of the number of key heads.
    - C6: head dimensions are at least 1.
    - C7: lse is `[B, Hq, M]` of the accumulator type.
    - C8: every mask is a mask attribute.
    - C9: the scale is finite, and is given when dk is dynamic.
    - C10: score takes `(accumulator, index, index, index, index)` and yields the accumulator type.
    - C11: where takes `(index, index, index, index)` and yields `i1`.
    - C12: regions have no memory effects.
    - C13: operands of clauses have the shapes and element types of the table.
    - C14: masks fit the sizes (`nd_window`, `local_stride`).
    - C15: with `ragged`, `B` is 1, and the clauses `bias`, `factors`, `weights`, `segments`, `state` and `blocks`
      are absent.
    - C16: `blocks` is the result of an op that makes it, such as `fovea.csr`.

    Example:

    ```mlir
    %o, %lse = fovea.attention(%q, %k, %v) scale(1.250000e-01) mask(#fovea.causal)
        score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
          %slope = tensor.extract %slopes[%h] : tensor<8xf32>
          %distance = arith.subi %j, %i : index
          %distance_i32 = arith.index_cast %distance : index to i32
          %distance_f32 = arith.sitofp %distance_i32 : i32 to f32
          %bias = arith.mulf %slope, %distance_f32 : f32
          %biased = arith.addf %s, %bias : f32
          fovea.yield %biased : f32
        } : (tensor<1x8x128x64xf32>, tensor<1x8x128x64xf32>, tensor<1x8x128x64xf32>)
          -> (tensor<1x8x128x64xf32>, tensor<1x8x128xf32>)
    ```

    Sources: Dao et al., FlashAttention-2 (arXiv:2307.08691) for the algorithm
    that the fast path uses; Dong et al., Flex Attention (arXiv:2412.05496) for
    the idea of score and mask regions.
  }];

  let arguments = (ins
    Arg<Fovea_Tensor, "queries, `[B, Hq, M, dk]`">:$query,
    Arg<Fovea_Tensor, "keys, `[B, Hk, N, dk]`">:$key,
    Arg<Fovea_Tensor, "values, `[B, Hk, N, dv]`">:$value,
    Arg<Optional<Fovea_Tensor>, "dense bias">:$bias,
    Arg<Optional<Fovea_Tensor>, "low-rank bias of queries">:$query_factors,
    Arg<Optional<Fovea_Tensor>, "low-rank bias of keys">:$key_factors,
    Arg<Optional<Fovea_Tensor>, "log-weights of keys">:$weights,
    Arg<Optional<Fovea_Tensor>, "scores without a value">:$sinks,
    Arg<Optional<Fovea_Tensor>, "output over other keys">:$initial_output,
    Arg<Optional<Fovea_Tensor>, "lse over other keys">:$initial_lse,
    Arg<Optional<Fovea_Integers>, "segments of queries">:$query_segments,
    Arg<Optional<Fovea_Integers>, "segments of keys">:$key_segments,
    Arg<Optional<Fovea_Integers>, "where sequences begin among queries">:$query_offsets,
    Arg<Optional<Fovea_Integers>, "where sequences begin among keys">:$key_offsets,
    Arg<Optional<Fovea_Integers>, "where the pages of sequences begin">:$page_offsets,
    Arg<Optional<Fovea_Integers>, "pages of sequences">:$pages,
    Arg<Optional<Fovea_Integers>, "keys in the last pages">:$last_lengths,
    Arg<Optional<Fovea_IndexType>, "blocks that see each other">:$blocks,
    OptionalAttr<F64Attr>:$scale,
    DefaultValuedAttr<ArrayAttr, "{}">:$masks,
    OptionalAttr<AnyAttr>:$config);
  let results = (outs
    Res<Fovea_Tensor, "output, `[B, Hq, M, dv]`">:$output,
    Res<Optional<Fovea_Accumulator>, "natural log of the row sums, `[B, Hq, M]`">:$lse);
  let regions = (region MaxSizedRegion<1>:$score, MaxSizedRegion<1>:$where);

  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;

  let extraClassDeclaration = [{
    /// f64 for f64 inputs, f32 for all others.
    ::mlir::FloatType getAccumulatorType();
    /// The scale given, or 1 / sqrt(dk).
    double getEffectiveScale();
    ::mlir::RankedTensorType getQueryType() { return getQuery().getType(); }
    ::mlir::RankedTensorType getKeyType() { return getKey().getType(); }
    ::mlir::RankedTensorType getValueType() { return getValue().getType(); }
    ::mlir::RankedTensorType getOutputType() { return getOutput().getType(); }
    /// Query heads for each key head; dynamic when either is.
    int64_t getGroupSize();
    /// The mask attributes.
    auto getMaskAttrs() { return getMasks().getAsRange<::fovea::MaskAttrInterface>(); }
    /// Whether the sequences lie one behind the other, and whether their keys lie in pages.
    bool isRagged() { return bool(getQueryOffsets()); }
    bool isPaged() { return bool(getPages()); }
    bool hasScore() { return !getScore().empty(); }
    bool hasWhere() { return !getWhere().empty(); }
  }];
}

def Fovea_CSROp : Fovea_Op<"csr", [Pure]> {
  let summary = "an index from compressed rows";
  let description = [{
    Row `r` of batch `b` and head `h` has the blocks
    `members[b, h, offsets[b, h, r]]` to `members[b, h, offsets[b, h, r + 1] - 1]`,
    in any order, none of them twice. With `order = row`, rows are those of
    query blocks and members are key blocks; with `order = column` it is the
    other way round.

    Constraints:
    - C1: offsets are `[B, H, rows + 1]` and members `[B, H, P]`, with equal B and equal H.
    - C2: both have the same element type, i32 or i64.

    Example:

    ```mlir
    %x = fovea.csr %offsets, %members
        : (tensor<1x8x17xi32>, tensor<1x8x52xi32>) -> !fovea.index<block = [64, 64]>
    ```
  }];
  let arguments = (ins Fovea_Integers:$offsets, Fovea_Integers:$members);
  let results = (outs Fovea_IndexType:$index);
  let assemblyFormat = "$offsets `,` $members attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Fovea_MergeStatesOp : Fovea_Op<"merge_states", [
    Pure, SameVariadicOperandSize,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<Fovea_CostModelOpInterface>]> {
  let summary = "combines partial attention results over disjoint sets of keys";
  let description = [{
    ```
    lse = log(sum_p exp(lse_p))
    o   = sum_p exp(lse_p - lse) o_p
    ```

    An empty state has `lse_p = -inf`; merging only empty states gives `o = 0`
    and `lse = -inf`. States are operands of their own, or with `stacked` lie one
    behind the other along the first dimension of one operand.

    Constraints:
    - C1: there is at least one state, and as many outputs as lses; one of each when stacked.
    - C2: all outputs have the same type, with o's shape of rank 2 or more (behind the number of states when stacked), and o's element type or its accumulator type.
    - C3: all lses have the same type, with the shape of an output without its last dimension; so has the result lse.
    - C4: lses have the accumulator type: f64 for f64, else f32.

    Example:

    ```mlir
    %o, %lse = fovea.merge_states outputs(%oa, %ob) lses(%la, %lb)
        : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>)
    %p, %lp = fovea.merge_states stacked outputs(%os) lses(%ls)
        : (tensor<5x1x8x16x64xf32>, tensor<5x1x8x16xf32>) -> (tensor<1x8x16x64xbf16>, tensor<1x8x16xf32>)
    ```

    Source: the associative combination of Ye et al., FlashInfer (arXiv:2501.01005), in natural logarithms.
  }];
  let arguments = (ins Variadic<Fovea_Tensor>:$outputs, Variadic<Fovea_Accumulator>:$lses,
                       UnitAttr:$stacked, OptionalAttr<AnyAttr>:$config);
  let results = (outs Fovea_Tensor:$output, Fovea_Accumulator:$lse);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getOutputType() { return getOutput().getType(); }
    ::mlir::RankedTensorType getLseType() { return getLse().getType(); }
    /// The type of each output operand.
    ::mlir::RankedTensorType getStateType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getOutputs().front().getType());
    }
    /// How many states there are, or dynamic.
    int64_t getNumStates() {
      return getStacked() ? getStateType().getDimSize(0) : int64_t(getOutputs().size());
    }
  }];
}

#endif
