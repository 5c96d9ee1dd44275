// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s -mlir-print-op-generic | fovea-opt | FileCheck %s

// CHECK-LABEL: func @products
// CHECK-SAME: %[[D:.*]]: i64, %[[R:.*]]: i32, %[[P:.*]]: i1
func.func @products(%d: i64, %r: i32, %p: i1) {
  // CHECK: %[[S:.*]]:4 = fovea_nvgpu.wgmma bf16 n 8(%[[D]] : i64) * (%[[D]])
  %s:4 = fovea_nvgpu.wgmma bf16 n 8(%d : i64) * (%d)
  // CHECK: %[[O:.*]]:4 = fovea_nvgpu.wgmma f16 n 8(%[[R]], %[[R]], %[[R]], %[[R]] : i32, i32, i32, i32) * (%[[D]]) transposed onto(%[[S]]#0, %[[S]]#1, %[[S]]#2, %[[S]]#3)
  %o:4 = fovea_nvgpu.wgmma f16 n 8(%r, %r, %r, %r : i32, i32, i32, i32) * (%d) transposed onto(%s#0, %s#1, %s#2, %s#3)
  // CHECK: fovea_nvgpu.wgmma bf16 n 8(%[[D]] : i64) * (%[[D]]) onto(%{{.*}}) if %[[P]]
  %t:4 = fovea_nvgpu.wgmma bf16 n 8(%d : i64) * (%d) onto(%o#0, %o#1, %o#2, %o#3) if %p
  // CHECK: %{{.*}}:2 = fovea_nvgpu.wgmma_wait 1(%{{.*}}#0, %{{.*}}#1)
  %w:2 = fovea_nvgpu.wgmma_wait 1(%t#0, %t#1)
  // CHECK: fovea_nvgpu.wgmma_wait 0()
  fovea_nvgpu.wgmma_wait 0()
  return
}

// CHECK-LABEL: func @others
// CHECK-SAME: %[[ID:.*]]: i32, %[[B:.*]]: !llvm.ptr<3>, %[[P:.*]]: i1, %[[X:.*]]: f32
func.func @others(%id: i32, %b: !llvm.ptr<3>, %p: i1, %x: f32) -> f32 {
  // CHECK: fovea_nvgpu.barrier_arrive %[[ID]] of 256
  fovea_nvgpu.barrier_arrive %id of 256
  // CHECK: fovea_nvgpu.mbarrier_arrive %[[B]] : <3>
  fovea_nvgpu.mbarrier_arrive %b : <3>
  // CHECK: fovea_nvgpu.mbarrier_arrive %[[B]] if %[[P]] : <3>
  fovea_nvgpu.mbarrier_arrive %b if %p : <3>
  // CHECK: fovea_nvgpu.tanh %[[X]]
  %y = fovea_nvgpu.tanh %x
  return %y : f32
}
