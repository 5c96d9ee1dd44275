// RUN: fovea-opt %s -fovea-cpu-pipeline=cpu=avx2 | FileCheck %s
// RUN: fovea-opt %s -fovea-cpu-pipeline='cpu=avx2 parallel=false' | FileCheck %s --check-prefix=SERIAL

// CHECK-NOT: fovea
// CHECK: llvm.func @f_attention
// CHECK: omp.wsloop schedule(dynamic)
// CHECK: llvm.func @_mlir_ciface_f
// SERIAL-NOT: omp.
func.func @f(%q: tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32> {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.causal) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}
