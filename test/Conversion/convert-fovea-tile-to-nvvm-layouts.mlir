// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm -split-input-file | FileCheck %s

// A schedule's own layout, and workgroups that share a multiprocessor.

#layout = #fovea_tile.fragment<4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>
#config = #fovea_tile.config<m = 16, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", workgroups = 2, layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
!tile = tensor<16x16xf32, #layout>
!rows = tensor<16xf32, #layout>

// Registers are those that leave room for another workgroup; without rounds no workgroup stays.
// CHECK: gpu.module @own
// CHECK-SAME: persistent = 0
// CHECK-SAME: threads = 128
// CHECK: llvm.func @own
// CHECK-SAME: nvvm.minctasm = 2 : i32
fovea_tile.kernel @own(%x: memref<?x16xf32>, %l: memref<?xf32>, %o: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    // Lane l has column l % 8 of row l / 8, behind the four rows of each subgroup before.
    // CHECK: %[[LANE:.*]] = arith.andi %{{.*}}, %c31_i32
    // CHECK: %[[OF_SUBGROUP:.*]] = arith.muli %{{.*}}, %c4_i32
    // CHECK: %[[C:.*]] = arith.remui %{{.*}}, %c8_i32
    // CHECK: %[[COLUMN:.*]] = arith.addi %{{.*}}, %[[C]]
    // CHECK: %[[HIGH:.*]] = arith.divui %[[LANE]], %c8_i32
    // CHECK: %[[R:.*]] = arith.remui %[[HIGH]], %c4_i32
    // CHECK: arith.addi %[[OF_SUBGROUP]], %[[R]]
    // A thread holds two of 16 columns, 8 apart.
    // CHECK: %[[A:.*]] = arith.select %{{.*}} : f32
    // CHECK: arith.addi %{{.*}}, %c8_i32
    // CHECK: %[[B:.*]] = arith.select %{{.*}} : f32
    %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> !tile
    // CHECK: %[[INIT:.*]] = arith.select %{{.*}} : f32
    %r = fovea_tile.load %l[%t] : memref<?xf32> -> !rows
    // Eight lanes share a row: three exchanges.
    // CHECK: %[[OWN:.*]] = arith.addf %[[A]], %[[B]]
    // CHECK: %[[D1:.*]] = arith.constant 1 : i32
    // CHECK: nvvm.shfl.sync bfly %{{.*}}, %[[OWN]], %[[D1]],
    // CHECK: %[[D2:.*]] = arith.constant 2 : i32
    // CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %[[D2]],
    // CHECK: %[[D4:.*]] = arith.constant 4 : i32
    // CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %[[D4]],
    // CHECK-NOT: nvvm.shfl
    // CHECK: %[[SUM:.*]] = arith.addf %[[INIT]],
    %s = fovea_tile.reduce add %a, %r : !tile -> !rows
    %w = fovea_tile.broadcast %s : !rows -> !tile
    // CHECK: arith.mulf %[[A]], %[[SUM]]
    // CHECK: arith.mulf %[[B]], %[[SUM]]
    %p = arith.mulf %a, %w : !tile
    // CHECK-COUNT-2: llvm.store %{{.*}} : f32, !llvm.ptr<1>
    fovea_tile.store %p, %o[%t, %c0] : !tile, memref<?x16xf32>
    // CHECK: arith.cmpi eq, %[[COLUMN]],
    // CHECK: llvm.store %[[SUM]], %{{.*}} : f32, !llvm.ptr<1>
    // CHECK-NOT: llvm.store
    fovea_tile.store %s, %l[%t] : !rows, memref<?xf32>
  }
  // CHECK: llvm.return
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a", grid = dynamic, workgroups = 2>>

// With rounds as many workgroups stay.
// CHECK: gpu.module @rounds
// CHECK-SAME: persistent = 2
// CHECK: llvm.func @rounds
// CHECK-SAME: nvvm.minctasm = 2 : i32
fovea_tile.kernel @rounds(%o: memref<?x16xf32>) grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 0, fovea_tile.places_at = 0, fovea_tile.shared_bytes = 48} {
  fovea_tile.role producer warps 4 registers 0 {
    fovea_tile.rounds() {
    ^bb0(%a: index, %round: index):
      fovea_tile.next
    }
  }
  fovea_tile.role consumer warps 4 registers 0 {
    fovea_tile.rounds() {
    ^bb0(%a: index, %round: index):
      fovea_tile.next
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x24xf32, #fragment>
!folded = tensor<64x8xf32, #fragment>

// 12 elements are folded into 4. An initial 0 is not added: 8 additions; any other is: 12. To a maximum 0 counts.
// CHECK-LABEL: llvm.func @fold
fovea_tile.kernel @fold(%x: memref<?x24xf32>, %o: memref<?x8xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    %a = fovea_tile.load %x[%t, %c0] : memref<?x24xf32> -> !tile
    // CHECK-COUNT-8: arith.addf
    // CHECK-NOT: arith.addf
    // CHECK: llvm.store
    %zero = arith.constant dense<0.0> : !folded
    %s = fovea_tile.fold add %a, %zero : !tile -> !folded
    fovea_tile.store %s, %o[%t, %c0] : !folded, memref<?x8xf32>
    // CHECK-COUNT-12: arith.addf
    // CHECK-NOT: arith.addf
    // CHECK: llvm.store
    %one = arith.constant dense<1.0> : !folded
    %u = fovea_tile.fold add %a, %one : !tile -> !folded
    fovea_tile.store %u, %o[%t, %c0] : !folded, memref<?x8xf32>
    // CHECK-COUNT-12: arith.addf
    // CHECK-NOT: arith.addf
    // CHECK: llvm.store
    %none = arith.constant dense<0xFF800000> : !folded
    %v = fovea_tile.fold add %a, %none : !tile -> !folded
    fovea_tile.store %v, %o[%t, %c0] : !folded, memref<?x8xf32>
    // CHECK-COUNT-12: llvm.intr.maximum
    // CHECK-NOT: llvm.intr.maximum
    // CHECK: llvm.return
    %m = fovea_tile.fold maximum %a, %zero : !tile -> !folded
    fovea_tile.store %m, %o[%t, %c0] : !folded, memref<?x8xf32>
  }
  fovea_tile.return
}

// -----

#layout = #fovea_tile.fragment<4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>
#config = #fovea_tile.config<m = 16, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>

// Two registers are rounded at once; an odd number of them one by one.
// CHECK-LABEL: llvm.func @round
fovea_tile.kernel @round(%x: memref<?x16xf32>, %y: memref<?x24xf32>, %o: memref<?x16xbf16>, %p: memref<?x24xf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32, #layout>
    // CHECK: nvvm.convert.f32x2.to.bf16x2
    // CHECK-NOT: nvvm.convert
    // CHECK-NOT: arith.truncf
    %b = arith.truncf %a : tensor<16x16xf32, #layout> to tensor<16x16xbf16, #layout>
    fovea_tile.store %b, %o[%t, %c0] : tensor<16x16xbf16, #layout>, memref<?x16xbf16>
    %c = fovea_tile.load %y[%t, %c0] : memref<?x24xf32> -> tensor<16x24xf32, #layout>
    // CHECK-COUNT-3: arith.truncf %{{.*}} : f32 to f16
    // CHECK-NOT: arith.truncf
    // CHECK: llvm.return
    %d = arith.truncf %c : tensor<16x24xf32, #layout> to tensor<16x24xf16, #layout>
    fovea_tile.store %d, %p[%t, %c0] : tensor<16x24xf16, #layout>, memref<?x24xf16>
  }
  fovea_tile.return
}
