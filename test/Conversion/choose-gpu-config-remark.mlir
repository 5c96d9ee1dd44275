// RUN: fovea-opt %s -fovea-choose-config=target=sm_90a -remark-format=emitRemark -remarks-filter=fovea-choose-config -o /dev/null 2>&1 | FileCheck %s

// Why, as data: parts, and the registers of one of two workgroups that share a multiprocessor.
// CHECK: remark: {{.*}}chosen{{.*}}fovea-choose-config{{.*}}1 x 64 rows of queries against 64 keys a step, in 33 parts that are merged; registers: 128 x (24 + 1 x 232) of 32768
!q = tensor<1x32x1x128xbf16>
!kv = tensor<1x8x65536x128xbf16>
func.func @decode(%q: !q, %k: !kv) -> !q {
  %o = fovea.attention(%q, %k, %k) : (!q, !kv, !kv) -> !q
  return %o : !q
}

// Of one alone: all of them.
// CHECK: remark: {{.*}}2 x 64 rows of queries against {{[0-9]+}} keys a step; registers: 128 x (24 + 2 x 240) of 64512
!t = tensor<1x8x2048x64xbf16>
func.func @attention(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return %o : !t
}

// No producer, no registers to tell of.
// CHECK: remark: {{.*}}1 x 4 rows of queries against 32 keys a step
!o = tensor<2x64x64xbf16>
!l = tensor<2x64xf32>
func.func @merge(%a: !o, %l: !l) -> (!o, !l) {
  %o, %lse = fovea.merge_states outputs(%a, %a) lses(%l, %l) : (!o, !l)
  return %o, %lse : !o, !l
}
