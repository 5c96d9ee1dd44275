// RUN: fovea-opt %s --pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))' --verify-diagnostics | FileCheck %s

// Near misses of every rule: each stays just within its bound, and nothing is changed.

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
#config128 = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>

// V1: 248 + 256 registers for two threads of 255 each.
// CHECK-LABEL: fovea_tile.kernel @v1_registers(
fovea_tile.kernel @v1_registers(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 248 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 256 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// V1: 32 registers of scores and 32 of sums, and 64 to hold them.
// CHECK-LABEL: fovea_tile.kernel @v1_live(
fovea_tile.kernel @v1_live(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
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
  fovea_tile.role consumer warps 4 registers 64 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    %o = scf.for %j = %c0 to %n step %c1 iter_args(%sum = %zero) -> (!scores) {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      %next = arith.addf %sum, %r : !scores
      scf.yield %next : !scores
    }
  }
  fovea_tile.return
}

// V2: 1024 threads, of which two groups of four warps have 128 rows.
// CHECK-LABEL: fovea_tile.kernel @v2_threads(
fovea_tile.kernel @v2_threads(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config128) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 24 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 8 registers 0 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// V3: the last byte of the target's shared memory; V7 asks nothing of a channel that no dot reads.
// CHECK-LABEL: fovea_tile.kernel @v3_shared_memory(
fovea_tile.kernel @v3_shared_memory() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 232432, fovea_tile.shared_bytes = 232448} {
  %c = fovea_tile.channel depth 1 at 216064 : !fovea_tile.channel<tensor<31x128xf32>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// V4: roles may be written differently, when the tiles are the same ones.
// CHECK-LABEL: fovea_tile.kernel @v4_peeled(
fovea_tile.kernel @v4_peeled(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    %any = arith.cmpi sgt, %n, %c0 : index
    scf.if %any {
      fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
      scf.for %j = %c1 to %n step %c1 {
        fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
      }
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// V4: a condition that nobody knows, the same one in both roles.
// CHECK-LABEL: fovea_tile.kernel @v4_choice(
fovea_tile.kernel @v4_choice(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    %even = arith.remui %n, %n : index
    %c = arith.cmpi eq, %even, %n : index
    scf.if %c {
      fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    %even = arith.remui %n, %n : index
    %c = arith.cmpi eq, %even, %n : index
    scf.if %c {
      %b = fovea_tile.get %k[%c0] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
    }
  }
  fovea_tile.return
}

// V4: tiles are numbered on from round to round.
// CHECK-LABEL: fovea_tile.kernel @v4_rounds(
fovea_tile.kernel @v4_rounds(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.rounds(%c0) {
    ^bb0(%p: index, %round: index, %first: index):
      fovea_tile.put %q[%round] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
      scf.for %j = %c0 to %n step %c1 {
        %i = arith.addi %first, %j : index
        fovea_tile.put %k[%i] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
      }
      %next = arith.addi %first, %n : index
      fovea_tile.next %next
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    fovea_tile.rounds(%c0) {
    ^bb0(%p: index, %round: index, %first: index):
      %a = fovea_tile.get %q[%round] : !fovea_tile.channel<!tile> -> !tile
      scf.for %j = %c0 to %n step %c1 {
        %i = arith.addi %first, %j : index
        %b = fovea_tile.get %k[%i] : !fovea_tile.channel<!tile> -> !tile
        %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
        %r = fovea_tile.await %s pending 0 : !scores
        fovea_tile.consumed %k[%i] : !fovea_tile.channel<!tile>
      }
      fovea_tile.consumed %q[%round] : !fovea_tile.channel<!tile>
      %next = arith.addi %first, %n : index
      fovea_tile.next %next
    }
  }
  fovea_tile.return
}

// V6: one younger dot may be pending; the next dot may take an accumulator before it is awaited.
// CHECK-LABEL: fovea_tile.kernel @v6_pending(
fovea_tile.kernel @v6_pending(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
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
    %o = scf.for %j = %c0 to %n step %c1 iter_args(%sum = %zero) -> (!scores) {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %u = fovea_tile.dot %sum, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 1 : !scores
      fovea_tile.store %r, %O[%j, %c0] : !scores, memref<?x64xf32>
      %done = fovea_tile.await %u pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      scf.yield %u : !scores
    }
  }
  fovea_tile.return
}

// V8: two tiles at once, of two.
// CHECK-LABEL: fovea_tile.kernel @v8_depth(
fovea_tile.kernel @v8_depth(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
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

// V5: consumers that take turns.
// CHECK-LABEL: fovea_tile.kernel @v5_turns(
fovea_tile.kernel @v5_turns(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config128) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
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
      fovea_tile.take_turn
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      fovea_tile.pass_turn
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}

// A kernel without roles has no schedule to verify.
// CHECK-LABEL: fovea_tile.kernel @no_roles(
fovea_tile.kernel @no_roles() grid(%t) config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>) {
  fovea_tile.return
}
