// RUN: fovea-opt %s | FileCheck %s
// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --mlir-print-op-generic | fovea-opt | FileCheck %s

!q = tensor<1x8x128x64xf32>
!k = tensor<1x2x96x64xf32>
!v = tensor<1x2x96x32xf32>
!o = tensor<1x8x128x32xf32>
!lse = tensor<1x8x128xf32>

// CHECK-LABEL: func @plain
// CHECK: %[[O:.*]] = fovea.attention(%{{.*}}, %{{.*}}, %{{.*}}) : (tensor<1x8x128x64xf32>, tensor<1x2x96x64xf32>, tensor<1x2x96x32xf32>) -> tensor<1x8x128x32xf32>
func.func @plain(%q: !q, %k: !k, %v: !v) -> !o {
  %o = fovea.attention(%q, %k, %v) : (!q, !k, !v) -> !o
  return %o : !o
}

// CHECK-LABEL: func @lse
// CHECK: fovea.attention(%{{.*}}, %{{.*}}, %{{.*}}) scale(1.250000e-01) : {{.*}} -> (tensor<1x8x128x32xf32>, tensor<1x8x128xf32>)
func.func @lse(%q: !q, %k: !k, %v: !v) -> (!o, !lse) {
  %o, %lse = fovea.attention(%q, %k, %v) scale(0.125) : (!q, !k, !v) -> (!o, !lse)
  return %o, %lse : !o, !lse
}

// CHECK-LABEL: func @masks
// CHECK: mask(#fovea.causal) :
// CHECK: mask(#fovea.window<left = 16, right = 0>) :
// CHECK: mask(#fovea.window<left = 16>) :
// CHECK: mask(#fovea.window<right = 4>) :
// CHECK: mask(#fovea.causal, #fovea.window<left = 16>) :
func.func @masks(%q: !q, %k: !k, %v: !v) -> !o {
  %a = fovea.attention(%q, %k, %v) mask(#fovea.causal) : (!q, !k, !v) -> !o
  %b = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 16, right = 0>) : (!q, !k, !v) -> !o
  %c = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 16>) : (!q, !k, !v) -> !o
  %d = fovea.attention(%q, %k, %v) mask(#fovea.window<right = 4>) : (!q, !k, !v) -> !o
  %e = fovea.attention(%q, %k, %v) mask(#fovea.causal, #fovea.window<left = 16>) : (!q, !k, !v) -> !o
  return %e : !o
}

// CHECK-LABEL: func @regions
// CHECK-SAME: %[[SLOPES:[^:]*]]: tensor<8xf32>
// CHECK: mask(#fovea.causal) score(%[[S:.*]]: f32, %{{.*}}: index, %[[H:.*]]: index, %{{.*}}: index, %{{.*}}: index) {
// CHECK-NEXT:   %[[SLOPE:.*]] = tensor.extract %[[SLOPES]][%[[H]]]
// CHECK-NEXT:   %[[X:.*]] = arith.addf %[[S]], %[[SLOPE]]
// CHECK-NEXT:   fovea.yield %[[X]] : f32
// CHECK-NEXT: } where(%{{.*}}: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-NEXT:   %[[KEEP:.*]] = arith.cmpi ne, %[[I]], %[[J]]
// CHECK-NEXT:   fovea.yield %[[KEEP]] : i1
// CHECK-NEXT: } : (
func.func @regions(%slopes: tensor<8xf32>, %q: !q, %k: !k, %v: !v) -> !o {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %slopes[%h] : tensor<8xf32>
      %x = arith.addf %s, %slope : f32
      fovea.yield %x : f32
    }
    where(%b: index, %h: index, %i: index, %j: index) {
      %keep = arith.cmpi ne, %i, %j : index
      fovea.yield %keep : i1
    } : (!q, !k, !v) -> !o
  return %o : !o
}

