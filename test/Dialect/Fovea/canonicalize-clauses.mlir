// RUN: fovea-opt %s --canonicalize | FileCheck %s

// Which masks cover everything, beside windows and causal (canonicalize.mlir), and clauses that stay.

!t = tensor<1x2x32x16xf32>
!k = tensor<1x2x48x16xf32>
!one = tensor<1x2x1x16xf32>

// Aligned at the top left the first query sees the first key alone, however many queries there are.
// CHECK-LABEL: func @keep_top_left
// CHECK: fovea.attention(%{{[^)]*}}) mask(#fovea.causal<align = top_left>) :
// CHECK: fovea.attention(%{{[^)]*}}) mask(#fovea.causal<align = top_left>) :
func.func @keep_top_left(%q: !t, %d: !one, %k: !k) -> (!t, !one) {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.causal<align = top_left>) : (!t, !k, !k) -> !t
  %p = fovea.attention(%d, %k, %k) mask(#fovea.causal<align = top_left>) : (!one, !k, !k) -> !one
  return %o, %p : !t, !one
}

// CHECK-LABEL: func @drop_top_left_of_one_key
// CHECK: fovea.attention(%{{[^)]*}}) :
func.func @drop_top_left_of_one_key(%q: !t, %k: !one) -> !t {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.causal<align = top_left>) : (!t, !one, !one) -> !t
  return %o : !t
}

// CHECK-LABEL: func @prefix
// CHECK: fovea.attention(%{{[^)]*}}) :
// CHECK: fovea.attention(%{{[^)]*}}) mask(#fovea.prefix<length = 47>) :
func.func @prefix(%q: !t, %k: !k) -> (!t, !t) {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.prefix<length = 48>) : (!t, !k, !k) -> !t
  %p = fovea.attention(%q, %k, %k) mask(#fovea.prefix<length = 47>) : (!t, !k, !k) -> !t
  return %o, %p : !t, !t
}

// A mask that is no interval has no bounds, and hides keys all the same.
// CHECK-LABEL: func @keep_patterns
// CHECK: mask(#fovea.or<#fovea.prefix<length = 4>, #fovea.causal>) :
// CHECK: mask(#fovea.and<#fovea.prefix<length = 4>, #fovea.causal>) :
// CHECK: mask(#fovea.nd_window<shape = [32], window = [3]>) :
// CHECK: mask(#fovea.local_stride<block = 4, local = 1, stride = 8, heads = 2>) :
func.func @keep_patterns(%q: !t) -> (!t, !t, !t, !t) {
  %a = fovea.attention(%q, %q, %q) mask(#fovea.or<#fovea.prefix<length = 4>, #fovea.causal>) : (!t, !t, !t) -> !t
  %b = fovea.attention(%q, %q, %q) mask(#fovea.and<#fovea.prefix<length = 4>, #fovea.causal>) : (!t, !t, !t) -> !t
  %c = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<shape = [32], window = [3]>) : (!t, !t, !t) -> !t
  %d = fovea.attention(%q, %q, %q) mask(#fovea.local_stride<block = 4, local = 1, stride = 8, heads = 2>) : (!t, !t, !t) -> !t
  return %a, %b, %c, %d : !t, !t, !t, !t
}

// CHECK-LABEL: func @drop_repeated_pattern
// CHECK: mask(#fovea.nd_window<shape = [32], window = [3]>) :
func.func @drop_repeated_pattern(%q: !t) -> !t {
  %a = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<shape = [32], window = [3]>, #fovea.window<left = 31>, #fovea.nd_window<shape = [32], window = [3]>) : (!t, !t, !t) -> !t
  return %a : !t
}

// All of these would cover an op of 1 query and 48 keys, or of pages of 16 keys: but sequences have sizes of their own.
// CHECK-LABEL: func @keep_masks_of_sequences
// CHECK: mask(#fovea.causal) ragged(
// CHECK: mask(#fovea.prefix<length = 48>) ragged(
// CHECK: mask(#fovea.causal) paged(
// CHECK: mask(#fovea.window<left = 16>) paged(
func.func @keep_masks_of_sequences(%q: !one, %k: !k, %y: tensor<3xi32>, %pages: tensor<9x2x16x16xf32>, %p: tensor<2xi32>, %n: tensor<?xi32>, %l: tensor<1xi32>) -> (!one, !one, !one, !one) {
  %a = fovea.attention(%q, %k, %k) mask(#fovea.causal) ragged(%y, %y) : (!one, !k, !k, tensor<3xi32>, tensor<3xi32>) -> !one
  %b = fovea.attention(%q, %k, %k) mask(#fovea.prefix<length = 48>) ragged(%y, %y) : (!one, !k, !k, tensor<3xi32>, tensor<3xi32>) -> !one
  %c = fovea.attention(%q, %pages, %pages) mask(#fovea.causal) paged(%p, %n, %l)
      : (!one, tensor<9x2x16x16xf32>, tensor<9x2x16x16xf32>, tensor<2xi32>, tensor<?xi32>, tensor<1xi32>) -> !one
  %d = fovea.attention(%q, %pages, %pages) mask(#fovea.window<left = 16>) paged(%p, %n, %l)
      : (!one, tensor<9x2x16x16xf32>, tensor<9x2x16x16xf32>, tensor<2xi32>, tensor<?xi32>, tensor<1xi32>) -> !one
  return %a, %b, %c, %d : !one, !one, !one, !one
}

// The scale is of the products alone: a bias, factors and weights stay as they are when a score region becomes scale.
// CHECK-LABEL: func @fold_score_beside_bias
// CHECK-SAME: %[[BIAS:[^:]*]]: tensor<1x1x32x32xf32>, %[[W:[^:]*]]: tensor<1x2x32xf32>
// CHECK: scale(1.250000e-01) bias(%[[BIAS]]) factors(%{{.*}}, %{{.*}}) weights(%[[W]]) : (
func.func @fold_score_beside_bias(%bias: tensor<1x1x32x32xf32>, %w: tensor<1x2x32xf32>, %q: !t) -> !t {
  %half = arith.constant 0.5 : f32
  %o = fovea.attention(%q, %q, %q) bias(%bias) factors(%q, %q) weights(%w) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %x = arith.mulf %s, %half : f32
      fovea.yield %x : f32
    } : (!t, !t, !t, tensor<1x1x32x32xf32>, !t, !t, tensor<1x2x32xf32>) -> !t
  return %o : !t
}
