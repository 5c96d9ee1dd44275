// RUN: fovea-opt %s --split-input-file --pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))' --verify-diagnostics

// Who waits for what: V5, V6 and V8.

// The producer wants the buffer of a tile that the consumer keeps until another channel's tile is there.
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V5: has a cycle of waits: the producer waits in put of tile 1 of channel %1 for tile 0 to be given back by 1 more of its 1 readers, with depth 1; the consumer waits in get for tile 0 of channel %0 to be put}}
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 1 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    // expected-note @below {{it waits here}}
    fovea_tile.put %k[%c1] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %b = fovea_tile.get %k[%c0] : !fovea_tile.channel<!tile> -> !tile
    // expected-note @below {{it waits here}}
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
    %r = fovea_tile.await %s pending 0 : !scores
    fovea_tile.consumed %k[%c0] : !fovea_tile.channel<!tile>
    %b1 = fovea_tile.get %k[%c1] : !fovea_tile.channel<!tile> -> !tile
    %s1 = fovea_tile.dot %zero, %a, %b1 transposed : !tile, !tile -> !scores
    %r1 = fovea_tile.await %s1 pending 0 : !scores
    fovea_tile.consumed %k[%c1] : !fovea_tile.channel<!tile>
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V5: has a cycle of waits: the consumer 0 waits in take_turn for 1 to pass its turn; the consumer 1 waits in take_turn for 0 to pass its turn in a run with %arg3 = 1}}
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 8 registers 200 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      // expected-note @below {{it waits here}}
      fovea_tile.take_turn
      // expected-note @below {{it waits here}}
      fovea_tile.take_turn
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      fovea_tile.pass_turn
    }
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      // expected-error @below {{V5: passes a turn that its consumer has not taken in a run with %arg3 = 1}}
      fovea_tile.pass_turn
    }
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      // expected-note @below {{the dot is issued here}}
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      // expected-error @below {{V6: leaves 1 dots pending, but only 0 are younger than the one that it awaits: too many by 1 in a run with %arg3 = 1}}
      %r = fovea_tile.await %s pending 1 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      // expected-note @below {{the dot is issued here}}
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      // expected-error @below {{V6: reads the result of a dot that was not awaited; expected an await with at most 0 pending in a run with %arg3 = 1}}
      fovea_tile.store %s, %O[%j, %c0] : !scores, memref<?x64xf32>
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      // expected-note @below {{the dot is issued here}}
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      // expected-error @below {{V6: lets tile 0 of channel %1 be overwritten while a dot may still read it; expected an await before, with at most 0 pending in a run with %arg3 = 1}}
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      %r = fovea_tile.await %s pending 0 : !scores
    }
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      // expected-note @below {{the dot is issued here}}
      %u = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 1 : !scores
      // expected-error @below {{V6: lets tile 0 of channel %1 be overwritten}}
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 1 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c1 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    %b0 = fovea_tile.get %k[%c0] : !fovea_tile.channel<!tile> -> !tile
    %last = scf.for %j = %c1 to %n step %c1 iter_args(%b = %b0) -> (!tile) {
      // expected-error @below {{V8: holds 2 tiles of channel %1 at once, but its depth is 1: too many by 1 in a run with %arg3 = 2}}
      %b1 = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      %i = arith.subi %j, %c1 : index
      fovea_tile.consumed %k[%i] : !fovea_tile.channel<!tile>
      scf.yield %b1 : !tile
    }
    %s = fovea_tile.dot %zero, %a, %last transposed : !tile, !tile -> !scores
    %r = fovea_tile.await %s pending 0 : !scores
    %i = arith.subi %n, %c1 : index
    fovea_tile.consumed %k[%i] : !fovea_tile.channel<!tile>
  }
  fovea_tile.return
}
