// RUN: fovea-opt %s --split-input-file --pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))' --verify-diagnostics

// What is put, got and given back: V4.

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
    // expected-note @below {{the last one is put here}}
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    // expected-error @below {{V4: gets tile 1 of channel %0, but the producer puts only 1 of 2 tiles}}
    %a1 = fovea_tile.get %q[%c1] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
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
    // expected-error @below {{V4: puts tile 1 of channel %1, but consumers get only 1 of 2 tiles in a run with %arg3 = 1}}
    fovea_tile.put %k[%n] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      // expected-note @below {{the last one is got here}}
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
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
    // expected-error @below {{V4: puts tile 0 of channel %1, but consumers get only 0 of 1 tiles}}
    // expected-note @below {{no role gets one}}
    fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
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
      %i = arith.addi %j, %c1 : index
      // expected-error @below {{V4: puts tile 1 of channel %1, expected tile 0 in a run with %arg3 = 1}}
      fovea_tile.put %k[%i] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
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
      // expected-note @below {{it is put here}}
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %n step %c1 {
      %two = arith.muli %j, %c0 : index
      // expected-error @below {{V4: gets tile 0 of channel %1 where the producer puts tile 1 of channel %1}}
      %b = fovea_tile.get %k[%two] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%two] : !fovea_tile.channel<!tile>
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
      // expected-error @below {{V4: gets tile 0 of channel %1, whose buffer is never given back in a run with %arg3 = 1}}
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
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
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      // expected-error @below {{V4: gives back tile 0 of channel %1, which the role does not hold in a run with %arg3 = 1}}
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
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      // expected-note @below {{see this op}}
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      // expected-error @below {{V4: reads tile 0 of channel %1 after its buffer was given back in a run with %arg3 = 1}}
      %u = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %v = fovea_tile.await %u pending 0 : !scores
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
      // expected-note @below {{the other role puts here}}
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    // expected-error @below {{V4: puts into channel %1, into which another role puts too}}
    fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
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
    // expected-error @below {{V4: cannot be followed, but holds uses of channels or products; expected scf.for, scf.while, scf.if or fovea_tile.rounds}}
    scf.forall (%i) in (%n) {
      fovea_tile.put %k[%i] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
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
  // expected-error @below {{V4: is outside of roles; run fovea-tile-split-roles}}
  fovea_tile.put %k[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
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
    }
  }
  fovea_tile.return
}

// -----

// The roles' loops have different bounds.
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index, %m: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      // expected-note @below {{the last one is put here}}
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  fovea_tile.role consumer warps 4 registers 240 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    scf.for %j = %c0 to %m step %c1 {
      // expected-error @below {{V4: gets tile 1 of channel %1, but the producer puts only 1 of 2 tiles in a run with %arg3 = 1, %arg4 = 2}}
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
    }
  }
  fovea_tile.return
}
