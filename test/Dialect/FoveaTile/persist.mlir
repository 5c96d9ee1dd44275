// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-persist))' --split-input-file --verify-diagnostics | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a", grid = dynamic>>
#swizzle = #fovea_tile.swizzle<128>
!c = !fovea_tile.channel<tensor<32x64xbf16, #swizzle>>

// The body runs once for each place. Tiles of the loop are numbered on from round to round, others by the round.
// CHECK-LABEL: fovea_tile.kernel @body
// CHECK-SAME: (%[[K:.*]]: memref<?x64xbf16>) grid(%[[T:.*]]) config
fovea_tile.kernel @body(%k: memref<?x64xbf16>) grid(%t) config(#config) {
  // CHECK: %[[QC:.*]] = fovea_tile.channel depth 1
  // CHECK: %[[KC:.*]] = fovea_tile.channel depth 2
  %qc = fovea_tile.channel depth 1 : !c
  %kc = fovea_tile.channel depth 2 : !c
  // CHECK: fovea_tile.rounds(%{{.*}}) {
  // CHECK-NEXT: ^bb0(%[[PLACE:.*]]: index, %[[ROUND:.*]]: index, %[[FIRST:.*]]: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[N:.*]] = memref.dim
  %n = memref.dim %k, %c0 : memref<?x64xbf16>
  // CHECK: fovea_tile.put %[[QC]][%[[ROUND]]] from %[[K]][%[[PLACE]], %{{.*}}]
  fovea_tile.put %qc[%c0] from %k[%t, %c0] : !c, memref<?x64xbf16>
  // CHECK: fovea_tile.get %[[QC]][%[[ROUND]]]
  %q = fovea_tile.get %qc[%c0] : !c -> tensor<32x64xbf16, #swizzle>
  // CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]]
  scf.for %i = %c0 to %n step %c1 {
    // CHECK: %[[NUMBER:.*]] = arith.addi %[[FIRST]], %[[I]] : index
    // CHECK: fovea_tile.put %[[KC]][%[[NUMBER]]] from %[[K]][%[[I]], %{{.*}}]
    fovea_tile.put %kc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    // CHECK: %[[AGAIN:.*]] = arith.addi %[[FIRST]], %[[I]] : index
    // CHECK: fovea_tile.get %[[KC]][%[[AGAIN]]]
    %x = fovea_tile.get %kc[%i] : !c -> tensor<32x64xbf16, #swizzle>
  }
  // CHECK: %[[COUNT:.*]] = arith.maxsi %[[N]], %{{.*}} : index
  // CHECK: %[[NEXT:.*]] = arith.addi %[[FIRST]], %[[COUNT]] : index
  // CHECK: fovea_tile.next %[[NEXT]]
  // CHECK: }
  // CHECK: fovea_tile.return
  fovea_tile.return
}

// -----

// Rounds are made once, and a plain grid has none.
// CHECK-LABEL: fovea_tile.kernel @done
// CHECK-COUNT-1: fovea_tile.rounds
// CHECK-NOT: fovea_tile.rounds
#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a", grid = persistent>>
fovea_tile.kernel @done() grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  fovea_tile.rounds(%c0) {
  ^bb0(%place: index, %round: index, %first: index):
    fovea_tile.next %first
  }
  fovea_tile.return
}
#plain = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a">>
fovea_tile.kernel @plain() grid(%t) config(#plain) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a", grid = persistent>>
// expected-error @below {{has 0 loops that fill channels, expected one, in its body, for workgroups that take many places; write grid = plain}}
fovea_tile.kernel @no_loop() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a", grid = persistent>>
!c = !fovea_tile.channel<tensor<32x64xbf16>>
// expected-error @below {{has 1 loops that fill channels, expected one, in its body}}
fovea_tile.kernel @nested(%k: memref<?x64xbf16>, %x: i1) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 1 : !c
  scf.if %x {
    %n = memref.dim %k, %c0 : memref<?x64xbf16>
    scf.for %i = %c0 to %n step %c1 {
      fovea_tile.put %c[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    }
  }
  fovea_tile.return
}
