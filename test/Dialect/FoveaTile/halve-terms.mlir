// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-halve-terms))' --split-input-file | FileCheck %s

#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
!tile = tensor<256x64xf32>
!narrow = tensor<256x8xf32>
!rows = tensor<256xf32>

// The exponentials of a step are two halves, what reads them too; the condition of the rows' values is a selection,
// that of the accumulator stays a branch.
// CHECK-LABEL: fovea_tile.kernel @halves
fovea_tile.kernel @halves(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>, %v: memref<?x64xbf16>, %o: memref<?x64xf32>, %grows: i1)
    grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : !tile
  %sums = arith.constant dense<0.0> : !narrow
  %one = arith.constant dense<1.0> : !rows
  // CHECK: fovea_tile.channel
  %kc = fovea_tile.channel depth 2 : !c
  // CHECK: %[[VC:.*]] = fovea_tile.channel
  %vc = fovea_tile.channel depth 2 : !c
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  // CHECK: scf.for {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %[[MAX:.*]] = %{{.*}})
  %r:3 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %sum = %sums, %max = %one) -> (!tile, !narrow, !rows) {
    %j = arith.muli %i, %c64 : index
    fovea_tile.put %kc[%i] from %k[%j, %c0] : !c, memref<?x64xbf16>
    %x = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %v[%j, %c0] : !c, memref<?x64xbf16>
    // CHECK: %[[V:.*]] = fovea_tile.get %[[VC]]
    %y = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %x transposed : tensor<256x64xbf16>, !shared -> !tile
    // CHECK: %[[NEW:.*]] = fovea_tile.reduce maximum
    // CHECK-NEXT: %[[LESS:.*]] = arith.subf %[[MAX]], %[[NEW]]
    // CHECK-NEXT: %[[M:.*]] = arith.select %[[GROWS:.*]], %[[NEW]], %[[MAX]] : tensor<256xf32>
    // CHECK-NEXT: %[[DECAY:.*]] = arith.select %[[GROWS]], %[[LESS]], %{{.*}} : tensor<256xf32>
    %new:2 = scf.if %grows -> (!rows, !rows) {
      %m = fovea_tile.reduce maximum %s, %max : !tile -> !rows
      %d = arith.subf %max, %m : !rows
      scf.yield %m, %d : !rows, !rows
    } else {
      scf.yield %max, %one : !rows, !rows
    }
    %bm = fovea_tile.broadcast %new#0 : !rows -> !tile
    // CHECK: %[[E:.*]] = arith.subf
    %e = arith.subf %s, %bm : !tile
    // CHECK-NEXT: %[[E0:.*]] = tensor.extract_slice %[[E]][0, 0] [256, 32] [1, 1]
    // CHECK-NEXT: %[[P0:.*]] = math.exp2 %[[E0]] {fovea_tile.nonpositive} : tensor<256x32xf32>
    // CHECK-NEXT: %[[E1:.*]] = tensor.extract_slice %[[E]][0, 32] [256, 32] [1, 1]
    // CHECK-NEXT: %[[P1:.*]] = math.exp2 %[[E1]] {fovea_tile.nonpositive} : tensor<256x32xf32>
    %p = math.exp2 %e {fovea_tile.nonpositive} : !tile
    // CHECK-NEXT: %[[L0:.*]] = fovea_tile.fold add %[[P0]], %[[SUM]]
    // CHECK-NEXT: %[[L1:.*]] = fovea_tile.fold add %[[P1]], %[[L0]]
    %l = fovea_tile.fold add %p, %sum : !tile -> !narrow
    // CHECK-NEXT: %[[H0:.*]] = arith.truncf %[[P0]] to_nearest_away : tensor<256x32xf32> to tensor<256x32xbf16>
    // CHECK-NEXT: %[[H1:.*]] = arith.truncf %[[P1]] to_nearest_away
    %h = arith.truncf %p to_nearest_away : !tile to tensor<256x64xbf16>
    // CHECK-NEXT: %[[SCALED:.*]] = scf.if %[[GROWS]] -> (tensor<256x64xf32>)
    %scaled = scf.if %grows -> !tile {
      // CHECK-NEXT: fovea_tile.broadcast %[[DECAY]]
      %bd = fovea_tile.broadcast %new#1 : !rows -> !tile
      %z = arith.mulf %acc, %bd : !tile
      scf.yield %z : !tile
    } else {
      scf.yield %acc : !tile
    }
    // CHECK: %[[V0:.*]] = fovea_tile.read %[[V]] from 0 : {{.*}} -> tensor<32x64xbf16, #fovea_tile.operand>
    // CHECK-NEXT: %[[O0:.*]] = fovea_tile.dot %[[SCALED]], %[[H0]], %[[V0]] : tensor<256x32xbf16>, tensor<32x64xbf16, #fovea_tile.operand>
    // CHECK-NEXT: %[[V1:.*]] = fovea_tile.read %[[V]] from 32
    // CHECK-NEXT: %[[O1:.*]] = fovea_tile.dot %[[O0]], %[[H1]], %[[V1]]
    %n = fovea_tile.dot %scaled, %h, %y : tensor<256x64xbf16>, !shared -> !tile
    // CHECK-NEXT: scf.yield %[[O1]], %[[L1]], %[[M]]
    scf.yield %n, %l, %new#0 : !tile, !narrow, !rows
  }
  fovea_tile.store %r#0, %o[%t, %c0] : !tile, memref<?x64xf32>
  fovea_tile.return
}

