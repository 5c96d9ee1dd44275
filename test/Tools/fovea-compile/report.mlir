// RUN: fovea-compile %s --cpu=avx2 --emit=obj -o %t.o --report 2>&1 | FileCheck %s

// One block for each kernel: what was chosen and why, what it costs.
// CHECK-LABEL: fovea.attention in @sized
// CHECK-NEXT: config: #fovea_tile.config<m = {{[0-9]+}}, n = {{[0-9]+}}, rows = 6, columns = 16>
// CHECK-NEXT: why: register tile 6 x 16: 12 of 16 vector registers accumulate; {{.*}} KiB second-level cache
// 2 batches, 4 heads, 64 x 96 pairs, 2 (32 + 16) FLOP each.
// CHECK-NEXT: work: 4.719e+06 FLOP
// q, k, v, o: 4 bytes each.
// CHECK-NEXT: least memory traffic: 1.72e+05 bytes
// CHECK-NEXT: I/O bound of the first-level cache: {{[0-9.e+]+}} elements
// CHECK-NEXT: I/O bound of the second-level cache: {{[0-9.e+]+}} elements
// CHECK-NEXT: stack of a workgroup: {{[1-9][0-9]*}} bytes
// CHECK-LABEL: fovea.attention in @dynamic
// CHECK: work: depends on dynamic sizes
// CHECK: stack of a workgroup: {{[1-9][0-9]*}} bytes
// CHECK-LABEL: fovea.attention in @by_hand
// CHECK-NEXT: config: #fovea_tile.config<m = 12, n = 32, rows = 6, columns = 16>
// 4 states of 99 rows of 24: 2 FLOP an element and 4 a row of each; the states and their lses, o of 2 bytes and lse.
// CHECK-LABEL: fovea.merge_states in @stacked
// CHECK: work: 2.059e+04 FLOP
// CHECK-NEXT: least memory traffic: 4.475e+04 bytes

func.func @sized(%q: tensor<2x4x64x32xf32>, %k: tensor<2x2x96x32xf32>, %v: tensor<2x2x96x16xf32>) -> tensor<2x4x64x16xf32> {
  %o = fovea.attention(%q, %k, %v) : (tensor<2x4x64x32xf32>, tensor<2x2x96x32xf32>, tensor<2x2x96x16xf32>) -> tensor<2x4x64x16xf32>
  return %o : tensor<2x4x64x16xf32>
}

!t = tensor<1x2x?x32xf32>
func.func @dynamic(%q: !t, %k: !t) -> !t {
  %o = fovea.attention(%q, %k, %k) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @by_hand(%q: !t, %k: !t) -> !t {
  %o = fovea.attention(%q, %k, %k) config(#fovea_tile.config<m = 12, n = 32, rows = 6, columns = 16>) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @stacked(%os: tensor<4x3x33x24xf32>, %ls: tensor<4x3x33xf32>) -> (tensor<3x33x24xbf16>, tensor<3x33xf32>) {
  %o, %lse = fovea.merge_states stacked outputs(%os) lses(%ls) : (tensor<4x3x33x24xf32>, tensor<4x3x33xf32>) -> (tensor<3x33x24xbf16>, tensor<3x33xf32>)
  return %o, %lse : tensor<3x33x24xbf16>, tensor<3x33xf32>
}
