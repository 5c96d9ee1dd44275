//===- ComputeOps.td - what a workgroup computes on tiles -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_COMPUTEOPS_TD
#define FOVEA_DIALECT_FOVEATILE_IR_COMPUTEOPS_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.td"
include "fovea/Dialect/FoveaTile/IR/MemoryOps.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def FoveaTile_DotOp : FoveaTile_Op<"dot", [Pure, AllTypesMatch<["accumulator", "result"]>]> {
  let summary = "matrix product of two tiles, added to an accumulator";
  let description = [{
    `result = accumulator + lhs rhs`, or `lhs rhs^T` when `transposed`, in the
    accumulator's element type.

    Constraints:
    - C1: lhs is `[M, K]`, rhs `[K, N]` (`[N, K]` when transposed), the accumulator `[M, N]`.
    - C2: elements are floats, and the accumulator's are at least as wide as the operands'.
  }];
  let arguments = (ins FoveaTile_Tile:$accumulator, FoveaTile_Tile:$lhs, FoveaTile_Tile:$rhs,
                       UnitAttr:$transposed);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = [{
    $accumulator `,` $lhs `,` $rhs (`transposed` $transposed^)? attr-dict
    `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
  let hasVerifier = 1;
}

def FoveaTile_ReduceOp : FoveaTile_Op<"reduce", [Pure, AllTypesMatch<["init", "result"]>]> {
  let summary = "combines the columns of each row";
  let description = [{
    `result[r] = init[r] (+ or max) tile[r, 0] (+ or max) tile[r, 1] ...`, in any order.

    Constraints:
    - C1: the tile has rank 2 and floats; init has its rows and element type.
  }];
  let arguments = (ins FoveaTile_ReduceKindAttr:$kind, FoveaTile_Tile:$tile, FoveaTile_Tile:$init);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = "`` $kind $tile `,` $init attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

def FoveaTile_FoldOp : FoveaTile_Op<"fold", [Pure, AllTypesMatch<["init", "result"]>]> {
  let summary = "combines the columns of each row in part";
  let description = [{
    Combines each element of the tile with one column of the same row of the
    result, whichever: only the combination of a whole row of the result is
    specified. Lanes that share a row fold their own elements and exchange
    nothing; `reduce` finishes the work, once.

    Constraints:
    - C1: tile and init have rank 2, the same rows and float elements, and init at most the tile's columns.
  }];
  let arguments = (ins FoveaTile_ReduceKindAttr:$kind, FoveaTile_Tile:$tile, FoveaTile_Tile:$init);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = "`` $kind $tile `,` $init attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

def FoveaTile_AnyOp : FoveaTile_Op<"any", [Pure]> {
  let summary = "whether any element of a subgroup's rows holds";
  let description = [{
    Each subgroup asks for the rows that it holds, and what depends on the
    answer is done for these rows: a program must be right whichever rows
    stand together, down to a single one.

    Constraints:
    - C1: the tile has `i1` elements.
  }];
  let arguments = (ins FoveaTile_Tile:$tile);
  let results = (outs I1:$result);
  let assemblyFormat = "$tile attr-dict `:` type($tile)";
  let hasVerifier = 1;
}

def FoveaTile_AwaitOp : FoveaTile_Op<"await", [DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "waits for dots that run asynchronously";
  let description = [{
    The results are the operands, complete: all dots issued before, but for the
    `pending` youngest, have ended, and their operands may be overwritten. An
    operand that is not a dot's result is only held back: nothing that uses the
    result is computed before.

    Constraints:
    - C1: there is a tile to wait for, and `pending` is 0 or more.

    Example: `%s1 = fovea_tile.await %s pending 1 : tensor<128x128xf32>`
  }];
  let arguments = (ins Variadic<FoveaTile_Tile>:$tiles, I64Attr:$pending);
  let results = (outs Variadic<FoveaTile_Tile>:$results);
  let assemblyFormat = "$tiles `pending` $pending attr-dict `:` type($tiles)";
  let hasVerifier = 1;
}

def FoveaTile_BroadcastOp : FoveaTile_Op<"broadcast", [Pure]> {
  let summary = "repeats one value a row along the columns";
  let description = [{
    `result[r, c] = source[r]`.

    Constraints:
    - C1: the source has rank 1, the result rank 2, the same rows and element type.
  }];
  let arguments = (ins FoveaTile_Tile:$source);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
}

def FoveaTile_CoordinateOp : FoveaTile_Op<"coordinate", [Pure]> {
  let summary = "the position of each element along one dimension";
  let description = [{
    `result[x0, x1] = origin + x_dim`, as `index`.

    Constraints:
    - C1: the result has `index` elements and `dim` is less than its rank.
  }];
  let arguments = (ins Index:$origin, I64Attr:$dim);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = "$origin `along` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def FoveaTile_MaskOp : FoveaTile_Op<"mask", [Pure, AllTypesMatch<["tile", "result"]>,
                                             AllTypesMatch<["lower", "upper"]>]> {
  let summary = "leaves an interval of each row's columns visible";
  let description = [{
    `result[r, c] = lower[r] <= origin + c < upper[r] ? tile[r, c] : -inf`.

    Neither bound decreases from a row to the next.

    `prune` promises that the enclosing loop body ignores columns of `-inf`
    (they add nothing to any of its results), so a lowering may skip those
    that are hidden from all rows it works on.

    Constraints:
    - C1: the tile has rank 2 and floats; lower and upper have its rows and `index` elements.
  }];
  let arguments = (ins FoveaTile_Tile:$tile, FoveaTile_Tile:$lower, FoveaTile_Tile:$upper,
                       Index:$origin, UnitAttr:$prune);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = [{
    $tile `,` $lower `to` $upper `from` $origin (`prune` $prune^)? attr-dict
    `:` type($tile) `,` type($lower)
  }];
  let hasVerifier = 1;
}

#endif
