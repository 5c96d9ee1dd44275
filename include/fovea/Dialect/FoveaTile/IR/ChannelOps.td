//===- ChannelOps.td - roles, and the channels between them -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Asynchronous references between the roles of a workgroup: Tawa (arXiv:2510.14719).

#ifndef FOVEA_DIALECT_FOVEATILE_IR_CHANNELOPS_TD
#define FOVEA_DIALECT_FOVEATILE_IR_CHANNELOPS_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.td"
include "fovea/Dialect/FoveaTile/IR/MemoryOps.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def FoveaTile_ChannelOp : FoveaTile_Op<"channel", []> {
  let summary = "makes a channel";
  let description = [{
    A ring of `depth` buffers for tiles in shared memory. Tile number `i` lies in
    buffer `i mod depth`; it is put once, got by each consumer, and its buffer is
    filled again only when each consumer has `consumed` it. `at` is the first
    byte of the ring in the workgroup's shared memory, once allocated.

    Constraints:
    - C1: the depth is at least 1.

    Example:

    ```mlir
    %c = fovea_tile.channel depth 2 : !fovea_tile.channel<tensor<128x64xbf16, #fovea_tile.swizzle<128>>>
    ```
  }];
  let arguments = (ins I64Attr:$depth, OptionalAttr<I64Attr>:$offset);
  let results = (outs FoveaTile_ChannelType:$channel);
  let assemblyFormat = "`depth` $depth (`at` $offset^)? attr-dict `:` type($channel)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Bytes of one buffer.
    int64_t getTileBytes();
    /// Bytes of the ring.
    int64_t getBytes() { return getDepth() * getTileBytes(); }
  }];
}

def FoveaTile_PutOp : FoveaTile_Op<"put"> {
  let summary = "starts the copy of a tile from a memory view into a channel";
  let description = [{
    Waits until the buffer of tile number `number` is free, and starts the copy.
    Elements beyond the end of the view arrive as zero, as in `load`.

    Constraints:
    - C1: the view has rank 2 to 5, and one index for each dimension.
    - C2: view and tile have the same element type.
  }];
  let arguments = (ins FoveaTile_ChannelType:$channel, Index:$number,
                       AnyMemRef:$source, Variadic<Index>:$indices);
  let assemblyFormat = [{
    $channel `[` $number `]` `from` $source `[` $indices `]` attr-dict `:` type($channel) `,` type($source)
  }];
  let hasVerifier = 1;
}

def FoveaTile_GetOp : FoveaTile_Op<"get"> {
  let summary = "waits for a tile of a channel";
  let description = [{
    The result is the tile where it lies, in shared memory, until `consumed`.
    With `valid`, its rows from that number on become zeros first: what a copy
    engine brought that is not the tile's.

    Constraints:
    - C1: the result has the channel's tile type.
  }];
  let arguments = (ins FoveaTile_ChannelType:$channel, Index:$number, Optional<Index>:$valid);
  let results = (outs FoveaTile_Tile:$tile);
  let builders = [OpBuilder<(ins "::mlir::Type":$type, "::mlir::Value":$channel, "::mlir::Value":$number), [{
    build($_builder, $_state, type, channel, number, ::mlir::Value());
  }]>];
  let assemblyFormat = [{
    $channel `[` $number `]` (`valid` $valid^)? attr-dict `:` type($channel) `->` type($tile)
  }];
  let hasVerifier = 1;
}

def FoveaTile_ConsumedOp : FoveaTile_Op<"consumed"> {
  let summary = "gives the buffer of a tile back to its channel";
  let arguments = (ins FoveaTile_ChannelType:$channel, Index:$number);
  let assemblyFormat = "$channel `[` $number `]` attr-dict `:` type($channel)";
}

def FoveaTile_AwaitCopiesOp : FoveaTile_Op<"await_copies", []> {
  let summary = "ends a group of copies, and waits for older ones";
  let description = [{
    Where threads copy themselves: the puts since the last `await_copies` are a
    group. Waits until at most `pending` younger groups run, and until all
    threads of the role have come here: then each sees the others' copies, and
    buffers that were read before may be filled again.

    Constraints:
    - C1: `pending` is 0 to 7.
  }];
  let arguments = (ins I64Attr:$pending);
  let assemblyFormat = "`pending` $pending attr-dict";
  let hasVerifier = 1;
}

