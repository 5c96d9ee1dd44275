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

def FoveaTile_Overlap : I32EnumAttr<"Overlap", "which products of a loop may run beside its other arithmetic", [
    I32EnumAttrCase<"None", 0, "none">, I32EnumAttrCase<"Ahead", 1, "ahead">]> {
  let cppNamespace = "::fovea::tile";
}
def FoveaTile_Rescale : I32EnumAttr<"Rescale", "when a running output follows its running maximum", [
    I32EnumAttrCase<"Always", 0, "always">, I32EnumAttrCase<"Lazy", 1, "lazy">,
    I32EnumAttrCase<"Speculative", 2, "speculative">]> {
  let cppNamespace = "::fovea::tile";
}
def FoveaTile_Order : I32EnumAttr<"Order", "in which order workgroups start", [
    I32EnumAttrCase<"Plain", 0, "plain">, I32EnumAttrCase<"LongestFirst", 1, "longest_first">]> {
  let cppNamespace = "::fovea::tile";
}

def FoveaTile_Grid : I32EnumAttr<"Grid", "how workgroups take places of the grid", [
    I32EnumAttrCase<"Plain", 0, "plain">, I32EnumAttrCase<"Persistent", 1, "persistent">,
    I32EnumAttrCase<"Dynamic", 2, "dynamic">]> {
  let cppNamespace = "::fovea::tile";
}

def FoveaTile_Phases : I32EnumAttr<"Phases", "how subgroups that share a matrix unit go through a step", [
    I32EnumAttrCase<"Together", 0, "together">, I32EnumAttrCase<"PingPong", 1, "ping_pong">]> {
  let cppNamespace = "::fovea::tile";
}

def FoveaTile_FragmentAttr : FoveaTile_Attr<"Fragment", "fragment"> {
  let summary = "a tile spread over the registers of subgroups";
  let description = [{
    One subgroup holds a block of `rows x columns` elements: digit by digit, a
    register number and a lane number each select a step `(row, column)`, least
    significant digit first. `2 at (0, 1)` is a digit of two values, each one
    column further. A tile repeats the block: its rows over the subgroups of the
    role in turn, and what is left over in further registers; its columns in
    further registers, after the rows.

    A tile of rank 1 lies like the first column, repeated in all lanes of a row.

    Example, the accumulator of NVIDIA's mma.m16n8 and of wgmma (PTX ISA 9.7.15.5):
    `#fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>`
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$columns,
                        ArrayRefParameter<"::fovea::tile::FragmentDigit">:$registers,
                        ArrayRefParameter<"::fovea::tile::FragmentDigit">:$lanes);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Lanes of a subgroup.
    int64_t getSubgroupSize() const;
    /// The place of register `index` of a tile of `shape` within the tile, for
    /// lane 0 of subgroup 0 of `subgroups`, in the order of registers; rank 1
    /// shapes give one register for each row that a lane holds.
    ::llvm::SmallVector<std::pair<int64_t, int64_t>>
    getRegisterPlaces(::llvm::ArrayRef<int64_t> shape, int64_t subgroups) const;
    /// Columns after which lanes hold the same columns again: what a lane folds
    /// by itself.
    int64_t getFoldColumns() const;
    /// The layout of tiles of fewer `columns`: without the digits beyond them.
    FragmentAttr narrow(int64_t columns) const;
    /// Whether rows lie in lanes and registers as those of `other` do, whatever
    /// the columns.
    bool hasRowsOf(FragmentAttr other) const;
    /// Columns that a lane holds one after the other.
    int64_t getNeighbours() const;
    /// Lanes that share a row, as the distances of a butterfly exchange.
    ::llvm::SmallVector<int64_t> getRowExchanges() const;
  }];
}

