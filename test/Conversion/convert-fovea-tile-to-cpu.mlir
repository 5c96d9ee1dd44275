// RUN: fovea-opt %s --convert-fovea-tile-to-cpu=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s

// A strip is the register tile's height. Rows that the view lacks are read as its
// last one and not stored; of the second vector, columns 8 to 15, four exist.
// CHECK-LABEL: func.func private @copy(
// CHECK-SAME: %[[T:.*]]: index, %[[SRC:.*]]: memref<?x12xf32>, %[[DST:.*]]: memref<?x12xf32>)
// CHECK-SAME: fovea_tile.stack_bytes = 0
// CHECK-DAG: %[[ROW:.*]] = arith.muli %[[T]], %c8
// CHECK-DAG: %[[SIZE:.*]] = memref.dim %[[DST]], %c0
// CHECK: %[[LEFT:.*]] = arith.subi %[[SIZE]], %[[ROW]]
// CHECK: %[[LIVE:.*]] = arith.minsi %{{.*}}, %c8
// CHECK: scf.for %[[STRIP:.*]] = %c0 to %[[LIVE]] step %c2
// CHECK:   %[[PLACE:.*]] = arith.addi %[[ROW]], %[[STRIP]]
// CHECK:   %[[LAST:.*]] = arith.minsi %[[PLACE]]
// CHECK:   %[[X:.*]] = vector.load %[[SRC]][%[[LAST]], %c0]
// CHECK:   %[[EXISTS:.*]] = arith.cmpi slt, %[[PLACE]], %[[SIZE]]
// CHECK:   scf.if %[[EXISTS]]
// CHECK:     vector.store %[[X]], %[[DST]][%[[PLACE]], %c0]
// CHECK:   %[[MASK:.*]] = vector.constant_mask [4] : vector<8xi1>
// CHECK:   %[[TAIL:.*]] = vector.maskedload %[[SRC]][%[[LAST]], %c8], %[[MASK]]
// CHECK:   scf.if %[[EXISTS]]
// CHECK:     vector.maskedstore %[[DST]][%[[PLACE]], %c8], %[[MASK]], %[[TAIL]]
fovea_tile.kernel @copy(%src: memref<?x12xf32>, %dst: memref<?x12xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c8 = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %row = arith.muli %t, %c8 : index
  %x = fovea_tile.load %src[%row, %c0] : memref<?x12xf32> -> tensor<8x12xf32>
  fovea_tile.store %x, %dst[%row, %c0] : tensor<8x12xf32>, memref<?x12xf32>
  fovea_tile.return
}

// -----

// The right-hand side is packed; the loop over the contraction holds a register tile
// of rows x columns accumulators, and each element of the left is broadcast once.
// CHECK-LABEL: func.func private @dot(
// CHECK: %[[PACKED:.*]] = memref.alloca() {{.*}} : memref<1x32x16xf32>
// CHECK: vector.store %{{.*}}, %[[PACKED]]
// CHECK: scf.for {{.*}} iter_args(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK:   %[[LINE0:.*]] = vector.load %[[PACKED]]
// CHECK:   %[[LINE1:.*]] = vector.load %[[PACKED]]
// CHECK:   %[[A:.*]] = memref.load
// CHECK:   %[[SPLAT:.*]] = vector.broadcast %[[A]] : f32 to vector<8xf32>
// CHECK:   vector.fma %[[SPLAT]], %[[LINE0]]
// CHECK:   vector.fma %[[SPLAT]], %[[LINE1]]
fovea_tile.kernel @dot(%a: memref<?x32xf32>, %b: memref<?x16xf32>, %d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<8x16xf32>
  %x = fovea_tile.load %a[%t, %c0] : memref<?x32xf32> -> tensor<8x32xf32>
  %y = fovea_tile.load %b[%c0, %c0] : memref<?x16xf32> -> tensor<32x16xf32, #fovea_tile.panels<columns = 16>>
  %z = fovea_tile.dot %zero, %x, %y : tensor<8x32xf32>, tensor<32x16xf32, #fovea_tile.panels<columns = 16>> -> tensor<8x16xf32>
  fovea_tile.store %z, %d[%t, %c0] : tensor<8x16xf32>, memref<?x16xf32>
  fovea_tile.return
}

// -----

