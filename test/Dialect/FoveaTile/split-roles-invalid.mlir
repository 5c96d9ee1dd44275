// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-split-roles))' --split-input-file --verify-diagnostics

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
// expected-error @below {{puts tiles in channels, but its schedule has no producer; expected 'producer', its registers}}
fovea_tile.kernel @no_producer(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  fovea_tile.put %c[%t] from %v[%t, %t] : !c, memref<?x64xbf16>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24>>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
fovea_tile.kernel @index_of_tiles(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  %yes = arith.constant dense<true> : tensor<64xi1>
  %any = fovea_tile.any %yes : tensor<64xi1>
  %i = arith.index_cast %any : i1 to index
  // expected-error @below {{depends on a value that the consumers compute, so no producer can run ahead of them}}
  fovea_tile.put %c[%t] from %v[%i, %t] : !c, memref<?x64xbf16>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24>>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
fovea_tile.kernel @carried_index(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 2 : !c
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%j = %c0) -> index {
    // expected-error @below {{depends on a value that the consumers compute}}
    fovea_tile.put %c[%i] from %v[%j, %c0] : !c, memref<?x64xbf16>
    %n = arith.addi %j, %i : index
    scf.yield %n : index
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24>>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
fovea_tile.kernel @condition_of_tiles(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  %yes = arith.constant dense<true> : tensor<64xi1>
  %any = fovea_tile.any %yes : tensor<64xi1>
  // expected-error @below {{depends on a value that the consumers compute}}
  scf.if %any {
    fovea_tile.put %c[%t] from %v[%t, %t] : !c, memref<?x64xbf16>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24>>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
fovea_tile.kernel @other_control_flow(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  // expected-error @below {{holds puts, expected them in the kernel's body, scf.for or scf.if}}
  scf.execute_region {
    fovea_tile.put %c[%t] from %v[%t, %t] : !c, memref<?x64xbf16>
    scf.yield
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, grid = dynamic>>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
fovea_tile.kernel @next_of_tiles(%v: memref<?x64xbf16>) grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  fovea_tile.rounds(%t) {
  ^bb0(%place: index, %round: index, %first: index):
    fovea_tile.put %c[%round] from %v[%place, %t] : !c, memref<?x64xbf16>
    %yes = arith.constant dense<true> : tensor<64xi1>
    %any = fovea_tile.any %yes : tensor<64xi1>
    %next = arith.index_cast %any : i1 to index
    // expected-error @below {{passes on what the consumers compute, so no producer can run ahead of them}}
    fovea_tile.next %next
  }
  fovea_tile.return
}
