// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm | FileCheck %s

// Threads that copy chunks of 16 bytes, and subgroups that multiply each for itself: 2 subgroups of 32 rows.

#config = #fovea_tile.config<m = 64, n = 16, rows = 32, columns = 16, schedule = <target = "sm_80">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!queries = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!keys = tensor<16x64xbf16, #fovea_tile.swizzle<128>>
!qc = !fovea_tile.channel<!queries>
!kc = !fovea_tile.channel<!keys>
!scores = tensor<64x16xf32, #fragment>
!half = tensor<64x16xbf16, #fragment>

// No tensor maps; the views that are copied by 16 bytes must be aligned so, and the one that pairs are stored to by 4.
// CHECK: gpu.module @products attributes {fovea.device_kernel = {arguments = array<i32: 2, 2, 16, 2, 2, 16, 2, 2, 4>
// CHECK-SAME: tensor_maps = array<i32>, threads = 64 : i32}
// CHECK-NOT: mbarrier
fovea_tile.kernel @products(%q: memref<?x64xbf16, strided<[?, 1], offset: ?>>, %k: memref<?x64xbf16, strided<[?, 1], offset: ?>>,
                            %o: memref<?x64xbf16, strided<[?, 1], offset: ?>>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 10240 : i64, fovea_tile.barriers_at = 10240 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : !scores
  %out = arith.constant dense<0.0> : tensor<64x64xf32, #fragment>
  %qch = fovea_tile.channel depth 1 at 0 : !qc
  %kch = fovea_tile.channel depth 1 at 8192 : !kc
  fovea_tile.role consumer warps 2 registers 0 {
    // 64 rows of 8 chunks by 64 threads; rows beyond the end read nothing.
    // CHECK-COUNT-8: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %{{.*}}
    fovea_tile.put %qch[%c0] from %q[%c0, %c0] : !qc, memref<?x64xbf16, strided<[?, 1], offset: ?>>
    // CHECK-COUNT-2: nvvm.cp.async.shared.global
    fovea_tile.put %kch[%c0] from %k[%c0, %c0] : !kc, memref<?x64xbf16, strided<[?, 1], offset: ?>>
    // CHECK-NOT: nvvm.cp.async.shared.global
    // CHECK: nvvm.cp.async.commit.group
    // CHECK-NEXT: nvvm.cp.async.wait.group 0
    // CHECK-NEXT: nvvm.barrier
    fovea_tile.await_copies pending 0
    %a = fovea_tile.get %qch[%c0] : !qc -> !queries
    %b = fovea_tile.get %kch[%c0] : !kc -> !keys
    // Each of 4 steps of 16: two left operands, and a right one for both of them and 16 columns.
    // CHECK-COUNT-2: nvvm.ldmatrix %{{.*}} {{{.*}}layout = #nvvm.mma_layout<row>
    // CHECK: nvvm.ldmatrix %{{.*}} {{{.*}}layout = #nvvm.mma_layout<row>
    // CHECK-COUNT-4: nvvm.mma.sync
    // CHECK: nvvm.ldmatrix
    %s = fovea_tile.dot %zero, %a, %b transposed : !queries, !keys -> !scores
    // CHECK-COUNT-8: nvvm.convert.f32x2.to.bf16x2
    %p = arith.truncf %s : !scores to !half
    // The left operand is in registers; the right one's rows are the contraction.
    // CHECK: nvvm.ldmatrix %{{.*}} {{{.*}}layout = #nvvm.mma_layout<col>
    // CHECK-COUNT-4: nvvm.mma.sync
    // CHECK: nvvm.ldmatrix %{{.*}} {{{.*}}layout = #nvvm.mma_layout<col>
    %r = fovea_tile.dot %out, %p, %b : !half, !keys -> tensor<64x64xf32, #fragment>
    %h = arith.truncf %r : tensor<64x64xf32, #fragment> to tensor<64x64xbf16, #fragment>
    // Two neighbours in one word.
    // CHECK: llvm.store %{{.*}}, %{{.*}} : i32, !llvm.ptr<1>
    fovea_tile.store %h, %o[%c0, %c0] : tensor<64x64xbf16, #fragment>, memref<?x64xbf16, strided<[?, 1], offset: ?>>
  }
  fovea_tile.return
}
