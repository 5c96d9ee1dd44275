// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each way in which a clause can be wrong (C13), and for each that is no clause.

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @one_of_factors(%q: !q, %k: !k, %a: tensor<2x4x8x3xf16>) {
  // expected-error @below {{factors has 1 operands, expected 2}}
  %o = fovea.attention(%q, %k, %k) factors(%a) : (!q, !k, !k, tensor<2x4x8x3xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @two_biases(%q: !q, %k: !k, %a: tensor<1x1x1x1xf16>, %b: tensor<1x1x1x1xf16>) {
  // expected-error @below {{bias has 2 operands, expected 1}}
  %o = fovea.attention(%q, %k, %k) bias(%a, %b) : (!q, !k, !k, tensor<1x1x1x1xf16>, tensor<1x1x1x1xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @two_of_paged(%q: !q, %k: !k, %a: tensor<3xi32>, %b: tensor<5xi32>) {
  // expected-error @below {{paged has 2 operands, expected 3}}
  %o = fovea.attention(%q, %k, %k) paged(%a, %b) : (!q, !k, !k, tensor<3xi32>, tensor<5xi32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @three_of_ragged(%q: !q, %k: !k, %a: tensor<3xi32>) {
  // expected-error @below {{ragged has 3 operands, expected 1}}
  %o = fovea.attention(%q, %k, %k) ragged(%a, %a, %a) : (!q, !k, !k, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @no_sinks(%q: !q, %k: !k) {
  // expected-error @below {{sinks has 0 operands, expected 1}}
  %o = fovea.attention(%q, %k, %k) sinks() : (!q, !k, !k) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @another_order(%q: !q, %k: !k, %a: tensor<4xf32>, %b: tensor<1x1x1x1xf16>) {
  // expected-error @below {{expected ':'}}
  %o = fovea.attention(%q, %k, %k) sinks(%a) bias(%b) : (!q, !k, !k, tensor<4xf32>, tensor<1x1x1x1xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_bias(%q: !q, %k: !k, %a: tensor<2x4x8x5xf32>) {
  // expected-error @below {{C13: bias has type 'tensor<2x4x8x5xf32>', expected [2 or 1, 4 or 1, 8 or 1, 6 or 1]}}
  %o = fovea.attention(%q, %k, %k) bias(%a) : (!q, !k, !k, tensor<2x4x8x5xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_bias_rank(%q: !q, %k: !k, %a: tensor<8x6xf32>) {
  // expected-error @below {{C13: bias has type 'tensor<8x6xf32>', expected [2 or 1, 4 or 1, 8 or 1, 6 or 1]}}
  %o = fovea.attention(%q, %k, %k) bias(%a) : (!q, !k, !k, tensor<8x6xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_bias_scalar(%q: !q, %k: !k, %a: tensor<f32>) {
  // expected-error @below {{C13: bias has type 'tensor<f32>', expected [2 or 1, 4 or 1, 8 or 1, 6 or 1]}}
  %o = fovea.attention(%q, %k, %k) bias(%a) : (!q, !k, !k, tensor<f32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_dynamic_bias(%q: !q, %k: !k, %a: tensor<?x3x?x?xf32>) {
  // expected-error @below {{C13: bias has type 'tensor<?x3x?x?xf32>', expected [2 or 1, 4 or 1, 8 or 1, 6 or 1]}}
  %o = fovea.attention(%q, %k, %k) bias(%a) : (!q, !k, !k, tensor<?x3x?x?xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_query_factors(%q: !q, %k: !k, %a: tensor<2x4x1x3xf16>, %b: tensor<2x2x6x3xf16>) {
  // expected-error @below {{C13: the queries' factors has type 'tensor<2x4x1x3xf16>', expected [2 or 1, 4 or 1, 8, 3]}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %b) : (!q, !k, !k, tensor<2x4x1x3xf16>, tensor<2x2x6x3xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_key_factors(%q: !q, %k: !k, %a: tensor<2x4x8x3xf16>, %b: tensor<2x4x6x3xf16>) {
  // expected-error @below {{C13: the keys' factors has type 'tensor<2x4x6x3xf16>', expected [2 or 1, 2 or 1, 6, 3]}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %b) : (!q, !k, !k, tensor<2x4x8x3xf16>, tensor<2x4x6x3xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_ranks_of_factors(%q: !q, %k: !k, %a: tensor<2x4x8x3xf16>, %b: tensor<2x2x6x4xf16>) {
  // expected-error @below {{C13: the keys' factors has type 'tensor<2x2x6x4xf16>', expected [2 or 1, 2 or 1, 6, 3]}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %b) : (!q, !k, !k, tensor<2x4x8x3xf16>, tensor<2x2x6x4xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_scalar_factors(%q: !q, %k: !k, %a: tensor<f16>) {
  // expected-error @below {{C13: the queries' factors has type 'tensor<f16>', expected [2 or 1, 4 or 1, 8, ?]}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %a) : (!q, !k, !k, tensor<f16>, tensor<f16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_element_of_query_factors(%q: !q, %k: !k, %a: tensor<2x4x8x3xf32>, %b: tensor<2x2x6x3xf16>) {
  // expected-error @below {{C13: the queries' factors has element type 'f32', expected 'f16'}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %b) : (!q, !k, !k, tensor<2x4x8x3xf32>, tensor<2x2x6x3xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_element_of_key_factors(%q: !q, %k: !k, %a: tensor<2x4x8x3xf16>, %b: tensor<2x2x6x3xf32>) {
  // expected-error @below {{C13: the keys' factors has element type 'f32', expected 'f16'}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %b) : (!q, !k, !k, tensor<2x4x8x3xf16>, tensor<2x2x6x3xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_weights(%q: !q, %k: !k, %a: tensor<2x4x6xf32>) {
  // expected-error @below {{C13: weights has type 'tensor<2x4x6xf32>', expected [2 or 1, 2 or 1, 6]}}
  %o = fovea.attention(%q, %k, %k) weights(%a) : (!q, !k, !k, tensor<2x4x6xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_sinks(%q: !q, %k: !k, %a: tensor<1xf32>) {
  // expected-error @below {{C13: sinks has type 'tensor<1xf32>', expected [4]}}
  %o = fovea.attention(%q, %k, %k) sinks(%a) : (!q, !k, !k, tensor<1xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_state_output(%q: !q, %k: !k, %a: tensor<1x4x8x16xf32>, %b: tensor<2x4x8xf32>) {
  // expected-error @below {{C13: the state's output has type 'tensor<1x4x8x16xf32>', expected [2, 4, 8, 16]}}
  %o = fovea.attention(%q, %k, %k) state(%a, %b) : (!q, !k, !k, tensor<1x4x8x16xf32>, tensor<2x4x8xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_state_lse(%q: !q, %k: !k, %a: !q, %b: tensor<2x4x8x1xf32>) {
  // expected-error @below {{C13: the state's lse has type 'tensor<2x4x8x1xf32>', expected [2, 4, 8]}}
  %o = fovea.attention(%q, %k, %k) state(%a, %b) : (!q, !k, !k, !q, tensor<2x4x8x1xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_element_of_state_output(%q: !q, %k: !k, %a: tensor<2x4x8x16xbf16>, %b: tensor<2x4x8xf32>) {
  // expected-error @below {{C13: the state's output has element type 'bf16', expected 'f16' or 'f32'}}
  %o = fovea.attention(%q, %k, %k) state(%a, %b) : (!q, !k, !k, tensor<2x4x8x16xbf16>, tensor<2x4x8xf32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_element_of_state_lse(%q: !q, %k: !k, %a: !q, %b: tensor<2x4x8xf16>) {
  // expected-error @below {{C13: the state's lse has element type 'f16', expected 'f32'}}
  %o = fovea.attention(%q, %k, %k) state(%a, %b) : (!q, !k, !k, !q, tensor<2x4x8xf16>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf64>
func.func @c13_element_of_f64_state(%q: !q, %k: !q, %a: tensor<2x4x8x16xf32>, %b: tensor<2x4x8xf64>) {
  // expected-error @below {{C13: the state's output has element type 'f32', expected 'f64'}}
  %o = fovea.attention(%q, %k, %k) state(%a, %b) : (!q, !q, !q, tensor<2x4x8x16xf32>, tensor<2x4x8xf64>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_query_segments(%q: !q, %k: !k, %a: tensor<2x6xi32>, %b: tensor<2x6xi32>) {
  // expected-error @below {{C13: the queries' segments has type 'tensor<2x6xi32>', expected [2 or 1, 8]}}
  %o = fovea.attention(%q, %k, %k) segments(%a, %b) : (!q, !k, !k, tensor<2x6xi32>, tensor<2x6xi32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_key_segments(%q: !q, %k: !k, %a: tensor<2x8xi32>, %b: tensor<2x1xi32>) {
  // expected-error @below {{C13: the keys' segments has type 'tensor<2x1xi32>', expected [2 or 1, 6]}}
  %o = fovea.attention(%q, %k, %k) segments(%a, %b) : (!q, !k, !k, tensor<2x8xi32>, tensor<2x1xi32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c13_element_of_key_segments(%q: !q, %k: !k, %a: tensor<2x8xi32>, %b: tensor<2x6xi64>) {
  // expected-error @below {{C13: the keys' segments has element type 'i64', expected 'i32'}}
  %o = fovea.attention(%q, %k, %k) segments(%a, %b) : (!q, !k, !k, tensor<2x8xi32>, tensor<2x6xi64>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @float_segments(%q: !q, %k: !k, %a: tensor<2x8xf32>, %b: tensor<2x6xi32>) {
  // expected-error @below {{operand #3 must be ranked tensor of 32-bit signless integer or 64-bit signless integer values, but got 'tensor<2x8xf32>'}}
  %o = fovea.attention(%q, %k, %k) segments(%a, %b) : (!q, !k, !k, tensor<2x8xf32>, tensor<2x6xi32>) -> !q
  return
}
