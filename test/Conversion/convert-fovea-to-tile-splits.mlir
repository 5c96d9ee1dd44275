// RUN: fovea-opt %s -convert-fovea-to-tile -canonicalize -split-input-file | FileCheck %s

// Split keys: a leading dimension of the grid numbers the parts, each workgroup leaves a state in the accumulator's
// type, and a second kernel merges the stacked states.

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 16, splits = 3>
!q = tensor<2x4x70x16xf16>
!k = tensor<2x2x256x16xf16>
!v = tensor<2x2x256x24xf16>
!o = tensor<2x4x70x24xf16>

// 256 keys are 8 tiles, so that the three parts are of 3 tiles, 3 tiles and 2.
// CHECK-LABEL: fovea_tile.kernel @many_attention(
// CHECK-SAME: %[[Q:[^:]*]]: memref<2x4x70x16xf16, {{[^>]*}}>>, %[[K:[^:]*]]: memref<2x2x256x16xf16,
// CHECK-SAME: %[[O:[^:]*]]: memref<3x2x4x70x24xf32, {{[^>]*}}>>, %[[LSE:[^:]*]]: memref<3x2x4x70xf32, {{[^>]*}}>>)
// CHECK-SAME: grid(%[[PART:.*]], %[[B:.*]], %[[H:.*]], %[[T:.*]]) config
// CHECK-DAG: %[[LENGTH:.*]] = arith.constant 96 : index
// CHECK-DAG: %[[KEYS:.*]] = arith.constant 256 : index
// CHECK-DAG: %[[ROW:.*]] = arith.muli %[[T]], %c8
// CHECK-DAG: %[[BEGIN:.*]] = arith.muli %[[PART]], %[[LENGTH]]
// CHECK-DAG: %[[BEHIND:.*]] = arith.addi %[[BEGIN]], %[[LENGTH]]
// CHECK-DAG: %[[KH:.*]] = arith.divsi %[[H]], %c2
// CHECK: fovea_tile.load %[[Q]][%[[B]], %[[H]], %[[ROW]], %c0]
// CHECK: %[[FIRST:.*]] = arith.maxsi %[[BEGIN]], %c0
// CHECK: %[[OR_KEYS:.*]] = arith.maxsi %[[FIRST]], %[[KEYS]]
// CHECK: %[[TILES:.*]] = arith.floordivsi %[[OR_KEYS]], %c32
// CHECK: %[[FULL:.*]] = arith.muli %[[TILES]], %c32
// CHECK: %[[OF_PART:.*]] = arith.minsi %[[FULL]], %[[BEHIND]]
// CHECK: %[[END:.*]] = arith.maxsi %[[FIRST]], %[[OF_PART]]
// CHECK: scf.for %[[J:.*]] = %[[FIRST]] to %[[END]] step %c32
// CHECK:   fovea_tile.load %[[K]][%[[B]], %[[KH]], %[[J]], %c0] in_bounds
// CHECK-NOT: arith.truncf
// CHECK: fovea_tile.store %{{.*}}, %[[O]][%[[PART]], %[[B]], %[[H]], %[[ROW]], %c0] : tensor<8x24xf32>
// CHECK: %[[EMPTY:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<8xi1>, tensor<8xf32>
// CHECK: fovea_tile.store %[[EMPTY]], %[[LSE]][%[[PART]], %[[B]], %[[H]], %[[ROW]]] : tensor<8xf32>

// All states are loaded by their number; the output is rounded once.
// CHECK-LABEL: fovea_tile.kernel @many_merge_states(
// CHECK-SAME: %[[OS:[^:]*]]: memref<3x2x4x70x24xf32, {{[^>]*}}>>, %[[LS:[^:]*]]: memref<3x2x4x70xf32, {{[^>]*}}>>, %[[O:[^:]*]]: memref<2x4x70x24xf16, {{[^>]*}}>>, %[[LSE:[^:]*]]: memref<2x4x70xf32,
// CHECK-SAME: grid(%[[B:.*]], %[[H:.*]], %[[T:.*]]) config(#fovea_tile.config<m = 8, n = 16, rows = 8, columns = 16>)
// CHECK: %[[ROW:.*]] = arith.muli %[[T]], %c8
// CHECK: fovea_tile.load %[[LS]][%c0, %[[B]], %[[H]], %[[ROW]]]
// CHECK: fovea_tile.load %[[LS]][%c1, %[[B]], %[[H]], %[[ROW]]]
// CHECK: fovea_tile.load %[[LS]][%c2, %[[B]], %[[H]], %[[ROW]]]
// CHECK-NOT: fovea_tile.load %[[LS]]
// CHECK: fovea_tile.load %[[OS]][%c0, %[[B]], %[[H]], %[[ROW]], %c0]
// CHECK: fovea_tile.load %[[OS]][%c1, %[[B]], %[[H]], %[[ROW]], %c0]
// CHECK: fovea_tile.load %[[OS]][%c2, %[[B]], %[[H]], %[[ROW]], %c0]
// CHECK: %[[ROUNDED:.*]] = arith.truncf %{{.*}} : tensor<8x24xf32> to tensor<8x24xf16>
// CHECK-NEXT: fovea_tile.store %[[ROUNDED]], %[[O]][%[[B]], %[[H]], %[[ROW]], %c0]
// CHECK: fovea_tile.store %{{.*}}, %[[LSE]][%[[B]], %[[H]], %[[ROW]]]

