// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-insert-waits))' --split-input-file | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!tile = tensor<64x64xf32>
!c = !fovea_tile.channel<!shared>

// A dot is awaited before its first reader, while the younger ones run on, and then gives back what it read. The op
// that makes the next left operand waits too.
// CHECK-LABEL: fovea_tile.kernel @overlapped
fovea_tile.kernel @overlapped() grid(%t) config(#config) {
  // CHECK: %[[KC:.*]] = fovea_tile.channel
  %kc = fovea_tile.channel depth 2 : !c
  // CHECK: %[[VC:.*]] = fovea_tile.channel
  %vc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  %p0 = arith.constant dense<0.0> : tensor<64x64xbf16>
  %q = fovea_tile.get %kc[%c0] : !c -> !shared
  // CHECK: scf.for %[[I:.*]] = {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[P:.*]] = %{{.*}})
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %p = %p0) -> (!tile, tensor<64x64xbf16>) {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    // CHECK: %[[S:.*]] = fovea_tile.dot {{.*}} transposed
    %s = fovea_tile.dot %zero, %q, %k transposed : !shared, !shared -> !tile
    %j = arith.subi %i, %c1 : index
    %v = fovea_tile.get %vc[%j] : !c -> !shared
    // CHECK: %[[O:.*]] = fovea_tile.dot %{{.*}}, %[[P]], %{{.*}} : tensor<64x64xbf16>
    %o = fovea_tile.dot %acc, %p, %v : tensor<64x64xbf16>, !shared -> !tile
    // CHECK: %[[S1:.*]] = fovea_tile.await %[[S]] pending 1
    // CHECK-NEXT: fovea_tile.consumed %[[KC]][%[[I]]]
    // CHECK-NEXT: %[[E:.*]] = math.exp2 %[[S1]]
    %e = math.exp2 %s : !tile
    // CHECK-NEXT: %[[W:.*]]:2 = fovea_tile.await %[[O]], %[[E]] pending 0
    // CHECK-NEXT: fovea_tile.consumed %[[VC]][%{{.*}}]
    // CHECK-NEXT: %[[NEXT:.*]] = arith.truncf %[[W]]#1
    %n = arith.truncf %e : !tile to tensor<64x64xbf16>
    // CHECK-NEXT: arith.mulf %[[W]]#0
    %u = arith.mulf %o, %o : !tile
    // CHECK-NEXT: scf.yield %{{.*}}, %[[NEXT]]
    scf.yield %u, %n : !tile, tensor<64x64xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!tile = tensor<64x64xf32>
!c = !fovea_tile.channel<!shared>

// A tile that a later dot reads is given back behind that one; what is got once stays. A condition that reads the
// result is a reader.
// CHECK-LABEL: fovea_tile.kernel @shared_operand
fovea_tile.kernel @shared_operand(%x: i1) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  %once = fovea_tile.channel depth 1 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  %q = fovea_tile.get %once[%c0] : !c -> !shared
  // CHECK: scf.for
  scf.for %i = %c0 to %t step %c1 {
    %k = fovea_tile.get %c[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %q, %k : !shared, !shared -> !tile
    // CHECK: %[[S1:.*]] = fovea_tile.await %{{.*}} pending 0
    // CHECK-NOT: consumed
    // CHECK: scf.if
    %y = scf.if %x -> !tile {
      // CHECK-NEXT: scf.yield %[[S1]]
      scf.yield %s : !tile
    } else {
      scf.yield %zero : !tile
    }
    // CHECK: fovea_tile.dot
    // CHECK-NEXT: fovea_tile.await %{{.*}} pending 0
    // CHECK-NEXT: fovea_tile.consumed
    // CHECK-NOT: fovea_tile.consumed
    %u = fovea_tile.dot %zero, %q, %k transposed : !shared, !shared -> !tile
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", grid = persistent>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!tile = tensor<64x64xf32>
!c = !fovea_tile.channel<!shared>

// In rounds each tile is given back once, the queries behind the loop or the store through their buffer.
// CHECK-LABEL: fovea_tile.kernel @rounds
fovea_tile.kernel @rounds(%o: memref<?x64xbf16>) grid(%t) config(#config) {
  // CHECK: %[[QC:.*]] = fovea_tile.channel
  %qc = fovea_tile.channel depth 2 : !c
  // CHECK: %[[KC:.*]] = fovea_tile.channel
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  fovea_tile.role consumer warps 4 registers 240 {
    %zero = arith.constant dense<0.0> : !tile
    // CHECK: ^bb0(%{{.*}}: index, %[[ROUND:.*]]: index)
    fovea_tile.rounds() {
    ^bb0(%place: index, %round: index):
      %q = fovea_tile.get %qc[%round] : !c -> !shared
      // CHECK: scf.for
      // CHECK: fovea_tile.consumed %[[KC]]
      // CHECK-NOT: fovea_tile.consumed
      %r = scf.for %i = %c0 to %c1 step %c1 iter_args(%acc = %zero) -> !tile {
        %k = fovea_tile.get %kc[%i] : !c -> !shared
        %s = fovea_tile.dot %acc, %q, %k : !shared, !shared -> !tile
        scf.yield %s : !tile
      }
      %h = arith.truncf %r : !tile to tensor<64x64xbf16>
      // CHECK: fovea_tile.store
      // CHECK-NEXT: fovea_tile.consumed %[[QC]][%[[ROUND]]]
      // CHECK-NEXT: }
      fovea_tile.store %h, %o[%place, %c0] through %qc[%round] : !c, : tensor<64x64xbf16>, memref<?x64xbf16>
      fovea_tile.next
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!tile = tensor<64x64xf32>

// A dot that nothing reads is awaited at the end of its block, be there a terminator or none.
// CHECK-LABEL: fovea_tile.kernel @unread
fovea_tile.kernel @unread() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : !tile
    // CHECK: fovea_tile.dot
    // CHECK-NEXT: fovea_tile.dot
    %a = fovea_tile.dot %zero, %zero, %zero : !tile, !tile -> !tile
    %b = fovea_tile.dot %zero, %zero, %zero : !tile, !tile -> !tile
    // CHECK-NEXT: fovea_tile.await %{{.*}} pending 1
    // CHECK-NEXT: fovea_tile.await %{{.*}} pending 0
    // CHECK-NEXT: }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!tile = tensor<64x64xf32>

// A next operand that something needs before the wait is not held back, nor is one made of a scalar.
// CHECK-LABEL: fovea_tile.kernel @needed
fovea_tile.kernel @needed(%x: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  // CHECK: scf.for
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %p = %zero) -> (!tile, !tile) {
    %d = fovea_tile.dot %acc, %p, %zero : !tile, !tile -> !tile
    // CHECK: %[[N:.*]] = math.exp2
    %n = math.exp2 %p : !tile
    // CHECK-NEXT: %[[M:.*]] = arith.addf %[[N]], %[[N]]
    %m = arith.addf %n, %n : !tile
    // CHECK-NEXT: fovea_tile.await %{{[^,]*}} pending 0
    // CHECK-NEXT: arith.addf
    %u = arith.addf %d, %m : !tile
    scf.yield %u, %n : !tile, !tile
  }
  // CHECK: scf.for
  %s:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %p = %zero) -> (!tile, !tile) {
    %d = fovea_tile.dot %acc, %p, %zero : !tile, !tile -> !tile
    // CHECK: tensor.splat
    %n = tensor.splat %x : !tile
    // CHECK-NEXT: fovea_tile.await %{{[^,]*}} pending 0
    // CHECK-NEXT: scf.yield
    scf.yield %d, %n : !tile, !tile
  }
  fovea_tile.return
}

// -----

// Where dots are done when they return, nobody waits.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_80">>
// CHECK-LABEL: fovea_tile.kernel @synchronous
// CHECK-NOT: await
fovea_tile.kernel @synchronous() grid(%t) config(#config) {
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %a = fovea_tile.dot %zero, %zero, %zero : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  fovea_tile.return
}
