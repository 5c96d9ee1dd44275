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

// Few queries are bound by reading the keys: one consumer, deep channels, the keys in parts, and two workgroups for each
// multiprocessor. Parts fill whole waves: 33 of 8 key heads are two workgroups for each of 132 multiprocessors.
// CHECK-LABEL: func.func @decode(
// CHECK: config(#fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, splits = 33, schedule = <target = "sm_90a", producer = 24, consumer = 232, stages = [3, 3], rescale = lazy, workgroups = 2>>)
!q = tensor<1x32x1x128xbf16>
!kv = tensor<1x8x65536x128xbf16>
func.func @decode(%q: !q, %k: !kv) -> !q {
  %o = fovea.attention(%q, %k, %k) : (!q, !kv, !kv) -> !q
  return %o : !q
}

// It is key heads that count, since all query heads of one share a workgroup.
// CHECK-LABEL: func.func @decode_4_key_heads(
// CHECK: splits = 66,
!kv4 = tensor<1x4x65536x128xbf16>
func.func @decode_4_key_heads(%q: !q, %k: !kv4) -> !q {
  %o = fovea.attention(%q, %k, %k) : (!q, !kv4, !kv4) -> !q
  return %o : !q
}

// Up to a consumer's rows of queries count as few; one query more and they are many.
// CHECK-LABEL: func.func @few
// CHECK: splits = {{[0-9]+}}, schedule = <{{.*}} workgroups = 2>>)
// CHECK-LABEL: func.func @many
// CHECK-NOT: splits
// CHECK: stages = [2, 2]
// CHECK-NOT: workgroups
!few = tensor<1x32x64x128xbf16>
!many = tensor<1x32x65x128xbf16>
func.func @few(%q: !few, %k: !kv) -> !few {
  %o = fovea.attention(%q, %k, %k) : (!few, !kv, !kv) -> !few
  return %o : !few
}
func.func @many(%q: !many, %k: !kv) -> !many {
  %o = fovea.attention(%q, %k, %k) : (!many, !kv, !kv) -> !many
  return %o : !many
}

// 511 keys are too few for two parts that are worth their start; so is a number of queries that is not known.
// CHECK-LABEL: func.func @short
// CHECK-NOT: splits
// CHECK: stages = [2, 2]
// CHECK-LABEL: func.func @two_parts
// CHECK: splits = 2,
// CHECK-LABEL: func.func @unknown_queries
// CHECK-NOT: splits
// CHECK: stages = [2, 2]
!short = tensor<1x8x511x128xbf16>
!two = tensor<1x8x512x128xbf16>
!unknown = tensor<1x32x?x128xbf16>
func.func @short(%q: !q, %k: !short) -> !q {
  %o = fovea.attention(%q, %k, %k) : (!q, !short, !short) -> !q
  return %o : !q
}
func.func @two_parts(%q: !q, %k: !two) -> !q {
  %o = fovea.attention(%q, %k, %k) : (!q, !two, !two) -> !q
  return %o : !q
}
func.func @unknown_queries(%q: !unknown, %k: !kv) -> !unknown {
  %o = fovea.attention(%q, %k, %k) : (!unknown, !kv, !kv) -> !unknown
  return %o : !unknown
}

// A score region makes instructions scarce: no maximum where none is needed, late keys first, and products always run
// ahead.
// CHECK-LABEL: func.func @score
// CHECK: config(#fovea_tile.config<{{.*}}overlap = ahead, {{.*}}rescale = speculative, {{.*}}descending = true>>)
// CHECK-LABEL: func.func @causal_score
// CHECK: config(#fovea_tile.config<{{.*}}overlap = ahead, {{.*}}rescale = speculative, {{.*}}order = longest_first, {{.*}}descending = true>>)
func.func @score(%q: !d64) -> !d64 {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %t = math.tanh %s : f32
    fovea.yield %t : f32
  } : (!d64, !d64, !d64) -> !d64
  return %o : !d64
}
func.func @causal_score(%q: !d128) -> !d128 {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.causal) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %t = math.tanh %s : f32
    fovea.yield %t : f32
  } : (!d128, !d128, !d128) -> !d128
  return %o : !d128
}

// A region that computes nothing costs nothing.
// CHECK-LABEL: func.func @identity
// CHECK: rescale = lazy
// CHECK-NOT: descending
func.func @identity(%q: !d64) -> !d64 {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    fovea.yield %s : f32
  } : (!d64, !d64, !d64) -> !d64
  return %o : !d64
}

// No products: no producer, and no matrix unit to ask for a layout. The lanes of a subgroup lie along the columns, as
// many as divide the width; four subgroups have a row each, or as many more as their lanes are left for.
// CHECK-LABEL: func.func @merge(
// CHECK: config(#fovea_tile.config<m = 4, n = 32, rows = 4, columns = 32, schedule = <target = "sm_90a", layout = <1x32, registers = [], lanes = [32 at (0, 1)]>>>)
// CHECK-LABEL: func.func @merge_80
// CHECK: config(#fovea_tile.config<m = 8, n = 16, rows = 8, columns = 16, schedule = <target = "sm_90a", layout = <2x16, registers = [], lanes = [16 at (0, 1), 2 at (1, 0)]>>>)
// CHECK-LABEL: func.func @merge_7
// CHECK: config(#fovea_tile.config<m = 128, n = 1, rows = 128, columns = 1, schedule = <target = "sm_90a", layout = <32x1, registers = [], lanes = [32 at (1, 0)]>>>)
!o = tensor<2x64x64xbf16>
!l = tensor<2x64xf32>
func.func @merge(%a: !o, %b: !o, %la: !l, %lb: !l) -> (!o, !l) {
  %o, %lse = fovea.merge_states outputs(%a, %b) lses(%la, %lb) : (!o, !l)
  return %o, %lse : !o, !l
}
func.func @merge_80(%a: tensor<5x2x64x80xf32>, %l: tensor<5x2x64xf32>) -> tensor<2x64x80xbf16> {
  %o, %lse = fovea.merge_states stacked outputs(%a) lses(%l) : (tensor<5x2x64x80xf32>, tensor<5x2x64xf32>) -> (tensor<2x64x80xbf16>, !l)
  return %o : tensor<2x64x80xbf16>
}
func.func @merge_7(%a: tensor<5x2x64x7xf32>, %l: tensor<5x2x64xf32>) -> tensor<2x64x7xf32> {
  %o, %lse = fovea.merge_states stacked outputs(%a) lses(%l) : (tensor<5x2x64x7xf32>, tensor<5x2x64xf32>) -> (tensor<2x64x7xf32>, !l)
  return %o : tensor<2x64x7xf32>
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
