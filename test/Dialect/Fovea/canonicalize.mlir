// RUN: fovea-opt %s --canonicalize | FileCheck %s

!t = tensor<1x2x32x16xf32>
!k = tensor<1x2x48x16xf32>
!d = tensor<1x2x?x16xf32>

// A score region that only scales becomes part of the scale: 1/sqrt(16) * 0.5.
// CHECK-LABEL: func @fold_scaling_score
// CHECK: fovea.attention(%{{.*}}) scale(1.250000e-01) : (
func.func @fold_scaling_score(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %half = arith.constant 0.5 : f32
      %x = arith.mulf %s, %half : f32
      fovea.yield %x : f32
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// CHECK-LABEL: func @fold_scaling_score_left
// CHECK: scale(-4.000000e+00) : (
func.func @fold_scaling_score_left(%q: !t) -> !t {
  %minus_two = arith.constant -2.0 : f32
  %o = fovea.attention(%q, %q, %q) scale(2.0) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %x = arith.mulf %minus_two, %s : f32
      fovea.yield %x : f32
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// CHECK-LABEL: func @drop_identity_score
// CHECK: fovea.attention(%{{.*}}) : (
func.func @drop_identity_score(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      fovea.yield %s : f32
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// Neither a factor that is known at run time only nor an infinite one folds.
// CHECK-LABEL: func @keep_score
// CHECK: score(
// CHECK: score(
func.func @keep_score(%q: !t, %factor: f32) -> (!t, !t) {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %x = arith.mulf %s, %factor : f32
      fovea.yield %x : f32
    } : (!t, !t, !t) -> !t
  %infinity = arith.constant 0x7F800000 : f32
  %p = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %x = arith.mulf %s, %infinity : f32
      fovea.yield %x : f32
    } : (!t, !t, !t) -> !t
  return %o, %p : !t, !t
}

// CHECK-LABEL: func @drop_true_where
// CHECK: fovea.attention(%{{.*}}) : (
func.func @drop_true_where(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) where(%b: index, %h: index, %i: index, %j: index) {
      %true = arith.constant true
      fovea.yield %true : i1
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// What folds to true is dropped too.
// CHECK-LABEL: func @drop_folded_where
// CHECK: fovea.attention(%{{.*}}) : (
func.func @drop_folded_where(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) where(%b: index, %h: index, %i: index, %j: index) {
      %keep = arith.cmpi eq, %i, %i : index
      fovea.yield %keep : i1
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// CHECK-LABEL: func @keep_where
// CHECK: where(
func.func @keep_where(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) where(%b: index, %h: index, %i: index, %j: index) {
      %false = arith.constant false
      fovea.yield %false : i1
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// A window covers everything when the last query sees the first key and the first
// query sees the last key. With 32 queries and 48 keys they are 47 and 31 apart.
// CHECK-LABEL: func @drop_covering_window
// CHECK: fovea.attention(%{{.*}}) : (
// CHECK: fovea.attention(%{{.*}}) : (
func.func @drop_covering_window(%q: !t, %k: !k) -> (!t, !t) {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.window<left = 47, right = 31>) : (!t, !k, !k) -> !t
  %p = fovea.attention(%q, %k, %k) mask(#fovea.window<left = 47>) : (!t, !k, !k) -> !t
  return %o, %p : !t, !t
}

// CHECK-LABEL: func @keep_window
// CHECK: mask(#fovea.window<left = 46, right = 31>)
// CHECK: mask(#fovea.window<left = 47, right = 30>)
func.func @keep_window(%q: !t, %k: !k) -> (!t, !t) {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.window<left = 46, right = 31>) : (!t, !k, !k) -> !t
  %p = fovea.attention(%q, %k, %k) mask(#fovea.window<left = 47, right = 30>) : (!t, !k, !k) -> !t
  return %o, %p : !t, !t
}

// One query at the end of the sequence sees all keys: causal is no mask then.
// CHECK-LABEL: func @drop_causal_of_one_query
// CHECK: fovea.attention(%{{.*}}) : (
func.func @drop_causal_of_one_query(%q: tensor<1x2x1x16xf32>, %k: !k) -> tensor<1x2x1x16xf32> {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.causal) : (tensor<1x2x1x16xf32>, !k, !k) -> tensor<1x2x1x16xf32>
  return %o : tensor<1x2x1x16xf32>
}

// With dynamic sizes only a window without sides is known to cover everything.
// CHECK-LABEL: func @dynamic_window
// CHECK: mask(#fovea.window<left = 4096>) : (
func.func @dynamic_window(%q: !d) -> !d {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.window<>, #fovea.window<left = 4096>) : (!d, !d, !d) -> !d
  return %o : !d
}

// CHECK-LABEL: func @drop_repeated_mask
// CHECK: mask(#fovea.causal) : (
func.func @drop_repeated_mask(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.causal, #fovea.causal) : (!t, !t, !t) -> !t
  return %o : !t
}

// CHECK-LABEL: func @forward_single_state
// CHECK-SAME: %[[O:[^:]*]]: tensor<4x8xf32>, %[[LSE:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: return %[[O]], %[[LSE]]
func.func @forward_single_state(%o: tensor<4x8xf32>, %lse: tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %p, %lsp = fovea.merge_states outputs(%o) lses(%lse) : (tensor<4x8xf32>, tensor<4xf32>)
  return %p, %lsp : tensor<4x8xf32>, tensor<4xf32>
}
