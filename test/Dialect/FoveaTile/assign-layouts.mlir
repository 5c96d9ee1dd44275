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

// -----

// Where rows of values are read as they lie, a lane's columns of the output are those of one read, 4 neighbours at most:
// its layout differs from the scores'. All that is computed with it, element by element, follows: what the loop
// carries, a condition in it, its scale, what is stored of it. A row's values and narrow tiles stay with the scores.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!shared = tensor<64x128xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// CHECK-LABEL: fovea_tile.kernel @values
fovea_tile.kernel @values(%q: memref<?x128xbf16>, %o: memref<?x128xf32>, %b: i1) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 1 : !c
  // CHECK-DAG: %[[SCORES0:.*]] = arith.constant dense<0.000000e+00> : tensor<256x64xf32, #fovea_tile.fragment<32x32,
  // CHECK-DAG: %[[OUTPUT0:.*]] = arith.constant dense<0.000000e+00> : tensor<256x128xf32, #fovea_tile.fragment<32x128,
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  %start = arith.constant dense<0.0> : tensor<256x128xf32>
  %ones = arith.constant dense<1.0> : tensor<256xf32>
  %sums = arith.constant dense<0.0> : tensor<256x8xf32>
  // A left operand that comes from memory: 8 neighbours in a lane, one 16-byte word.
  // CHECK: fovea_tile.load {{.*}} -> tensor<256x128xbf16, #fovea_tile.fragment<32x16, registers = [8 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x128xbf16> -> tensor<256x128xbf16>
  %k = fovea_tile.get %c[%c0] : !c -> !shared
  // CHECK: scf.for {{.*}} -> (tensor<256x128xf32, #fovea_tile.fragment<32x128, registers = [4 at (0, 4), 4 at (0, 32), 4 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 16)]>>, tensor<256x8xf32, #fovea_tile.fragment<32x8, registers = [4 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 4)]>>)
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %start, %sum = %sums) -> (tensor<256x128xf32>, tensor<256x8xf32>) {
    // CHECK: fovea_tile.dot {{.*}} transposed : {{.*}} -> tensor<256x64xf32, #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>>
    %s = fovea_tile.dot %zero, %a, %k transposed : tensor<256x128xbf16>, !shared -> tensor<256x64xf32>
    // CHECK: fovea_tile.fold {{.*}} -> tensor<256x8xf32, #fovea_tile.fragment<32x8, registers = [4 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 4)]>>
    %f = fovea_tile.fold add %s, %sum : tensor<256x64xf32> -> tensor<256x8xf32>
    // CHECK: fovea_tile.reduce {{.*}} -> tensor<256xf32, #fovea_tile.fragment<32x32,
    %m = fovea_tile.reduce maximum %s, %ones : tensor<256x64xf32> -> tensor<256xf32>
    // CHECK: arith.truncf {{.*}} to tensor<256x64xbf16, #fovea_tile.fragment<32x32,
    %p = arith.truncf %s : tensor<256x64xf32> to tensor<256x64xbf16>
    // CHECK: scf.if {{.*}} -> (tensor<256x128xf32, #fovea_tile.fragment<32x128,
    %scaled = scf.if %b -> tensor<256x128xf32> {
      // CHECK: fovea_tile.broadcast {{.*}} : tensor<256xf32, #fovea_tile.fragment<32x32, {{.*}} -> tensor<256x128xf32, #fovea_tile.fragment<32x128,
      %w = fovea_tile.broadcast %m : tensor<256xf32> -> tensor<256x128xf32>
      %x = arith.mulf %acc, %w : tensor<256x128xf32>
      scf.yield %x : tensor<256x128xf32>
    } else {
      scf.yield %acc : tensor<256x128xf32>
    }
    // CHECK: fovea_tile.dot {{.*}} -> tensor<256x128xf32, #fovea_tile.fragment<32x128,
    %n = fovea_tile.dot %scaled, %p, %k : tensor<256x64xbf16>, !shared -> tensor<256x128xf32>
    scf.yield %n, %f : tensor<256x128xf32>, tensor<256x8xf32>
  }
  // CHECK: fovea_tile.store {{.*}} : tensor<256x128xf32, #fovea_tile.fragment<32x128, {{.*}}>>, memref<?x128xf32>
  fovea_tile.store %r#0, %o[%t, %c0] : tensor<256x128xf32>, memref<?x128xf32>
  fovea_tile.return
}

