// Attention over parts of the keys, merged, against the reference: many queries, and packed heads.

// RUN: fovea-run %s --entry decode --check | FileCheck %s --check-prefix=TWO
// RUN: fovea-run %s --entry window --check | FileCheck %s --check-prefix=ONE
// RUN: fovea-run %s --entry window_decode --check | FileCheck %s --check-prefix=ONE
// RUN: fovea-run %s --entry window_decode --check --cpu=x86-64 | FileCheck %s --check-prefix=ONE
// RUN: fovea-run %s --entry half --check | FileCheck %s --check-prefix=TWO
// RUN: fovea-run %s --entry double --check | FileCheck %s --check-prefix=TWO

// Sizes of which the compiler knows nothing: more parts than tiles, and no key at all, where every part is empty.
// RUN: fovea-run %s --entry dynamic --check --dims q=2x4x70x16 --dims k=2x2x300x16 | FileCheck %s --check-prefix=TWO
// RUN: fovea-run %s --entry dynamic --check --dims q=2x4x3x16 --dims k=2x4x33x16 | FileCheck %s --check-prefix=TWO
// RUN: fovea-run %s --entry dynamic --check --dims q=1x4x3x16 --dims k=1x1x0x16 | FileCheck %s --check-prefix=EMPTY

// TWO: splits =
// TWO-NEXT: out0: {{.*}}: ok
// TWO-NEXT: out1: {{.*}}: ok
// ONE: splits =
// ONE-NEXT: out: {{.*}}: ok
// EMPTY: out0: max error 0 {{.*}}: ok
// EMPTY-NEXT: out1: max error 0 {{.*}}: ok

// 500 keys in five parts of 128, the last one short.
#decode = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 16, splits = 5>
func.func @decode(%q: tensor<2x8x1x16xf32>, %k: tensor<2x2x500x16xf32>, %v: tensor<2x2x500x24xf32>) -> (tensor<2x8x1x24xf32>, tensor<2x8x1xf32>) {
  %o, %lse = fovea.attention(%q, %k, %v) mask(#fovea.causal) config(#decode)
      : (tensor<2x8x1x16xf32>, tensor<2x2x500x16xf32>, tensor<2x2x500x24xf32>) -> (tensor<2x8x1x24xf32>, tensor<2x8x1xf32>)
  return %o, %lse : tensor<2x8x1x24xf32>, tensor<2x8x1xf32>
}

// Most parts see no key of most rows; the table shows whether a row is given its own head.
#window = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 16, splits = 7>
!q = tensor<2x4x70x16xf32>
!k = tensor<2x2x300x16xf32>
func.func @window(%q: !q, %k: !k, %v: !k, %table: tensor<4xf32>) -> !q {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 20, right = 3>) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %t = tensor.extract %table[%h] : tensor<4xf32>
    %x = arith.mulf %s, %t : f32
    fovea.yield %x : f32
  } config(#window) : (!q, !k, !k) -> !q
  return %o : !q
}

// The last group of rows is not full: three heads for workgroups of two.
#odd = #fovea_tile.config<m = 2, n = 32, rows = 2, columns = 16, splits = 7>
!q1 = tensor<2x6x1x16xf32>
func.func @window_decode(%q: !q1, %k: !k, %v: !k, %table: tensor<6x300xf32>) -> !q1 {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 200, right = 3>) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %t = tensor.extract %table[%h, %j] : tensor<6x300xf32>
    %ii = arith.index_cast %i : index to i32
    %if = arith.sitofp %ii : i32 to f32
    %a = arith.addf %s, %t : f32
    %x = arith.addf %a, %if : f32
    fovea.yield %x : f32
  } where(%b: index, %h: index, %i: index, %j: index) {
    %n = arith.addi %h, %j : index
    %c3 = arith.constant 3 : index
    %r = arith.remsi %n, %c3 : index
    %keep = arith.cmpi ne, %r, %i : index
    fovea.yield %keep : i1
  } config(#odd) : (!q1, !k, !k) -> !q1
  return %o : !q1
}

// States stay in f32: the result is rounded once.
!h = tensor<1x4x9x16xbf16>
!hk = tensor<1x2x130x16xbf16>
func.func @half(%q: !h, %k: !hk, %v: !hk) -> (!h, tensor<1x4x9xf32>) {
  %o, %lse = fovea.attention(%q, %k, %v) config(#window) : (!h, !hk, !hk) -> (!h, tensor<1x4x9xf32>)
  return %o, %lse : !h, tensor<1x4x9xf32>
}

// More parts than tiles, each with two masks and a region; some rows of some parts see nothing.
#double = #fovea_tile.config<m = 12, n = 16, rows = 6, columns = 16, splits = 9>
!f = tensor<1x6x5x8xf64>
!fk = tensor<1x3x37x8xf64>
func.func @double(%q: !f, %k: !fk, %v: !fk) -> (!f, tensor<1x6x5xf64>) {
  %o, %lse = fovea.attention(%q, %k, %v) mask(#fovea.causal, #fovea.window<left = 9>) where(%b: index, %h: index, %i: index, %j: index) {
    %n = arith.addi %i, %j : index
    %c3 = arith.constant 3 : index
    %r = arith.remsi %n, %c3 : index
    %c0 = arith.constant 0 : index
    %keep = arith.cmpi ne, %r, %c0 : index
    fovea.yield %keep : i1
  } config(#double) : (!f, !fk, !fk) -> (!f, tensor<1x6x5xf64>)
  return %o, %lse : !f, tensor<1x6x5xf64>
}

!dq = tensor<?x4x?x16xf32>
!dk = tensor<?x?x?x16xf32>
func.func @dynamic(%q: !dq, %k: !dk, %v: !dk) -> (!dq, tensor<?x?x?xf32>) {
  %o, %lse = fovea.attention(%q, %k, %v) mask(#fovea.causal) config(#window) : (!dq, !dk, !dk) -> (!dq, tensor<?x?x?xf32>)
  return %o, %lse : !dq, tensor<?x?x?xf32>
}
