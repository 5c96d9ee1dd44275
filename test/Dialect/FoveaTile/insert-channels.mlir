// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-insert-channels))' --split-input-file --verify-diagnostics | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a", stages = [3]>>

// A channel for each operand: one buffer outside of loops, in loops the next number of `stages`, then two.
// CHECK-LABEL: fovea_tile.kernel @attention
// CHECK-SAME: (%[[Q:.*]]: memref<?x64xbf16>, %[[K:.*]]: memref<?x64xbf16>, %[[V:.*]]: memref<?x64xbf16>
// CHECK-DAG: %[[VC:.*]] = fovea_tile.channel depth 2 : <tensor<32x64xbf16, #fovea_tile.swizzle<128>>>
// CHECK-DAG: %[[KC:.*]] = fovea_tile.channel depth 3 : <tensor<32x64xbf16, #fovea_tile.swizzle<128>>>
// CHECK-DAG: %[[QC:.*]] = fovea_tile.channel depth 1 : <tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
fovea_tile.kernel @attention(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>, %v: memref<?x64xbf16>, %bias: memref<?x32xf32>)
    grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<64x32xf32>
  %o = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: fovea_tile.put %[[QC]][%[[FIRST:.*]]] from %[[Q]][%{{.*}}, %{{.*}}] : <{{.*}}>, memref<?x64xbf16>
  // CHECK: %[[A:.*]] = fovea_tile.get %[[QC]][%[[FIRST]]]
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // CHECK: scf.for %[[I:[^ ]*]] = %
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%acc = %o) -> tensor<64x64xf32> {
    %j = arith.muli %i, %c32 : index
    // CHECK: fovea_tile.put %[[KC]][%[[I]]] from %[[K]][%[[J:[^,]*]], %{{.*}}]
    // CHECK: %[[B:.*]] = fovea_tile.get %[[KC]][%[[I]]]
    %b = fovea_tile.load %k[%j, %c0] : memref<?x64xbf16> -> tensor<32x64xbf16>
    // CHECK: fovea_tile.put %[[VC]][%[[I]]] from %[[V]][%[[J]], %{{.*}}]
    // CHECK: %[[C:.*]] = fovea_tile.get %[[VC]][%[[I]]]
    %c = fovea_tile.load %v[%j, %c0] : memref<?x64xbf16> -> tensor<32x64xbf16>
    // CHECK: fovea_tile.dot %{{.*}}, %[[A]], %[[B]] transposed : tensor<64x64xbf16, #fovea_tile.swizzle<128>>, tensor<32x64xbf16, #fovea_tile.swizzle<128>> -> tensor<64x32xf32>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<64x64xbf16>, tensor<32x64xbf16> -> tensor<64x32xf32>
    // What is added to a product is read by elements.
    // CHECK: fovea_tile.load
    %d = fovea_tile.load %bias[%t, %c0] : memref<?x32xf32> -> tensor<64x32xf32>
    %sd = arith.addf %s, %d : tensor<64x32xf32>
    %p = arith.truncf %sd : tensor<64x32xf32> to tensor<64x32xbf16>
    // CHECK: fovea_tile.dot %{{.*}}, %{{.*}}, %[[C]] : tensor<64x32xbf16>, tensor<32x64xbf16, #fovea_tile.swizzle<128>>
    %n = fovea_tile.dot %acc, %p, %c : tensor<64x32xbf16>, tensor<32x64xbf16> -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

// Workgroups that stay have `rounds` buffers for what is filled once a round.
// CHECK-LABEL: fovea_tile.kernel @rounds
// CHECK-COUNT-2: fovea_tile.channel depth 2
#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a", rounds = 2, grid = persistent>>
fovea_tile.kernel @rounds(%q: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x32xf32>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
  %b = fovea_tile.load %q[%c0, %c0] : memref<?x64xbf16> -> tensor<32x64xbf16>
  %s = fovea_tile.dot %zero, %a, %b transposed : tensor<64x64xbf16>, tensor<32x64xbf16> -> tensor<64x32xf32>
  fovea_tile.return
}

// -----

// A tile that something else reads too, and an accumulator, stay loads.
// CHECK-LABEL: fovea_tile.kernel @others
// CHECK-NOT: fovea_tile.channel
// CHECK-COUNT-3: fovea_tile.load
#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_90a">>
fovea_tile.kernel @others(%q: memref<?x64xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %acc = fovea_tile.load %q[%t, %c0] : memref<?x64xf32> -> tensor<64x64xf32>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xf32> -> tensor<64x64xf32>
  %unused = fovea_tile.load %q[%t, %c0] : memref<?x64xf32> -> tensor<64x64xf32>
  %s = fovea_tile.dot %acc, %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  %u = arith.addf %s, %a : tensor<64x64xf32>
  fovea_tile.return
}

// -----

// A target whose threads copy chunks has channels too.
// CHECK-LABEL: fovea_tile.kernel @chunks
// CHECK: %[[C:.*]] = fovea_tile.channel depth 1 : <tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
// CHECK: fovea_tile.put %[[C]]
#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32, schedule = <target = "sm_80">>
fovea_tile.kernel @chunks(%q: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
  %s = fovea_tile.dot %zero, %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  fovea_tile.return
}

// -----

// Where addresses are the program's, a swizzle suits the reads of a tile: as keys, as values, as both.
#config = #fovea_tile.config<m = 128, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
// CHECK-LABEL: fovea_tile.kernel @banks32
// CHECK-DAG: %[[K:.*]] = fovea_tile.channel depth 1 : <tensor<64x128xbf16, #fovea_tile.swizzle<128>>>
// CHECK-DAG: %[[V:.*]] = fovea_tile.channel depth 1 : <tensor<64x192xbf16, #fovea_tile.swizzle<128, rows = [0, 0, 0]>>>
// CHECK-DAG: %[[B:.*]] = fovea_tile.channel depth 1 : <tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
// CHECK: fovea_tile.put %[[K]]
// CHECK: fovea_tile.put %[[V]]
// CHECK: fovea_tile.put %[[B]]
fovea_tile.kernel @banks32(%q: memref<?x128xbf16>, %k: memref<?x128xbf16>, %v: memref<?x192xbf16>, %x: memref<?x64xbf16>)
    grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<128x64xf32>
  %zeros = arith.constant dense<0.0> : tensor<128x192xf32>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x128xbf16> -> tensor<128x128xbf16>
  %b = fovea_tile.load %k[%c0, %c0] : memref<?x128xbf16> -> tensor<64x128xbf16>
  %c = fovea_tile.load %v[%c0, %c0] : memref<?x192xbf16> -> tensor<64x192xbf16>
  %s = fovea_tile.dot %zero, %a, %b transposed : tensor<128x128xbf16>, tensor<64x128xbf16> -> tensor<128x64xf32>
  %p = arith.truncf %s : tensor<128x64xf32> to tensor<128x64xbf16>
  %o = fovea_tile.dot %zeros, %p, %c : tensor<128x64xbf16>, tensor<64x192xbf16> -> tensor<128x192xf32>
  %d = fovea_tile.load %x[%c0, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
  %s2 = fovea_tile.dot %zero, %p, %d transposed : tensor<128x64xbf16>, tensor<64x64xbf16> -> tensor<128x64xf32>
  %s3 = fovea_tile.dot %s2, %p, %d : tensor<128x64xbf16>, tensor<64x64xbf16> -> tensor<128x64xf32>
  fovea_tile.return
}

// -----

// Banks repeat after 256 bytes, and reads transpose.
#config = #fovea_tile.config<m = 128, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
// CHECK-LABEL: fovea_tile.kernel @banks64
// CHECK-DAG: %[[K:.*]] = fovea_tile.channel depth 1 : <tensor<64x128xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>>
// CHECK-DAG: %[[V:.*]] = fovea_tile.channel depth 1 : <tensor<64x192xbf16, #fovea_tile.swizzle<128, rows = [0, 5, 2]>>>
// CHECK-DAG: %[[B:.*]] = fovea_tile.channel depth 1 : <tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [8, 5, 2]>>>
// CHECK: fovea_tile.put %[[K]]
// CHECK: fovea_tile.put %[[V]]
// CHECK: fovea_tile.put %[[B]]
fovea_tile.kernel @banks64(%q: memref<?x128xbf16>, %k: memref<?x128xbf16>, %v: memref<?x192xbf16>, %x: memref<?x64xbf16>)
    grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<128x64xf32>
  %zeros = arith.constant dense<0.0> : tensor<128x192xf32>
  %a = fovea_tile.load %q[%t, %c0] : memref<?x128xbf16> -> tensor<128x128xbf16>
  %b = fovea_tile.load %k[%c0, %c0] : memref<?x128xbf16> -> tensor<64x128xbf16>
  %c = fovea_tile.load %v[%c0, %c0] : memref<?x192xbf16> -> tensor<64x192xbf16>
  %s = fovea_tile.dot %zero, %a, %b transposed : tensor<128x128xbf16>, tensor<64x128xbf16> -> tensor<128x64xf32>
  %p = arith.truncf %s : tensor<128x64xf32> to tensor<128x64xbf16>
  %o = fovea_tile.dot %zeros, %p, %c : tensor<128x64xbf16>, tensor<64x192xbf16> -> tensor<128x192xf32>
  %d = fovea_tile.load %x[%c0, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
  %s2 = fovea_tile.dot %zero, %p, %d transposed : tensor<128x64xbf16>, tensor<64x64xbf16> -> tensor<128x64xf32>
  %s3 = fovea_tile.dot %s2, %p, %d : tensor<128x64xbf16>, tensor<64x64xbf16> -> tensor<128x64xf32>
  fovea_tile.return
}

// -----

// A matrix unit that takes left operands from registers: the queries stay a load, keys and values come through
// channels. A load that is a right operand too, or comes anew in each step, does not stay.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
// CHECK-LABEL: fovea_tile.kernel @registers
// CHECK-DAG: %[[BOTH:.*]] = fovea_tile.channel depth 1 : <tensor<256x64xbf16, #fovea_tile.swizzle<128>>>
// CHECK-DAG: %[[STEP:.*]] = fovea_tile.channel depth 2 : <tensor<256x64xbf16, #fovea_tile.swizzle<128>>>
// CHECK-DAG: %[[KEYS:.*]] = fovea_tile.channel depth 2 : <tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
fovea_tile.kernel @registers(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  %all = arith.constant dense<0.0> : tensor<256x256xf32>
  // CHECK: %[[Q:.*]] = fovea_tile.load
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  // CHECK: fovea_tile.put %[[BOTH]][
  %both = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  %d = fovea_tile.dot %all, %both, %both transposed : tensor<256x64xbf16>, tensor<256x64xbf16> -> tensor<256x256xf32>
  scf.for %i = %c0 to %t step %c1 {
    // CHECK: fovea_tile.put %[[KEYS]][
    // CHECK: %[[K:.*]] = fovea_tile.get %[[KEYS]][
    %b = fovea_tile.load %k[%i, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
    // CHECK: fovea_tile.dot %{{.*}}, %[[Q]], %[[K]] transposed : tensor<256x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<256x64xbf16>, tensor<64x64xbf16> -> tensor<256x64xf32>
    // CHECK: fovea_tile.put %[[STEP]][
    %step = fovea_tile.load %q[%i, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
    %x = fovea_tile.dot %zero, %step, %b transposed : tensor<256x64xbf16>, tensor<64x64xbf16> -> tensor<256x64xf32>
  }
  fovea_tile.return
}

// -----

// Tiles are numbered by a loop that counts.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @strides(%q: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  scf.for %i = %c0 to %t step %c2 {
    // expected-error @below {{feeds a dot from within scf.for; expected it in the kernel's body, or there in a loop over indices from 0 in steps of 1}}
    %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
    %s = fovea_tile.dot %zero, %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

// In a loop of loops numbers would come again.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @nest(%q: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  scf.for %i = %c0 to %t step %c1 {
    scf.for %j = %c0 to %t step %c1 {
      // expected-error @below {{feeds a dot from within scf.for}}
      %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
      %s = fovea_tile.dot %zero, %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @condition(%q: memref<?x64xbf16>, %x: i1) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  scf.if %x {
    // expected-error @below {{feeds a dot from within scf.if}}
    %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
    %s = fovea_tile.dot %zero, %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

// The diagnostics of all passes that ask for the target.
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64>
// expected-error @below {{has no schedule in its config, expected one for a GPU: choose it with fovea-choose-config, or write schedule = <target = NAME, ...> with one of }}
fovea_tile.kernel @no_schedule() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "z80">>
// expected-error @below {{is scheduled for 'z80', expected one of }}
fovea_tile.kernel @unknown_target() grid(%t) config(#config) {
  fovea_tile.return
}
