// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-expand-tanh,canonicalize,cse))' | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a">>
!tile = tensor<64x32xf32>

// Where the largest of a subgroup's arguments is more than 0.6 the function stays; so it does where one is undefined,
// which makes the maximum undefined and tells nothing of the others.
// CHECK-LABEL: fovea_tile.kernel @plain
// CHECK-DAG: %[[C1:.*]] = arith.constant dense<0.99999994> : tensor<64x32xf32>
// CHECK-DAG: %[[C3:.*]] = arith.constant dense<-0.333323032> : tensor<64x32xf32>
// CHECK-DAG: %[[C5:.*]] = arith.constant dense<0.133100644> : tensor<64x32xf32>
// CHECK-DAG: %[[C7:.*]] = arith.constant dense<-0.0520966537> : tensor<64x32xf32>
// CHECK-DAG: %[[C9:.*]] = arith.constant dense<0.0154687511> : tensor<64x32xf32>
// CHECK-DAG: %[[RANGE:.*]] = arith.constant dense<6.000000e-01> : tensor<64x8xf32>
// CHECK-DAG: %[[NONE:.*]] = arith.constant dense<0xFF800000> : tensor<64x8xf32>
// CHECK: %[[X:.*]] = fovea_tile.load
// CHECK: %[[SIZE:.*]] = math.absf %[[X]]
// CHECK: %[[LARGEST:.*]] = fovea_tile.fold {{ ?}}maximum %[[SIZE]], %[[NONE]] : tensor<64x32xf32> -> tensor<64x8xf32>
// CHECK: %[[LEAVES:.*]] = arith.cmpf ugt, %[[LARGEST]], %[[RANGE]]
// CHECK: %[[ANY:.*]] = fovea_tile.any %[[LEAVES]]
// CHECK: %[[Y:.*]] = scf.if %[[ANY]] -> (tensor<64x32xf32>) {
// CHECK-NEXT: %[[TANH:.*]] = math.tanh %[[X]]
// CHECK-NEXT: scf.yield %[[TANH]]
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT: %[[P7:.*]] = math.fma %[[C9]], %[[SQUARE]], %[[C7]]
// CHECK-NEXT: %[[P5:.*]] = math.fma %[[P7]], %[[SQUARE]], %[[C5]]
// CHECK-NEXT: %[[P3:.*]] = math.fma %[[P5]], %[[SQUARE]], %[[C3]]
// CHECK-NEXT: %[[P1:.*]] = math.fma %[[P3]], %[[SQUARE]], %[[C1]]
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[X]], %[[P1]]
// CHECK-NEXT: scf.yield %[[P]]
// CHECK: fovea_tile.store %[[Y]],
fovea_tile.kernel @plain(%i: memref<?x32xf32>, %o: memref<?x32xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %x = fovea_tile.load %i[%t, %c0] : memref<?x32xf32> -> !tile
  %y = math.tanh %x : !tile
  fovea_tile.store %y, %o[%t, %c0] : !tile, memref<?x32xf32>
  fovea_tile.return
}

// 16 tanh(-x / 8): all factors before are one, so are all behind; both are part of the coefficients, and the range is
// that of x.
// CHECK-LABEL: fovea_tile.kernel @scaled
// CHECK-DAG: %[[C1:.*]] = arith.constant dense<-1.99999988> : tensor<64x32xf32>
// CHECK-DAG: %[[C3:.*]] = arith.constant dense<0.0104163447> : tensor<64x32xf32>
// CHECK-DAG: %[[C9:.*]] = arith.constant dense<-1.84401883E-9> : tensor<64x32xf32>
// CHECK-DAG: %[[RANGE:.*]] = arith.constant dense<4.800000e+00> : tensor<64x8xf32>
// CHECK-DAG: %[[INNER:.*]] = arith.constant dense<-1.250000e-01>
// CHECK-DAG: %[[OUTER:.*]] = arith.constant dense<1.600000e+01>
// CHECK: %[[X:.*]] = fovea_tile.load
// CHECK-NEXT: %[[SIZE:.*]] = math.absf %[[X]]
// CHECK: arith.cmpf ugt, %{{.*}}, %[[RANGE]]
// CHECK: %[[Y:.*]] = scf.if
// CHECK-NEXT: %[[XI:.*]] = arith.mulf %[[X]], %[[INNER]]
// CHECK-NEXT: %[[TANH:.*]] = math.tanh %[[XI]]
// CHECK-NEXT: %[[XO:.*]] = arith.mulf %[[TANH]], %[[OUTER]]
// CHECK-NEXT: scf.yield %[[XO]]
// CHECK: arith.mulf %[[X]], %[[X]]
// CHECK-NEXT: math.fma %[[C9]],
// CHECK: math.fma {{.*}} %[[C3]]
// CHECK-NEXT: %[[P1:.*]] = math.fma {{.*}} %[[C1]]
// CHECK-NEXT: arith.mulf %[[X]], %[[P1]]
// CHECK: fovea_tile.store %[[Y]],
fovea_tile.kernel @scaled(%i: memref<?x32xf32>, %o: memref<?x32xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %a = arith.constant dense<0.25> : !tile
  %b = arith.constant dense<-0.5> : !tile
  %c = arith.constant dense<8.0> : !tile
  %d = arith.constant dense<2.0> : !tile
  %x = fovea_tile.load %i[%t, %c0] : memref<?x32xf32> -> !tile
  %x1 = arith.mulf %x, %a : !tile
  %x2 = arith.mulf %x1, %b : !tile
  %y = math.tanh %x2 : !tile
  %y1 = arith.mulf %y, %c : !tile
  %y2 = arith.mulf %y1, %d : !tile
  fovea_tile.store %y2, %o[%t, %c0] : !tile, memref<?x32xf32>
  fovea_tile.return
}

// A value that something else wants too is kept: the product behind it stays. So does one by another tile.
// CHECK-LABEL: fovea_tile.kernel @other_uses
// CHECK-DAG: %[[C1:.*]] = arith.constant dense<0.99999994>
// CHECK-DAG: %[[FOUR:.*]] = arith.constant dense<4.000000e+00>
// CHECK: %[[X:.*]] = fovea_tile.load
// CHECK: %[[XX:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK: math.absf %[[XX]]
// CHECK: %[[Y:.*]] = scf.if
// CHECK: math.fma {{.*}} %[[C1]]
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[Y]], %[[FOUR]]
// CHECK: fovea_tile.store %[[Y]],
// CHECK: fovea_tile.store %[[PRODUCT]],
fovea_tile.kernel @other_uses(%i: memref<?x32xf32>, %o: memref<?x32xf32>, %p: memref<?x32xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c = arith.constant dense<4.0> : !tile
  %x = fovea_tile.load %i[%t, %c0] : memref<?x32xf32> -> !tile
  %xx = arith.mulf %x, %x : !tile
  %y = math.tanh %xx : !tile
  %z = arith.mulf %y, %c : !tile
  fovea_tile.store %y, %o[%t, %c0] : !tile, memref<?x32xf32>
  fovea_tile.store %z, %p[%t, %c0] : !tile, memref<?x32xf32>
  fovea_tile.return
}

// One function behind another: each its own.
// CHECK-LABEL: fovea_tile.kernel @twice
// CHECK: %[[Y:.*]] = scf.if
// CHECK: math.absf %[[Y]]
// CHECK: %[[Z:.*]] = scf.if
// CHECK: math.tanh %[[Y]]
// CHECK: fovea_tile.store %[[Z]],
fovea_tile.kernel @twice(%i: memref<?x32xf32>, %o: memref<?x32xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %x = fovea_tile.load %i[%t, %c0] : memref<?x32xf32> -> !tile
  %y = math.tanh %x : !tile
  %z = math.tanh %y : !tile
  fovea_tile.store %z, %o[%t, %c0] : !tile, memref<?x32xf32>
  fovea_tile.return
}

