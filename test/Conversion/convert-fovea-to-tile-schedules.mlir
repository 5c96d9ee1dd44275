// RUN: fovea-opt %s -convert-fovea-to-tile -canonicalize | FileCheck %s

// What a schedule changes in the program of attention: how the maximum is followed, in which order keys are visited,
// and where constant factors go.

#speculative = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a", rescale = speculative>>
#descending = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a", descending = true>>
#cpu = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16>
#split = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, splits = 2, schedule = <target = "sm_90a", workgroups = 2>>
!t = tensor<1x2x128x16xbf16>

// Terms of the old maximum are summed up first. Only where a sum is more than 2^14 or undefined in some lane is the
// maximum found, the terms taken again and the output scaled; else the sum is added to the old one.
// CHECK-LABEL: fovea_tile.kernel @speculative_attention(
// CHECK-DAG: %[[LIMIT:.*]] = arith.constant dense<1.638400e+04> : tensor<64x8xf32>
// CHECK-DAG: %[[UNITS:.*]] = arith.constant dense<0.360673755> : tensor<64x16xf32>
// CHECK-DAG: %[[NOTHING:.*]] = arith.constant dense<0.000000e+00> : tensor<64x8xf32>
// CHECK-DAG: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<64xf32>
// CHECK: scf.for {{.*}} iter_args(%[[MAX:.*]] = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %[[O:.*]] = %{{.*}})
// CHECK: %[[S:.*]] = fovea_tile.dot {{.*}} transposed
// CHECK: %[[SCALED:.*]] = arith.mulf %[[S]], %[[UNITS]]
// CHECK: %[[WIDE:.*]] = fovea_tile.broadcast %[[MAX]]
// CHECK: %[[D:.*]] = arith.subf %[[SCALED]], %[[WIDE]]
// These exponents may be positive.
// CHECK: %[[TERMS:.*]] = math.exp2 %[[D]] : tensor<64x16xf32>
// CHECK: %[[PART:.*]] = fovea_tile.fold {{ ?}}add %[[TERMS]], %[[NOTHING]]
// CHECK: %[[LARGE:.*]] = arith.cmpf ugt, %[[PART]], %[[LIMIT]]
// CHECK: %[[ANY:.*]] = fovea_tile.any %[[LARGE]]
// CHECK: %[[R:.*]]:4 = scf.if %[[ANY]]
// CHECK:   %[[NEW:.*]] = fovea_tile.reduce {{ ?}}maximum %[[SCALED]], %[[MAX]]
// CHECK:   %[[FALL:.*]] = arith.subf %[[MAX]], %[[NEW]]
// CHECK:   %[[DECAY:.*]] = math.exp2 %[[FALL]] {fovea_tile.nonpositive}
// CHECK:   %[[AGAIN:.*]] = math.exp2 %{{.*}} {fovea_tile.nonpositive} : tensor<64x16xf32>
// CHECK:   %[[DECAYED:.*]] = arith.mulf %[[SUM]], %{{.*}}
// CHECK:   %[[TOTAL:.*]] = fovea_tile.fold {{ ?}}add %[[AGAIN]], %[[DECAYED]]
// CHECK:   scf.yield %[[NEW]], %[[DECAY]], %[[TOTAL]], %[[AGAIN]]
// CHECK: } else {
// CHECK-NEXT: %[[MORE:.*]] = arith.addf %[[SUM]], %[[PART]]
// CHECK-NEXT: scf.yield %[[MAX]], %[[ONE]], %[[MORE]], %[[TERMS]]
// CHECK: %[[P:.*]] = arith.truncf %[[R]]#3
// CHECK: %[[SCALED_O:.*]] = scf.if %[[ANY]]
// CHECK:   arith.mulf %[[O]],
// CHECK: else
// CHECK-NEXT: scf.yield %[[O]]
// CHECK: %[[NEXT_O:.*]] = fovea_tile.dot %[[SCALED_O]], %[[P]],
// CHECK: scf.yield %[[R]]#0, %[[R]]#2, %[[NEXT_O]]
func.func @speculative(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) scale(0.25) config(#speculative) : (!t, !t, !t) -> !t
  return %o : !t
}

// The tiles from the last to the first that any row sees; the mask knows the keys of each.
// CHECK-LABEL: fovea_tile.kernel @descending_attention(
// CHECK: %[[BEGIN:.*]] = arith.muli %{{.*}}, %c16
// CHECK: %[[COUNT:.*]] = arith.ceildivsi
// CHECK: scf.for %[[I:.*]] = %c0 to %[[COUNT]] step %c1
// CHECK: %[[LAST:.*]] = arith.subi %[[COUNT]], %c1
// CHECK: %[[TILE:.*]] = arith.subi %[[LAST]], %[[I]]
// CHECK: %[[OFFSET:.*]] = arith.muli %[[TILE]], %c16
// CHECK: %[[KEY:.*]] = arith.addi %[[BEGIN]], %[[OFFSET]]
// CHECK: fovea_tile.load %{{.*}}[%{{.*}}, %{{.*}}, %[[KEY]], %c0]
// CHECK: fovea_tile.load %{{.*}}[%{{.*}}, %{{.*}}, %[[KEY]], %c0]
// CHECK: fovea_tile.mask %{{.*}} from %[[KEY]]
func.func @descending(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.window<left = 20>) config(#descending) : (!t, !t, !t) -> !t
  return %o : !t
}

