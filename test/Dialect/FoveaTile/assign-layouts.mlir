// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-assign-layouts))' --split-input-file --verify-diagnostics | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>

// Every tile without a layout gets the accumulator's, what loops carry and constants hold too; a tile in shared
// memory keeps its own.
// CHECK-LABEL: fovea_tile.kernel @attention
fovea_tile.kernel @attention(%o: memref<?x64xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 1 : !c
  // CHECK: arith.constant dense<0.000000e+00> : tensor<64x64xf32, #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>>
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: fovea_tile.coordinate {{.*}} : tensor<64xindex, #fovea_tile.fragment<16x8,
  %rows = fovea_tile.coordinate %t along 0 : tensor<64xindex>
  // CHECK: fovea_tile.get {{.*}} -> tensor<64x64xbf16, #fovea_tile.swizzle<128>>
  %k = fovea_tile.get %c[%c0] : !c -> !shared
  // CHECK: scf.for {{.*}} -> (tensor<64x64xf32, #fovea_tile.fragment<16x8, {{.*}}>>)
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<64x64xf32> {
    // CHECK: fovea_tile.dot {{.*}} : tensor<64x64xbf16, #fovea_tile.swizzle<128>>, tensor<64x64xbf16, #fovea_tile.swizzle<128>> -> tensor<64x64xf32, #fovea_tile.fragment<16x8,
    %s = fovea_tile.dot %acc, %k, %k : !shared, !shared -> tensor<64x64xf32>
    scf.yield %s : tensor<64x64xf32>
  }
  // CHECK: fovea_tile.store {{.*}} : tensor<64x64xf32, #fovea_tile.fragment<16x8, {{.*}}>>, memref<?x64xf32>
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x64xf32>, memref<?x64xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @rows() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<32x64xf32>', expected the config's 64 rows, and whole blocks of 16x8 elements}}
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @columns() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<64x20xf32>', expected the config's 64 rows, and whole blocks of 16x8 elements}}
  %zero = arith.constant dense<0.0> : tensor<64x20xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 24, n = 64, rows = 24, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @config_rows() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<24xf32>', expected the config's 24 rows, and whole blocks of 16x8 elements}}
  %zero = arith.constant dense<0.0> : tensor<24xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @rank_0() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<f32>', expected the config's 64 rows}}
  %zero = arith.constant dense<0.0> : tensor<f32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @rank_3() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<64x8x8xf32>', expected the config's 64 rows}}
  %zero = arith.constant dense<0.0> : tensor<64x8x8xf32>
  fovea_tile.return
}

// -----

// A schedule may have a layout of its own: lanes along columns here, and rows of a multiple of 4, columns of 8.
#config = #fovea_tile.config<m = 16, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
// CHECK-LABEL: fovea_tile.kernel @own
fovea_tile.kernel @own(%i: memref<?x24xf32>, %o: memref<?x24xf32>, %l: memref<?xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // CHECK: fovea_tile.load {{.*}} -> tensor<16x24xf32, #fovea_tile.fragment<4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>
  %x = fovea_tile.load %i[%t, %c0] : memref<?x24xf32> -> tensor<16x24xf32>
  // CHECK: fovea_tile.load {{.*}} -> tensor<16xf32, #fovea_tile.fragment<4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>
  %r = fovea_tile.load %l[%t] : memref<?xf32> -> tensor<16xf32>
  // CHECK: fovea_tile.reduce {{.*}} : tensor<16x24xf32, #fovea_tile.fragment<4x8, {{.*}}>> -> tensor<16xf32, #fovea_tile.fragment<4x8,
  %m = fovea_tile.reduce maximum %x, %r : tensor<16x24xf32> -> tensor<16xf32>
  // CHECK-NOT: 16x8
  fovea_tile.store %x, %o[%t, %c0] : tensor<16x24xf32>, memref<?x24xf32>
  fovea_tile.store %m, %l[%t] : tensor<16xf32>, memref<?xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 16, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
fovea_tile.kernel @own_columns() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<16x20xf32>', expected the config's 16 rows, and whole blocks of 4x8 elements}}
  %zero = arith.constant dense<0.0> : tensor<16x20xf32>
  fovea_tile.return
}
