// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-alternate-phases))' --split-input-file | FileCheck %s
// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-alternate-phases))' --split-input-file | FileCheck %s --check-prefix=STEADY

#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
!tile = tensor<256x64xf32>

// Step 0 up to what the next step takes over: the keys of two tiles ahead, the values of one.
// CHECK-LABEL: fovea_tile.kernel @attention
// CHECK-SAME: (%{{.*}}: memref<?x64xbf16>, %[[KEYS:.*]]: memref<?x64xbf16>, %[[VALUES:.*]]: memref<?x64xbf16>
// CHECK-SAME: grid(%[[STEPS:.*]]) config
// CHECK: %[[K:.*]] = fovea_tile.channel depth 2
// CHECK: %[[V:.*]] = fovea_tile.channel depth 2
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<256x64xf32>
// CHECK: %[[Q:.*]] = fovea_tile.load
// CHECK: %[[ANY:.*]] = arith.cmpi sgt, %[[STEPS]], %{{.*}} : index
// CHECK: %[[RESULT:.*]] = scf.if %[[ANY]]
// CHECK: fovea_tile.put %[[K]][%c0{{[_0-9]*}}] from %[[KEYS]]
// CHECK: fovea_tile.put %[[K]][%c1{{[_0-9]*}}] from %[[KEYS]]
// CHECK: fovea_tile.put %[[V]][%c0{{[_0-9]*}}] from %[[VALUES]]
// CHECK-NEXT: fovea_tile.await_copies pending 0
// CHECK: %[[K0:.*]] = fovea_tile.get %[[K]][%c0{{[_0-9]*}}]
// CHECK-NEXT: %[[R0:.*]] = fovea_tile.read %[[K0]] from 0 : {{.*}} -> tensor<64x64xbf16, #fovea_tile.operand<transposed = true>>
// CHECK-NEXT: fovea_tile.consumed %[[K]][%c0{{[_0-9]*}}]
// All have read tile 0 before its buffer is filled again.
// CHECK-NEXT: fovea_tile.await_copies pending 0
// CHECK: fovea_tile.put %[[K]][%c2{{[_0-9]*}}] from %[[KEYS]]
// CHECK: %[[S0:.*]] = fovea_tile.dot %[[ZERO]], %[[Q]], %[[R0]] transposed
// CHECK: %[[P0:.*]] = arith.truncf %[[S0]]
// CHECK: fovea_tile.await_copies pending 1
// CHECK: %[[K1:.*]] = fovea_tile.get %[[K]][%c1{{[_0-9]*}}]
// CHECK-NEXT: %[[R1:.*]] = fovea_tile.read %[[K1]] from 0
// CHECK-NEXT: fovea_tile.consumed %[[K]][%c1{{[_0-9]*}}]
// CHECK: fovea_tile.put %[[V]][%c1{{[_0-9]*}}] from %[[VALUES]]
// CHECK-NEXT: fovea_tile.await_copies pending 2
// CHECK-NEXT: fovea_tile.stagger{{$}}

// A step in its four phases.
// STEADY-LABEL: fovea_tile.kernel @attention
// STEADY-SAME: grid(%[[STEPS:.*]]) config
// STEADY: %[[K:.*]] = fovea_tile.channel depth 2
// STEADY: %[[V:.*]] = fovea_tile.channel depth 2
// STEADY: %[[Q:.*]] = fovea_tile.load
// STEADY: scf.for %[[NOW:[^ ]*]] = %{{.*}} iter_args(%[[O:.*]] = %{{.*}}, %[[P:.*]] = %{{.*}}, %[[KEY:.*]] = %{{.*}})
// 1: the first product of this step.
// STEADY: %[[SCALED:.*]] = arith.mulf %[[O]]
// STEADY-NEXT: %[[S:.*]] = fovea_tile.dot %{{.*}}, %[[Q]], %[[KEY]] transposed
// STEADY-NEXT: fovea_tile.next_phase
// 2: the values of the step before to registers, the keys of the second step on.
// STEADY: %[[AHEAD:.*]] = arith.addi %[[NOW]], %c2
// STEADY: fovea_tile.put %[[K]][%[[AHEAD]]]
// STEADY: %[[BEFORE:.*]] = arith.addi %[[NOW]], %c-1
// STEADY-NEXT: %[[VB:.*]] = fovea_tile.get %[[V]][%[[BEFORE]]]
// STEADY-NEXT: %[[VR:.*]] = fovea_tile.read %[[VB]] from 0 : {{.*}} -> tensor<64x64xbf16, #fovea_tile.operand>
// STEADY-NEXT: fovea_tile.consumed %[[V]][%[[BEFORE]]]
// STEADY-NEXT: fovea_tile.await_copies pending 2
// 3: the last product of the step before, beside this step's arithmetic.
// STEADY-NEXT: fovea_tile.dot %[[SCALED]], %[[P]], %[[VR]] :
// STEADY: arith.truncf %[[S]]
// STEADY-NEXT: fovea_tile.next_phase
// 4: the keys of the next step to registers, its values.
// STEADY: %[[NEXT:.*]] = arith.addi %[[NOW]], %c1
// STEADY: fovea_tile.put %[[V]][%[[NEXT]]]
// STEADY: %[[KB:.*]] = fovea_tile.get %[[K]][
// STEADY-NEXT: fovea_tile.read %[[KB]] from 0 : {{.*}} -> tensor<64x64xbf16, #fovea_tile.operand<transposed = true>>
// STEADY-NEXT: fovea_tile.consumed %[[K]][
// STEADY-NEXT: fovea_tile.await_copies pending 2
// STEADY: scf.yield
// What the last step has left, and the meeting that the second half owes; without a step, what the loop starts with.
// STEADY: fovea_tile.stagger end
// STEADY-NEXT: scf.yield %{{.*}} : tensor<256x64xf32>
// STEADY-NEXT: else
// STEADY-NEXT: scf.yield %{{.*}} : tensor<256x64xf32>
fovea_tile.kernel @attention(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>, %v: memref<?x64xbf16>, %o: memref<?x64xf32>)
    grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : !tile
  %half = arith.constant dense<0.5> : !tile
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> !tile {
    %j = arith.muli %i, %c64 : index
    fovea_tile.put %kc[%i] from %k[%j, %c0] : !c, memref<?x64xbf16>
    %b = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %v[%j, %c0] : !c, memref<?x64xbf16>
    %x = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<256x64xbf16>, !shared -> !tile
    %p = arith.truncf %s : !tile to tensor<256x64xbf16>
    %scaled = arith.mulf %acc, %half : !tile
    %n = fovea_tile.dot %scaled, %p, %x : tensor<256x64xbf16>, !shared -> !tile
    scf.yield %n : !tile
  }
  // CHECK: fovea_tile.store %[[RESULT]]
  fovea_tile.store %r, %o[%t, %c0] : !tile, memref<?x64xf32>
  fovea_tile.return
}

