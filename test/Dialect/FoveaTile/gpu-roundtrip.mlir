// RUN: fovea-opt %s | FileCheck %s
// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --mlir-print-op-generic | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --emit-bytecode | fovea-opt | FileCheck %s

// What programs for GPUs add to the dialect: schedules, layouts, channels and roles.

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!scores = tensor<64x32xf32, #fragment>
!rows = tensor<64xf32, #fragment>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!keys = tensor<32x64xbf16, #fovea_tile.swizzle<128>>

// Every parameter of a schedule; what has its default is not printed.
// CHECK-LABEL: func @schedules
// CHECK-SAME: defaults = #fovea_tile.schedule<target = "another">
// CHECK-SAME: every = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 240, stages = [2, 3], rounds = 2, overlap = ahead, turns = true, rescale = lazy, grid = dynamic, order = longest_first, heads = 4, descending = true, workgroups = 2, phases = ping_pong, layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>
// CHECK-SAME: speculative = #fovea_tile.schedule<target = "sm_90a", rescale = speculative>
// CHECK-SAME: splits = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, splits = 5>
// CHECK-SAME: whole = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64>
func.func @schedules() attributes {
  defaults = #fovea_tile.schedule<target = "another", producer = 0, consumer = 0, rounds = 1, overlap = none, turns = false, rescale = always, grid = plain, order = plain, heads = 1, descending = false, workgroups = 1, phases = together>,
  every = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 240, stages = [2, 3], rounds = 2, overlap = ahead, turns = true, rescale = lazy, grid = dynamic, order = longest_first, heads = 4, descending = true, workgroups = 2, phases = ping_pong, layout = <4x8, registers = [], lanes = [8 at (0, 1), 4 at (1, 0)]>>>,
  speculative = #fovea_tile.schedule<target = "sm_90a", rescale = speculative>,
  splits = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, splits = 5>,
  whole = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, splits = 1>
} {
  return
}

// CHECK-LABEL: func @layouts
// CHECK-SAME: tensor<64x32xf32, #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>>
// CHECK-SAME: tensor<4xf32, #fovea_tile.fragment<1x1, registers = [], lanes = []>>
// CHECK-SAME: tensor<8x16xf32, #fovea_tile.swizzle<32>>, {{.*}}: tensor<8x16xf32, #fovea_tile.swizzle<64>>
func.func @layouts(%a: !scores, %b: tensor<4xf32, #fovea_tile.fragment<1x1, registers = [], lanes = []>>,
                   %c: tensor<8x16xf32, #fovea_tile.swizzle<32>>, %d: tensor<8x16xf32, #fovea_tile.swizzle<64>>) {
  return
}

// Row masks are printed unless they are the identity's.
// CHECK-LABEL: func @swizzles
// CHECK-SAME: tensor<8x64xf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>, {{.*}}: tensor<8x64xf16, #fovea_tile.swizzle<128>>, {{.*}}: tensor<8x16xf16, #fovea_tile.swizzle<32, rows = [0]>>
func.func @swizzles(%a: tensor<8x64xf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>,
                    %b: tensor<8x64xf16, #fovea_tile.swizzle<128, rows = [1, 2, 4]>>,
                    %c: tensor<8x16xf16, #fovea_tile.swizzle<32, rows = [0]>>) {
  return
}