// 30 tanh(s): the maximum is that of tanh, times 30 log2(e), one product for each row.
// CHECK-LABEL: fovea_tile.kernel @factor_attention(
// CHECK-DAG: %[[OF_ROW:.*]] = arith.constant dense<43.2808495> : tensor<64xf32>
// CHECK-DAG: %[[OF_TILE:.*]] = arith.constant dense<43.2808495> : tensor<64x16xf32>
// CHECK: %[[T:.*]] = math.tanh
// CHECK: %[[MAX:.*]] = fovea_tile.reduce {{ ?}}maximum %[[T]],
// CHECK: arith.mulf %[[MAX]], %[[OF_ROW]]
// CHECK: arith.mulf %[[T]], %[[OF_TILE]]
// CHECK-NOT: arith.constant dense<3.0
func.func @factor(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %c = arith.constant 30.0 : f32
    %x = math.tanh %s : f32
    %y = arith.mulf %x, %c : f32
    fovea.yield %y : f32
  } config(#descending) : (!t, !t, !t) -> !t
  return %o : !t
}

// The factor may come first.
// CHECK-LABEL: fovea_tile.kernel @factor_first_attention(
// CHECK: %[[T:.*]] = math.tanh
// CHECK: fovea_tile.reduce {{ ?}}maximum %[[T]],
func.func @factor_first(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %c = arith.constant 30.0 : f32
    %x = math.tanh %s : f32
    %y = arith.mulf %c, %x : f32
    fovea.yield %y : f32
  } config(#descending) : (!t, !t, !t) -> !t
  return %o : !t
}

// Maxima of what is multiplied by a negative factor are minima: it is multiplied before, and so it is with zero.
// CHECK-LABEL: fovea_tile.kernel @negative_factor_attention(
// CHECK-DAG: %[[F:.*]] = arith.constant dense<-43.2808495> : tensor<64x16xf32>
// CHECK: %[[T:.*]] = math.tanh
// CHECK: %[[X:.*]] = arith.mulf %[[T]], %[[F]]
// CHECK: fovea_tile.reduce {{ ?}}maximum %[[X]],
// CHECK-LABEL: fovea_tile.kernel @zero_factor_attention(
// CHECK-DAG: %[[F:.*]] = arith.constant dense<0.000000e+00> : tensor<64x16xf32>
// CHECK: %[[T:.*]] = math.tanh
// CHECK: %[[X:.*]] = arith.mulf %[[T]], %[[F]]
// CHECK: fovea_tile.reduce {{ ?}}maximum %[[X]],
func.func @negative_factor(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %c = arith.constant -30.0 : f32
    %x = math.tanh %s : f32
    %y = arith.mulf %x, %c : f32
    fovea.yield %y : f32
  } config(#descending) : (!t, !t, !t) -> !t
  return %o : !t
}
func.func @zero_factor(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %c = arith.constant 0.0 : f32
    %x = math.tanh %s : f32
    %y = arith.mulf %x, %c : f32
    fovea.yield %y : f32
  } config(#descending) : (!t, !t, !t) -> !t
  return %o : !t
}

// No constant, no factor: both are of the tile.
// CHECK-LABEL: fovea_tile.kernel @square_attention(
// CHECK-DAG: %[[LOG2E:.*]] = arith.constant dense<1.44269502> : tensor<64xf32>
// CHECK: %[[X:.*]] = arith.mulf %[[S:.*]], %[[S]] : tensor<64x16xf32>
// CHECK: %[[MAX:.*]] = fovea_tile.reduce {{ ?}}maximum %[[X]],
// CHECK: arith.mulf %[[MAX]], %[[LOG2E]]
func.func @square(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %y = arith.mulf %s, %s : f32
    fovea.yield %y : f32
  } config(#descending) : (!t, !t, !t) -> !t
  return %o : !t
}

// Without a schedule elements are multiplied, as the program says.
// CHECK-LABEL: fovea_tile.kernel @cpu_attention(
// CHECK-DAG: %[[C:.*]] = arith.constant dense<3.000000e+01>
// CHECK: %[[T:.*]] = math.tanh
// CHECK: %[[X:.*]] = arith.mulf %[[T]], %[[C]]
// CHECK: %[[Y:.*]] = arith.mulf %[[X]], %{{.*}}
// CHECK: fovea_tile.reduce {{ ?}}maximum %[[Y]],
func.func @cpu(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %c = arith.constant 30.0 : f32
    %x = math.tanh %s : f32
    %y = arith.mulf %x, %c : f32
    fovea.yield %y : f32
  } config(#cpu) : (!t, !t, !t) -> !t
  return %o : !t
}

// Split keys under a schedule: one loop over the part's tiles, and a merge in the layout that suits it.
// CHECK-LABEL: fovea_tile.kernel @split_attention(
// CHECK: grid(%[[PART:.*]], %{{.*}}, %{{.*}}, %{{.*}}) config
// CHECK: %[[BEGIN:.*]] = arith.muli %[[PART]], %c64
// CHECK: %[[BEHIND:.*]] = arith.addi %[[BEGIN]], %c64
// CHECK: %[[FIRST:.*]] = arith.maxsi %[[BEGIN]], %c0
// CHECK: %[[END:.*]] = arith.minsi %[[BEHIND]], %c128
// CHECK: %[[KEYS:.*]] = arith.subi %[[END]], %[[FIRST]]
// CHECK: %[[COUNT:.*]] = arith.ceildivsi %[[KEYS]], %c16
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT]] step %c1
// CHECK-LABEL: fovea_tile.kernel @split_merge_states(
// CHECK-SAME: config(#fovea_tile.config<m = 8, n = 16, rows = 8, columns = 16, schedule = <target = "sm_90a", layout = <2x16, registers = [], lanes = [16 at (0, 1), 2 at (1, 0)]>>>)
func.func @split(%q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q) config(#split) : (!t, !t, !t) -> !t
  return %o : !t
}
