// RUN: fovea-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-prefetch))' | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// Three buffers: two tiles before the loop, each a group of copies, and in each step the one after the next.
// CHECK-LABEL: fovea_tile.kernel @three_buffers
// CHECK-SAME: %[[K:.*]]: memref<?x64xbf16>, %[[N:.*]]: index
fovea_tile.kernel @three_buffers(%k: memref<?x64xbf16>, %n: index) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: %[[C:.*]] = fovea_tile.channel depth 3
  %c = fovea_tile.channel depth 3 : !channel
  // CHECK: %[[FIRST:.*]] = arith.constant 0 : index
  // CHECK: %[[ANY:.*]] = arith.cmpi slt, %[[FIRST]], %[[N]]
  // CHECK: scf.if %[[ANY]] {
  // CHECK: %[[ROW:.*]] = arith.muli %[[FIRST]], %{{.*}} : index
  // CHECK: fovea_tile.put %[[C]][%[[FIRST]]] from %[[K]][%[[ROW]], %{{.*}}]
  // CHECK: fovea_tile.await_copies pending 7
  // CHECK: %[[SECOND:.*]] = arith.constant 1 : index
  // CHECK: fovea_tile.put %[[C]][%[[SECOND]]]
  // CHECK-NOT: await_copies
  // CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]]
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (tensor<64x64xf32>) {
    // CHECK-NEXT: fovea_tile.await_copies pending 1
    %row = arith.muli %i, %c64 : index
    fovea_tile.put %c[%i] from %k[%row, %c0] : !channel, memref<?x64xbf16>
    // CHECK: fovea_tile.get %[[C]][%[[I]]]
    %a = fovea_tile.get %c[%i] : !channel -> !tile
    // CHECK: %[[NEXT:.*]] = arith.addi %[[I]], %{{.*}} : index
    // CHECK: %[[MORE:.*]] = arith.cmpi slt, %[[NEXT]], %[[N]]
    // CHECK: scf.if %[[MORE]] {
    // CHECK: fovea_tile.put %[[C]][%[[NEXT]]]
    // CHECK: fovea_tile.dot
    %d = fovea_tile.dot %s, %a, %a transposed : !tile, !tile -> tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// Without a loop, the first reader waits.
// CHECK-LABEL: fovea_tile.kernel @body
fovea_tile.kernel @body(%k: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %c = fovea_tile.channel depth 1 : !channel
  // CHECK: fovea_tile.put
  fovea_tile.put %c[%c0] from %k[%c0, %c0] : !channel, memref<?x64xbf16>
  %a = fovea_tile.get %c[%c0] : !channel -> !tile
  // CHECK: fovea_tile.await_copies pending 0
  // CHECK-NEXT: fovea_tile.dot
  %d = fovea_tile.dot %zero, %a, %a transposed : !tile, !tile -> tensor<64x64xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

fovea_tile.kernel @one_buffer(%k: memref<?x64xbf16>, %n: index) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 1 : !channel
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @below {{fills a channel of depth 1 in a loop, expected 2 or more, and the same for all channels of the loop}}
    fovea_tile.put %c[%i] from %k[%c0, %c0] : !channel, memref<?x64xbf16>
    %a = fovea_tile.get %c[%i] : !channel -> !tile
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// Where copies are counted one by one each step makes as many: no conditions, and puts beyond the end, which read
// nothing.
// CHECK-LABEL: fovea_tile.kernel @counted
// CHECK-SAME: %[[K:.*]]: memref<?x64xbf16>, %[[N:.*]]: index
// CHECK: %[[C:.*]] = fovea_tile.channel depth 3
// CHECK-NOT: scf.if
// CHECK: fovea_tile.put %[[C]][%c0{{[_0-9]*}}] from %[[K]]
// CHECK-NEXT: fovea_tile.await_copies pending 7
// CHECK: fovea_tile.put %[[C]][%c1{{[_0-9]*}}] from %[[K]]
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]]
// CHECK-NEXT: fovea_tile.await_copies pending 1
// CHECK: fovea_tile.get %[[C]][%[[I]]]
// CHECK: %[[NEXT:.*]] = arith.addi %[[I]], %c2
// CHECK-NOT: scf.if
// CHECK: fovea_tile.put %[[C]][%[[NEXT]]]
// CHECK-NEXT: fovea_tile.dot
fovea_tile.kernel @counted(%k: memref<?x64xbf16>, %n: index) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  %q = arith.constant dense<0.0> : tensor<256x64xbf16>
  %c = fovea_tile.channel depth 3 : !channel
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (tensor<256x64xf32>) {
    fovea_tile.put %c[%i] from %k[%i, %c0] : !channel, memref<?x64xbf16>
    %a = fovea_tile.get %c[%i] : !channel -> !tile
    %d = fovea_tile.dot %s, %q, %a transposed : tensor<256x64xbf16>, !tile -> tensor<256x64xf32>
    scf.yield %d : tensor<256x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!channel = !fovea_tile.channel<!tile>

// A loop that waits for copies puts ahead already.
// CHECK-LABEL: fovea_tile.kernel @phases
// CHECK: scf.for %[[I:[^ ]*]] =
// CHECK-NEXT: fovea_tile.put %{{.*}}[%[[I]]]
// CHECK-NEXT: fovea_tile.await_copies pending 0
// CHECK-NOT: fovea_tile.put
fovea_tile.kernel @phases(%k: memref<?x64xbf16>, %n: index) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 2 : !channel
  scf.for %i = %c0 to %n step %c1 {
    fovea_tile.put %c[%i] from %k[%i, %c0] : !channel, memref<?x64xbf16>
    fovea_tile.await_copies pending 0
    %a = fovea_tile.get %c[%i] : !channel -> !tile
  }
  fovea_tile.return
}
