// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm -split-input-file | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a", producer = 24, consumer = 240>>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
#swizzle = #fovea_tile.swizzle<128>
!queries = tensor<64x16xbf16, #swizzle>
!keys = tensor<16x16xbf16, #swizzle>
!scores = tensor<64x16xf32, #fragment>
!half = tensor<64x16xbf16, #fragment>
!qc = !fovea_tile.channel<!queries>
!kc = !fovea_tile.channel<!keys>

// A module for the device, with what the host must know: arguments as (rank, bytes), tensor maps as (argument,
// element, swizzle, rows, columns): boxes of a tile's rows and of a line's columns.
// CHECK: gpu.module @product attributes {fovea.device_kernel = {
// CHECK-SAME: arguments = array<i32: 2, 2, 0, 2, 2, 0, 2, 2, 0, -1, 4, 0>
// CHECK-SAME: grid_rank = 1 : i32
// CHECK-SAME: persistent = 0
// CHECK-SAME: shared_bytes = 12336 : i32
// CHECK-SAME: tensor_maps = array<i32: 0, 9, 128, 64, 64, 1, 9, 128, 16, 64, 2, 9, 128, 64, 64>
// CHECK-SAME: threads = 256 : i32
// A view is a pointer, its sizes and its strides; behind the parameters come the maps and the grid's sizes.
// CHECK: llvm.func @product(%{{.*}}: !llvm.ptr<1>, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: !llvm.ptr<1>
// CHECK-SAME: llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant
// CHECK-SAME: attributes {nvvm.kernel, nvvm.minctasm = 1 : i32, nvvm.reqntid = array<i32: 256>}
fovea_tile.kernel @product(%q: memref<?x16xbf16>, %k: memref<?x16xbf16>, %o: memref<?x16xbf16>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 12288, fovea_tile.shared_bytes = 12336} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %qc = fovea_tile.channel depth 1 at 0 : !qc
  %kc = fovea_tile.channel depth 2 at 8192 : !kc
  // Two barriers for each of three buffers: filled by one arrival, free after four subgroups.
  // CHECK: nvvm.mbarrier.init %{{.*}}, %c1_i32{{.*}} :
  // CHECK: nvvm.mbarrier.init %{{.*}}, %c4_i32{{.*}} :
  // CHECK-COUNT-4: nvvm.mbarrier.init
  // CHECK-NOT: nvvm.mbarrier.init
  // CHECK: nvvm.fence.mbarrier.init
  // CHECK: nvvm.barrier
  // CHECK: nvvm.setmaxregister decrease 24
  fovea_tile.role producer warps 4 registers 24 {
    // One thread of one subgroup copies.
    // CHECK: nvvm.elect.sync
    // CHECK: nvvm.mbarrier.try_wait.parity
    // CHECK: %[[BYTES:.*]] = arith.constant 8192 : i32
    // CHECK: nvvm.mbarrier.arrive.expect_tx %{{.*}}, %[[BYTES]]
    // CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global
    fovea_tile.put %qc[%c0] from %q[%t, %c0] : !qc, memref<?x16xbf16>
    // CHECK: scf.for
    scf.for %i = %c0 to %n step %c1 {
      // CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global
      fovea_tile.put %kc[%i] from %k[%i, %c0] : !kc, memref<?x16xbf16>
    }
  }
  // A launch of 256 threads has given 255.
  // CHECK: nvvm.setmaxregister decrease 240
  fovea_tile.role consumer warps 4 registers 240 {
    %zero = arith.constant dense<0.0> : !scores
    // CHECK: nvvm.mbarrier.try_wait.parity
    %a = fovea_tile.get %qc[%c0] : !qc -> !queries
    // A thread holds 8 of the 64 x 16 values.
    // CHECK: scf.for {{.*}} -> (f32, f32, f32, f32, f32, f32, f32, f32)
    %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %zero) -> !scores {
      // CHECK: nvvm.mbarrier.try_wait.parity
      %b = fovea_tile.get %kc[%i] : !kc -> !keys
      // The accumulator starts at zero, so nothing is added; both operands are in shared memory.
      // CHECK: nvvm.wgmma.fence.aligned
      // CHECK: %[[S:.*]]:8 = fovea_nvgpu.wgmma bf16 n 16(%{{.*}} : i64) * (%{{[0-9]*}}){{$}}
      // CHECK: nvvm.wgmma.commit.group.sync.aligned
      %s = fovea_tile.dot %zero, %a, %b transposed : !queries, !keys -> !scores
      // CHECK: fovea_nvgpu.wgmma_wait 0(%[[S]]#0, {{.*}}, %[[S]]#7)
      %w = fovea_tile.await %s pending 0 : !scores
      // CHECK-COUNT-4: nvvm.convert.f32x2.to.bf16x2
      %p = arith.truncf %w : !scores to !half
      // This one adds, and its left operand comes from registers.
      // CHECK: fovea_nvgpu.wgmma bf16 n 16(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : i32, i32, i32, i32) * (%{{.*}}) transposed onto(
      %d = fovea_tile.dot %acc, %p, %b : !half, !keys -> !scores
      %e = fovea_tile.await %d pending 0 : !scores
      // CHECK: fovea_nvgpu.mbarrier_arrive %{{.*}} if %
      fovea_tile.consumed %kc[%i] : !kc
      scf.yield %e : !scores
    }
    %h = arith.truncf %r : !scores to !half
    // To the channel's buffer, and from there by the copy engine.
    // CHECK: nvvm.stmatrix
    // CHECK: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>
    // CHECK: nvvm.cp.async.bulk.tensor.global.shared.cta
    // CHECK: nvvm.cp.async.bulk.wait_group 0
    fovea_tile.store %h, %o[%t, %c0] through %qc[%c0] : !qc, : !half, memref<?x16xbf16>
  }
  // CHECK: llvm.return
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a", grid = dynamic>>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>

// A dynamic grid: consumers take places that the producer draws from a counter.
// CHECK: gpu.module @rounds
// CHECK-SAME: persistent = 1
fovea_tile.kernel @rounds(%o: memref<?x16xf32>) grid(%h, %t) config(#config)
    attributes {fovea_tile.barriers_at = 0, fovea_tile.places_at = 0, fovea_tile.shared_bytes = 48} {
  %c0 = arith.constant 0 : index
  fovea_tile.role producer warps 4 registers 0 {
    // CHECK: nvvm.elect.sync
    // CHECK: scf.while
    // CHECK: llvm.store volatile %{{.*}} : i32, !llvm.ptr<3>
    // CHECK: llvm.atomicrmw add
    fovea_tile.rounds() {
    ^bb0(%a: index, %b: index, %round: index):
      fovea_tile.next
    }
  }
  fovea_tile.role consumer warps 4 registers 0 {
    // CHECK: scf.while
    // CHECK: llvm.load volatile %{{.*}} : !llvm.ptr<3> -> i32
    fovea_tile.rounds() {
    ^bb0(%a: index, %b: index, %round: index):
      %zero = arith.constant dense<0.0> : tensor<64x16xf32, #fragment>
      // CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<1>
      fovea_tile.store %zero, %o[%b, %c0] : tensor<64x16xf32, #fragment>, memref<?x16xf32>
      fovea_tile.next
    }
  }
  fovea_tile.return
}
