// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-split-roles))' --split-input-file --verify-diagnostics | FileCheck %s

#config = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 240>>
!tile = tensor<64x64xbf16>
!c = !fovea_tile.channel<!tile>

// Scalars and channels stay for both; the producer gets puts with the control flow around them, and loses what the
// loop carries; the consumers get the rest.
// CHECK-LABEL: fovea_tile.kernel @attention
// CHECK-SAME: (%[[V:.*]]: memref<?x64xbf16>
fovea_tile.kernel @attention(%v: memref<?x64xbf16>, %o: memref<?x64xf32>, %x: i1) grid(%t) config(#config) {
  // CHECK: %[[C:.*]] = fovea_tile.channel
  %c = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[N:.*]] = memref.dim
  %n = memref.dim %v, %c0 : memref<?x64xbf16>
  // CHECK-NOT: dense
  // CHECK: fovea_tile.role producer warps 4 registers 24 {
  // CHECK-NEXT: scf.if %[[X:.*]] {
  // CHECK-NEXT:   scf.for %[[I:.*]] = %{{.*}} to %[[N]] step %{{.*}} {
  // CHECK-NEXT:     %[[J:.*]] = arith.muli %[[I]], %[[N]] : index
  // CHECK-NEXT:     fovea_tile.put %[[C]][%[[I]]] from %[[V]][%[[J]], %{{.*}}]
  // CHECK-NEXT:   }
  // CHECK: fovea_tile.role consumer warps 8 registers 240 {
  // CHECK:   %[[ZERO:.*]] = arith.constant dense
  // CHECK:   %[[R:.*]] = scf.if %[[X]]
  // CHECK:     scf.for %[[I:.*]] = %{{.*}} to %[[N]] step %{{.*}} iter_args(%{{.*}} = %[[ZERO]])
  // CHECK-NOT: fovea_tile.put
  // CHECK:       fovea_tile.get %[[C]][%[[I]]]
  // CHECK:       fovea_tile.dot
  // CHECK:   fovea_tile.store %[[R]]
  // CHECK: }
  // CHECK: fovea_tile.return
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %r = scf.if %x -> tensor<64x64xf32> {
    %s = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %zero) -> tensor<64x64xf32> {
      %j = arith.muli %i, %n : index
      fovea_tile.put %c[%i] from %v[%j, %c0] : !c, memref<?x64xbf16>
      %b = fovea_tile.get %c[%i] : !c -> !tile
      %d = fovea_tile.dot %acc, %b, %b : !tile, !tile -> tensor<64x64xf32>
      scf.yield %d : tensor<64x64xf32>
    }
    scf.yield %s : tensor<64x64xf32>
  } else {
    scf.yield %zero : tensor<64x64xf32>
  }
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x64xf32>, memref<?x64xf32>
  fovea_tile.return
}

// -----

// Both roles take the same rounds.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 240, grid = dynamic>>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
// CHECK-LABEL: fovea_tile.kernel @rounds
fovea_tile.kernel @rounds(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  // CHECK: fovea_tile.role producer
  // CHECK-NEXT: fovea_tile.rounds(%{{.*}}) {
  // CHECK-NEXT: ^bb0(%[[PLACE:.*]]: index, %[[ROUND:.*]]: index, %[[FIRST:.*]]: index):
  // CHECK-NEXT:   fovea_tile.put %{{.*}}[%[[ROUND]]] from %{{.*}}[%[[PLACE]], %{{.*}}]
  // CHECK-NEXT:   %[[NEXT:.*]] = arith.addi %[[FIRST]], %[[PLACE]] : index
  // CHECK-NEXT:   fovea_tile.next %[[NEXT]]
  // CHECK: fovea_tile.role consumer
  // CHECK-NEXT: fovea_tile.rounds
  // CHECK:   fovea_tile.get
  // CHECK:   fovea_tile.next
  fovea_tile.rounds(%c0) {
  ^bb0(%place: index, %round: index, %first: index):
    fovea_tile.put %c[%round] from %v[%place, %c0] : !c, memref<?x64xbf16>
    %b = fovea_tile.get %c[%round] : !c -> tensor<64x64xbf16>
    %next = arith.addi %first, %place : index
    fovea_tile.next %next
  }
  fovea_tile.return
}

// -----

// What reads tiles, and the scalars made of it, are for consumers. No puts: no producer.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// CHECK-LABEL: fovea_tile.kernel @no_puts
// CHECK-NOT: producer
// CHECK: fovea_tile.role consumer warps 4 registers 0 {
// CHECK: %[[ANY:.*]] = fovea_tile.any
// CHECK: arith.ori %[[ANY]], %[[ANY]]
fovea_tile.kernel @no_puts() grid(%t) config(#config) {
  %yes = arith.constant dense<true> : tensor<64xi1>
  %any = fovea_tile.any %yes : tensor<64xi1>
  %both = arith.ori %any, %any : i1
  fovea_tile.return
}

// -----

// Roles are made once.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// CHECK-LABEL: fovea_tile.kernel @done
// CHECK-COUNT-1: fovea_tile.role
// CHECK-NOT: fovea_tile.role
fovea_tile.kernel @done() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}
