// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-overlap-products))' --split-input-file --verify-diagnostics | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", overlap = ahead>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>

// The last product of a step moves behind the first one of the next step; the first step and the last product are
// peeled, for loops that run at all.
// CHECK-LABEL: fovea_tile.kernel @attention
// CHECK-SAME: (%[[V:.*]]: memref<?x64xbf16>
fovea_tile.kernel @attention(%v: memref<?x64xbf16>, %o: memref<?x64xf32>) grid(%t) config(#config) {
  // CHECK: %[[KC:.*]] = fovea_tile.channel depth 2
  %kc = fovea_tile.channel depth 2 : !c
  // CHECK: %[[VC:.*]] = fovea_tile.channel depth 3
  %vc = fovea_tile.channel depth 3 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %half = arith.constant dense<0.5> : tensor<64x64xf32>
  %q = fovea_tile.get %kc[%c0] : !c -> !shared
  // CHECK: %[[ANY:.*]] = arith.cmpi slt, %[[LB:.*]], %[[UB:.*]] : index
  // CHECK: %[[R:.*]] = scf.if %[[ANY]] -> (tensor<64x64xf32>) {
  // CHECK:   fovea_tile.get %[[KC]][%[[LB]]]
  // CHECK:   fovea_tile.dot {{.*}} transposed
  // CHECK:   %[[P0:.*]] = arith.truncf
  // CHECK:   %[[O0:.*]] = arith.mulf
  // CHECK-NOT: fovea_tile.get %[[VC]]
  // CHECK:   %[[SECOND:.*]] = arith.addi %[[LB]], %{{.*}} : index
  // CHECK:   %[[LOOP:.*]]:2 = scf.for %[[I:.*]] = %[[SECOND]] to %[[UB]] step %{{.*}} iter_args(%[[O:.*]] = %[[O0]], %[[P:.*]] = %[[P0]])
  // CHECK:     fovea_tile.get %[[KC]][%[[I]]]
  // CHECK:     fovea_tile.dot {{.*}} transposed
  // CHECK:     %[[BEFORE:.*]] = arith.subi %[[I]], %{{.*}} : index
  // CHECK:     %[[PLACE:.*]] = arith.muli %[[BEFORE]]
  // CHECK:     fovea_tile.put %[[VC]][%[[BEFORE]]] from %[[V]][%[[PLACE]], %{{.*}}]
  // CHECK:     %[[B:.*]] = fovea_tile.get %[[VC]][%[[BEFORE]]]
  // CHECK:     %[[SUM:.*]] = fovea_tile.dot %[[O]], %[[P]], %[[B]]
  // CHECK:     %[[NEXT:.*]] = arith.truncf
  // CHECK:     %[[SCALED:.*]] = arith.mulf %[[SUM]], %{{.*}}
  // CHECK:     scf.yield %[[SCALED]], %[[NEXT]]
  // CHECK:   }
  // CHECK:   %[[LAST:.*]] = arith.subi %[[UB]], %{{.*}} : index
  // CHECK:   %[[END:.*]] = fovea_tile.get %[[VC]][%[[LAST]]]
  // CHECK:   %[[TOTAL:.*]] = fovea_tile.dot %[[LOOP]]#0, %[[LOOP]]#1, %[[END]]
  // CHECK:   scf.yield %[[TOTAL]]
  // CHECK: } else {
  // CHECK:   scf.yield %{{.*}}
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<64x64xf32> {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %j = arith.muli %i, %t : index
    fovea_tile.put %vc[%i] from %v[%j, %c0] : !c, memref<?x64xbf16>
    %x = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %q, %k transposed : !shared, !shared -> tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %scaled = arith.mulf %acc, %half : tensor<64x64xf32>
    %n = fovea_tile.dot %scaled, %p, %x : tensor<64x64xbf16>, !shared -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  // CHECK: fovea_tile.store %[[R]]
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x64xf32>, memref<?x64xf32>
  fovea_tile.return
}

// -----

// Without a wish for it nothing happens.
// CHECK-LABEL: fovea_tile.kernel @none
// CHECK-NOT: scf.if
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @none() grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<64x64xf32> {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %k, %k transposed : !shared, !shared -> tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %x = fovea_tile.get %kc[%i] : !c -> !shared
    %n = fovea_tile.dot %acc, %p, %x : tensor<64x64xbf16>, !shared -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

// The first product needs what the last one accumulates.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", overlap = ahead>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// expected-remark @below {{no loop was overlapped: expected a loop with two dots, of which only the last depends on what it accumulates}}
fovea_tile.kernel @dependent() grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<64x64xf32> {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %s = fovea_tile.dot %acc, %k, %k transposed : !shared, !shared -> tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %x = fovea_tile.get %kc[%i] : !c -> !shared
    %n = fovea_tile.dot %acc, %p, %x : tensor<64x64xbf16>, !shared -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

// Both products read one tile, which cannot be brought at two times.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", overlap = ahead>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// expected-remark @below {{no loop was overlapped}}
fovea_tile.kernel @one_tile() grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<64x64xf32> {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %k, %k transposed : !shared, !shared -> tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %n = fovea_tile.dot %acc, %p, %k : tensor<64x64xbf16>, !shared -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

// The tile's number is carried by the loop, which leaves the step before behind.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", overlap = ahead>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// expected-remark @below {{no loop was overlapped}}
fovea_tile.kernel @carried_number() grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %number = %c0) -> (tensor<64x64xf32>, index) {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %k, %k transposed : !shared, !shared -> tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %x = fovea_tile.get %kc[%number] : !c -> !shared
    %n = fovea_tile.dot %acc, %p, %x : tensor<64x64xbf16>, !shared -> tensor<64x64xf32>
    scf.yield %n, %i : tensor<64x64xf32>, index
  }
  fovea_tile.return
}

// -----

// Steps of two, where the step before is not one less.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", overlap = ahead>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// expected-remark @below {{no loop was overlapped}}
fovea_tile.kernel @steps_of_two() grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %r = scf.for %i = %c0 to %t step %c2 iter_args(%acc = %zero) -> tensor<64x64xf32> {
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %k, %k transposed : !shared, !shared -> tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %x = fovea_tile.get %kc[%i] : !c -> !shared
    %n = fovea_tile.dot %acc, %p, %x : tensor<64x64xbf16>, !shared -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  fovea_tile.return
}
