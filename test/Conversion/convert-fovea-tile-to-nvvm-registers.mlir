// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm | FileCheck %s

// Tiles in registers: each thread holds 4 of a block of 16 x 8 elements, 2 of a column.

#config = #fovea_tile.config<m = 64, n = 8, rows = 64, columns = 8, schedule = <target = "sm_90a">>
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x8xf32, #fragment>
!rows = tensor<64xf32, #fragment>

// Elements beyond the end read the last one, and become zero; stores leave them out.
// CHECK-LABEL: llvm.func @memory
fovea_tile.kernel @memory(%x: memref<?x8xf32>, %table: memref<4x?xf32>, %o: memref<?x8xf32>, %l: memref<?xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    // CHECK-COUNT-4: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
    // CHECK: arith.select
    %a = fovea_tile.load %x[%t, %c0] : memref<?x8xf32> -> !tile
    %i = fovea_tile.coordinate %t along 1 : tensor<64x8xindex, #fragment>
    // CHECK-COUNT-4: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
    %g = fovea_tile.gather %table[%t] [%i] [false, true] : memref<4x?xf32>, tensor<64x8xindex, #fragment> -> !tile
    // CHECK-COUNT-4: arith.addf
    %b = arith.addf %a, %g : !tile
    // CHECK: scf.if
    // CHECK: llvm.getelementptr
    // CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<1>
    fovea_tile.store %b, %o[%t, %c0] : !tile, memref<?x8xf32>
    // A row's value is stored by one lane: its first column is 0.
    // CHECK: arith.cmpi eq
    %r = fovea_tile.load %l[%t] : memref<?xf32> -> !rows
    fovea_tile.store %r, %l[%t] : !rows, memref<?xf32>
  }
  fovea_tile.return
}

// Own columns first, then the four lanes of a row by a butterfly.
// CHECK-LABEL: llvm.func @reduce
fovea_tile.kernel @reduce(%x: memref<?x8xf32>, %o: memref<?x8xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    %init = arith.constant dense<0.0> : !rows
    %none = arith.constant dense<0xFF800000> : !tile
    %a = fovea_tile.load %x[%t, %c0] : memref<?x8xf32> -> !tile
    // CHECK-COUNT-2: nvvm.shfl.sync bfly
    // CHECK: llvm.intr.maximum
    // CHECK-COUNT-2: nvvm.shfl.sync bfly
    // CHECK-NOT: nvvm.shfl
    %m = fovea_tile.reduce maximum %a, %init : !tile -> !rows
    // A fold exchanges nothing, and an initial -inf is left out.
    %f = fovea_tile.fold maximum %a, %none : !tile -> !tile
    // CHECK-COUNT-4: arith.addf
    %s = fovea_tile.fold add %f, %a : !tile -> !tile
    %w = fovea_tile.broadcast %m : !rows -> !tile
    // CHECK-COUNT-4: arith.cmpf ogt
    %c = arith.cmpf ogt, %s, %w : !tile
    // CHECK-COUNT-3: arith.ori
    // CHECK: nvvm.vote.sync any
    %any = fovea_tile.any %c : tensor<64x8xi1, #fragment>
    // CHECK: scf.if %{{.*}} -> (f32, f32, f32, f32)
    %y = scf.if %any -> !tile {
      scf.yield %w : !tile
    } else {
      scf.yield %s : !tile
    }
    fovea_tile.store %y, %o[%t, %c0] : !tile, memref<?x8xf32>
  }
  fovea_tile.return
}

// Any other init counts, +inf too.
// CHECK-LABEL: llvm.func @fold_from_infinity
fovea_tile.kernel @fold_from_infinity(%x: memref<?x8xf32>, %o: memref<?x8xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    %init = arith.constant dense<0x7F800000> : !tile
    %a = fovea_tile.load %x[%t, %c0] : memref<?x8xf32> -> !tile
    // CHECK-COUNT-4: llvm.intr.maximum
    %m = fovea_tile.fold maximum %a, %init : !tile -> !tile
    fovea_tile.store %m, %o[%t, %c0] : !tile, memref<?x8xf32>
  }
  fovea_tile.return
}

// CHECK-LABEL: llvm.func @mask
fovea_tile.kernel @mask(%x: memref<?x8xf32>, %o: memref<?x8xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    %rows = fovea_tile.coordinate %t along 0 : tensor<64xindex, #fragment>
    %a = fovea_tile.load %x[%t, %c0] : memref<?x8xf32> -> !tile
    // CHECK: %[[NONE:.*]] = arith.constant 0xFF800000 : f32
    // CHECK: arith.select %{{.*}}, %{{.*}}, %[[NONE]]
    %m = fovea_tile.mask %a, %rows to %rows from %c0 : !tile, tensor<64xindex, #fragment>
    fovea_tile.store %m, %o[%t, %c0] : !tile, memref<?x8xf32>
  }
  fovea_tile.return
}

// The special function unit where it is, polynomials later for the rest.
// CHECK-LABEL: llvm.func @math
fovea_tile.kernel @math(%x: f32, %o: memref<?x8xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 4 registers 0 {
    // CHECK: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f"
    %a = math.exp2 %x : f32
    // CHECK: arith.mulf
    // CHECK: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f"
    %b = math.exp %a : f32
    // CHECK: llvm.call_intrinsic "llvm.nvvm.lg2.approx.ftz.f"
    %c = math.log2 %b : f32
    // CHECK: llvm.call_intrinsic "llvm.nvvm.lg2.approx.ftz.f"
    // CHECK: arith.mulf
    %d = math.log %c : f32
    // CHECK: llvm.call_intrinsic "llvm.nvvm.rcp.approx.ftz.f"
    %e = math.tanh %d : f32
    // CHECK: llvm.intr.maximum
    %f = arith.maximumf %d, %e : f32
    // CHECK: llvm.intr.minimum
    %g = arith.minimumf %f, %e : f32
    // CHECK: math.erf
    %h = math.erf %g : f32
    // The same in all registers: once.
    // CHECK-NOT: math.absf
    // CHECK: math.absf
    // CHECK-NOT: math.absf
    %i = tensor.splat %h : !tile
    %j = math.absf %i : !tile
    fovea_tile.store %j, %o[%t, %c0] : !tile, memref<?x8xf32>
  }
  fovea_tile.return
}

// Scalars of index are i32.
// CHECK-LABEL: llvm.func @scalars
// CHECK-SAME: (%{{.*}}: !llvm.ptr<1>, %{{.*}}: i32, %{{.*}}: i64, %{{.*}}: i32, %{{.*}}: i32)
fovea_tile.kernel @scalars(%x: memref<?xi64>, %n: index) grid(%t) config(#config) {
  // CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> i64
  %a = memref.load %x[%n] : memref<?xi64>
  // CHECK: arith.trunci %{{.*}} : i64 to i32
  %b = arith.index_cast %a : i64 to index
  %c0 = arith.constant 0 : index
  %d = memref.dim %x, %c0 : memref<?xi64>
  // CHECK: arith.addi %{{.*}}, %{{.*}} : i32
  %e = arith.addi %b, %d : index
  // CHECK: arith.extui %{{.*}} : i32 to i64
  %f = arith.index_castui %e : index to i64
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}
