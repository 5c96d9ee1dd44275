// The reference in the LLVM dialect, and run by the stock runner: numbers with exact results.

// RUN: fovea-opt %s --fovea-reference-pipeline | FileCheck %s --check-prefix=IR
// RUN: fovea-opt %s --fovea-reference-pipeline=accumulator=f32 | FileCheck %s --check-prefix=F32
// RUN: fovea-opt %s --fovea-promote-to-f64 --fovea-reference-pipeline | FileCheck %s --check-prefix=WIDE
// RUN: fovea-opt %s --fovea-reference-pipeline \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%llvm_lib_dir/libmlir_runner_utils.so,%llvm_lib_dir/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s --check-prefix=RESULT

// Results are the callers' buffers.
// IR: llvm.func @attention(
// IR-NOT: fovea.
// IR: fmul {{.*}} : f64
// IR: llvm.func @_mlir_ciface_attention(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr)

// F32: llvm.func @attention(
// F32-NOT: f64
// F32: llvm.func @_mlir_ciface_attention

// WIDE: llvm.func @attention(
// WIDE-NOT: f32
// WIDE: llvm.func @_mlir_ciface_attention

!q = tensor<1x1x3x2xf32>
!k = tensor<1x1x2x2xf32>
!lse = tensor<1x1x3xf32>
func.func @attention(%q: !q, %k: !k, %v: !k) -> (!q, !lse) {
  %o, %lse = fovea.attention(%q, %k, %v) mask(#fovea.causal) : (!q, !k, !k) -> (!q, !lse)
  return %o, %lse : !q, !lse
}

// Three queries of two keys: the first sees nothing, the second the first key, the third
// both, with equal scores.
// RESULT: sizes = [1, 1, 3, 2]
// RESULT-NEXT: [0, 0],
// RESULT-NEXT: [1, 2],
// RESULT-NEXT: [2, 4]
// RESULT: sizes = [1, 1, 3]
// RESULT-NEXT: [-inf, 0, 0.693147]
func.func private @printMemrefF32(tensor<*xf32>)
func.func @main() {
  %q = arith.constant dense<0.0> : !q
  %v = arith.constant dense<[[[[1.0, 2.0], [3.0, 6.0]]]]> : !k
  %o, %lse = fovea.attention(%q, %v, %v) mask(#fovea.causal) : (!q, !k, !k) -> (!q, !lse)
  %po = tensor.cast %o : !q to tensor<*xf32>
  %plse = tensor.cast %lse : !lse to tensor<*xf32>
  call @printMemrefF32(%po) : (tensor<*xf32>) -> ()
  call @printMemrefF32(%plse) : (tensor<*xf32>) -> ()
  return
}
