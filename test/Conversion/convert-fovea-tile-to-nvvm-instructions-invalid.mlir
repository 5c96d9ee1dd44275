// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm -split-input-file -verify-diagnostics

// What has no instruction on the target.

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
fovea_tile.kernel @dot() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %x = arith.constant dense<0.0> : tensor<64x64xf32, #fragment>
    // expected-error @below {{has no matrix instruction on sm_90a}}
    %y = fovea_tile.dot %x, %x, %x : tensor<64x64xf32, #fragment>, tensor<64x64xf32, #fragment> -> tensor<64x64xf32, #fragment>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
fovea_tile.kernel @await() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %x = arith.constant dense<0.0> : tensor<64x16xbf16, #fragment>
    // expected-error @below {{holds back other tiles than of f32}}
    %y = fovea_tile.await %x pending 0 : tensor<64x16xbf16, #fragment>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @staged_columns(%x: memref<?x?xbf16>) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %y = arith.constant dense<0.0> : tensor<64x24xbf16, #fragment>
    // expected-error @below {{stores 24 columns, expected a multiple of 16}}
    fovea_tile.store %y, %x[%t, %t] through %c[%t] : !c, : tensor<64x24xbf16, #fragment>, memref<?x?xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @staged_rank(%x: memref<?x?x?x?x?x?xbf16>) grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %y = arith.constant dense<0.0> : tensor<64x16xbf16, #fragment>
    // expected-error @below {{passes through a channel to a view of rank 6, expected 2 to 5}}
    fovea_tile.store %y, %x[%t, %t, %t, %t, %t, %t] through %c[%t] : !c, : tensor<64x16xbf16, #fragment>, memref<?x?x?x?x?x?xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @math(%x: f64) grid(%t) config(#config) {
  // expected-error @below {{on 'f64' has no function on sm_90a, where there is no math library; expected exp, exp2}}
  %y = math.exp2 %x : f64
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @library_function(%x: f32) grid(%t) config(#config) {
  // expected-error @below {{on 'f32' has no function on sm_90a}}
  %y = math.powf %x, %x : f32
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @op(%b: i1) grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{cannot be lowered within a kernel on a GPU; expected scf.for, scf.if, fovea_tile ops, element-wise ops, or splats}}
    scf.while : () -> () {
      scf.condition(%b)
    } do {
      scf.yield
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @dim(%x: memref<?x?xf32>) grid(%t) config(#config) {
  // expected-error @below {{asks for a dimension that is not constant, or of no parameter}}
  %d = memref.dim %x, %t : memref<?x?xf32>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
fovea_tile.kernel @dim_beyond(%x: memref<?x?xf32>) grid(%t) config(#config) {
  %c2 = arith.constant 2 : index
  // expected-error @below {{asks for a dimension that is not constant, or of no parameter}}
  %d = memref.dim %x, %c2 : memref<?x?xf32>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
fovea_tile.kernel @reduce() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %x = arith.constant dense<0.0> : tensor<64x16xf64, #fragment>
    %i = arith.constant dense<0.0> : tensor<64xf64, #fragment>
    // expected-error @below {{reduces elements of type 'f64', expected f32}}
    %y = fovea_tile.reduce add %x, %i : tensor<64x16xf64, #fragment> -> tensor<64xf64, #fragment>
  }
  fovea_tile.return
}
