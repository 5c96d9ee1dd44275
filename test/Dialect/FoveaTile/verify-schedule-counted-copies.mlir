// RUN: fovea-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))' | FileCheck %s

// Threads whose copies are counted one by one put tiles that nobody gets (V4), and read operands before dots take
// them (V9). What has no diagnostic is left as it is.

// CHECK-LABEL: fovea_tile.kernel @spare
// CHECK-LABEL: fovea_tile.kernel @in_time

// Tiles 0 and 1 ahead, and each step puts one more: in the end two tiles that nobody gets, as many as buffers.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!operand = tensor<64x64xbf16, #fovea_tile.operand>
fovea_tile.kernel @spare(%k: memref<?x64xbf16>, %n: index) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.put %c[%c1] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    scf.for %i = %c0 to %n step %c1 {
      fovea_tile.await_copies pending 0
      %a = fovea_tile.get %c[%i] : !c -> !tile
      %r = fovea_tile.read %a from 0 : !tile -> !operand
      fovea_tile.consumed %c[%i] : !c
      fovea_tile.await_copies pending 0
      %next = arith.addi %i, %c2 : index
      fovea_tile.put %c[%next] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    }
  }
  fovea_tile.return
}

// -----

// Three tiles ahead of two buffers.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!operand = tensor<64x64xbf16, #fovea_tile.operand>
fovea_tile.kernel @too_many(%k: memref<?x64xbf16>, %n: index) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    // expected-error @below {{V4: puts tile 1 of channel %0, but consumers get only 1 of 4 tiles in a run with %arg2 = 1}}
    fovea_tile.put %c[%c1] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.put %c[%c2] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    scf.for %i = %c0 to %n step %c1 {
      fovea_tile.await_copies pending 0
      // expected-note @below {{the last one is got here}}
      %a = fovea_tile.get %c[%i] : !c -> !tile
      %r = fovea_tile.read %a from 0 : !tile -> !operand
      fovea_tile.consumed %c[%i] : !c
      fovea_tile.await_copies pending 0
      %next = arith.addi %i, %c3 : index
      fovea_tile.put %c[%next] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    }
  }
  fovea_tile.return
}

// -----

// A channel that nobody gets from, with more tiles than buffers.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
fovea_tile.kernel @nobody_gets(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    // expected-note @below {{no role gets one}}
    // expected-error @below {{V4: puts tile 0 of channel %0, but consumers get only 0 of 3 tiles}}
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.put %c[%c1] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.put %c[%c2] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 0
  }
  fovea_tile.return
}

// -----

// A read needs its tile as a dot does.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!operand = tensor<64x64xbf16, #fovea_tile.operand>
fovea_tile.kernel @read_early(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    %a = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{V9: reads tile 0 of channel %0, whose copy may still run; expected an await_copies before}}
    %r = fovea_tile.read %a from 0 : !tile -> !operand
  }
  fovea_tile.return
}

// -----

// The wait leaves its copy running.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!operand = tensor<64x64xbf16, #fovea_tile.operand>
fovea_tile.kernel @read_pending(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 7
    fovea_tile.put %c[%c1] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 2
    %a = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{V9: reads tile 0 of channel %0, whose copy may still run; expected an await_copies before, with at most 1 pending}}
    %r = fovea_tile.read %a from 0 : !tile -> !operand
  }
  fovea_tile.return
}

// -----

// Another wave may still read the tile whose buffer is filled.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!operand = tensor<64x64xbf16, #fovea_tile.operand>
fovea_tile.kernel @overwritten(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.put %c[%c1] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 0
    %a = fovea_tile.get %c[%c0] : !c -> !tile
    %r = fovea_tile.read %a from 0 : !tile -> !operand
    fovea_tile.consumed %c[%c0] : !c
    // expected-error @below {{V9: puts tile 2 of channel %0 into the buffer of tile 0, which other threads may still read; expected an await_copies behind its last reader}}
    fovea_tile.put %c[%c2] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 0
  }
  fovea_tile.return
}

// -----

// What was read lies in registers: its buffer is filled behind a meeting, before the dot that takes it.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!operand = tensor<64x64xbf16, #fovea_tile.operand>
fovea_tile.kernel @in_time(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 7
    fovea_tile.put %c[%c1] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    fovea_tile.await_copies pending 1
    %a = fovea_tile.get %c[%c0] : !c -> !tile
    %r = fovea_tile.read %a from 0 : !tile -> !operand
    fovea_tile.consumed %c[%c0] : !c
    fovea_tile.await_copies pending 0
    fovea_tile.put %c[%c2] from %k[%c0, %c0] : !c, memref<?x64xbf16>
    %p = arith.constant dense<0.0> : tensor<256x64xbf16>
    %o = arith.constant dense<0.0> : tensor<256x64xf32>
    %d = fovea_tile.dot %o, %p, %r : tensor<256x64xbf16>, !operand -> tensor<256x64xf32>
    %b = fovea_tile.get %c[%c1] : !c -> !tile
    %s = fovea_tile.read %b from 0 : !tile -> !operand
    fovea_tile.consumed %c[%c1] : !c
  }
  fovea_tile.return
}
