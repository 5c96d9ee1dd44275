// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-allocate-shared))' --split-input-file --verify-diagnostics | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
#swizzle = #fovea_tile.swizzle<128>
!odd = !fovea_tile.channel<tensor<10x40xbf16, #swizzle>>
!c = !fovea_tile.channel<tensor<64x64xbf16, #swizzle>>

// Buffers start at multiples of 1024 bytes, and their columns fill whole lines: 10 x 64 x 2 = 1280 bytes. Behind them
// lie two barriers of 8 bytes for each buffer.
// CHECK-LABEL: fovea_tile.kernel @places
// CHECK-SAME: attributes {fovea_tile.barriers_at = 26624 : i64, fovea_tile.shared_bytes = 26688 : i64}
fovea_tile.kernel @places() grid(%t) config(#config) {
  // CHECK: fovea_tile.channel depth 1 at 0 :
  %odd = fovea_tile.channel depth 1 : !odd
  // CHECK: fovea_tile.channel depth 3 at 2048 :
  %c = fovea_tile.channel depth 3 : !c
  fovea_tile.return
}

// -----

// Places that a dynamic grid hands on lie behind the barriers.
// CHECK-LABEL: fovea_tile.kernel @dynamic
// CHECK-SAME: attributes {fovea_tile.barriers_at = 0 : i64, fovea_tile.places_at = 0 : i64, fovea_tile.shared_bytes = 48 : i64}
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", grid = dynamic>>
fovea_tile.kernel @dynamic() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>

// A store passes through the buffer of a tile that only left operands read, all of them before.
// CHECK-LABEL: fovea_tile.kernel @queries
fovea_tile.kernel @queries(%o: memref<?x64xbf16>) grid(%t) config(#config) {
  // CHECK: %[[QC:.*]] = fovea_tile.channel
  %qc = fovea_tile.channel depth 1 : !c
  // CHECK: fovea_tile.channel
  %kc = fovea_tile.channel depth 1 : !c
  // CHECK-NOT: fovea_tile.channel
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %k = fovea_tile.get %kc[%c0] : !c -> !shared
  // CHECK: fovea_tile.get %[[QC]][%[[I:.*]]]
  %q = fovea_tile.get %qc[%t] : !c -> !shared
  %s = fovea_tile.dot %zero, %q, %k : !shared, !shared -> tensor<64x64xf32>
  %r = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
  // CHECK: fovea_tile.store %{{.*}} through %[[QC]][%[[I]]]
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x64xbf16>, memref<?x64xbf16>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>

// Otherwise it gets a channel of its own: here the queries are read again, behind the store.
// CHECK-LABEL: fovea_tile.kernel @read_again
fovea_tile.kernel @read_again(%o: memref<?x64xbf16>, %f: memref<?x64xf32>) grid(%t) config(#config) {
  // CHECK: %[[OWN:.*]] = fovea_tile.channel depth 1 at 0
  // CHECK: fovea_tile.channel depth 1 at 8192
  %qc = fovea_tile.channel depth 1 : !c
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %q = fovea_tile.get %qc[%c0] : !c -> !shared
  %k = fovea_tile.get %qc[%c0] : !c -> !shared
  %s = fovea_tile.dot %zero, %q, %k : !shared, !shared -> tensor<64x64xf32>
  %r = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
  // CHECK: fovea_tile.store {{.*}} through %[[OWN]][%{{.*}}]
  fovea_tile.store %r, %o[%t, %c0] : tensor<64x64xbf16>, memref<?x64xbf16>
  %u = fovea_tile.dot %s, %q, %k : !shared, !shared -> tensor<64x64xf32>
  // Other tiles than 16-bit ones are stored by elements.
  // CHECK: fovea_tile.store
  // CHECK-NOT: through
  fovea_tile.store %u, %f[%t, %c0] : tensor<64x64xf32>, memref<?x64xf32>
  %i = fovea_tile.coordinate %t along 0 : tensor<64x64xindex>
  %h = arith.index_cast %i : tensor<64x64xindex> to tensor<64x64xi16>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// CHECK-LABEL: fovea_tile.kernel @indices
// CHECK-NOT: through
fovea_tile.kernel @indices(%o: memref<?x64xindex>) grid(%t) config(#config) {
  %i = fovea_tile.coordinate %t along 0 : tensor<64x64xindex>
  fovea_tile.store %i, %o[%t, %t] : tensor<64x64xindex>, memref<?x64xindex>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
!c = !fovea_tile.channel<tensor<256x256xbf16, #fovea_tile.swizzle<128>>>
// expected-error @below {{needs 262176 bytes of shared memory, expected at most 232448 on sm_90a; take fewer rows, keys or stages in its config}}
fovea_tile.kernel @too_much() grid(%t) config(#config) {
  %c = fovea_tile.channel depth 2 : !c
  fovea_tile.return
}

// -----

// Two workgroups of a multiprocessor have a half each: what one could have is too much.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 2>>
!c = !fovea_tile.channel<tensor<256x256xbf16, #fovea_tile.swizzle<128>>>
// expected-error @below {{needs 131088 bytes of shared memory, expected at most 115712 on sm_90a; take fewer rows, keys or stages in its config}}
fovea_tile.kernel @too_much_of_a_half() grid(%t) config(#config) {
  %c = fovea_tile.channel depth 1 : !c
  fovea_tile.return
}

// -----

// Rows in a layout of their own lie in registers as they do in memory: they are stored from there.
#config = #fovea_tile.config<m = 16, n = 8, rows = 16, columns = 8, schedule = <target = "sm_90a", layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
// CHECK-LABEL: fovea_tile.kernel @own_layout
// CHECK-NOT: fovea_tile.channel
// CHECK: fovea_tile.store
// CHECK-NOT: through
// CHECK: fovea_tile.return
fovea_tile.kernel @own_layout(%o: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x64xbf16>
  fovea_tile.store %zero, %o[%t, %c0] : tensor<16x64xbf16>, memref<?x64xbf16>
  fovea_tile.return
}
