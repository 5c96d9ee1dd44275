// RUN: fovea-opt %s -fovea-results-to-destinations -eliminate-empty-tensors -fovea-bufferize -canonicalize | FileCheck %s

// Tiles in the kernel stay tensors; the launch writes the caller's buffer.
// CHECK: fovea_tile.load {{.*}} -> tensor<8x32xf32>
// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[A:.*]]: memref<16x32xf32>, %[[R:.*]]: memref<16x32xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: fovea_tile.launch @copy grid(%{{.*}}) ins(%[[A]]) outs(%[[R]])
fovea_tile.kernel @copy(%src: memref<16x32xf32, strided<[?, 1], offset: ?>>, %dst: memref<16x32xf32, strided<[?, 1], offset: ?>>) grid(%t) config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>) {
  %c8 = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %row = arith.muli %t, %c8 : index
  %x = fovea_tile.load %src[%row, %c0] : memref<16x32xf32, strided<[?, 1], offset: ?>> -> tensor<8x32xf32>
  fovea_tile.store %x, %dst[%row, %c0] : tensor<8x32xf32>, memref<16x32xf32, strided<[?, 1], offset: ?>>
  fovea_tile.return
}
func.func @f(%a: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %c2 = arith.constant 2 : index
  %e = tensor.empty() : tensor<16x32xf32>
  %r = fovea_tile.launch @copy grid(%c2) ins(%a) outs(%e) : (tensor<16x32xf32>) -> (tensor<16x32xf32>)
  return %r : tensor<16x32xf32>
}