// CHECK-LABEL: fovea_tile.kernel @roles
// CHECK-SAME: (%[[Q:.*]]: memref<?x64xbf16>, %[[O:.*]]: memref<?x64xbf16>)
fovea_tile.kernel @roles(%q: memref<?x64xbf16>, %o: memref<?x64xbf16>) grid(%t)
    config(#fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // CHECK: %[[QC:.*]] = fovea_tile.channel depth 1 : <tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
  %qc = fovea_tile.channel depth 1 : !fovea_tile.channel<!shared>
  // CHECK: %[[KC:.*]] = fovea_tile.channel depth 2 at 8192 : <tensor<32x64xbf16, #fovea_tile.swizzle<128>>>
  %kc = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!keys>
  // CHECK: fovea_tile.role producer warps 4 registers 24 attributes {note = "kept"} {
  fovea_tile.role producer warps 4 registers 24 attributes {note = "kept"} {
    // CHECK: fovea_tile.put %[[QC]][%{{.*}}] from %[[Q]][%{{.*}}, %{{.*}}] : <tensor<64x64xbf16, #fovea_tile.swizzle<128>>>, memref<?x64xbf16>
    fovea_tile.put %qc[%c0] from %q[%t, %c0] : !fovea_tile.channel<!shared>, memref<?x64xbf16>
  }
  // CHECK: fovea_tile.role consumer warps 4 registers 240 {
  fovea_tile.role consumer warps 4 registers 240 {
    %zero = arith.constant dense<0.0> : !scores
    // CHECK: %[[A:.*]] = fovea_tile.get %[[QC]][%{{.*}}] : <{{.*}}> -> tensor<64x64xbf16, #fovea_tile.swizzle<128>>
    %a = fovea_tile.get %qc[%c0] : !fovea_tile.channel<!shared> -> !shared
    scf.for %i = %c0 to %c4 step %c1 {
      // CHECK: %[[K:.*]] = fovea_tile.get %[[KC]][%[[I:.*]]] : <{{.*}}> -> tensor<32x64xbf16, #fovea_tile.swizzle<128>>
      %k = fovea_tile.get %kc[%i] : !fovea_tile.channel<!keys> -> !keys
      %s = fovea_tile.dot %zero, %a, %k transposed : !shared, !keys -> !scores
      // CHECK: %[[W:.*]]:2 = fovea_tile.await %{{.*}}, %{{.*}} pending 1 : tensor<64x32xf32, {{.*}}>, tensor<64x32xf32, {{.*}}>
      %w:2 = fovea_tile.await %s, %zero pending 1 : !scores, !scores
      // CHECK: fovea_tile.consumed %[[KC]][%[[I]]] : <tensor<32x64xbf16, #fovea_tile.swizzle<128>>>
      fovea_tile.consumed %kc[%i] : !fovea_tile.channel<!keys>
      %init = arith.constant dense<0.0> : tensor<64x8xf32, #fragment>
      // CHECK: %[[F:.*]] = fovea_tile.fold maximum %[[W]]#0, %{{.*}} : tensor<64x32xf32, {{.*}}> -> tensor<64x8xf32, {{.*}}>
      %f = fovea_tile.fold maximum %w#0, %init : !scores -> tensor<64x8xf32, #fragment>
      // CHECK: fovea_tile.fold add %[[F]], %{{.*}} : tensor<64x8xf32, {{.*}}> -> tensor<64x8xf32, {{.*}}>
      %g = fovea_tile.fold add %f, %init : tensor<64x8xf32, #fragment> -> tensor<64x8xf32, #fragment>
      %grows = arith.cmpf ogt, %g, %init : tensor<64x8xf32, #fragment>
      // CHECK: fovea_tile.any %{{.*}} : tensor<64x8xi1, {{.*}}>
      %any = fovea_tile.any %grows : tensor<64x8xi1, #fragment>
    }
    %r = arith.constant dense<0.0> : tensor<64x64xbf16, #fragment>
    // CHECK: fovea_tile.store %{{.*}}, %[[O]][%{{.*}}, %{{.*}}] through %[[QC]][%{{.*}}] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128>>>, : tensor<64x64xbf16, {{.*}}>, memref<?x64xbf16>
    fovea_tile.store %r, %o[%t, %c0] through %qc[%c0] : !fovea_tile.channel<!shared>, : tensor<64x64xbf16, #fragment>, memref<?x64xbf16>
  }
  fovea_tile.return
}

// CHECK-LABEL: fovea_tile.kernel @rounds
fovea_tile.kernel @rounds() grid(%h, %t) config(#fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>) {
  %c0 = arith.constant 0 : index
  fovea_tile.role consumer warps 8 registers 240 {
    // CHECK: fovea_tile.rounds(%{{.*}}) attributes {note = "kept"} {
    // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index, %[[ROUND:.*]]: index, %[[FIRST:.*]]: index):
    fovea_tile.rounds(%c0) attributes {note = "kept"} {
    ^bb0(%a: index, %b: index, %round: index, %first: index):
      // CHECK-NEXT: fovea_tile.take_turn
      fovea_tile.take_turn
      // CHECK-NEXT: fovea_tile.pass_turn
      fovea_tile.pass_turn
      // CHECK: fovea_tile.next %[[FIRST]]
      fovea_tile.next %first
    }
    // CHECK: fovea_tile.rounds() {
    // CHECK-NEXT: ^bb0
    // CHECK-NEXT: }
    fovea_tile.rounds() {
    ^bb0(%a: index, %b: index, %round: index):
      fovea_tile.next
    }
  }
  fovea_tile.return
}

// CHECK-LABEL: fovea_tile.kernel @phases
fovea_tile.kernel @phases(%k: memref<?x64xbf16>) grid(%t) config(#fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>) {
  %c0 = arith.constant 0 : index
  %kc = fovea_tile.channel depth 2 : !fovea_tile.channel<!shared>
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %kc[%c0] from %k[%t, %c0] : !fovea_tile.channel<!shared>, memref<?x64xbf16>
    // CHECK: fovea_tile.await_copies pending 2{{$}}
    fovea_tile.await_copies pending 2
    // CHECK-NEXT: fovea_tile.stagger{{$}}
    fovea_tile.stagger
    %tile = fovea_tile.get %kc[%c0] : !fovea_tile.channel<!shared> -> !shared
    // The whole tile for a product with its transpose, and its last rows for one without: the default is not printed.
    // CHECK: fovea_tile.read %[[TILE:.*]] from 0 : tensor<64x64xbf16, #fovea_tile.swizzle<128>> -> tensor<64x64xbf16, #fovea_tile.operand<transposed = true>>
    %all = fovea_tile.read %tile from 0 : !shared -> tensor<64x64xbf16, #fovea_tile.operand<transposed = true>>
    // CHECK-NEXT: fovea_tile.read %[[TILE]] from 48 {note = "kept"} : {{.*}} -> tensor<16x64xbf16, #fovea_tile.operand>
    %last = fovea_tile.read %tile from 48 {note = "kept"} : !shared -> tensor<16x64xbf16, #fovea_tile.operand<transposed = false>>
    // CHECK-NEXT: fovea_tile.next_phase{{$}}
    fovea_tile.next_phase
    // CHECK-NEXT: fovea_tile.stagger end{{$}}
    fovea_tile.stagger end
  }
  fovea_tile.return
}