// Narrow operands are widened where they are packed or kept for the dot.
// CHECK-LABEL: func.func private @narrow(
// CHECK-DAG: memref.alloca() {{.*}} : memref<2x24xf32>
// CHECK-DAG: %[[PACKED:.*]] = memref.alloca() {{.*}} : memref<1x16x16xf32>
// CHECK: arith.extf %{{.*}} : vector<8xf16> to vector<8xf32>
// CHECK: vector.fma {{.*}} : vector<8xf32>
fovea_tile.kernel @narrow(%a: memref<?x16xf16>, %d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<8x16xf32>
  %x = fovea_tile.load %a[%t, %c0] : memref<?x16xf16> -> tensor<8x16xf16>
  %y = fovea_tile.load %a[%c0, %c0] : memref<?x16xf16> -> tensor<16x16xf16, #fovea_tile.panels<columns = 16>>
  %z = fovea_tile.dot %zero, %x, %y transposed : tensor<8x16xf16>, tensor<16x16xf16, #fovea_tile.panels<columns = 16>> -> tensor<8x16xf32>
  fovea_tile.store %z, %d[%t, %c0] : tensor<8x16xf32>, memref<?x16xf32>
  fovea_tile.return
}

// -----

// A reduction keeps one vector a row in the loop over columns, and joins the lanes
// and the initial value after it. What uses it then runs in a second loop.
// CHECK-LABEL: func.func private @rows(
// CHECK-DAG: %[[LOWEST:.*]] = arith.constant dense<0xFF800000> : vector<8xf32>
// CHECK: %[[MAX:.*]]:2 = scf.for {{.*}} iter_args(%[[P0:.*]] = %[[LOWEST]], %[[P1:.*]] = %[[LOWEST]]) -> (vector<8xf32>, vector<8xf32>)
// CHECK:   arith.cmpf ogt, %[[P0]]
// CHECK: vector.shuffle %[[MAX]]#0, %{{.*}} [0, 1, 2, 3]
// CHECK: vector.from_elements {{.*}} : vector<2xf32>
// CHECK: scf.for
// CHECK:   arith.subf
// CHECK:   vector.store
fovea_tile.kernel @rows(%a: memref<?x64xf32>, %d: memref<?x64xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  %floor = arith.constant dense<-1.0> : tensor<8xf32>
  %x = fovea_tile.load %a[%t, %c0] : memref<?x64xf32> -> tensor<8x64xf32>
  %m = fovea_tile.reduce maximum %x, %floor : tensor<8x64xf32> -> tensor<8xf32>
  %r = fovea_tile.broadcast %m : tensor<8xf32> -> tensor<8x64xf32>
  %y = arith.subf %x, %r : tensor<8x64xf32>
  fovea_tile.store %y, %d[%t, %c0] : tensor<8x64xf32>, memref<?x64xf32>
  fovea_tile.return
}

// -----

// The launch becomes a parallel loop; the last dimension of the grid runs from its end.
fovea_tile.kernel @fill(%e: f32, %d: memref<?xf32, strided<[1], offset: ?>>) grid(%h, %t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %x = tensor.splat %e : tensor<8xf32>
  fovea_tile.store %x, %d[%t] : tensor<8xf32>, memref<?xf32, strided<[1], offset: ?>>
  fovea_tile.return
}
// CHECK-LABEL: func.func @launch(
// CHECK-SAME: %[[H:.*]]: index, %[[N:.*]]: index, %[[E:.*]]: f32, %[[D:.*]]: memref<20xf32>)
// CHECK: %[[VIEW:.*]] = memref.cast %[[D]]
// CHECK: %[[ALL:.*]] = arith.muli %[[H]], %[[N]]
// CHECK: scf.parallel (%[[I:.*]]) = (%c0) to (%[[ALL]]) step (%c1)
// CHECK:   %[[FROM:.*]] = arith.remui %[[I]], %[[N]]
// CHECK:   %[[LAST:.*]] = arith.subi %[[N]], %c1
// CHECK:   %[[BLOCK:.*]] = arith.subi %[[LAST]], %[[FROM]]
// CHECK:   call @fill(%{{.*}}, %[[BLOCK]], %[[E]], %[[VIEW]])
func.func @launch(%h: index, %n: index, %e: f32, %d: memref<20xf32>) {
  fovea_tile.launch @fill grid(%h, %n) ins(%e) outs(%d) : (f32) -> (memref<20xf32>)
  return
}

// -----

// A grid without dimensions is one workgroup.
fovea_tile.kernel @one(%e: f32, %d: memref<?xf32>) grid() config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  %x = tensor.splat %e : tensor<8xf32>
  fovea_tile.store %x, %d[%c0] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}
// CHECK-LABEL: func.func @launch_one(
// CHECK-NEXT: call @one
func.func @launch_one(%e: f32, %d: memref<?xf32>) {
  fovea_tile.launch @one grid() ins(%e) outs(%d) : (f32) -> (memref<?xf32>)
  return
}
