// RUN: fovea-opt %s | FileCheck %s
// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --mlir-print-op-generic | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --emit-bytecode | fovea-opt | FileCheck %s

// Loads, a dot into an accumulator, row reductions and stores, as attention uses them.
// CHECK-LABEL: fovea_tile.kernel @program(
// CHECK-SAME: %[[Q:.*]]: memref<?x64xf16>, %[[TABLE:.*]]: memref<?x?xf32>, %[[O:.*]]: memref<?x32xf32>, %[[L:.*]]: memref<?xf32>, %[[X:.*]]: f32
// CHECK-SAME: grid(%[[H:.*]], %[[T:.*]]) config(#fovea_tile.config<m = 16, n = 32, rows = 8, columns = 32>) {
fovea_tile.kernel @program(%q: memref<?x64xf16>, %table: memref<?x?xf32>, %o: memref<?x32xf32>, %l: memref<?xf32>, %x: f32)
    grid(%h, %t) config(#fovea_tile.config<m = 16, n = 32, rows = 8, columns = 32>) {
  %c0 = arith.constant 0 : index
  // CHECK: %[[A:.*]] = fovea_tile.load %[[Q]][%[[T]], %{{.*}}] : memref<?x64xf16> -> tensor<16x64xf16>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xf16> -> tensor<16x64xf16>
  // CHECK: %[[B:.*]] = fovea_tile.load %[[Q]][%[[H]], %{{.*}}] in_bounds : memref<?x64xf16> -> tensor<32x64xf16, #fovea_tile.panels<columns = 32>>
  %b = fovea_tile.load %q[%h, %c0] in_bounds : memref<?x64xf16> -> tensor<32x64xf16, #fovea_tile.panels<columns = 32>>
  %zero = arith.constant dense<0.0> : tensor<16x32xf32>
  // CHECK: %[[S:.*]] = fovea_tile.dot %{{.*}}, %[[A]], %[[B]] transposed : tensor<16x64xf16>, tensor<32x64xf16, #fovea_tile.panels<columns = 32>> -> tensor<16x32xf32>
  %s = fovea_tile.dot %zero, %a, %b transposed : tensor<16x64xf16>, tensor<32x64xf16, #fovea_tile.panels<columns = 32>> -> tensor<16x32xf32>
  // CHECK: %[[I:.*]] = fovea_tile.coordinate %[[T]] along 0 : tensor<16x32xindex>
  %i = fovea_tile.coordinate %t along 0 : tensor<16x32xindex>
  // CHECK: %[[BOUND:.*]] = fovea_tile.coordinate %[[T]] along 0 : tensor<16xindex>
  %bound = fovea_tile.coordinate %t along 0 : tensor<16xindex>
  // CHECK: %[[G:.*]] = fovea_tile.gather %[[TABLE]][%[[H]]] [%[[I]]] [false, true] : memref<?x?xf32>, tensor<16x32xindex> -> tensor<16x32xf32>
  %g = fovea_tile.gather %table[%h] [%i] [false, true] : memref<?x?xf32>, tensor<16x32xindex> -> tensor<16x32xf32>
  // Upstream's ops work on tiles as they are.
  // CHECK: %[[SUM:.*]] = arith.addf %[[S]], %[[G]] : tensor<16x32xf32>
  %sum = arith.addf %s, %g : tensor<16x32xf32>
  // CHECK: %[[M:.*]] = fovea_tile.mask %[[SUM]], %[[BOUND]] to %[[BOUND]] from %{{.*}} prune : tensor<16x32xf32>, tensor<16xindex>
  %m = fovea_tile.mask %sum, %bound to %bound from %c0 prune : tensor<16x32xf32>, tensor<16xindex>
  // CHECK: fovea_tile.mask %[[M]], %[[BOUND]] to %[[BOUND]] from %{{.*}} : tensor<16x32xf32>
  %n = fovea_tile.mask %m, %bound to %bound from %c0 : tensor<16x32xf32>, tensor<16xindex>
  %init = arith.constant dense<0.0> : tensor<16xf32>
  // CHECK: %[[MAX:.*]] = fovea_tile.reduce maximum %{{.*}}, %{{.*}} : tensor<16x32xf32> -> tensor<16xf32>
  %max = fovea_tile.reduce maximum %n, %init : tensor<16x32xf32> -> tensor<16xf32>
  // CHECK: %[[TOTAL:.*]] = fovea_tile.reduce add %{{.*}}, %[[MAX]] : tensor<16x32xf32> -> tensor<16xf32>
  %total = fovea_tile.reduce add %n, %max : tensor<16x32xf32> -> tensor<16xf32>
  // CHECK: %[[WIDE:.*]] = fovea_tile.broadcast %[[TOTAL]] : tensor<16xf32> -> tensor<16x32xf32>
  %wide = fovea_tile.broadcast %total : tensor<16xf32> -> tensor<16x32xf32>
  // CHECK: fovea_tile.store %[[WIDE]], %[[O]][%[[T]], %{{.*}}] : tensor<16x32xf32>, memref<?x32xf32>
  fovea_tile.store %wide, %o[%t, %c0] : tensor<16x32xf32>, memref<?x32xf32>
  // CHECK: fovea_tile.store %[[TOTAL]], %[[L]][%[[T]]] : tensor<16xf32>, memref<?xf32>
  fovea_tile.store %total, %l[%t] : tensor<16xf32>, memref<?xf32>
  // CHECK: fovea_tile.return
  fovea_tile.return
}