def FoveaTile_ReadOp : FoveaTile_Op<"read"> {
  let summary = "reads rows of a tile of shared memory as a right operand of dots";
  let description = [{
    Rows `first` and on, as many as the result has, in the registers of each
    subgroup: a dot can then run without waiting for shared memory, in a later
    phase.

    Constraints:
    - C1: the result has the columns and the element type of the tile, and its rows are among the tile's.
    - C2: the tile lies in shared memory, and the result is an operand.

    Example:

    ```mlir
    %r = fovea_tile.read %k from 0 : tensor<64x128xbf16, #fovea_tile.swizzle<128>> -> tensor<64x128xbf16, #fovea_tile.operand<transposed = true>>
    ```
  }];
  let arguments = (ins FoveaTile_Tile:$tile, I64Attr:$first);
  let results = (outs FoveaTile_Tile:$result);
  let builders = [OpBuilder<(ins "::mlir::TypedValue<::mlir::RankedTensorType>":$tile, "int64_t":$first,
                                 "int64_t":$rows, "bool":$transposed), [{
    ::mlir::RankedTensorType type = tile.getType();
    build($_builder, $_state,
          ::mlir::RankedTensorType::get({rows, type.getDimSize(1)}, type.getElementType(),
                                        OperandAttr::get($_builder.getContext(), transposed)),
          tile, first);
  }]>];
  let assemblyFormat = "$tile `from` $first attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

def FoveaTile_NextPhaseOp : FoveaTile_Op<"next_phase", []> {
  let summary = "ends a phase that computes";
  let description = [{
    All subgroups of the role meet. Those that are a phase behind
    (`stagger`) meet the others at the end of another phase. A phase that reads
    and copies ends with `await_copies`.
  }];
  let assemblyFormat = "attr-dict";
}

def FoveaTile_StaggerOp : FoveaTile_Op<"stagger", []> {
  let summary = "sets half of the subgroups one phase behind the others, or ends it";
  let description = [{
    The second half of the role's subgroups waits for one more meeting; with
    `end` the first half does.
  }];
  let arguments = (ins UnitAttr:$end);
  let assemblyFormat = "(`end` $end^)? attr-dict";
}

def FoveaTile_RoleOp : FoveaTile_Op<"role", [SingleBlock, NoTerminator, HasParent<"KernelOp">]> {
  let summary = "what some of the workgroup's threads do, beside the others";
  let description = [{
    The roles of a kernel run at the same time, each on `warps` subgroups of
    its own, with `registers` registers a thread. They share nothing but
    channels.

    Constraints:
    - C1: a role has at least one subgroup.

    Example:

    ```mlir
    fovea_tile.role producer warps 4 registers 24 {
      fovea_tile.put %c[%i] from %K[%i, %z] : !fovea_tile.channel<tensor<128x64xbf16, #fovea_tile.swizzle<128>>>, memref<?x64xbf16>
    }
    ```
  }];
  let arguments = (ins FoveaTile_RoleKindAttr:$kind, I64Attr:$warps, I64Attr:$registers);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`` $kind `warps` $warps `registers` $registers attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def FoveaTile_RoundsOp : FoveaTile_Op<"rounds", [
    SingleBlockImplicitTerminator<"NextOp">]> {
  let summary = "the places of the grid that one workgroup takes, one after the other";
  let description = [{
    The body takes its place in the grid, the number of the round from 0, and
    the values that the round before has passed on. All roles of a workgroup
    take the same places.

    Constraints:
    - C1: the body takes an index for each grid dimension of the kernel, one for the round, and one for each init.
    - C2: the body passes on as many values as it takes.

    Example:

    ```mlir
    fovea_tile.rounds(%zero) {
    ^bb0(%b: index, %h: index, %t: index, %round: index, %first: index):
      %next = arith.addi %first, %count : index
      fovea_tile.next %next
    }
    ```
  }];
  let arguments = (ins Variadic<Index>:$inits);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $inits `)` attr-dict-with-keyword $body";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The number of the round, after the grid's dimensions.
    ::mlir::BlockArgument getRound() {
      return getBody().getArgument(getBody().getNumArguments() - getInits().size() - 1);
    }
    ::mlir::Block::BlockArgListType getGridIds() {
      return getBody().getArguments().drop_back(getInits().size() + 1);
    }
    ::mlir::Block::BlockArgListType getCarried() {
      return getBody().getArguments().take_back(getInits().size());
    }
  }];
}

def FoveaTile_NextOp : FoveaTile_Op<"next", [Pure, Terminator, HasParent<"RoundsOp">]> {
  let summary = "ends a round, with the values for the next one";
  let arguments = (ins Variadic<Index>:$values);
  let builders = [OpBuilder<(ins), "build($_builder, $_state, ::mlir::ValueRange());">];
  let assemblyFormat = "($values^)? attr-dict";
}

def FoveaTile_TakeTurnOp : FoveaTile_Op<"take_turn", []> {
  let summary = "waits until the consumer before has passed its turn";
  let description = [{
    Consumers, each the subgroups of one matrix instruction, take turns from the
    first to the last and again: what stands between `take_turn` and
    `pass_turn` runs in one of them at a time, and so beside the others'
    arithmetic.
  }];
  let assemblyFormat = "attr-dict";
}

def FoveaTile_PassTurnOp : FoveaTile_Op<"pass_turn", []> {
  let summary = "lets the next consumer take its turn";
  let assemblyFormat = "attr-dict";
}

#endif
