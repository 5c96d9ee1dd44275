// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm -split-input-file -verify-diagnostics

// Ops of kernels by hand: where they stand, what they read and what they make.

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @put_in_consumer(%x: memref<?x64xbf16>) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{stands outside of a producer}}
    fovea_tile.put %c[%t] from %x[%t, %t] : !c, memref<?x64xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @get_in_producer() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role producer warps 4 registers 24 {
    // expected-error @below {{stands outside of a consumer}}
    %x = fovea_tile.get %c[%t] : !c -> !shared
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @consumed_in_producer() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role producer warps 4 registers 24 {
    // expected-error @below {{stands outside of a consumer}}
    fovea_tile.consumed %c[%t] : !c
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
fovea_tile.kernel @tile_in_body() grid(%t) config(#config) {
  // expected-error @below {{stands outside of a consumer}}
  %r = fovea_tile.coordinate %t along 0 : tensor<64xindex, #fragment>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @role_in_role() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{expects parent op 'fovea_tile.kernel'}}
    fovea_tile.role consumer warps 4 registers 0 {
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @rounds_in_body() grid(%t) config(#config) {
  // expected-error @below {{stands outside of a role's body, or has no grid}}
  fovea_tile.rounds() {
  ^bb0(%a: index, %b: index):
    fovea_tile.next
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @turns_alone() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{has no other consumer to take turns with}}
    fovea_tile.take_turn
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @view(%x: memref<?x16xf32>) grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %c0 = arith.constant 0 : index
    // expected-error @below {{makes a value of type 'memref<64x16xf32>', expected integers, f16, bf16, f32 or f64 as a scalar, or as a tile with the layout}}
    %v = memref.cast %x : memref<?x16xf32> to memref<64x16xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @put_of_view(%x: memref<?x64xbf16>, %b: i1) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role producer warps 4 registers 24 {
    // expected-error @below {{makes a value of type 'memref<?x64xbf16>'}}
    %y = arith.select %b, %x, %x : memref<?x64xbf16>
    fovea_tile.put %c[%t] from %y[%t, %t] : !c, memref<?x64xbf16>
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @channel_by_name(%x: memref<?x64xbf16>, %b: i1) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role producer warps 4 registers 24 {
    // expected-error @below {{makes a value of type '!fovea_tile.channel<}}
    %d = arith.select %b, %c, %c : !c
    fovea_tile.put %d[%t] from %x[%t, %t] : !c, memref<?x64xbf16>
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @no_layout() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{makes a value of type 'tensor<64x16xf32>', expected integers, f16, bf16, f32 or f64 as a scalar, or as a tile with the layout #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>; run fovea-tile-assign-layouts first}}
    %x = arith.constant dense<0.0> : tensor<64x16xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @other_layout() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{makes a value of type 'tensor<64x16xf32, #fovea_tile.fragment<8x8}}
    %x = arith.constant dense<0.0> : tensor<64x16xf32, #fovea_tile.fragment<8x8, registers = [2 at (0, 1)], lanes = [4 at (0, 2), 8 at (1, 0)]>>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
fovea_tile.kernel @shape() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{expected the config's 64 rows, and whole blocks of 16x8 elements}}
    %x = arith.constant dense<0.0> : tensor<64x12xf32, #fragment>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @store_of_shared(%x: memref<?x64xbf16>) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %y = fovea_tile.get %c[%t] : !c -> !shared
    // expected-error @below {{reads 'tensor<64x64xbf16, #fovea_tile.swizzle<128>>', expected the layout}}
    fovea_tile.store %y, %x[%t, %t] : !shared, memref<?x64xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @yield_of_shared(%b: i1) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{makes a value of type 'tensor<64x64xbf16, #fovea_tile.swizzle<128>>'}}
    %r = scf.if %b -> !shared {
      %y = fovea_tile.get %c[%t] : !c -> !shared
      scf.yield %y : !shared
    } else {
      %y = fovea_tile.get %c[%t] : !c -> !shared
      scf.yield %y : !shared
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @f8(%x: f32) grid(%t) config(#config) {
  // expected-error @below {{makes a value of type 'f8E4M3FN', expected integers, f16, bf16, f32 or f64 as a scalar}}
  %y = arith.truncf %x : f32 to f8E4M3FN
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

// Phases, and right operands in registers, are for AMD's GPUs.
#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @read() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 8192, fovea_tile.shared_bytes = 8192} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %y = fovea_tile.get %c[%t] : !c -> !shared
    // expected-error @below {{has no lowering on sm_80}}
    %r = fovea_tile.read %y from 0 : !shared -> tensor<64x64xbf16, #fovea_tile.operand>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @next_phase() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{has no lowering on sm_90a}}
    fovea_tile.next_phase
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
fovea_tile.kernel @stagger() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{has no lowering on sm_80}}
    fovea_tile.stagger
  }
  fovea_tile.return
}