def FoveaTile_ScheduleAttr : FoveaTile_Attr<"Schedule", "schedule"> {
  let summary = "how a workgroup of a GPU runs its program";
  let description = [{
    | parameter          | meaning                                                                    |
    |--------------------|----------------------------------------------------------------------------|
    | `target`           | the GPU, by its name in `Target/`                                          |
    | `producer`         | registers of a thread of the role that copies; 0: no such role             |
    | `consumer`         | registers of a thread of the role that computes                            |
    | `stages`           | buffers of each channel filled in a loop, in the order of their loads      |
    | `rounds`           | buffers of each channel filled once for a place of the grid              |
    | `overlap`          | `ahead`: the first product of the next step is issued before the last one of this step, so that it runs beside the arithmetic between them |
    | `turns`            | consumers compute between their products one after the other (ping-pong)   |
    | `rescale`          | `lazy`: the output follows the maximum only when it grew by more than 2^8; `speculative`: no maximum is taken before exponentials of the old one overflow |
    | `grid`             | `persistent`: as many workgroups as multiprocessors, each takes every so-manieth place; `dynamic`: each takes the next place when it is done |
    | `order`            | `longest_first`: workgroups with the most keys start first                 |
    | `heads`            | heads whose workgroups start together, so that they share keys in the second-level cache |
    | `descending`       | keys are visited from the last tile to the first: where biases or masks favour late keys, the maximum is found at once |
    | `workgroups`       | workgroups that share a multiprocessor, its registers and shared memory |
    | `phases`           | `ping_pong`: a step is a sequence of phases that compute and phases that read and copy, and half of the subgroups are one phase behind, so that one of each two computes while the other one waits for memory |
    | `interleave`       | of a phase's instructions beside each of the matrix unit: exponentials and others in the phase that begins with exponentials, others and exponentials in the one that ends with them; 0 exponentials, or none of these numbers: as the compiler schedules |
    | `layout`           | the layout of register tiles; absent: that of the matrix unit, which dots need |

    Sources: FlashAttention-3 (arXiv:2407.08608) for roles, overlap and turns;
    Tawa (arXiv:2510.14719) for channels; HipKittens (arXiv:2511.08083) for phases.
  }];
  let parameters = (ins StringRefParameter<"target">:$target,
                        DefaultValuedParameter<"int64_t", "0">:$producer,
                        DefaultValuedParameter<"int64_t", "0">:$consumer,
                        OptionalArrayRefParameter<"int64_t">:$stages,
                        DefaultValuedParameter<"int64_t", "1">:$rounds,
                        DefaultValuedParameter<"::fovea::tile::Overlap", "::fovea::tile::Overlap::None">:$overlap,
                        DefaultValuedParameter<"bool", "false">:$turns,
                        DefaultValuedParameter<"::fovea::tile::Rescale", "::fovea::tile::Rescale::Always">:$rescale,
                        DefaultValuedParameter<"::fovea::tile::Grid", "::fovea::tile::Grid::Plain">:$grid,
                        DefaultValuedParameter<"::fovea::tile::Order", "::fovea::tile::Order::Plain">:$order,
                        DefaultValuedParameter<"int64_t", "1">:$heads,
                        DefaultValuedParameter<"bool", "false">:$descending,
                        DefaultValuedParameter<"int64_t", "1">:$workgroups,
                        DefaultValuedParameter<"::fovea::tile::Phases", "::fovea::tile::Phases::Together">:$phases,
                        OptionalArrayRefParameter<"int64_t">:$interleave,
                        OptionalParameter<"::fovea::tile::FragmentAttr">:$layout);
  let assemblyFormat = [{
    `<` struct($target, $producer, $consumer, custom<Stages>($stages), $rounds, $overlap, $turns, $rescale, $grid, $order, $heads, $descending, $workgroups, $phases, custom<Stages>($interleave), $layout) `>`
  }];
  let genVerifyDecl = 1;
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
    | `splits`  | parts of the keys, each visited by workgroups of its own; their states are merged (split-KV). With one query, the rows of a workgroup are then the query heads of a key head |
    | `listed`  | whether lists of tiles of keys that are not empty, made before, are walked; all tiles between the masks' bounds otherwise |
    | `schedule`| on GPUs, `#fovea_tile.schedule`: roles, stages and overlap; `rows` are then the rows of one consumer |

    Chosen by `fovea-choose-config`, or written by hand:
    `config(#fovea_tile.config<m = 192, n = 128, rows = 8, columns = 32>)`.
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$rows, "int64_t":$columns,
                        DefaultValuedParameter<"int64_t", "1">:$splits,
                        DefaultValuedParameter<"bool", "false">:$listed,
                        OptionalParameter<"::fovea::tile::ScheduleAttr">:$schedule);
  let builders = [AttrBuilder<(ins "int64_t":$m, "int64_t":$n, "int64_t":$rows, "int64_t":$columns,
                                   CArg<"int64_t", "1">:$splits,
                                   CArg<"::fovea::tile::ScheduleAttr", "{}">:$schedule), [{
    return $_get($_ctxt, m, n, rows, columns, splits, false, schedule);
  }]>];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same, but for `listed`.
    ConfigAttr withListed(bool listed) const;
  }];
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

def FoveaTile_SwizzleAttr : FoveaTile_Attr<"Swizzle", "swizzle"> {
  let summary = "a tile in shared memory, free of bank conflicts";
  let description = [{
    The tile is cut into blocks of columns of `bytes` bytes, one block after the
    other, each row by row: in lines. Within a line, the 16-byte chunk `c` of row
    `r` is stored in place of chunk `c xor f(r)`.

    `rows` has a mask for each bit of a chunk's index in a line, the lowest bit
    first: that bit of `f(r)` is the parity of `r and mask`. Without `rows` it is
    bit i of the row for bit i of the index, that is `f(r) = r mod (bytes / 16)`:
    what NVIDIA's copy engine writes and its matrix unit reads (PTX ISA, shared
    memory swizzling modes). Other masks are for targets whose program computes
    all addresses itself.

    Example: `#fovea_tile.swizzle<128, rows = [2, 4, 8]>` has
    `f(r) = (r >> 1) mod 8`.
  }];
  let parameters = (ins "int64_t":$bytes, OptionalArrayRefParameter<"int64_t">:$rows);
  let builders = [AttrBuilder<(ins "int64_t":$bytes, CArg<"::llvm::ArrayRef<int64_t>", "{}">:$rows), [{
    // One spelling for each swizzle.
    return $_get($_ctxt, bytes, isIdentity(bytes, rows) ? ::llvm::ArrayRef<int64_t>() : rows);
  }]>];
  let skipDefaultBuilders = 1;
  let assemblyFormat = "`<` $bytes (`,` `rows` `=` `[` $rows^ `]`)? `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// A swizzle moves chunks of this size whole.
    static constexpr int64_t kChunkBytes = 16;
    /// Row bits that masks may have.
    static constexpr int64_t kRowBits = 8;

    bool isIdentity() const { return getRows().empty(); }
    static bool isIdentity(int64_t bytes, ::llvm::ArrayRef<int64_t> rows);
    /// The row masks, those of the identity too.
    ::llvm::SmallVector<int64_t, 4> getRowMasks() const;
    /// What is xored into the index of a chunk of row `row`. Linear: the flips of
    /// `a xor b` are those of `a` xor those of `b`.
    int64_t getFlips(int64_t row) const;
    /// The flips as the xor of few terms: `(row >> shift) and mask`, with a
    /// negative shift `(row << -shift) and mask`.
    ::llvm::SmallVector<::fovea::tile::SwizzleTerm, 4> getTerms() const;
  }];
}

def FoveaTile_OperandAttr : FoveaTile_Attr<"Operand", "operand"> {
  let summary = "a right operand of dots in registers";
  let description = [{
    Each subgroup holds the whole tile, in the order in which the target's matrix
    instruction takes it: for a dot that is `transposed`, or not.
  }];
  let parameters = (ins DefaultValuedParameter<"bool", "false">:$transposed);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
}

def FoveaTile_RoleKind : I32EnumAttr<"RoleKind", "what the threads of a role do", [
    I32EnumAttrCase<"Producer", 0, "producer">, I32EnumAttrCase<"Consumer", 1, "consumer">]> {
  let cppNamespace = "::fovea::tile";
  let genSpecializedAttr = 0;
}
def FoveaTile_RoleKindAttr : EnumAttr<FoveaTile_Dialect, FoveaTile_RoleKind, "role_kind">;

def FoveaTile_ReduceKind : I32EnumAttr<"ReduceKind", "a row reduction", [
    I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Maximum", 1, "maximum">]> {
  let cppNamespace = "::fovea::tile";
  let genSpecializedAttr = 0;
}
def FoveaTile_ReduceKindAttr : EnumAttr<FoveaTile_Dialect, FoveaTile_ReduceKind, "reduce_kind">;

#endif
