//===- MemoryOps.td - tiles from and to memory -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_MEMORYOPS_TD
#define FOVEA_DIALECT_FOVEATILE_IR_MEMORYOPS_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

include "fovea/Dialect/FoveaTile/IR/ChannelType.td"

def FoveaTile_Tile : StaticShapeTensorOf<[AnyFloat, AnySignlessInteger, Index]>;

def FoveaTile_PagedViewOp : FoveaTile_Op<"paged_view", [Pure]> {
  let summary = "a sequence that lies in pages, as a view";
  let description = [{
    The source has pages in its first dimension and the rows of a page in the
    last but one. In the result, the first dimension is 1, and row `r` of the
    `rows` rows is row `r mod size` of page `pages[first + r / size]`, `size`
    being the rows of a page. It has no address: kernels load from it and copy
    out of it, and look no further than its rows.

    Constraints:
    - C1: the source has rank 3 or more and static sizes where the result has, the pages have rank 1 and i32 or i64.
    - C2: the result has the source's element type and sizes, but 1 page and dynamic rows.

    Example:

    ```mlir
    %s = fovea_tile.paged_view %K through %pages[%first] rows %n
        : memref<?x8x16x64xbf16>, memref<?xi32> -> memref<1x8x?x64xbf16>
    ```

    Source: Kwon et al., PagedAttention (arXiv:2309.06180).
  }];
  let arguments = (ins AnyMemRef:$source, MemRefRankOf<[I32, I64], [1]>:$pages,
                       Index:$first, Index:$rows);
  let results = (outs AnyMemRef:$view);
  let builders = [OpBuilder<(ins "::mlir::Value":$source, "::mlir::Value":$pages, "::mlir::Value":$first,
                                 "::mlir::Value":$rows)>];
  let assemblyFormat = [{
    $source `through` $pages `[` $first `]` `rows` $rows attr-dict
    `:` type($source) `,` type($pages) `->` type($view)
  }];
  let hasVerifier = 1;
}

def FoveaTile_LoadOp : FoveaTile_Op<"load"> {
  let summary = "reads a tile from a memory view";
  let description = [{
    `tile[r, c] = source[indices..., r, c]`, where the last two indices are the
    tile's origin; a tile of rank 1 reads `[indices..., r]`. Columns beyond the end of the view read as zero, and so do
    rows, unless the tile's rows are the rows of the kernel's result (those
    are never stored). `in_bounds` promises that no row is beyond the end.

    Constraints:
    - C1: the view's rank is at least the tile's.
    - C2: there is one index for each dimension of the view.
    - C3: view and tile have the same element type.
  }];
  let arguments = (ins Arg<AnyMemRef, "the view", [MemRead]>:$source, Variadic<Index>:$indices,
                       UnitAttr:$in_bounds);
  let results = (outs FoveaTile_Tile:$tile);
  let assemblyFormat = "$source `[` $indices `]` (`in_bounds` $in_bounds^)? attr-dict `:` type($source) `->` type($tile)";
  let hasVerifier = 1;
}

def FoveaTile_StoreOp : FoveaTile_Op<"store", [AttrSizedOperandSegments]> {
  let summary = "writes a tile to a memory view";
  let description = [{
    `destination[indices..., r, c] = tile[r, c]` for the elements within the
    view; others are not written. A tile of rank 1 writes `[indices..., r]`.

    `through` names a channel and the number of a tile that has been read for
    the last time: the stored tile passes through its buffer to the copy engine,
    which writes whole lines.

    Constraints:
    - C1: the view's rank is at least the tile's.
    - C2: there is one index for each dimension of the view.
    - C3: view and tile have the same element type.
    - C4: the channel's tiles are at least as large as the tile and have its element type, and a number goes with
      the channel.
  }];
  let arguments = (ins FoveaTile_Tile:$tile, Arg<AnyMemRef, "the view", [MemWrite]>:$destination,
                       Variadic<Index>:$indices, Optional<FoveaTile_ChannelType>:$channel,
                       Optional<Index>:$number);
  let builders = [OpBuilder<(ins "::mlir::Value":$tile, "::mlir::Value":$destination, "::mlir::ValueRange":$indices), [{
    build($_builder, $_state, tile, destination, indices, ::mlir::Value(), ::mlir::Value());
  }]>];
  let assemblyFormat = [{
    $tile `,` $destination `[` $indices `]` (`through` $channel^ `[` $number `]` `:` type($channel) `,`)? attr-dict
    `:` type($tile) `,` type($destination)
  }];
  let hasVerifier = 1;
}

def FoveaTile_GatherOp : FoveaTile_Op<"gather", [AttrSizedOperandSegments]> {
  let summary = "looks a table up for every element of a tile";
  let description = [{
    `tile[r, c] = table[positions[r, c]...]`. Each position is clamped to the
    table, so that the elements of a tile beyond the last query or key, which
    are masked or never stored, read something. An `index` position is the
    same for the whole tile; `position_kinds` says for each dimension whether
    it takes the next scalar (0) or the next tile (1).

    Constraints:
    - C1: there is one position for each dimension of the table.
    - C2: position tiles have the result's shape.
    - C3: table and tile have the same element type.
    - C4: at least one position is a tile.
  }];
  let arguments = (ins Arg<AnyMemRef, "the table", [MemRead]>:$table,
                       Variadic<Index>:$scalars, Variadic<FoveaTile_Tile>:$tiles,
                       DenseBoolArrayAttr:$position_kinds);
  let results = (outs FoveaTile_Tile:$result);
  let assemblyFormat = [{
    $table `[` $scalars `]` `[` $tiles `]` $position_kinds attr-dict
    `:` type($table) `,` type($tiles) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif
