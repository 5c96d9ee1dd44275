// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-scale-operands))' | FileCheck %s

// The factor moves out of the loop, to the left operand.
// CHECK: %[[Q:.*]] = fovea_tile.load {{.*}} -> tensor<8x16xf32>
// CHECK: %[[SCALED:.*]] = arith.mulf %[[Q]], %{{.*}} : tensor<8x16xf32>
// CHECK: scf.for
// CHECK:   fovea_tile.dot %{{.*}}, %[[SCALED]], %{{.*}} transposed
// CHECK-NOT: arith.mulf
fovea_tile.kernel @k(%a: memref<?x16xf32>, %d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<8x16xf32>
  %factor = arith.constant dense<0.5> : tensor<8x16xf32>
  %q = fovea_tile.load %a[%t, %c0] : memref<?x16xf32> -> tensor<8x16xf32>
  %r = scf.for %j = %c0 to %t step %c16 iter_args(%acc = %zero) -> tensor<8x16xf32> {
    %k = fovea_tile.load %a[%j, %c0] : memref<?x16xf32> -> tensor<16x16xf32>
    %s = fovea_tile.dot %zero, %q, %k transposed : tensor<8x16xf32>, tensor<16x16xf32> -> tensor<8x16xf32>
    %x = arith.mulf %s, %factor : tensor<8x16xf32>
    %next = arith.addf %acc, %x : tensor<8x16xf32>
    scf.yield %next : tensor<8x16xf32>
  }
  fovea_tile.store %r, %d[%t, %c0] : tensor<8x16xf32>, memref<?x16xf32>
  fovea_tile.return
}
