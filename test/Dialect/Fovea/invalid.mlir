// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each numbered constraint of the ops.

!t = tensor<1x2x4x8xf32>
func.func @c1_rank(%q: tensor<2x4x8xf32>, %k: !t) {
  // expected-error @below {{C1: q has rank 3, expected 4: [batch, heads, sequence, head dimension]}}
  %o = fovea.attention(%q, %k, %k) : (tensor<2x4x8xf32>, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c2_element_type(%q: !t, %k: tensor<1x2x4x8xf16>) {
  // expected-error @below {{C2: k has element type 'f16', expected q's 'f32'}}
  %o = fovea.attention(%q, %k, %q) : (!t, tensor<1x2x4x8xf16>, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c3_batch(%q: !t, %k: tensor<3x2x4x8xf32>) {
  // expected-error @below {{C3: q and k differ in batch size (dimension 0): 1 and 3}}
  %o = fovea.attention(%q, %k, %k) : (!t, tensor<3x2x4x8xf32>, tensor<3x2x4x8xf32>) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c3_batch_of_output(%q: !t) {
  // expected-error @below {{C3: q and o differ in batch size (dimension 0): 1 and 2}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> tensor<2x2x4x8xf32>
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c3_heads(%q: !t, %v: tensor<1x1x4x8xf32>) {
  // expected-error @below {{C3: k and v differ in heads (dimension 1): 2 and 1}}
  %o = fovea.attention(%q, %q, %v) : (!t, !t, tensor<1x1x4x8xf32>) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c3_keys(%q: !t, %v: tensor<1x2x5x8xf32>) {
  // expected-error @below {{C3: k and v differ in keys (dimension 2): 4 and 5}}
  %o = fovea.attention(%q, %q, %v) : (!t, !t, tensor<1x2x5x8xf32>) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c4_dk(%q: !t, %k: tensor<1x2x4x16xf32>) {
  // expected-error @below {{C4: q and k differ in head dimension dk (dimension 3): 8 and 16}}
  %o = fovea.attention(%q, %k, %q) : (!t, tensor<1x2x4x16xf32>, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c4_dv(%q: !t) {
  // expected-error @below {{C4: v and o differ in head dimension dv (dimension 3): 8 and 4}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> tensor<1x2x4x4xf32>
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c4_heads(%q: !t) {
  // expected-error @below {{C4: q and o differ in heads (dimension 1): 2 and 4}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> tensor<1x4x4x8xf32>
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c4_queries(%q: !t) {
  // expected-error @below {{C4: q and o differ in queries (dimension 2): 4 and 5}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> tensor<1x2x5x8xf32>
  return
}

// -----

!q = tensor<1x6x4x8xf32>
!k = tensor<1x4x4x8xf32>
func.func @c5_groups(%q: !q, %k: !k) {
  // expected-error @below {{C5: 6 query heads are not a multiple of 4 key heads}}
  %o = fovea.attention(%q, %k, %k) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x2x4x8xf32>
!k = tensor<1x0x4x8xf32>
func.func @c5_no_key_heads(%q: !q, %k: !k) {
  // expected-error @below {{C5: 2 query heads are not a multiple of 0 key heads}}
  %o = fovea.attention(%q, %k, %k) : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<1x2x4x8xf32>
!v = tensor<1x2x4x0xf32>
func.func @c6_dv(%q: !q, %v: !v) {
  // expected-error @below {{C6: v has head dimension 0, expected at least 1}}
  %o = fovea.attention(%q, %q, %v) : (!q, !q, !v) -> !v
  return
}

// -----

!t = tensor<1x2x4x8xbf16>
func.func @c7_element_type(%q: !t) {
  // expected-error @below {{C7: lse has type 'tensor<1x2x4xf64>', expected 'tensor<1x2x4xf32>'}}
  %o, %lse = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> (!t, tensor<1x2x4xf64>)
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c7_shape(%q: !t) {
  // expected-error @below {{C7: lse has type 'tensor<1x2x5xf32>', expected 'tensor<1x2x4xf32>'}}
  %o, %lse = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> (!t, tensor<1x2x5xf32>)
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c8_mask(%q: !t) {
  // expected-error @below {{C8: "causal" is not a mask; expected #fovea.causal, #fovea.window<left = L, right = R>, #fovea.prefix, #fovea.nd_window, #fovea.local_stride, #fovea.and or #fovea.or}}
  %o = fovea.attention(%q, %q, %q) mask("causal") : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x?xf32>
func.func @c9_dynamic_dk(%q: !t) {
  // expected-error @below {{C9: dk is dynamic, so the scale must be given}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c9_infinite_scale(%q: !t) {
  // expected-error @below {{C9: the scale must be finite}}
  %o = "fovea.attention"(%q, %q, %q) <{scale = 0x7FF0000000000000 : f64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>}> ({}, {}) : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf16>
func.func @c10_arguments(%q: !t) {
  // expected-error @below {{C10: score takes ('f16', 'index', 'index', 'index', 'index'), expected ('f32', 'index', 'index', 'index', 'index')}}
  %o = fovea.attention(%q, %q, %q) score(%s: f16, %b: index, %h: index, %i: index, %j: index) {
      fovea.yield %s : f16
    } : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c10_yield(%q: !t) {
  // expected-error @below {{C10: score must end in fovea.yield of one 'f32'}}
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      fovea.yield %i : index
    } : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c11_arguments(%q: !t) {
  // expected-error @below {{C11: where takes ('index', 'index', 'index'), expected ('index', 'index', 'index', 'index')}}
  %o = fovea.attention(%q, %q, %q) where(%h: index, %i: index, %j: index) {
      %true = arith.constant true
      fovea.yield %true : i1
    } : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c11_yield(%q: !t) {
  // expected-error @below {{C11: where must end in fovea.yield of one 'i1'}}
  %o = fovea.attention(%q, %q, %q) where(%b: index, %h: index, %i: index, %j: index) {
      fovea.yield %i : index
    } : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x2x4x8xf32>
func.func @c12_effects(%q: !t, %buffer: memref<f32>) {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      // expected-error @below {{C12: has memory effects, which a score region of fovea.attention must not have}}
      memref.store %s, %buffer[] : memref<f32>
      fovea.yield %s : f32
    } : (!t, !t, !t) -> !t
  return
}

// -----

// expected-error @below {{window side 'left' is -1, expected 0 to 2147483648, or leave it out for an unbounded side}}
#mask = #fovea.window<left = -1>

// -----

// expected-error @below {{window side 'right' is 2147483649, expected 0 to 2147483648, or leave it out for an unbounded side}}
#mask = #fovea.window<left = 1, right = 2147483649>

// -----

func.func @yield_elsewhere(%x: f32) {
  // expected-error @below {{'fovea.yield' op expects parent op 'fovea.attention'}}
  fovea.yield %x : f32
}

// -----

func.func @c1_no_state() {
  // expected-error @below {{C1: has no state, expected at least one}}
  %o, %lse = fovea.merge_states outputs() lses() : (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c1_count(%o: tensor<4x8xf32>, %lse: tensor<4xf32>) {
  // expected-error @below {{C1: has 2 outputs and 1 lses, expected as many of one as of the other}}
  %p, %lsp = fovea.merge_states outputs(%o, %o) lses(%lse) : (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c2_element_type(%o: tensor<4x8xf16>, %lse: tensor<4xf32>) {
  // expected-error @below {{C2: output 'tensor<4x8xf16>' does not fit the result 'tensor<4x8xf32>'}}
  %p, %lsp = "fovea.merge_states"(%o, %lse) : (tensor<4x8xf16>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c2_shape(%o: tensor<4x9xf32>, %lse: tensor<4xf32>) {
  // expected-error @below {{C2: output 'tensor<4x9xf32>' does not fit the result 'tensor<4x8xf32>'}}
  %p, %lsp = "fovea.merge_states"(%o, %lse) : (tensor<4x9xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c3_shape(%o: tensor<4x8xf32>, %lse: tensor<5xf32>) {
  // expected-error @below {{C3: lse 'tensor<5xf32>' does not fit 'tensor<4xf32>'}}
  %p, %lsp = fovea.merge_states outputs(%o) lses(%lse) : (tensor<4x8xf32>, tensor<5xf32>)
  return
}

// -----

func.func @c4_accumulator(%o: tensor<4x8xf16>, %lse: tensor<4xf64>) {
  // expected-error @below {{C4: lse has element type 'f64', expected 'f32'}}
  %p, %lsp = fovea.merge_states outputs(%o) lses(%lse) : (tensor<4x8xf16>, tensor<4xf64>)
  return
}
