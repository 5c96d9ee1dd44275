// RUN: fovea-opt %s -convert-fovea-nvgpu-to-llvm | FileCheck %s

// CHECK-LABEL: func @products
// CHECK-SAME: %[[D:.*]]: i64, %[[R:.*]]: i32, %[[P:.*]]: i1
func.func @products(%d: i64, %r: i32, %p: i1) -> f32 {
  // Without accumulators scale-d is 0.
  // CHECK: %[[S:.*]] = llvm.inline_asm has_side_effects asm_dialect = att "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, 0, 1, 1, 0, 0;", "=f,=f,=f,=f,l,l" %[[D]], %[[D]]
  // CHECK: %[[S0:.*]] = llvm.extractvalue %[[S]][0]
  %s:4 = fovea_nvgpu.wgmma bf16 n 8(%d : i64) * (%d)
  // Accumulators are tied to the results; a left operand in registers has no transposition.
  // CHECK: "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, 1, 1, 1, 1;", "=f,=f,=f,=f,r,r,r,r,l,0,1,2,3" %[[R]], %[[R]], %[[R]], %[[R]], %[[D]], %[[S0]]
  %o:4 = fovea_nvgpu.wgmma f16 n 8(%r, %r, %r, %r : i32, i32, i32, i32) * (%d) transposed onto(%s#0, %s#1, %s#2, %s#3)
  // CHECK: "{ .reg .pred p; setp.ne.b32 p, $6, 0; wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, p, 1, 1, 0, 0; }", "=f,=f,=f,=f,l,l,r,0,1,2,3" %[[D]], %[[D]], %[[P]]
  %t:4 = fovea_nvgpu.wgmma bf16 n 8(%d : i64) * (%d) onto(%o#0, %o#1, %o#2, %o#3) if %p
  // CHECK: llvm.inline_asm has_side_effects asm_dialect = att "wgmma.wait_group.sync.aligned 1;", "=f,=f,0,1"
  %w:2 = fovea_nvgpu.wgmma_wait 1(%t#0, %t#1)
  // One value is no structure.
  // CHECK: %[[ONE:.*]] = llvm.inline_asm has_side_effects asm_dialect = att "wgmma.wait_group.sync.aligned 0;", "=f,0"
  %v = fovea_nvgpu.wgmma_wait 0(%w#0)
  // CHECK: return %[[ONE]]
  return %v : f32
}

// CHECK-LABEL: func @others
// CHECK-SAME: %[[ID:.*]]: i32, %[[B:.*]]: !llvm.ptr<3>, %[[P:.*]]: i1, %[[X:.*]]: f32
func.func @others(%id: i32, %b: !llvm.ptr<3>, %p: i1, %x: f32) -> f32 {
  // CHECK: "bar.arrive $0, 256;", "r" %[[ID]]
  fovea_nvgpu.barrier_arrive %id of 256
  // CHECK: "mbarrier.arrive.shared::cta.b64 _, [$0];", "r" %[[B]]
  fovea_nvgpu.mbarrier_arrive %b : <3>
  // CHECK: "{ .reg .pred p; setp.ne.b32 p, $1, 0; @p mbarrier.arrive.shared::cta.b64 _, [$0]; }", "r,r" %[[B]], %[[P]]
  fovea_nvgpu.mbarrier_arrive %b if %p : <3>
  // CHECK: llvm.inline_asm asm_dialect = att "tanh.approx.f32 $0, $1;", "=f,f" %[[X]]
  %y = fovea_nvgpu.tanh %x
  return %y : f32
}
