// RUN: fovea-opt %s -fovea-gpu-pipeline=target=sm_90a | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%fovea_plugin --load-pass-plugin=%fovea_plugin --pass-pipeline='builtin.module(fovea-gpu-pipeline{target=sm_90a})' | FileCheck %s

// Its four parts in a row are the same.
// RUN: fovea-opt %s -fovea-to-gpu-tile-pipeline=target=sm_90a -fovea-tile-schedule-pipeline | FileCheck %s --check-prefix=TILE
// RUN: fovea-opt %s -fovea-to-gpu-tile-pipeline=target=sm_90a -fovea-tile-schedule-pipeline -fovea-tile-to-device-pipeline -fovea-device-to-llvm-pipeline | FileCheck %s

// CHECK-NOT: fovea_tile
// CHECK: gpu.module @f_attention
// CHECK-NOT: fovea_tile
// CHECK: llvm.func @f_attention
// CHECK-NOT: scf.
// CHECK-NOT: arith.
// CHECK: llvm.func @_mlir_ciface_f
// CHECK-NOT: fovea_tile

// TILE: fovea_tile.kernel @f_attention
// TILE-SAME: fovea_tile.shared_bytes
// TILE: fovea_tile.role producer
// TILE-NOT: fovea_tile.dot
// TILE: fovea_tile.role consumer
// TILE-NOT: fovea_tile.put
// TILE: fovea_tile.store {{.*}} through
func.func @f(%q: tensor<1x2x128x64xbf16>) -> tensor<1x2x128x64xbf16> {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.causal) : (tensor<1x2x128x64xbf16>, tensor<1x2x128x64xbf16>, tensor<1x2x128x64xbf16>) -> tensor<1x2x128x64xbf16>
  return %o : tensor<1x2x128x64xbf16>
}

// A kernel without products has consumers alone.
// TILE: fovea_tile.kernel @merge_merge_states
// TILE-NOT: fovea_tile.role producer
// TILE: fovea_tile.role consumer
func.func @merge(%o: tensor<2x64x64xbf16>, %l: tensor<2x64xf32>) -> (tensor<2x64x64xbf16>, tensor<2x64xf32>) {
  %r, %lse = fovea.merge_states outputs(%o, %o) lses(%l, %l) : (tensor<2x64x64xbf16>, tensor<2x64xf32>)
  return %r, %lse : tensor<2x64x64xbf16>, tensor<2x64xf32>
}
