//===- Passes.td - transforms of the fovea_tile dialect -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_TRANSFORMS_PASSES_TD
#define FOVEA_DIALECT_FOVEATILE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ScaleOperands : Pass<"fovea-tile-scale-operands", "::fovea::tile::KernelOp"> {
  let summary = "multiply a dot's left operand by a constant instead of its result";
  let description = [{
    Rewrites `dot(0, a, b) * c` to `dot(0, a * c, b)` where `a` is already in the
    accumulator's type and is defined outside of the loop that holds the dot, so
    that the product is done once for each query and not for each score.

    Before: `%s = fovea_tile.dot %zero, %q, %k transposed; %t = arith.mulf %s, %c`
    After:  `%qc = arith.mulf %q, %c; %t = fovea_tile.dot %zero, %qc, %k transposed`

    Numerics: rounds the scaled query instead of the scaled score (same order).
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def PackOperands : Pass<"fovea-tile-pack-operands", "::fovea::tile::KernelOp"> {
  let summary = "give the right-hand operands of dots a panel layout";
  let description = [{
    Every load that only feeds the right-hand side of dots gets the layout
    `#fovea_tile.panels`, as wide as the config's register tile, or half of it
    where that is whole vectors and wastes fewer columns. Numerics do not change.

    Before: `%k = fovea_tile.load %K[...] : ... -> tensor<128x64xf32>`
    After:  `%k = fovea_tile.load %K[...] : ... -> tensor<128x64xf32, #fovea_tile.panels<columns = 32>>`
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "256", "width of a vector register">];
}

def MaskBoundaries : Pass<"fovea-tile-mask-boundaries", "::fovea::tile::KernelOp"> {
  let summary = "spare full tiles their mask";
  let description = [{
    Puts each `mask` of a loop under a condition: the tile is full when the last
    row's lower bound and the first row's upper bound leave it whole (bounds do
    not decrease). Numerics do not change.

    Before: `%t = fovea_tile.mask %s, %lower to %upper from %j`
    After:  `%t = scf.if %full { yield %s } else { %u = fovea_tile.mask ...; yield %u }`
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def ExpandTanh : Pass<"fovea-tile-expand-tanh", "::fovea::tile::KernelOp"> {
  let summary = "small arguments of tanh take a polynomial";
  let description = [{
    A tanh of full precision takes two operations of the special-function unit,
    which a softmax needs for its own exponential: eight times slower than a
    multiply-add on NVIDIA GPUs. Where all of a subgroup's arguments are at most
    0.6 in absolute value, an odd polynomial of degree 9 does instead; else
    `math.tanh` stays. Constant factors before and behind (a softcap's
    `c tanh(s / c)`, a score's scale) become part of the coefficients. A tanh
    with the fast-math flag `afn` is left alone: targets have an instruction.

    Numerics: relative error 2^-23 of the polynomial; constant factors round
    once together instead of one after the other.

    Before: `%y = math.tanh %x : tensor<128x64xf32>`
    After:  `%y = scf.if %any { yield tanh(%x) } else { yield %x * P(%x * %x) }`
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect"];
}

def InsertChannels : Pass<"fovea-tile-insert-channels", "::fovea::tile::KernelOp"> {
  let summary = "bring the operands of dots through channels";
  let description = [{
    Every load that only feeds dots becomes a put into a channel and a get, so
    that the copy can run ahead. A load in a loop takes the next number of
    buffers of the schedule's `stages` (two when there is none), others one
    buffer. Tiles are numbered by the loop, which counts from 0.

    Where the target's swizzle is not fixed by its hardware, a channel gets the
    cheapest one under which its dots' reads have no bank conflicts.

    Before: `%k = fovea_tile.load %K[%j, %z] : ... -> tensor<128x64xbf16>`
    After:  `fovea_tile.put %c[%t] from %K[%j, %z]; %k = fovea_tile.get %c[%t] -> tensor<128x64xbf16, #fovea_tile.swizzle<128>>`

    Companion: `fovea-tile-split-roles`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def Persist : Pass<"fovea-tile-persist", "::fovea::tile::KernelOp"> {
  let summary = "let a workgroup take many places of the grid";
  let description = [{
    For schedules with `grid = persistent` or `dynamic`: wraps the kernel's body in
    `fovea_tile.rounds`, and numbers the tiles of channels on from round to
    round, so that the producer runs ahead into the next one.

    Before: `put %c[%t] ...` in a loop
    After:  `rounds(%zero) { ^(%b, %h, %i, %round, %first): ... put %c[%first + %t] ... next %first + %count }`

    Companion: `fovea-tile-insert-channels`, before.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def PrefetchTiles : Pass<"fovea-tile-prefetch", "::fovea::tile::KernelOp"> {
  let summary = "put tiles ahead of the step that reads them";
  let description = [{
    On targets whose threads copy themselves, in chunks: each put of a loop moves
    ahead by the channel's depth but one, behind the step's gets; the first
    tiles are put before the loop. A step begins with an `await_copies` that
    leaves the younger tiles' copies running.

    Before: `for t: put %c[%t] ...; %k = get %c[%t]; ...`
    After:  `put %c[0]; for t: await_copies pending 0; %k = get %c[%t]; if t + 1 < n { put %c[%t + 1] }; ...`

    Numerics do not change. Companion: `fovea-tile-insert-channels`, before.
    Source: multi-stage pipelines of cp.async (CUTLASS, `MmaMultistage`).
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def HalveTerms : Pass<"fovea-tile-halve-terms", "::fovea::tile::KernelOp"> {
  let summary = "compute the exponentials of a softmax in two halves, without branches";
  let description = [{
    For schedules with `phases`: in loops of two products, the exponentials that
    become the left operand of the last product are taken of the first and the
    second half of the columns, and so are the sums and the roundings behind
    them; the last product becomes two. What a condition of the softmax computes
    for rows is always computed, and selected: a branch would keep instructions
    of the matrix unit and of the vector unit apart. Where one way multiplies what
    the other one keeps, it is the row's factor that is selected, or 1.

    Before: `%p = math.exp2 %x; %l = fold add %p, %l0; %q = truncf %p; %o = dot %o0, %q, %v`
    After:  `%x0, %x1 = extract_slice %x ...; %p0 = math.exp2 %x0; ...; %o = dot (dot %o0, %q0, %v[0, n / 2]), %q1, %v[n / 2, n]`

    Numerics: the order of a row's sum changes within a lane. Companion:
    `fovea-tile-alternate-phases`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def AlternatePhases : Pass<"fovea-tile-alternate-phases", "::fovea::tile::KernelOp"> {
  let summary = "let subgroups compute and read in turn";
  let description = [{
    For schedules with `phases = ping_pong`, and loops of two products over tiles
    of channels of two buffers: a step becomes four phases. Half of the subgroups
    are one phase behind, so that one of each two that share a matrix unit
    computes while the other one reads and copies.

    | phase   | does                                                                               |
    |---------|------------------------------------------------------------------------------------|
    | compute | first product of this step, beside the rest of the arithmetic of the one before    |
    | memory  | right operand of the last product to registers, copy of the first's for the second step on |
    | compute | last product of the step before, beside the arithmetic of this step                |
    | memory  | right operand of the next first product to registers, copy of the last's for the next step |

    Of the arithmetic, what follows the second half of the exponentials
    (`fovea-tile-halve-terms`) is the rest. The output is scaled at the start of a
    step. Copies go on beyond the last step, where they read nothing.

    Numerics do not change. Source: HipKittens (arXiv:2511.08083), section 3.3,
    8-wave ping-pong; a producer role would leave its registers unused, since
    they are split evenly (section 3.2).
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def TakeTurns : Pass<"fovea-tile-take-turns", "::fovea::tile::KernelOp"> {
  let summary = "let consumers multiply one after the other";
  let description = [{
    For schedules with `turns` and more than one consumer: in loops with at least
    two dots, everything from the first to the last dot is a turn, so that one
    consumer's products run beside the other's arithmetic.

    Source: FlashAttention-3 (arXiv:2407.08608), section 3.1, ping-pong scheduling.
  }];
}

def OverlapProducts : Pass<"fovea-tile-overlap-products", "::fovea::tile::KernelOp"> {
  let summary = "issue the first product of the next step before the last one of this step";
  let description = [{
    For schedules with `overlap = ahead`: rotates each loop whose step is a
    product, arithmetic, and a last product that accumulates. The last product
    moves into the next step, behind that step's first product, so that it runs
    beside the arithmetic; the first step and the last product are peeled.
    Numerics: the accumulator is scaled after the last product of the step
    before instead of before it, which rounds the same.

    Before: `for t: s = q k(t); p = f(s); o = o * d + p v(t)`
    After:  `s = q k(0); p = f(s); for t from 1: s = q k(t); o += p v(t - 1); p = f(s); o = o * d; ...; o += p v(last)`

    Source: FlashAttention-3 (arXiv:2407.08608), section 3.2.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def SplitRoles : Pass<"fovea-tile-split-roles", "::fovea::tile::KernelOp"> {
  let summary = "split a kernel in a producer and consumers";
  let description = [{
    The producer gets the puts with the loops and conditions around them, the
    consumers everything else. Scalars of the kernel's body and channels stay
    there, for both. Register budgets come from the schedule.

    Source: Tawa (arXiv:2510.14719).
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect"];
}

def InsertWaits : Pass<"fovea-tile-insert-waits", "::fovea::tile::KernelOp"> {
  let summary = "wait for asynchronous dots, and give buffers back";
  let description = [{
    On targets whose dots run asynchronously: awaits each dot before the first op
    that reads its result, leaving younger dots running, and then marks the
    buffers that it read as consumed. The op that makes a carried left operand
    anew waits for the dot that reads the old one (a register that the matrix
    unit still reads must not be written: ptxas would serialise all products).

    Before: `%s = fovea_tile.dot ...; %o = fovea_tile.dot ...; %m = fovea_tile.reduce maximum %s, ...`
    After:  `...; %s1 = fovea_tile.await %s pending 1; fovea_tile.consumed %kc[%t]; %m = fovea_tile.reduce maximum %s1, ...`
  }];
}

def AssignLayouts : Pass<"fovea-tile-assign-layouts", "::fovea::tile::KernelOp"> {
  let summary = "give register tiles the layout of the matrix unit";
  let description = [{
    Every tile without a layout gets the target's accumulator fragment. On
    NVIDIA GPUs the left operand has the same one, so that no conversion is left
    between a softmax and the product behind it.

    Before: `tensor<128x64xf32>`
    After:  `tensor<128x64xf32, #fovea_tile.fragment<16x8, ...>>`
  }];
}

def AllocateShared : Pass<"fovea-tile-allocate-shared", "::fovea::tile::KernelOp"> {
  let summary = "place channels in shared memory";
  let description = [{
    Gives each channel its first byte, aligned to the period of the swizzle, and
    the kernel `fovea_tile.shared_bytes` and `fovea_tile.barriers_at`. Stores of
    16-bit tiles pass through a channel: one whose tile has been read for the
    last time by the same subgroups (the queries'), else one of their own.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def VerifySchedule : Pass<"fovea-tile-verify-schedule", "::fovea::tile::KernelOp"> {
  let summary = "prove what can be proved of a kernel's schedule";
  let description = [{
    Rejects a kernel with roles whose schedule cannot run, or runs into bank
    conflicts, with a message that names the rule, and the bound that fails and
    by how much. It changes nothing, and leaves kernels without roles alone.

    - V1, registers: a role asks for 0 registers a thread (what the launch gives)
      or a multiple of the target's step, and all roles together for no more than
      the launch gives to the workgroup: a role that waits for more waits for
      ever. A role's budget holds its live tiles. These are counted from below,
      at dots and awaits, where the order of ops is fixed: floats in a
      fragment's layout, without what is made anew from constants and row values.
    - V2, threads: a workgroup has no more than the target's; the consumers have
      one group of subgroups, which issue products together, for each `rows` of
      the config's `m`; roles that change registers are whole groups.
    - V3, shared memory: channels, barriers and the places of a dynamic grid lie
      within the kernel's and the target's bytes, and none overlaps another. A
      swizzled channel starts at a multiple of 8 lines, the period of the swizzle.
    - V4, channels: one role puts a channel's tiles, numbered from 0 in order, and
      each role that gets from it gets the same tiles in the same order. A role
      gives back only what it holds, once, and reads it no more; where a channel
      is got in a loop, it gives back every tile. A store goes through the buffer
      of a tile that the role holds, or of a channel that nobody fills.
    - V5, progress: no cycle of waits. A put waits until the readers of the tile
      `depth` before have given it back, a get until the tile is put, a consumer's
      `take_turn` until the one before has passed its turn.
    - V6, waits, where the target's products run asynchronously: a dot's result is
      read behind an await of it that leaves no more dots pending than are
      younger. The next dot may take it as its accumulator, and loops may carry
      it. A buffer is given back, or stored through, behind an await that
      completes every dot that reads it.
    - V7, bank conflicts: a channel whose tiles a dot reads or a store passes
      through has the target's swizzle, tiles of whole groups of the 8 rows that
      are read at once, and rows of whole 16-byte chunks. Then the rows of a group
      lie in 8 different columns of banks. A row shorter than a line is padded to
      one, so narrow tiles have no conflicts either. Where the program chooses row
      masks of its own, the instructions that fill and read a tile are counted
      lane by lane instead, in all groupings of lanes that the chip may have.
    - V8, depth: a role holds no more tiles of a channel than it has buffers.
    - V9, copies, where threads copy for each other: a tile is read behind an
      `await_copies` that leaves no more groups pending than are younger than its
      put's, and its buffer is filled again behind one that follows its last reader.

    V1 to V3 and V7 are proved. V4 to V6, V8 and V9 are checked on runs: both roles'
    scalars and control flow are executed on symbols, so that both may be written
    differently. Loops of unknown length take 1, 2, 3, 5 and 8 steps (loops around
    others at most 3; none where the kernel itself asks whether there are any);
    equal expressions have equal values in all roles; conditions that nothing
    decides get both values (the first three in all combinations). Messages name
    what a run assumed. Not followed are runs of more than 2^18 ops of a role (a
    remark says so), and what differs between the threads of a role. An op with
    effects gives the same value the n-th time in each role.

    Example: `V5: has a cycle of waits: the producer waits in put of tile 1 of channel %1
    for tile 0 to be given back ...; the consumer waits in get for tile 0 of channel %0 to be put`

    Companion: the last pass of `fovea-tile-schedule-pipeline`. Numerics do not change.
  }];
}

#endif
