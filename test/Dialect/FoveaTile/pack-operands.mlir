// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-pack-operands))' | FileCheck %s

// The right-hand side gets panels, half as wide where that wastes fewer columns (48 of 32); the left-hand side none.
// CHECK: fovea_tile.load {{.*}} -> tensor<8x16xf32>
// CHECK: fovea_tile.load {{.*}} -> tensor<16x48xf32, #fovea_tile.panels<columns = 16>>
fovea_tile.kernel @k(%a: memref<?x16xf32>, %b: memref<?x48xf32>, %d: memref<?x48xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 32, rows = 2, columns = 32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<8x48xf32>
  %x = fovea_tile.load %a[%t, %c0] : memref<?x16xf32> -> tensor<8x16xf32>
  %y = fovea_tile.load %b[%c0, %c0] : memref<?x48xf32> -> tensor<16x48xf32>
  %z = fovea_tile.dot %zero, %x, %y : tensor<8x16xf32>, tensor<16x48xf32> -> tensor<8x48xf32>
  fovea_tile.store %z, %d[%t, %c0] : tensor<8x48xf32>, memref<?x48xf32>
  fovea_tile.return
}
