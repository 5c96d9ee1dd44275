// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm -split-input-file -verify-diagnostics

// What a schedule's own layout does not go with: the matrix unit, stores through shared memory, another number of lanes.

#layout = #fovea_tile.fragment<16x8, registers = [4 at (4, 0)], lanes = [8 at (0, 1), 4 at (1, 0)]>
#config = #fovea_tile.config<m = 64, n = 8, rows = 64, columns = 8, schedule = <target = "sm_90a", layout = <16x8, registers = [4 at (4, 0)], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @product() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 8192, fovea_tile.shared_bytes = 8208} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32, #layout>
    %k = fovea_tile.get %c[%c0] : !c -> !shared
    // expected-error @below {{needs the layout of the matrix unit, #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>, but the schedule's is #fovea_tile.fragment<16x8, registers = [4 at (4, 0)], lanes = [8 at (0, 1), 4 at (1, 0)]>}}
    %s = fovea_tile.dot %zero, %k, %k : !shared, !shared -> tensor<64x64xf32, #layout>
  }
  fovea_tile.return
}

// -----

#layout = #fovea_tile.fragment<16x8, registers = [4 at (4, 0)], lanes = [8 at (0, 1), 4 at (1, 0)]>
#config = #fovea_tile.config<m = 64, n = 8, rows = 64, columns = 8, schedule = <target = "sm_90a", layout = <16x8, registers = [4 at (4, 0)], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @store(%o: memref<?x64xbf16>) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 8192, fovea_tile.shared_bytes = 8208} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<64x64xbf16, #layout>
    // Without a channel it may.
    fovea_tile.store %zero, %o[%t, %c0] : tensor<64x64xbf16, #layout>, memref<?x64xbf16>
    // expected-error @below {{needs the layout of the matrix unit, #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>, but the schedule's is #fovea_tile.fragment<16x8, registers = [4 at (4, 0)], lanes = [8 at (0, 1), 4 at (1, 0)]>}}
    fovea_tile.store %zero, %o[%t, %c0] through %c[%c0] : !c, : tensor<64x64xbf16, #layout>, memref<?x64xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 8, rows = 8, columns = 8, schedule = <target = "sm_90a", layout = <2x8, registers = [], lanes = [8 at (0, 1), 2 at (1, 0)]>>>
// expected-error @below {{has a layout of 16 lanes, expected 32 on sm_90a}}
fovea_tile.kernel @lanes() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

// Rows of a consumer are those of its subgroups' blocks.
#config = #fovea_tile.config<m = 64, n = 8, rows = 64, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
// expected-error @below {{has 4 subgroups of consumers for 64 rows, 64 for each consumer; expected 4 for each 16 rows on sm_90a}}
fovea_tile.kernel @rows() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
// expected-error @below {{has 4 subgroups of consumers for 32 rows, 16 for each consumer; expected 4 for each 16 rows on sm_90a}}
fovea_tile.kernel @subgroups() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

// A tile that lies as the matrix unit's does not lie as the schedule says.
#unit = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
#config = #fovea_tile.config<m = 16, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
fovea_tile.kernel @other() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{makes a value of type 'tensor<16x8xf32, #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>>', expected integers, f16, bf16, f32 or f64 as a scalar, or as a tile with the layout #fovea_tile.fragment<4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>; run fovea-tile-assign-layouts first}}
    %zero = arith.constant dense<0.0> : tensor<16x8xf32, #unit>
  }
  fovea_tile.return
}
