// A stock mlir-opt with Fovea's dialects, interfaces, passes and pipelines.

// The stock tool cannot load an instrumented plugin.
// UNSUPPORTED: asan

// DEFINE: %{load} = mlir-opt --load-dialect-plugin=%fovea_plugin --load-pass-plugin=%fovea_plugin
// RUN: %{load} %s | FileCheck %s --check-prefix=PARSED
// RUN: %{load} %s --pass-pipeline='builtin.module(fovea-decompose-reference)' | FileCheck %s --check-prefix=REFERENCE
// RUN: %{load} %s --pass-pipeline='builtin.module(canonicalize,fovea-choose-config{cpu=avx2},convert-fovea-to-tile)' | FileCheck %s --check-prefix=TILE
// RUN: %{load} %s --pass-pipeline='builtin.module(fovea-cpu-pipeline{cpu=avx2})' | FileCheck %s --check-prefix=LLVM

// Without the plugin it knows nothing of all this.
// RUN: not mlir-opt %s 2>&1 | FileCheck %s --check-prefix=STOCK
// STOCK: error: {{.*}}fovea

// PARSED: fovea.attention({{.*}}) mask(#fovea.causal)
// REFERENCE: linalg.generic
// REFERENCE-NOT: fovea.
// TILE: fovea_tile.kernel
// LLVM: llvm.func @_mlir_ciface_attention

!t = tensor<1x2x64x32xf32>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal) : (!t, !t, !t) -> !t
  return %o : !t
}