// Sizes may be dynamic, and the config and other attributes are kept.
// CHECK-LABEL: func @dynamic
// CHECK: scale(5.000000e-01) config(#fovea_tile.config<m = 64, n = 64, rows = 8, columns = 32>) {note = "kept"}
// CHECK-SAME: (tensor<?x?x?x?xf16>, tensor<?x?x?x?xf16>, tensor<?x?x?x?xf16>) -> (tensor<?x?x?x?xf16>, tensor<?x?x?xf32>)
func.func @dynamic(%q: tensor<?x?x?x?xf16>) -> tensor<?x?x?x?xf16> {
  %o, %lse = fovea.attention(%q, %q, %q) scale(0.5)
    config(#fovea_tile.config<m = 64, n = 64, rows = 8, columns = 32>) {note = "kept"}
    : (tensor<?x?x?x?xf16>, tensor<?x?x?x?xf16>, tensor<?x?x?x?xf16>) -> (tensor<?x?x?x?xf16>, tensor<?x?x?xf32>)
  return %o : tensor<?x?x?x?xf16>
}

// Each element type, with its accumulator in lse and in the score region.
// CHECK-LABEL: func @elements
// CHECK: tensor<1x1x4x8xf64>, tensor<1x1x4xf64>
// CHECK: tensor<1x1x4x8xbf16>, tensor<1x1x4xf32>
func.func @elements(%a: tensor<1x1x4x8xf64>, %b: tensor<1x1x4x8xbf16>) {
  %0:2 = fovea.attention(%a, %a, %a) score(%s: f64, %n: index, %h: index, %i: index, %j: index) {
      %x = math.tanh %s : f64
      fovea.yield %x : f64
    } : (tensor<1x1x4x8xf64>, tensor<1x1x4x8xf64>, tensor<1x1x4x8xf64>) -> (tensor<1x1x4x8xf64>, tensor<1x1x4xf64>)
  %1:2 = fovea.attention(%b, %b, %b) score(%s: f32, %n: index, %h: index, %i: index, %j: index) {
      %x = math.tanh %s : f32
      fovea.yield %x : f32
    } : (tensor<1x1x4x8xbf16>, tensor<1x1x4x8xbf16>, tensor<1x1x4x8xbf16>) -> (tensor<1x1x4x8xbf16>, tensor<1x1x4xf32>)
  return
}

// CHECK-LABEL: func @merge_states
// CHECK-SAME: %[[OA:[^:]*]]: tensor<1x8x16x64xbf16>, %[[LA:[^:]*]]: tensor<1x8x16xf32>, %[[OB:[^:]*]]: tensor<1x8x16x64xbf16>, %[[LB:[^:]*]]: tensor<1x8x16xf32>
// CHECK: %{{.*}}, %{{.*}} = fovea.merge_states outputs(%[[OA]], %[[OB]]) lses(%[[LA]], %[[LB]]) : (tensor<1x8x16x64xbf16>, tensor<1x8x16xf32>)
// CHECK: fovea.merge_states outputs(%[[OA]]) lses(%[[LA]]) {note = 1 : i64} : (
func.func @merge_states(%oa: tensor<1x8x16x64xbf16>, %la: tensor<1x8x16xf32>, %ob: tensor<1x8x16x64xbf16>, %lb: tensor<1x8x16xf32>) {
  %o, %lse = fovea.merge_states outputs(%oa, %ob) lses(%la, %lb) : (tensor<1x8x16x64xbf16>, tensor<1x8x16xf32>)
  %p, %lsp = fovea.merge_states outputs(%oa) lses(%la) {note = 1} : (tensor<1x8x16x64xbf16>, tensor<1x8x16xf32>)
  return
}

// States behind one another, as many as known or not; the results' types are printed, for they differ.
// CHECK-LABEL: func @stacked
// CHECK-SAME: %[[O:[^:]*]]: tensor<5x4x8xf32>, %[[L:[^:]*]]: tensor<5x4xf32>, %[[DO:[^:]*]]: tensor<?x4x?xbf16>, %[[DL:[^:]*]]: tensor<?x4xf32>
// CHECK: fovea.merge_states stacked outputs(%[[O]]) lses(%[[L]]) : (tensor<5x4x8xf32>, tensor<5x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
// CHECK: fovea.merge_states stacked outputs(%[[O]]) lses(%[[L]]) : (tensor<5x4x8xf32>, tensor<5x4xf32>) -> (tensor<4x8xbf16>, tensor<4xf32>)
// CHECK: fovea.merge_states stacked outputs(%[[DO]]) lses(%[[DL]]) config(#fovea_tile.config<m = 8, n = 8, rows = 8, columns = 8>) {note = 1 : i64} : (tensor<?x4x?xbf16>, tensor<?x4xf32>) -> (tensor<4x?xbf16>, tensor<?xf32>)
func.func @stacked(%o: tensor<5x4x8xf32>, %l: tensor<5x4xf32>, %do: tensor<?x4x?xbf16>, %dl: tensor<?x4xf32>) {
  %a:2 = fovea.merge_states stacked outputs(%o) lses(%l) : (tensor<5x4x8xf32>, tensor<5x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  %b:2 = fovea.merge_states stacked outputs(%o) lses(%l) : (tensor<5x4x8xf32>, tensor<5x4xf32>) -> (tensor<4x8xbf16>, tensor<4xf32>)
  %c:2 = fovea.merge_states stacked outputs(%do) lses(%dl) config(#fovea_tile.config<m = 8, n = 8, rows = 8, columns = 8>) {note = 1}
      : (tensor<?x4x?xbf16>, tensor<?x4xf32>) -> (tensor<4x?xbf16>, tensor<?xf32>)
  return
}

// Results of another type than the states, and the same types given twice, which are printed once.
// CHECK-LABEL: func @merge_results
// CHECK-SAME: %[[O:[^:]*]]: tensor<4x8xf32>, %[[L:[^:]*]]: tensor<4xf32>
// CHECK: fovea.merge_states outputs(%[[O]], %[[O]]) lses(%[[L]], %[[L]]) : (tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf16>, tensor<4xf32>)
// CHECK: fovea.merge_states outputs(%[[O]]) lses(%[[L]]) : (tensor<4x8xf32>, tensor<4xf32>) -> (tensor<?x8xf32>, tensor<?xf32>)
// CHECK: fovea.merge_states outputs(%[[O]]) lses(%[[L]]) : (tensor<4x8xf32>, tensor<4xf32>){{$}}
func.func @merge_results(%o: tensor<4x8xf32>, %l: tensor<4xf32>) {
  %a:2 = fovea.merge_states outputs(%o, %o) lses(%l, %l) : (tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf16>, tensor<4xf32>)
  %b:2 = fovea.merge_states outputs(%o) lses(%l) : (tensor<4x8xf32>, tensor<4xf32>) -> (tensor<?x8xf32>, tensor<?xf32>)
  %c:2 = fovea.merge_states outputs(%o) lses(%l) : (tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}