// CHECK-LABEL: fovea_tile.kernel @nothing() grid() config(#fovea_tile.config<m = 1, n = 1, rows = 1, columns = 1>) attributes {note = "kept"} {
fovea_tile.kernel @nothing() grid() config(#fovea_tile.config<m = 1, n = 1, rows = 1, columns = 1>) attributes {note = "kept"} {
  fovea_tile.return
}

// CHECK-LABEL: func @nullary
func.func @nullary() {
  // CHECK: fovea_tile.launch @nothing grid() ins() outs() : () -> ()
  fovea_tile.launch @nothing grid() ins() outs() : () -> ()
  return
}

// CHECK-LABEL: fovea_tile.kernel @scalar_last(
fovea_tile.kernel @scalar_last(%a: memref<?x64xf16>, %x: f32, %d: memref<?x64xf16>) grid(%t)
    config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>) {
  fovea_tile.return
}

// On tensors a launch has results, on memrefs none.
// CHECK-LABEL: func @tensors
// CHECK: %{{.*}} = fovea_tile.launch @scalar_last grid(%{{.*}}) ins(%{{.*}}, %{{.*}}) outs(%{{.*}}) {note = 1 : i64} : (tensor<?x64xf16>, f32) -> (tensor<?x64xf16>)
func.func @tensors(%a: tensor<?x64xf16>, %x: f32, %d: tensor<?x64xf16>, %n: index) -> tensor<?x64xf16> {
  %r = fovea_tile.launch @scalar_last grid(%n) ins(%a, %x) outs(%d) {note = 1} : (tensor<?x64xf16>, f32) -> (tensor<?x64xf16>)
  return %r : tensor<?x64xf16>
}

// CHECK-LABEL: func @memrefs
// CHECK: fovea_tile.launch @scalar_last grid(%{{.*}}) ins(%{{.*}}, %{{.*}}) outs(%{{.*}}) : (memref<?x64xf16>, f32) -> (memref<?x64xf16>)
func.func @memrefs(%a: memref<?x64xf16>, %x: f32, %d: memref<?x64xf16>, %n: index) {
  fovea_tile.launch @scalar_last grid(%n) ins(%a, %x) outs(%d) : (memref<?x64xf16>, f32) -> (memref<?x64xf16>)
  return
}
