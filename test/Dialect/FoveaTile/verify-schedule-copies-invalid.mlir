// RUN: fovea-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))'

// V9: threads that copy for each other.

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// Nobody waits for the tile.
fovea_tile.kernel @not_awaited(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16416 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %c = fovea_tile.channel depth 2 at 0 : !channel
  fovea_tile.role consumer warps 4 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !channel, memref<?x64xbf16>
    %a = fovea_tile.get %c[%c0] : !channel -> !tile
    // expected-error @below {{V9: reads tile 0 of channel %0, whose copy may still run; expected an await_copies before}}
    %d = fovea_tile.dot %zero, %a, %a transposed : !tile, !tile -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// The wait leaves the group pending that brings the tile.
fovea_tile.kernel @pending(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 16416 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %c = fovea_tile.channel depth 2 at 0 : !channel
  fovea_tile.role consumer warps 4 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !channel, memref<?x64xbf16>
    fovea_tile.await_copies pending 1
    %a = fovea_tile.get %c[%c0] : !channel -> !tile
    // expected-error @below {{V9: reads tile 0 of channel %0, whose copy may still run; expected an await_copies before, with at most 0 pending}}
    %d = fovea_tile.dot %zero, %a, %a transposed : !tile, !tile -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// One buffer is filled again while other threads may be at its last reader.
fovea_tile.kernel @overwritten(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 8208 : i64, fovea_tile.barriers_at = 8192 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %c = fovea_tile.channel depth 1 at 0 : !channel
  fovea_tile.role consumer warps 4 registers 0 {
    scf.for %i = %c0 to %c2 step %c1 {
      // expected-error @below {{V9: puts tile 1 of channel %0 into the buffer of tile 0, which other threads may still read; expected an await_copies behind its last reader}}
      fovea_tile.put %c[%i] from %k[%c0, %c0] : !channel, memref<?x64xbf16>
      fovea_tile.await_copies pending 0
      %a = fovea_tile.get %c[%i] : !channel -> !tile
      %d = fovea_tile.dot %zero, %a, %a transposed : !tile, !tile -> tensor<64x64xf32>
      fovea_tile.consumed %c[%i] : !channel
    }
  }
  fovea_tile.return
}