// Left alone: what may be approximate has an instruction; other types and shapes are not worth it; functions so steep
// or flat that f32 does not hold the coefficients would be wrong.
// CHECK-LABEL: fovea_tile.kernel @untouched
// CHECK-NOT: scf.if
// CHECK: math.tanh %{{.*}} fastmath<afn> : tensor<64x32xf32>
// CHECK: math.tanh %{{.*}} : tensor<64xf32>
// CHECK: math.tanh %{{.*}} : tensor<64x32xf16>
// CHECK: math.tanh %{{.*}} : tensor<64x4xf32>
// CHECK: math.tanh %{{.*}} : f32
// CHECK: %[[STEEP:.*]] = math.tanh %{{.*}} : tensor<64x32xf32>
// CHECK: %[[FLAT:.*]] = math.tanh %{{.*}} : tensor<64x32xf32>
// CHECK: %[[HUGE:.*]] = math.tanh %{{.*}} : tensor<64x32xf32>
// CHECK: %[[NOTHING:.*]] = math.tanh %{{.*}} : tensor<64x32xf32>
// CHECK-NOT: scf.if
// CHECK: fovea_tile.return
fovea_tile.kernel @untouched(%i: memref<?x32xf32>, %l: memref<?xf32>, %h: memref<?x32xf16>, %n: memref<?x4xf32>, %s: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %x = fovea_tile.load %i[%t, %c0] : memref<?x32xf32> -> !tile
  %y = math.tanh %x fastmath<afn> : !tile
  fovea_tile.store %y, %i[%t, %c0] : !tile, memref<?x32xf32>
  %xl = fovea_tile.load %l[%t] : memref<?xf32> -> tensor<64xf32>
  %yl = math.tanh %xl : tensor<64xf32>
  fovea_tile.store %yl, %l[%t] : tensor<64xf32>, memref<?xf32>
  %xh = fovea_tile.load %h[%t, %c0] : memref<?x32xf16> -> tensor<64x32xf16>
  %yh = math.tanh %xh : tensor<64x32xf16>
  fovea_tile.store %yh, %h[%t, %c0] : tensor<64x32xf16>, memref<?x32xf16>
  %xn = fovea_tile.load %n[%t, %c0] : memref<?x4xf32> -> tensor<64x4xf32>
  %yn = math.tanh %xn : tensor<64x4xf32>
  fovea_tile.store %yn, %n[%t, %c0] : tensor<64x4xf32>, memref<?x4xf32>
  %ys = math.tanh %s : f32
  %splat = tensor.splat %ys : !tile
  fovea_tile.store %splat, %i[%t, %c0] : !tile, memref<?x32xf32>
  // (4e4)^9 is infinite, (1e-5)^9 zero.
  %steep = arith.constant dense<4.0e4> : !tile
  %x1 = arith.mulf %x, %steep : !tile
  %y1 = math.tanh %x1 : !tile
  fovea_tile.store %y1, %i[%t, %c0] : !tile, memref<?x32xf32>
  %flat = arith.constant dense<1.0e-5> : !tile
  %x2 = arith.mulf %x, %flat : !tile
  %y2 = math.tanh %x2 : !tile
  fovea_tile.store %y2, %i[%t, %c0] : !tile, memref<?x32xf32>
  %infinity = arith.constant dense<0x7F800000> : !tile
  %y3 = math.tanh %x : !tile
  %z3 = arith.mulf %y3, %infinity : !tile
  fovea_tile.store %z3, %i[%t, %c0] : !tile, memref<?x32xf32>
  %zero = arith.constant dense<0.0> : !tile
  %x4 = arith.mulf %x, %zero : !tile
  %y4 = math.tanh %x4 : !tile
  fovea_tile.store %y4, %i[%t, %c0] : !tile, memref<?x32xf32>
  fovea_tile.return
}

// A layout of its own: as many columns as one of its blocks are compared.
#wide = #fovea_tile.config<m = 8, n = 16, rows = 8, columns = 16, schedule = <target = "sm_90a", layout = <2x16, registers = [], lanes = [16 at (0, 1), 2 at (1, 0)]>>>
// CHECK-LABEL: fovea_tile.kernel @layout
// CHECK: fovea_tile.fold {{ ?}}maximum %{{.*}} : tensor<8x32xf32> -> tensor<8x16xf32>
fovea_tile.kernel @layout(%i: memref<?x32xf32>, %o: memref<?x32xf32>) grid(%t) config(#wide) {
  %c0 = arith.constant 0 : index
  %x = fovea_tile.load %i[%t, %c0] : memref<?x32xf32> -> tensor<8x32xf32>
  %y = math.tanh %x : tensor<8x32xf32>
  fovea_tile.store %y, %o[%t, %c0] : tensor<8x32xf32>, memref<?x32xf32>
  fovea_tile.return
}
