// RUN: fovea-opt %s -fovea-choose-config=target=sm_90a -split-input-file -verify-diagnostics | FileCheck %s

// Schedules name the target and what a Hopper GPU wants: a producer with few registers, consumers of 64 rows with the
// rest, two buffers of keys and of values. The numbers are the model's; that they fit is tested with ptxas.

// CHECK-LABEL: func.func @d64
// CHECK: config(#fovea_tile.config<m = {{64|128|192|256}}, n = [[N:[0-9]+]], rows = 64, columns = [[N]], schedule = <target = "sm_90a", producer = {{24|32|40}}, consumer = {{[0-9]+}}, stages = [2, 2]
// CHECK-SAME: rescale = lazy
// CHECK-NOT: longest_first
!d64 = tensor<1x8x2048x64xbf16>
func.func @d64(%q: !d64) -> !d64 {
  %o = fovea.attention(%q, %q, %q) : (!d64, !d64, !d64) -> !d64
  return %o : !d64
}

// Workgroups of a causal mask differ in length.
// CHECK-LABEL: func.func @d128
// CHECK: schedule = <target = "sm_90a", producer = {{24|32|40}}, consumer = {{[0-9]+}}, stages = [2, 2]
// CHECK-SAME: order = longest_first
!d128 = tensor<1x8x2048x128xf16>
func.func @d128(%q: !d128) -> !d128 {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.causal) : (!d128, !d128, !d128) -> !d128
  return %o : !d128
}

// Dynamic lengths are taken for long ones.
// CHECK-LABEL: func.func @d256
// CHECK: rows = 64, {{.*}} schedule = <target = "sm_90a", producer = {{24|32|40}}
!d256 = tensor<?x?x?x256xbf16>
func.func @d256(%q: !d256) -> !d256 {
  %o = fovea.attention(%q, %q, %q) : (!d256, !d256, !d256) -> !d256
  return %o : !d256
}

// No products: no producer.
// CHECK-LABEL: func.func @merge
// CHECK: config(#fovea_tile.config<m = 64, n = 8, rows = 64, columns = 8, schedule = <target = "sm_90a">>)
!o = tensor<2x64x64xbf16>
!l = tensor<2x64xf32>
func.func @merge(%a: !o, %b: !o, %la: !l, %lb: !l) -> (!o, !l) {
  %o, %lse = fovea.merge_states outputs(%a, %b) lses(%la, %lb) : (!o, !l)
  return %o, %lse : !o, !l
}

// A config by hand is kept.
// CHECK-LABEL: func.func @by_hand
// CHECK: config(#fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 160>>)
func.func @by_hand(%q: !d64) -> !d64 {
  %o = fovea.attention(%q, %q, %q) config(#fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 160>>) : (!d64, !d64, !d64) -> !d64
  return %o : !d64
}

// -----

!t = tensor<1x8x2048x64xf32>
func.func @f32(%q: !t) -> !t {
  // expected-error @below {{has elements of type 'f32', expected bf16 or f16 on sm_90a}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x8x2048x40xbf16>
func.func @d40(%q: !t) -> !t {
  // expected-error @below {{has head dimensions 40 and 40, expected multiples of 16 up to 256 on sm_90a}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x8x2048x512xbf16>
func.func @d512(%q: !t) -> !t {
  // expected-error @below {{has head dimensions 512 and 512, expected multiples of 16 up to 256 on sm_90a}}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x8x2048x?xbf16>
func.func @dynamic_d(%q: !t) -> !t {
  // expected-error @below {{needs static head dimensions for a tile program, in the types of k and v}}
  %o = fovea.attention(%q, %q, %q) scale(0.125) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x8x2048x64xbf16>
func.func @unknown_target(%q: !t) -> !t {
  // expected-error @below {{is scheduled for 'z80', expected one of }}
  %o = fovea.attention(%q, %q, %q) config(#fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "z80">>) : (!t, !t, !t) -> !t
  return %o : !t
}
