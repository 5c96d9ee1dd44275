// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-mask-boundaries))' | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>

// The tile is full when the last row's lower and the first row's upper bound leave it whole.
// CHECK-LABEL: fovea_tile.kernel @interval
// CHECK-SAME: grid(%[[T:.*]]) config
fovea_tile.kernel @interval(%o: memref<?x32xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<64x32xf32>
  %seven = arith.constant dense<7> : tensor<64xindex>
  %rows = fovea_tile.coordinate %t along 0 : tensor<64xindex>
  // CHECK: %[[UPPER:.*]] = arith.addi %{{.*}}, %{{.*}} : tensor<64xindex>
  %upper = arith.addi %rows, %seven : tensor<64xindex>
  // CHECK: scf.for %[[I:.*]] = {{.*}} iter_args(%[[S:.*]] = %{{.*}})
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> tensor<64x32xf32> {
    // CHECK: %[[LAST:.*]] = arith.constant 63 : index
    // CHECK: %[[LOWER:.*]] = arith.addi %[[T]], %[[LAST]] : index
    // CHECK: %[[FIRST:.*]] = arith.addi %[[T]], %{{.*}} : index
    // CHECK: %[[SEVEN:.*]] = arith.constant 7 : index
    // CHECK: %[[END_SEEN:.*]] = arith.addi %[[FIRST]], %[[SEVEN]] : index
    // CHECK: %[[END:.*]] = arith.addi %[[I]], %{{.*}} : index
    // CHECK: %[[BEGINS:.*]] = arith.cmpi sle, %[[LOWER]], %[[I]] : index
    // CHECK: %[[ENDS:.*]] = arith.cmpi sle, %[[END]], %[[END_SEEN]] : index
    // CHECK: %[[FULL:.*]] = arith.andi %[[BEGINS]], %[[ENDS]] : i1
    // CHECK: %[[RESULT:.*]] = scf.if %[[FULL]] -> (tensor<64x32xf32>) {
    // CHECK-NEXT: scf.yield %[[S]]
    // CHECK-NEXT: } else {
    // CHECK-NEXT: %[[MASKED:.*]] = fovea_tile.mask %[[S]], %{{.*}} to %[[UPPER]] from %[[I]] prune
    // CHECK-NEXT: scf.yield %[[MASKED]]
    %m = fovea_tile.mask %s, %rows to %upper from %i prune : tensor<64x32xf32>, tensor<64xindex>
    // CHECK: scf.yield %[[RESULT]]
    scf.yield %m : tensor<64x32xf32>
  }
  // Not in a loop, this one is done once anyway.
  // CHECK-NOT: scf.if
  // CHECK: fovea_tile.mask
  %u = fovea_tile.mask %r, %rows to %upper from %c0 : tensor<64x32xf32>, tensor<64xindex>
  fovea_tile.store %u, %o[%t, %c0] : tensor<64x32xf32>, memref<?x32xf32>
  fovea_tile.return
}

// Scalars as they are, constants and conversions of any element type.
// CHECK-LABEL: fovea_tile.kernel @splats
// CHECK-SAME: (%{{.*}}, %[[X:.*]]: index)
fovea_tile.kernel @splats(%o: memref<?x32xf32>, %x: index) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<64x32xf32>
  %lower = tensor.splat %x : tensor<64xindex>
  %half = arith.constant dense<8.5> : tensor<64xf32>
  %eight = arith.fptosi %half : tensor<64xf32> to tensor<64xi32>
  %upper = arith.index_cast %eight : tensor<64xi32> to tensor<64xindex>
  // CHECK: scf.for
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> tensor<64x32xf32> {
    // CHECK: %[[EIGHT:.*]] = arith.fptosi %{{.*}} : f32 to i32
    // CHECK: %[[UPPER:.*]] = arith.index_cast %[[EIGHT]] : i32 to index
    // CHECK: arith.cmpi sle, %[[X]], %{{.*}} : index
    // CHECK: arith.cmpi sle, %{{.*}}, %[[UPPER]] : index
    // CHECK: scf.if
    %m = fovea_tile.mask %s, %lower to %upper from %i : tensor<64x32xf32>, tensor<64xindex>
    scf.yield %m : tensor<64x32xf32>
  }
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x32xf32>, memref<?x32xf32>
  fovea_tile.return
}

// Bounds from memory are known to no scalar.
// CHECK-LABEL: fovea_tile.kernel @from_memory
fovea_tile.kernel @from_memory(%bounds: memref<?xindex>, %o: memref<?x32xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<64x32xf32>
  %lower = arith.constant dense<0> : tensor<64xindex>
  %upper = fovea_tile.load %bounds[%t] : memref<?xindex> -> tensor<64xindex>
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> tensor<64x32xf32> {
    // CHECK-NOT: scf.if
    // CHECK: fovea_tile.mask
    %m = fovea_tile.mask %s, %lower to %upper from %i : tensor<64x32xf32>, tensor<64xindex>
    scf.yield %m : tensor<64x32xf32>
  }
  // CHECK: fovea_tile.store
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x32xf32>, memref<?x32xf32>
  fovea_tile.return
}

// A mask that is under a condition already.
// CHECK-LABEL: fovea_tile.kernel @conditional
fovea_tile.kernel @conditional(%o: memref<?x32xf32>, %x: i1) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<64x32xf32>
  %rows = fovea_tile.coordinate %t along 0 : tensor<64xindex>
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> tensor<64x32xf32> {
    // CHECK: scf.if
    // CHECK-NOT: scf.if
    // CHECK: fovea_tile.mask
    %u = scf.if %x -> tensor<64x32xf32> {
      %m = fovea_tile.mask %s, %rows to %rows from %i : tensor<64x32xf32>, tensor<64xindex>
      scf.yield %m : tensor<64x32xf32>
    } else {
      scf.yield %s : tensor<64x32xf32>
    }
    scf.yield %u : tensor<64x32xf32>
  }
  // CHECK: fovea_tile.store
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x32xf32>, memref<?x32xf32>
  fovea_tile.return
}