// -----

// A third reader of the exponentials wants them whole. A condition around something that is not arithmetic stays.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
!tile = tensor<256x64xf32>
!narrow = tensor<256x8xf32>
// CHECK-LABEL: fovea_tile.kernel @other_reader
// CHECK: scf.for
// CHECK: scf.if %{{.*}} -> (tensor<256x8xf32>)
// CHECK: fovea_tile.load
// CHECK: math.exp2 {{.*}} : tensor<256x64xf32>
// CHECK-NOT: extract_slice
// CHECK: fovea_tile.dot {{.*}} : tensor<256x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128>> -> tensor<256x64xf32>
fovea_tile.kernel @other_reader(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>, %x: memref<?x8xf32>, %b: i1) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  %sums = arith.constant dense<0.0> : !narrow
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  %r:3 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %sum = %sums, %all = %zero) -> (!tile, !narrow, !tile) {
    fovea_tile.put %kc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %key = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %value = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %key transposed : tensor<256x64xbf16>, !shared -> !tile
    %start = scf.if %b -> !narrow {
      %loaded = fovea_tile.load %x[%t, %c0] : memref<?x8xf32> -> !narrow
      scf.yield %loaded : !narrow
    } else {
      scf.yield %sum : !narrow
    }
    %p = math.exp2 %s : !tile
    %l = fovea_tile.fold add %p, %start : !tile -> !narrow
    %third = arith.addf %all, %p : !tile
    %h = arith.truncf %p : !tile to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %h, %value : tensor<256x64xbf16>, !shared -> !tile
    scf.yield %n, %l, %third : !tile, !narrow, !tile
  }
  fovea_tile.return
}

// -----

// Without phases nothing changes.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
!tile = tensor<256x64xf32>
!narrow = tensor<256x8xf32>
// CHECK-LABEL: fovea_tile.kernel @together
// CHECK-NOT: extract_slice
// CHECK: fovea_tile.return
fovea_tile.kernel @together(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  %sums = arith.constant dense<0.0> : !narrow
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %sum = %sums) -> (!tile, !narrow) {
    fovea_tile.put %kc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %key = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %value = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %key transposed : tensor<256x64xbf16>, !shared -> !tile
    %p = math.exp2 %s : !tile
    %l = fovea_tile.fold add %p, %sum : !tile -> !narrow
    %h = arith.truncf %p : !tile to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %h, %value : tensor<256x64xbf16>, !shared -> !tile
    scf.yield %n, %l : !tile, !narrow
  }
  fovea_tile.return
}

// -----

// Where one way multiplies what the other one keeps, the factor of a row is selected, and its elements are multiplied.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
!tile = tensor<256x64xf32>
!narrow = tensor<256x8xf32>
!rows = tensor<256xf32>
// CHECK-LABEL: fovea_tile.kernel @factor
fovea_tile.kernel @factor(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>, %o: memref<?x64xf32>, %grows: i1) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  %sums = arith.constant dense<0.0> : !narrow
  %one = arith.constant dense<1.0> : !rows
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %{{.*}} = %{{.*}})
  %r:3 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %sum = %sums, %max = %one) -> (!tile, !narrow, !rows) {
    fovea_tile.put %kc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %key = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %value = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %key transposed : tensor<256x64xbf16>, !shared -> !tile
    // CHECK: %[[M:.*]] = fovea_tile.reduce maximum
    // CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<256xf32>
    // CHECK: %[[FACTOR:.*]] = arith.select %{{.*}}, %[[M]], %[[ONE]] : tensor<256xf32>
    // CHECK: %[[ALL:.*]] = fovea_tile.broadcast %[[FACTOR]]
    // CHECK: %[[START:.*]] = arith.mulf %[[SUM]], %[[ALL]] : tensor<256x8xf32>
    // CHECK-NOT: arith.select {{.*}} : tensor<256x8xf32>
    %start = scf.if %grows -> !narrow {
      %m = fovea_tile.reduce maximum %s, %max : !tile -> !rows
      %bm = fovea_tile.broadcast %m : !rows -> !narrow
      %scaled = arith.mulf %sum, %bm : !narrow
      scf.yield %scaled : !narrow
    } else {
      scf.yield %sum : !narrow
    }
    // CHECK: fovea_tile.fold add %{{.*}}, %[[START]]
    %p = math.exp2 %s : !tile
    %l = fovea_tile.fold add %p, %start : !tile -> !narrow
    %h = arith.truncf %p : !tile to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %h, %value : tensor<256x64xbf16>, !shared -> !tile
    scf.yield %n, %l, %max : !tile, !narrow, !rows
  }
  fovea_tile.store %r#0, %o[%t, %c0] : !tile, memref<?x64xf32>
  fovea_tile.return
}
