// A kernel that is wrong is found. There is none, so an artifact of another program is
// compared with this one: `score` adds 1 to the scores of odd keys.

// RUN: rm -rf %t && split-file %s %t
// RUN: fovea-compile %t/right.mlir -o %t/libright.so
// RUN: fovea-compile %t/wrong.mlir -o %t/libwrong.so
// RUN: fovea-run %t/libright.so --check --reference %t/right.mlir | FileCheck %s --check-prefix=RIGHT
// RUN: not fovea-run %t/libwrong.so --check --reference %t/right.mlir | FileCheck %s --check-prefix=WRONG
// RUN: not fovea-run %t/libwrong.so --check --reference %t/right.mlir --json | FileCheck %s --check-prefix=JSON

// RIGHT: out: max error {{.*}}: ok
// WRONG: out: max error {{.*}}: WRONG
// JSON: "passed":false

//--- right.mlir
!t = tensor<1x2x16x32xf32>
func.func @f(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return %o : !t
}
//--- wrong.mlir
!t = tensor<1x2x16x32xf32>
func.func @f(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %j32 = arith.index_cast %j : index to i32
      %one = arith.constant 1 : i32
      %odd = arith.andi %j32, %one : i32
      %bias = arith.sitofp %odd : i32 to f32
      %x = arith.addf %s, %bias : f32
      fovea.yield %x : f32
    } : (!t, !t, !t) -> !t
  return %o : !t
}
