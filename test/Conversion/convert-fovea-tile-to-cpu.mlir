// RUN: fovea-opt %s -convert-fovea-tile-to-cpu=vector-bits=256 -canonicalize -cse | FileCheck %s

// A strip is the register tile's height; rows that the view lacks are not stored.
// CHECK-LABEL: func.func private @scale(
// CHECK: scf.for %[[ROW:.*]] =
// CHECK:   %[[X:.*]] = vector.load %{{.*}} : memref<?x16xf32, strided<[?, 1], offset: ?>>, vector<8xf32>
// CHECK:   %[[Y:.*]] = arith.mulf %[[X]]
// CHECK:   scf.if
// CHECK:     vector.store %[[Y]]
fovea_tile.kernel @scale(%src: memref<?x16xf32, strided<[?, 1], offset: ?>>, %dst: memref<?x16xf32, strided<[?, 1], offset: ?>>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c8 = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %two = arith.constant dense<2.0> : tensor<8x16xf32>
  %row = arith.muli %t, %c8 : index
  %x = fovea_tile.load %src[%row, %c0] : memref<?x16xf32, strided<[?, 1], offset: ?>> -> tensor<8x16xf32>
  %y = arith.mulf %x, %two : tensor<8x16xf32>
  fovea_tile.store %y, %dst[%row, %c0] : tensor<8x16xf32>, memref<?x16xf32, strided<[?, 1], offset: ?>>
  fovea_tile.return
}

// CHECK-LABEL: func.func @f
// CHECK: scf.parallel
// CHECK:   func.call @scale
func.func @f(%a: memref<20x16xf32>, %b: memref<20x16xf32>) {
  %c3 = arith.constant 3 : index
  fovea_tile.launch @scale grid(%c3) ins(%a) outs(%b) : (memref<20x16xf32>) -> (memref<20x16xf32>)
  return
}