// CHECK-LABEL: func.func @many
// CHECK-SAME: %[[Q:[^:]*]]: tensor<2x4x70x16xf16>, %[[K:[^:]*]]: tensor<2x2x256x16xf16>, %[[V:[^:]*]]: tensor<2x2x256x24xf16>
// CHECK-DAG: %[[OS:.*]] = tensor.empty() : tensor<3x2x4x70x24xf32>
// CHECK-DAG: %[[LS:.*]] = tensor.empty() : tensor<3x2x4x70xf32>
// CHECK: %[[S:.*]]:2 = fovea_tile.launch @many_attention grid(%c3, %c2, %c4, %c9) ins(%[[Q]], %[[K]], %[[V]]) outs(%[[OS]], %[[LS]])
// CHECK: %[[M:.*]]:2 = fovea_tile.launch @many_merge_states grid(%c2, %c4, %c9) ins(%[[S]]#0, %[[S]]#1) outs(%{{.*}}, %{{.*}}) : {{.*}} -> (tensor<2x4x70x24xf16>, tensor<2x4x70xf32>)
// CHECK: return %[[M]]#0
func.func @many(%q: !q, %k: !k, %v: !v) -> !o {
  %o = fovea.attention(%q, %k, %v) config(#config) : (!q, !k, !v) -> !o
  return %o : !o
}

// -----

// One query and grouped heads: the rows of a workgroup are the four query heads of its key head, and each key is read
// once for all of them. Every row is query 0, and its head comes from its number.

#config = #fovea_tile.config<m = 4, n = 32, rows = 4, columns = 16, splits = 5>
!q = tensor<2x8x1x16xf32>
!k = tensor<2x2x500x16xf32>
!lse = tensor<2x8x1xf32>

// CHECK-LABEL: fovea_tile.kernel @one_attention(
// CHECK-SAME: %[[Q:[^:]*]]: memref<2x2x4x16xf32, {{[^>]*}}>>, %[[K:[^:]*]]: memref<2x2x500x16xf32, {{.*}}, %[[TABLE:[^:]*]]: memref<8xf32, {{[^>]*}}>>, %[[O:[^:]*]]: memref<5x2x2x4x16xf32, {{[^>]*}}>>, %[[LSE:[^:]*]]: memref<5x2x2x4xf32,
// CHECK-SAME: grid(%[[PART:.*]], %[[B:.*]], %[[KH:.*]], %[[T:.*]]) config
// CHECK-DAG: %[[GROUP:.*]] = arith.constant 4 : index
// The window's bounds are those of query 0 in all rows: keys from 499 - 20.
// CHECK-DAG: %[[LOWER:.*]] = arith.constant dense<479> : tensor<4xindex>
// CHECK: %[[ROW:.*]] = arith.muli %[[T]], %[[GROUP]]
// CHECK: fovea_tile.load %[[Q]][%[[B]], %[[KH]], %[[ROW]], %c0]
// CHECK: %[[OF_GROUP:.*]] = arith.muli %[[KH]], %[[GROUP]]
// CHECK: %[[HEAD:.*]] = arith.addi %[[OF_GROUP]], %[[ROW]]
// CHECK: fovea_tile.load %[[K]][%[[B]], %[[KH]],
// CHECK: %[[HEADS:.*]] = fovea_tile.coordinate %[[HEAD]] along 0 : tensor<4x32xindex>
// CHECK: fovea_tile.gather %[[TABLE]][] [%[[HEADS]]]
// CHECK: fovea_tile.mask %{{.*}}, %[[LOWER]] to
// CHECK: fovea_tile.store %{{.*}}, %[[O]][%[[PART]], %[[B]], %[[KH]], %[[ROW]], %c0]
// CHECK: fovea_tile.store %{{.*}}, %[[LSE]][%[[PART]], %[[B]], %[[KH]], %[[ROW]]]

// The host's side: a view of the queries, and a view back of the states.
// CHECK-LABEL: func.func @one
// CHECK-SAME: %[[Q:[^:]*]]: tensor<2x8x1x16xf32>, %[[K:[^:]*]]: tensor<2x2x500x16xf32>, %[[TABLE:[^:]*]]: tensor<8xf32>
// CHECK: %[[ROWS:.*]] = tensor.collapse_shape %[[Q]] {{\[\[}}0], [1], [2, 3]] : tensor<2x8x1x16xf32> into tensor<2x8x16xf32>
// CHECK: %[[GROUPED:.*]] = tensor.expand_shape %[[ROWS]] {{\[\[}}0], [1, 2], [3]] output_shape [2, 2, 4, 16]
// CHECK: %[[S:.*]]:2 = fovea_tile.launch @one_attention grid(%c5, %c2, %c2, %c1) ins(%[[GROUPED]], %[[K]], %[[K]], %[[TABLE]])
// CHECK: tensor.expand_shape %[[S]]#0 {{.*}} into tensor<5x2x2x4x1x16xf32>
// CHECK: %[[OS:.*]] = tensor.collapse_shape {{.*}} into tensor<5x2x8x1x16xf32>
// CHECK: tensor.expand_shape %[[S]]#1 {{.*}} into tensor<5x2x2x4x1xf32>
// CHECK: %[[LS:.*]] = tensor.collapse_shape {{.*}} into tensor<5x2x8x1xf32>
// CHECK: %[[M:.*]]:2 = fovea_tile.launch @one_merge_states grid(%c2, %c8, %c1) ins(%[[OS]], %[[LS]])
// CHECK: return %[[M]]#0, %[[M]]#1
func.func @one(%q: !q, %k: !k, %table: tensor<8xf32>) -> (!q, !lse) {
  %o, %lse = fovea.attention(%q, %k, %k) mask(#fovea.window<left = 20>) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %t = tensor.extract %table[%h] : tensor<8xf32>
    %x = arith.mulf %s, %t : f32
    fovea.yield %x : f32
  } config(#config) : (!q, !k, !k) -> (!q, !lse)
  return %o, %lse : !q, !lse
}

// -----

// As many key heads as query heads: nothing to pack.

#config = #fovea_tile.config<m = 4, n = 32, rows = 4, columns = 16, splits = 2>
!q = tensor<1x8x1x16xf32>
!k = tensor<1x8x512x16xf32>

// CHECK-LABEL: fovea_tile.kernel @one_head_each_attention(
// CHECK-SAME: memref<1x8x1x16xf32, {{[^>]*}}>>, %{{[^:]*}}: memref<1x8x512x16xf32
// CHECK-LABEL: func.func @one_head_each
// CHECK-NOT: tensor.expand_shape
// CHECK: fovea_tile.launch @one_head_each_attention grid(%c2, %c1, %c8, %c1)
func.func @one_head_each(%q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) config(#config) : (!q, !k, !k) -> !q
  return %o : !q
}

// -----

// One part is no split: neither a dimension of the grid nor a merge.

#config = #fovea_tile.config<m = 4, n = 32, rows = 4, columns = 16, splits = 1>
!q = tensor<1x8x1x16xf32>
!k = tensor<1x2x512x16xf32>

// CHECK-LABEL: func.func @one_part
// CHECK: fovea_tile.launch @one_part_attention grid(%c1, %c8, %c1)
// CHECK-NOT: fovea_tile.launch
// CHECK: return
func.func @one_part(%q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) config(#config) : (!q, !k, !k) -> !q
  return %o : !q
}

// -----

// Sizes that are not known are those of the operands, and the results keep the types that they had, an lse of other
// static sizes than o's too.

#config = #fovea_tile.config<m = 4, n = 32, rows = 4, columns = 16, splits = 2>
!q = tensor<?x4x?x16xf32>
!k = tensor<?x?x?x16xf32>

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x4x?x16xf32>
// CHECK-DAG: %[[B:.*]] = tensor.dim %[[Q]], %c0
// CHECK-DAG: %[[I:.*]] = tensor.dim %[[Q]], %c2
// CHECK-DAG: %[[OS:.*]] = tensor.empty(%[[B]], %[[I]]) : tensor<2x?x4x?x16xf32>
// CHECK-DAG: %[[LS:.*]] = tensor.empty(%[[B]], %[[I]]) : tensor<2x?x4x?xf32>
// CHECK: %[[S:.*]]:2 = fovea_tile.launch @dynamic_attention grid(%c2, %[[B]], %c4, %{{.*}}) {{.*}} outs(%[[OS]], %[[LS]])
// CHECK: %[[M:.*]]:2 = fovea_tile.launch @dynamic_merge_states {{.*}} -> (tensor<?x4x?x16xf32>, tensor<?x4x?xf32>)
// CHECK: %[[CAST:.*]] = tensor.cast %[[M]]#1 : tensor<?x4x?xf32> to tensor<?x?x?xf32>
// CHECK: return %[[M]]#0, %[[CAST]]
func.func @dynamic(%q: !q, %k: !k) -> (!q, tensor<?x?x?xf32>) {
  %o, %lse = fovea.attention(%q, %k, %k) config(#config) : (!q, !k, !k) -> (!q, tensor<?x?x?xf32>)
  return %o, %lse : !q, tensor<?x?x?xf32>
}