// -----

// 96 columns are 3 blocks: no even number of neighbours fits. 64 are two; of a constant that starts such a product and
// one of scores each has its own.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx90a">>
!odd = tensor<64x96xbf16, #fovea_tile.swizzle<128>>
!even = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
// CHECK-LABEL: fovea_tile.kernel @blocks
fovea_tile.kernel @blocks(%q: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %oc = fovea_tile.channel depth 1 : !fovea_tile.channel<!odd>
  %ec = fovea_tile.channel depth 1 : !fovea_tile.channel<!even>
  %left = arith.constant dense<0.0> : tensor<256x64xbf16>
  // CHECK-DAG: %[[VALUES:.*]] = arith.constant dense<0.000000e+00> : tensor<256x64xf32, #fovea_tile.fragment<32x64,
  // CHECK-DAG: %[[SCORES:.*]] = arith.constant dense<0.000000e+00> : tensor<256x64xf32, #fovea_tile.fragment<32x32,
  %z96 = arith.constant dense<0.0> : tensor<256x96xf32>
  %z64 = arith.constant dense<0.0> : tensor<256x64xf32>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  %x = fovea_tile.get %oc[%c0] : !fovea_tile.channel<!odd> -> !odd
  %y = fovea_tile.get %ec[%c0] : !fovea_tile.channel<!even> -> !even
  // CHECK: fovea_tile.dot %[[SCORES]], {{.*}} transposed
  %s = fovea_tile.dot %z64, %a, %y transposed : tensor<256x64xbf16>, !even -> tensor<256x64xf32>
  // CHECK: fovea_tile.dot {{.*}} -> tensor<256x96xf32, #fovea_tile.fragment<32x32,
  %o = fovea_tile.dot %z96, %left, %x : tensor<256x64xbf16>, !odd -> tensor<256x96xf32>
  // CHECK: fovea_tile.dot %[[VALUES]], {{.*}} -> tensor<256x64xf32, #fovea_tile.fragment<32x64, registers = [4 at (0, 2), 4 at (0, 16), 2 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>>
  %e = fovea_tile.dot %z64, %left, %y : tensor<256x64xbf16>, !even -> tensor<256x64xf32>
  fovea_tile.return
}

// -----

// Where reads transpose, scores and output have one layout.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
!shared = tensor<64x128xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// CHECK-LABEL: fovea_tile.kernel @transposing
fovea_tile.kernel @transposing(%o: memref<?x128xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 : !c
  %left = arith.constant dense<0.0> : tensor<256x64xbf16>
  %start = arith.constant dense<0.0> : tensor<256x128xf32>
  %v = fovea_tile.get %c[%c0] : !c -> !shared
  // CHECK: fovea_tile.dot {{.*}} : tensor<256x64xbf16, #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>>, {{.*}} -> tensor<256x128xf32, #fovea_tile.fragment<32x32,
  %n = fovea_tile.dot %start, %left, %v : tensor<256x64xbf16>, !shared -> tensor<256x128xf32>
  // CHECK: fovea_tile.store {{.*}} : tensor<256x128xf32, #fovea_tile.fragment<32x32,
  fovea_tile.store %n, %o[%t, %c0] : tensor<256x128xf32>, memref<?x128xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
fovea_tile.kernel @columns_of_32() grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<256x16xf32>', expected the config's 256 rows, and whole blocks of 32x32 elements}}
  %zero = arith.constant dense<0.0> : tensor<256x16xf32>
  fovea_tile.return
}