// -----

// A product in halves (fovea-tile-halve-terms): the second half's exponentials, and the sum that takes them, are left
// to the next step's first phase.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
!tile = tensor<256x64xf32>
!rows = tensor<256x8xf32>
!part = tensor<32x64xbf16, #fovea_tile.operand>
// CHECK-LABEL: fovea_tile.kernel @halves
// CHECK: scf.for
// CHECK: fovea_tile.dot {{.*}} transposed
// CHECK-NEXT: %[[P1:.*]] = math.exp2 %[[E1:.*]] : tensor<256x32xf32>
// CHECK-NEXT: %[[L1:.*]] = fovea_tile.fold add %[[P1]], %{{.*}}
// CHECK-NEXT: %[[H1:.*]] = arith.truncf %[[P1]]
// CHECK-NEXT: fovea_tile.next_phase
// CHECK: %[[V0:.*]] = fovea_tile.read %[[VALUES:.*]] from 0 : {{.*}} -> tensor<32x64xbf16, #fovea_tile.operand>
// CHECK-NEXT: %[[V1:.*]] = fovea_tile.read %[[VALUES]] from 32
// CHECK: %[[O0:.*]] = fovea_tile.dot %{{.*}}, %{{.*}}, %[[V0]] :
// CHECK-NEXT: fovea_tile.dot %[[O0]], %[[H1]], %[[V1]] :
// CHECK: %[[P0:.*]] = math.exp2
// CHECK: %[[L0:.*]] = fovea_tile.fold add %[[P0]], %[[L1]]
// CHECK-NOT: math.exp2
// CHECK: fovea_tile.next_phase
fovea_tile.kernel @halves(%q: memref<?x64xbf16>, %k: memref<?x64xbf16>, %v: memref<?x64xbf16>) grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !tile
  %sums = arith.constant dense<0.0> : !rows
  %a = fovea_tile.load %q[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero, %sum = %sums) -> (!tile, !rows) {
    fovea_tile.put %kc[%i] from %k[%i, %c0] : !c, memref<?x64xbf16>
    %b = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %v[%i, %c0] : !c, memref<?x64xbf16>
    %x = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<256x64xbf16>, !shared -> !tile
    %e0 = tensor.extract_slice %s[0, 0] [256, 32] [1, 1] : !tile to tensor<256x32xf32>
    %p0 = math.exp2 %e0 : tensor<256x32xf32>
    %e1 = tensor.extract_slice %s[0, 32] [256, 32] [1, 1] : !tile to tensor<256x32xf32>
    %p1 = math.exp2 %e1 : tensor<256x32xf32>
    %l0 = fovea_tile.fold add %p0, %sum : tensor<256x32xf32> -> !rows
    %l1 = fovea_tile.fold add %p1, %l0 : tensor<256x32xf32> -> !rows
    %h0 = arith.truncf %p0 : tensor<256x32xf32> to tensor<256x32xbf16>
    %h1 = arith.truncf %p1 : tensor<256x32xf32> to tensor<256x32xbf16>
    %x0 = fovea_tile.read %x from 0 : !shared -> !part
    %o0 = fovea_tile.dot %acc, %h0, %x0 : tensor<256x32xbf16>, !part -> !tile
    %x1 = fovea_tile.read %x from 32 : !shared -> !part
    %o1 = fovea_tile.dot %o0, %h1, %x1 : tensor<256x32xbf16>, !part -> !tile
    scf.yield %o1, %l1 : !tile, !rows
  }
  fovea_tile.return
}

// -----

// Loops without products have no phases, and schedules without them none either.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
// CHECK-LABEL: fovea_tile.kernel @no_products
// CHECK-NOT: next_phase
fovea_tile.kernel @no_products(%x: memref<?x64xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  scf.for %i = %c0 to %t step %c1 {
    %a = fovea_tile.load %x[%i, %c0] : memref<?x64xf32> -> tensor<256x64xf32>
    fovea_tile.store %a, %x[%i, %c0] : tensor<256x64xf32>, memref<?x64xf32>
  }
  fovea_tile.return
}

// CHECK-LABEL: fovea_tile.kernel @no_phases
// CHECK-NOT: next_phase
fovea_tile.kernel @no_phases(%x: memref<?x64xbf16>) grid(%t)
    config(#fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  // CHECK: scf.for
  scf.for %i = %c0 to %t step %c1 {
    %a = fovea_tile.load %x[%i, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
    %b = fovea_tile.load %x[%i, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<256x64xbf16>, tensor<64x64xbf16> -> tensor<256x64xf32>
  }
  fovea_tile.return
}
