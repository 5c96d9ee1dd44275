// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of the masks, and of the sizes that they fit (C14).

// expected-error @below {{prefix has a length of -1, expected 0 to 2147483648}}
#mask = #fovea.prefix<length = -1>

// -----

// expected-error @below {{prefix has a length of 2147483649, expected 0 to 2147483648}}
#mask = #fovea.prefix<length = 2147483649>

// -----

// expected-error @below {{and combines 1 masks, expected at least 2}}
#mask = #fovea.and<#fovea.causal>

// -----

// expected-error @below {{or combines 1 masks, expected at least 2}}
#mask = #fovea.or<#fovea.causal>

// -----

// expected-error @below {{or combines 3 : i64, expected mask attributes}}
#mask = #fovea.or<#fovea.causal, 3>

// -----

// expected-error @below {{nd_window has a shape of 0 axes, expected 1 to 3}}
#mask = #fovea.nd_window<shape = [], window = []>

// -----

// expected-error @below {{nd_window has a shape of 4 axes, expected 1 to 3}}
#mask = #fovea.nd_window<shape = [2, 2, 2, 2], window = [1, 1, 1, 1]>

// -----

// expected-error @below {{nd_window has 1 values of 'window', expected one for each of 2 axes}}
#mask = #fovea.nd_window<shape = [8, 8], window = [3]>

// -----

// expected-error @below {{nd_window has 3 values of 'stride', expected one for each of 2 axes}}
#mask = #fovea.nd_window<shape = [8, 8], window = [3, 3], stride = [1, 1, 1]>

// -----

// expected-error @below {{nd_window has 3 values of 'dilation', expected one for each of 2 axes}}
#mask = #fovea.nd_window<shape = [8, 8], window = [3, 3], dilation = [1, 1, 1]>

// -----

// expected-error @below {{nd_window has 3 values of 'causal', expected one for each of 2 axes}}
#mask = #fovea.nd_window<shape = [8, 8], window = [3, 3], causal = [1, 1, 1]>

// -----

// expected-error @below {{nd_window's axis 1 has the length 0, expected 1 to 1048576}}
#mask = #fovea.nd_window<shape = [8, 0], window = [3, 1]>

// -----

// expected-error @below {{nd_window's axis 0 has the length 1048577, expected 1 to 1048576}}
#mask = #fovea.nd_window<shape = [1048577], window = [3]>

// -----

// expected-error @below {{nd_window's axis 0 has a window of 0 with dilation 1, expected both at least 1 and window * dilation at most the axis' length 8}}
#mask = #fovea.nd_window<shape = [8], window = [0]>

// -----

// expected-error @below {{nd_window's axis 1 has a window of 9 with dilation 1, expected both at least 1 and window * dilation at most the axis' length 8}}
#mask = #fovea.nd_window<shape = [9, 8], window = [9, 9]>

// -----

// expected-error @below {{nd_window's axis 0 has a window of 3 with dilation 3, expected both at least 1 and window * dilation at most the axis' length 8}}
#mask = #fovea.nd_window<shape = [8], window = [3], dilation = [3]>

// -----

// expected-error @below {{nd_window's axis 0 has a window of 3 with dilation 0, expected both at least 1 and window * dilation at most the axis' length 8}}
#mask = #fovea.nd_window<shape = [8], window = [3], dilation = [0]>

// -----

// expected-error @below {{nd_window's axis 0 has a window of 3 with dilation 9223372036854775807, expected both at least 1 and window * dilation at most the axis' length 8}}
#mask = #fovea.nd_window<shape = [8], window = [3], dilation = [9223372036854775807]>

// -----

// expected-error @below {{nd_window's axis 0 has the stride 4, expected 1 to the window 3}}
#mask = #fovea.nd_window<shape = [8], window = [3], stride = [4]>

// -----

// expected-error @below {{nd_window's axis 0 has the stride 0, expected 1 to the window 3}}
#mask = #fovea.nd_window<shape = [8], window = [3], stride = [0]>

// -----

// expected-error @below {{nd_window's axis 0 has causal 2, expected 0 or 1}}
#mask = #fovea.nd_window<shape = [8], window = [3], causal = [2]>

