// RUN: fovea-opt %s | FileCheck %s
// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --emit-bytecode | fovea-opt | FileCheck %s

// What is left out of a mask, or given as it would be anyway, is not printed.

!t = tensor<1x8x256x64xf32>

// CHECK-LABEL: func @intervals
// CHECK: mask(#fovea.causal) :
// CHECK: mask(#fovea.causal<align = top_left>) :
// CHECK: mask(#fovea.prefix<length = 64>, #fovea.window<left = 3>) :
// CHECK: mask(#fovea.prefix<length = 0>) :
func.func @intervals(%q: !t) {
  %a = fovea.attention(%q, %q, %q) mask(#fovea.causal<align = bottom_right>) : (!t, !t, !t) -> !t
  %b = fovea.attention(%q, %q, %q) mask(#fovea.causal<align = top_left>) : (!t, !t, !t) -> !t
  %c = fovea.attention(%q, %q, %q) mask(#fovea.prefix<length = 64>, #fovea.window<left = 3>) : (!t, !t, !t) -> !t
  %d = fovea.attention(%q, %q, %q) mask(#fovea.prefix<length = 0>) : (!t, !t, !t) -> !t
  return
}

// CHECK-LABEL: func @combinations
// CHECK: mask(#fovea.or<#fovea.prefix<length = 64>, #fovea.causal>) :
// CHECK: mask(#fovea.or<#fovea.and<#fovea.causal, #fovea.window<left = 16>>, #fovea.prefix<length = 4>, #fovea.nd_window<shape = [256], window = [3]>>) :
func.func @combinations(%q: !t) {
  %a = fovea.attention(%q, %q, %q) mask(#fovea.or<#fovea.prefix<length = 64>, #fovea.causal>) : (!t, !t, !t) -> !t
  %b = fovea.attention(%q, %q, %q) mask(#fovea.or<#fovea.and<#fovea.causal, #fovea.window<left = 16>>, #fovea.prefix<length = 4>,
      #fovea.nd_window<shape = [256], window = [3]>>) : (!t, !t, !t) -> !t
  return
}

// CHECK-LABEL: func @nd_window
// CHECK: mask(#fovea.nd_window<shape = [256], window = [256]>) :
// CHECK: mask(#fovea.nd_window<shape = [16, 16], window = [5, 7], stride = [1, 2]>) :
// CHECK: mask(#fovea.nd_window<shape = [4, 8, 8], window = [2, 3, 4], stride = [2, 1, 1], dilation = [2, 2, 1], causal = [1, 0, 0]>) :
func.func @nd_window(%q: !t) {
  %a = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<shape = [256], window = [256]>) : (!t, !t, !t) -> !t
  %b = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<stride = [1, 2], window = [5, 7], shape = [16, 16]>) : (!t, !t, !t) -> !t
  %c = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<shape = [4, 8, 8], window = [2, 3, 4], stride = [2, 1, 1], dilation = [2, 2, 1], causal = [1, 0, 0]>)
      : (!t, !t, !t) -> !t
  return
}

// CHECK-LABEL: func @local_stride
// CHECK: mask(#fovea.local_stride<block = 64, local = 2, stride = 3, heads = 8>) :
// CHECK: mask(#fovea.local_stride<block = 16, local = 1, stride = 8, heads = 8, offset = 5, dense = 8>) :
func.func @local_stride(%q: !t) {
  %a = fovea.attention(%q, %q, %q) mask(#fovea.local_stride<block = 64, local = 2, stride = 3, heads = 8, group = 1, offset = 0, dense = 0>) : (!t, !t, !t) -> !t
  %b = fovea.attention(%q, %q, %q) mask(#fovea.local_stride<block = 16, local = 1, stride = 8, heads = 8, dense = 8, offset = 5>) : (!t, !t, !t) -> !t
  return
}

// Sizes that are not known fit any mask, and so do those of sequences that are known at run time only.
// CHECK-LABEL: func @any_size
// CHECK: mask(#fovea.nd_window<shape = [4, 4], window = [3, 3]>, #fovea.local_stride<block = 64, local = 2, stride = 3, heads = 4, group = 2>) :
// CHECK: mask(#fovea.nd_window<shape = [4, 4], window = [3, 3]>) ragged(
func.func @any_size(%d: tensor<?x?x?x64xf32>, %q: !t, %offsets: tensor<3xi32>) {
  %a = fovea.attention(%d, %d, %d) mask(#fovea.nd_window<shape = [4, 4], window = [3, 3]>, #fovea.local_stride<block = 64, local = 2, stride = 3, heads = 4, group = 2>)
      : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  %b = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<shape = [4, 4], window = [3, 3]>) ragged(%offsets, %offsets)
      : (!t, !t, !t, tensor<3xi32>, tensor<3xi32>) -> !t
  return
}

// CHECK-LABEL: func private @indices
// CHECK-SAME: (!fovea.index<block = [64, 128]>, !fovea.index<block = [1, 1], order = column>)
func.func private @indices(!fovea.index<block = [64, 128], order = row>, !fovea.index<order = column, block = [1, 1]>)
