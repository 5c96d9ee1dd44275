// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-take-turns))' | FileCheck %s

#turns = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", turns = true>>
#alone = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", turns = true>>
#free = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>

// A turn lasts from the first to the last dot of a step. One dot takes no turns.
// CHECK-LABEL: fovea_tile.kernel @two_consumers
fovea_tile.kernel @two_consumers() grid(%t) config(#turns) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<0.0> : tensor<128x64xf32>
  %b = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: scf.for
  scf.for %i = %c0 to %t step %c1 {
    // CHECK-NEXT: math.exp2
    // CHECK-NEXT: fovea_tile.take_turn
    // CHECK-NEXT: fovea_tile.dot
    // CHECK-NEXT: math.exp2
    // CHECK-NEXT: fovea_tile.dot
    // CHECK-NEXT: fovea_tile.pass_turn
    // CHECK-NEXT: math.exp2
    %u = math.exp2 %a : tensor<128x64xf32>
    %v = fovea_tile.dot %a, %u, %b : tensor<128x64xf32>, tensor<64x64xf32> -> tensor<128x64xf32>
    %w = math.exp2 %v : tensor<128x64xf32>
    %x = fovea_tile.dot %a, %w, %b : tensor<128x64xf32>, tensor<64x64xf32> -> tensor<128x64xf32>
    %y = math.exp2 %x : tensor<128x64xf32>
  }
  // CHECK: scf.for
  scf.for %i = %c0 to %t step %c1 {
    // CHECK-NEXT: fovea_tile.dot
    // CHECK-NEXT: }
    %v = fovea_tile.dot %a, %a, %b : tensor<128x64xf32>, tensor<64x64xf32> -> tensor<128x64xf32>
  }
  fovea_tile.return
}

// Nobody to take turns with, or no wish to.
// CHECK-LABEL: fovea_tile.kernel @one_consumer
// CHECK-NOT: take_turn
fovea_tile.kernel @one_consumer() grid(%t) config(#alone) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<0.0> : tensor<64x64xf32>
  scf.for %i = %c0 to %t step %c1 {
    %v = fovea_tile.dot %a, %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %w = fovea_tile.dot %v, %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  }
  fovea_tile.return
}
fovea_tile.kernel @no_turns() grid(%t) config(#free) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<0.0> : tensor<64x64xf32>
  scf.for %i = %c0 to %t step %c1 {
    %v = fovea_tile.dot %a, %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %w = fovea_tile.dot %v, %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  }
  fovea_tile.return
}