// -----

// expected-error @below {{local_stride has 'block' 0, expected 1 to 1048576}}
#mask = #fovea.local_stride<block = 0, local = 2, stride = 4, heads = 8, group = 1>

// -----

// expected-error @below {{local_stride has 'local' 0, expected 1 to 1048576}}
#mask = #fovea.local_stride<block = 64, local = 0, stride = 4, heads = 8, group = 1>

// -----

// expected-error @below {{local_stride has 'stride' 0, expected 1 to 1048576}}
#mask = #fovea.local_stride<block = 64, local = 2, stride = 0, heads = 8, group = 1>

// -----

// expected-error @below {{local_stride has 'heads' 0, expected 1 to 1048576}}
#mask = #fovea.local_stride<block = 64, local = 2, stride = 4, heads = 0, group = 1>

// -----

// expected-error @below {{local_stride has 'group' 0, expected 1 to 1048576}}
#mask = #fovea.local_stride<block = 64, local = 2, stride = 4, heads = 8, group = 0>

// -----

// expected-error @below {{local_stride has 'stride' 1048577, expected 1 to 1048576}}
#mask = #fovea.local_stride<block = 64, local = 2, stride = 1048577, heads = 8>

// -----

// expected-error @below {{local_stride has 'offset' -1, expected 0 to 1048576}}
#mask = #fovea.local_stride<block = 64, local = 2, stride = 4, heads = 8, offset = -1>

// -----

// expected-error @below {{local_stride has 'dense' 17, expected 0 to all 16 query heads}}
#mask = #fovea.local_stride<block = 64, local = 2, stride = 4, heads = 8, group = 2, dense = 17>

// -----

!q = tensor<1x4x16x8xf32>
!k = tensor<1x4x12x8xf32>
func.func @c14_keys(%q: !q, %k: !k) {
  // expected-error @below {{C14: nd_window's shape has 16 tokens, but there are 12 keys}}
  %o = fovea.attention(%q, %k, %k) mask(#fovea.nd_window<shape = [4, 4], window = [3, 3]>) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x4x16x8xf32>
!k = tensor<1x4x12x8xf32>
func.func @c14_queries(%q: !q, %k: !k) {
  // expected-error @below {{C14: nd_window's shape has 12 tokens, but there are 16 queries}}
  %o = fovea.attention(%q, %k, %k) mask(#fovea.nd_window<shape = [3, 4], window = [3, 3]>) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x4x16x8xf32>
!k = tensor<1x4x12x8xf32>
func.func @c14_heads(%q: !q, %k: !k) {
  // expected-error @below {{C14: local_stride is for 2 key heads of 4 query heads each, but there are 4 query heads}}
  %o = fovea.attention(%q, %k, %k) mask(#fovea.local_stride<block = 4, local = 2, stride = 4, heads = 2, group = 4>) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x4x16x8xf32>
!k = tensor<1x4x12x8xf32>
func.func @c14_in_and(%q: !q, %k: !k) {
  // expected-error @below {{C14: nd_window's shape has 12 tokens, but there are 16 queries}}
  %o = fovea.attention(%q, %k, %k) mask(#fovea.and<#fovea.causal, #fovea.nd_window<shape = [12], window = [3]>>) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x4x16x8xf32>
!k = tensor<1x4x12x8xf32>
func.func @c14_in_or(%q: !q, %k: !k) {
  // expected-error @below {{C14: local_stride is for 8 key heads of 1 query heads each, but there are 4 query heads}}
  %o = fovea.attention(%q, %k, %k) mask(#fovea.or<#fovea.prefix<length = 3>, #fovea.local_stride<block = 4, local = 2, stride = 4, heads = 8>>) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x4x16x8xf32>
!k = tensor<1x4x?x8xf32>
func.func @c14_dynamic_keys(%q: !q, %k: !k) {
  // expected-error @below {{C14: nd_window's shape has 12 tokens, but there are 16 queries}}
  %o = fovea.attention(%q, %k, %k) mask(#fovea.nd_window<shape = [12], window = [3]>) : (!q, !k, !k) -> !q
  return
}
