// RUN: fovea-opt %s --fovea-decompose-reference --canonicalize --cse --split-input-file | FileCheck %s
// RUN: fovea-opt %s --fovea-decompose-reference=accumulator=f32 --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=F32
// RUN: not fovea-opt %s --fovea-decompose-reference=accumulator=f16 --split-input-file 2>&1 | FileCheck %s --check-prefix=WRONG

// WRONG: error: accumulator is 'f16', expected f32 or f64

// CHECK-DAG: #[[BHIJC_BHIC:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[BHIJC_BHIJ:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[BHIJ_BHI:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>

// CHECK-LABEL: func @grouped
// CHECK-SAME: %[[Q:[^:]*]]: tensor<1x8x4x16xf16>, %[[K:[^:]*]]: tensor<1x2x6x16xf16>, %[[V:[^:]*]]: tensor<1x2x6x24xf16>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG: %[[HIDDEN:.*]] = arith.constant 0xFFF0000000000000 : f64
// CHECK-DAG: %[[SCALE:.*]] = arith.constant 2.500000e-01 : f64

// s = q k^T; query head h reads key head 2 h / 8.
// CHECK: linalg.generic {indexing_maps = [#[[BHIJC_BHIC]], #[[BHIJC_BHIJ]]]
// CHECK-SAME: ins(%[[Q]] {{.*}} outs(%{{.*}} : tensor<1x8x4x6xf64>)
// CHECK-NEXT: (%[[QE:.*]]: f16, %[[SUM:.*]]: f64)
// CHECK-DAG:    %[[H:.*]] = linalg.index 1
// CHECK-DAG:    %[[QX:.*]] = arith.extf %[[QE]] : f16 to f64
// CHECK:        %[[HK:.*]] = arith.muli %[[H]], %[[TWO:.*]] : index
// CHECK:        %[[HEAD:.*]] = arith.divui %[[HK]], %{{.*}} : index
// CHECK:        %[[KE:.*]] = tensor.extract %[[K]][%{{.*}}, %[[HEAD]], %{{.*}}, %{{.*}}]
// CHECK:        %[[KX:.*]] = arith.extf %[[KE]] : f16 to f64
// CHECK:        %[[PRODUCT:.*]] = arith.mulf %[[QX]], %[[KX]] : f64
// CHECK:        arith.addf %[[SUM]], %[[PRODUCT]] : f64

// t = scale s, where j < i + 6 - 4 + 1, else -inf
// CHECK: linalg.generic
// CHECK-NEXT: (%[[DOT:.*]]: f64):
// CHECK-DAG:    %[[I:.*]] = linalg.index 2
// CHECK-DAG:    %[[J:.*]] = linalg.index 3
// CHECK:        %[[END:.*]] = arith.addi %[[I]], %{{.*}}
// CHECK:        %[[VISIBLE:.*]] = arith.cmpi slt, %[[J]], %[[END]] : index
// CHECK:        scf.if %[[VISIBLE]] -> (f64)
// CHECK-NEXT:     %[[SCORE:.*]] = arith.mulf %[[DOT]], %[[SCALE]]
// CHECK-NEXT:     scf.yield %[[SCORE]]
// CHECK:          scf.yield %[[HIDDEN]]

// m = max t, or 0
// CHECK: %[[MAX:.*]] = linalg.generic {indexing_maps = [#{{.*}}, #[[BHIJ_BHI]]]{{.*}} "reduction"]}
// CHECK:        arith.maximumf
// CHECK: linalg.generic
// CHECK:        %[[EMPTY:.*]] = arith.cmpf oeq, %{{.*}}, %[[HIDDEN]]
// CHECK:        arith.select %[[EMPTY]], %[[ZERO]], %{{.*}}

// p = exp(t - m), l = sum p, w = p / l or 0
// CHECK: linalg.generic
// CHECK:        arith.subf
// CHECK-NEXT:   math.exp %{{.*}} : f64
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[BHIJ_BHI]]]{{.*}} "reduction"]}
// CHECK:        arith.addf
// CHECK: linalg.generic
// CHECK:        %[[NONE:.*]] = arith.cmpf oeq, %{{.*}}, %[[ZERO]]
// CHECK:        %[[W:.*]] = arith.divf
// CHECK:        arith.select %[[NONE]], %[[ZERO]], %[[W]]

// o = w v, rounded once; lse = m + log l
// CHECK: linalg.generic {indexing_maps = [#[[BHIJC_BHIJ]], #[[BHIJC_BHIC]]]
// CHECK:        tensor.extract %[[V]]
// CHECK:        arith.addf {{.*}} : f64
// CHECK: linalg.generic
// CHECK:        arith.truncf %{{.*}} : f64 to f16
// CHECK: linalg.generic
// CHECK:        math.log %{{.*}} : f64
// CHECK-NEXT:   arith.addf
// CHECK: linalg.generic
// CHECK:        arith.truncf %{{.*}} : f64 to f32
// CHECK-NOT: fovea.

// F32-LABEL: func @grouped
// F32-NOT: f64
// F32: return
func.func @grouped(%q: tensor<1x8x4x16xf16>, %k: tensor<1x2x6x16xf16>, %v: tensor<1x2x6x24xf16>)
    -> (tensor<1x8x4x24xf16>, tensor<1x8x4xf32>) {
  %o, %lse = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x4x16xf16>, tensor<1x2x6x16xf16>, tensor<1x2x6x24xf16>) -> (tensor<1x8x4x24xf16>, tensor<1x8x4xf32>)
  return %o, %lse : tensor<1x8x4x24xf16>, tensor<1x8x4xf32>
}

// -----

// With dynamic sizes the key head comes from the sizes, and a window has two bounds.

// CHECK-LABEL: func @dynamic
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x?x?x?xf32>, %[[K:[^:]*]]: tensor<?x?x?x?xf32>
// CHECK-DAG: %[[HQ:.*]] = tensor.dim %[[Q]], %c1
// CHECK-DAG: %[[HK:.*]] = tensor.dim %[[K]], %c1
// CHECK: %[[SCALED:.*]] = arith.muli %{{.*}}, %[[HK]]
// CHECK: arith.divui %[[SCALED]], %[[HQ]]
// CHECK: %[[LEFT:.*]] = arith.cmpi sge
// CHECK: %[[RIGHT:.*]] = arith.cmpi slt
// CHECK: arith.andi %[[LEFT]], %[[RIGHT]]
func.func @dynamic(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %o = fovea.attention(%q, %k, %k) scale(1.0) mask(#fovea.window<left = 3, right = 2>)
      : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

// Score regions are evaluated in the accumulator type, for visible pairs only. Tables keep their
// type, and so does what depends on a width. Where regions are the same in each precision.

!t = tensor<1x8x4x16xbf16>
// CHECK-LABEL: func @regions
// CHECK-SAME: %[[SLOPES:[^:]*]]: tensor<8xf32>, %[[CAP:[^:]*]]: f32
// CHECK: ^bb0(%[[DOT:[^:,]*]]: f64):
// CHECK: %[[X:.*]] = tensor.extract %[[SLOPES]]
// CHECK-NEXT: %[[VISIBLE:.*]] = arith.cmpf ogt, %[[X]], %[[CAP]] : f32
// CHECK: scf.if %[[VISIBLE]] -> (f64)
// CHECK:   %[[SCORE:.*]] = arith.mulf %[[DOT]], %{{.*}} : f64
// CHECK:   %[[WIDE:.*]] = arith.extf %[[X]] : f32 to f64
// CHECK:   %[[DISTANCE:.*]] = arith.sitofp %{{.*}} : i32 to f64
// CHECK:   %[[BIAS:.*]] = arith.mulf %[[WIDE]], %[[DISTANCE]] : f64
// CHECK:   %[[NARROW:.*]] = arith.truncf %[[BIAS]] : f64 to f32
// CHECK:   arith.bitcast %[[NARROW]] : f32 to i32
// CHECK:   %[[BACK:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:   %[[BACK64:.*]] = arith.extf %[[BACK]] : f32 to f64
// CHECK:   %[[CAP64:.*]] = arith.extf %[[CAP]] : f32 to f64
// CHECK:   %[[SUM:.*]] = arith.addf %[[BACK64]], %[[CAP64]] : f64
// CHECK:   arith.addf %[[SCORE]], %[[SUM]] : f64
// CHECK: else
// CHECK:   scf.yield %{{.*}} : f64

// In its own type a region stays as it was written.
// F32-LABEL: func @regions
// F32: arith.sitofp %{{.*}} : i32 to f32
// F32: arith.truncf %{{.*}} : f32 to bf16
// F32: arith.extf %{{.*}} : bf16 to f32
func.func @regions(%slopes: tensor<8xf32>, %cap: f32, %q: !t) -> !t {
  %o = fovea.attention(%q, %q, %q)
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %slopes[%h] : tensor<8xf32>
      %distance = arith.subi %j, %i : index
      %distance_i32 = arith.index_cast %distance : index to i32
      %distance_f32 = arith.sitofp %distance_i32 : i32 to f32
      %bias = arith.mulf %slope, %distance_f32 : f32
      %bits = arith.bitcast %bias : f32 to i32
      %mask = arith.constant -65536 : i32
      %rounded_bits = arith.andi %bits, %mask : i32
      %rounded = arith.bitcast %rounded_bits : i32 to f32
      %capped = arith.addf %rounded, %cap : f32
      %narrow = arith.truncf %capped : f32 to bf16
      %wide = arith.extf %narrow : bf16 to f32
      %x = arith.addf %s, %wide : f32
      fovea.yield %x : f32
    }
    where(%b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %slopes[%h] : tensor<8xf32>
      %keep = arith.cmpf ogt, %slope, %cap : f32
      fovea.yield %keep : i1
    } : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

// An f64 op is never accumulated in f32.
// F32-LABEL: func @f64
// F32-NOT: f32
// F32: return
func.func @f64(%q: tensor<1x1x4x8xf64>) -> (tensor<1x1x4x8xf64>, tensor<1x1x4xf64>) {
  %o, %lse = fovea.attention(%q, %q, %q) : (tensor<1x1x4x8xf64>, tensor<1x1x4x8xf64>, tensor<1x1x4x8xf64>) -> (tensor<1x1x4x8xf64>, tensor<1x1x4xf64>)
  return %o, %lse : tensor<1x1x4x8xf64>, tensor<1x1x4xf64>
}

// -----

// Each generic takes all states at once: the largest lse, or 0; the sum of weights; the weighted outputs, then their
// quotient by the sum, or 0; rounding comes last.
// CHECK-LABEL: func @merge
// CHECK-SAME: %[[OA:[^:]*]]: tensor<4x8xf16>, %[[LA:[^:]*]]: tensor<4xf32>, %[[OB:[^:]*]]: tensor<4x8xf16>, %[[LB:[^:]*]]: tensor<4xf32>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG: %[[EMPTY:.*]] = arith.constant 0xFFF0000000000000 : f64
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}}["parallel"]} ins(%[[LA]], %[[LB]] :
// CHECK-COUNT-2: arith.maximumf
// CHECK-NOT: arith.maximumf
// CHECK: %[[M:.*]] = linalg.generic {{.*}} outs(%[[MAX]] :
// CHECK-NEXT: (%[[OUT:.*]]: f64):
// CHECK-NEXT: %[[NONE:.*]] = arith.cmpf oeq, %[[OUT]], %[[EMPTY]]
// CHECK-NEXT: arith.select %[[NONE]], %[[ZERO]], %[[OUT]]
// CHECK: %[[L:.*]] = linalg.generic {{.*}} ins(%[[LA]], %[[LB]], %[[M]] :
// CHECK-COUNT-2: math.exp
// CHECK-NOT: math.exp
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}}["parallel", "parallel"]} ins(%[[OA]], %[[OB]], %[[LA]], %[[LB]], %[[M]] :
// CHECK-COUNT-2: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: linalg.generic {{.*}} ins(%[[L]] : {{.*}} outs(%[[SUM]] :
// CHECK: %[[NOTHING:.*]] = arith.cmpf oeq, %{{.*}}, %[[ZERO]]
// CHECK: %[[QUOTIENT:.*]] = arith.divf
// CHECK: arith.select %[[NOTHING]], %[[ZERO]], %[[QUOTIENT]]
// CHECK: linalg.generic {{.*}} ins(%[[L]] : {{.*}} outs(%[[M]] :
// CHECK: math.log
// CHECK-NEXT: arith.addf
// CHECK: arith.truncf %{{.*}} : f64 to f16
// CHECK: arith.truncf %{{.*}} : f64 to f32
// CHECK-NOT: fovea.
func.func @merge(%oa: tensor<4x8xf16>, %la: tensor<4xf32>, %ob: tensor<4x8xf16>, %lb: tensor<4xf32>) -> (tensor<4x8xf16>, tensor<4xf32>) {
  %o, %lse = fovea.merge_states outputs(%oa, %ob) lses(%la, %lb) : (tensor<4x8xf16>, tensor<4xf32>)
  return %o, %lse : tensor<4x8xf16>, tensor<4xf32>
}

// -----

// Stacked states are a loop of their own, outside the others and reduced. Their type may be wider than the result's.
// CHECK-DAG: #[[PI:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[PI_I:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[PIC:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[PIC_PI:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[PIC_I:.*]] = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-DAG: #[[PIC_IC:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-LABEL: func @stacked
// CHECK-SAME: %[[O:[^:]*]]: tensor<5x4x8xf32>, %[[LSE:[^:]*]]: tensor<5x4xf32>
// CHECK: linalg.generic {indexing_maps = [#[[PI]], #[[PI_I]]], iterator_types = ["reduction", "parallel"]} ins(%[[LSE]] : tensor<5x4xf32>) outs(%{{.*}} : tensor<4xf64>)
// CHECK: arith.maximumf
// CHECK-NOT: arith.maximumf
// CHECK: %[[M:.*]] = linalg.generic
// CHECK: arith.select
// CHECK: linalg.generic {indexing_maps = [#[[PI]], #[[PI_I]], #[[PI_I]]], iterator_types = ["reduction", "parallel"]} ins(%[[LSE]], %[[M]] : {{.*}} outs(%{{.*}} : tensor<4xf64>)
// CHECK: math.exp
// CHECK-NOT: math.exp
// CHECK: linalg.generic {indexing_maps = [#[[PIC]], #[[PIC_PI]], #[[PIC_I]], #[[PIC_IC]]], iterator_types = ["reduction", "parallel", "parallel"]} ins(%[[O]], %[[LSE]], %[[M]] : {{.*}} outs(%{{.*}} : tensor<4x8xf64>)
// CHECK: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: arith.divf
// CHECK: math.log
// CHECK: arith.truncf %{{.*}} : f64 to bf16
// CHECK: arith.truncf %{{.*}} : f64 to f32
// CHECK-NOT: fovea.
func.func @stacked(%os: tensor<5x4x8xf32>, %ls: tensor<5x4xf32>) -> (tensor<4x8xbf16>, tensor<4xf32>) {
  %o, %lse = fovea.merge_states stacked outputs(%os) lses(%ls) : (tensor<5x4x8xf32>, tensor<5x4xf32>) -> (tensor<4x8xbf16>, tensor<4xf32>)
  return %o, %lse : tensor<4x8xbf16>, tensor<4xf32>
}

// -----

// The result's sizes are those behind the number of states.
// CHECK-LABEL: func @stacked_dynamic
// CHECK-SAME: %[[O:[^:]*]]: tensor<?x?x8xf32>, %[[LSE:[^:]*]]: tensor<?x?xf32>
// CHECK: %[[ROWS:.*]] = tensor.dim %[[LSE]], %c1
// CHECK: tensor.empty(%[[ROWS]]) : tensor<?xf64>
// CHECK: %[[LINES:.*]] = tensor.dim %[[O]], %c1
// CHECK: tensor.empty(%[[LINES]]) : tensor<?x8xf64>
func.func @stacked_dynamic(%os: tensor<?x?x8xf32>, %ls: tensor<?x?xf32>) -> (tensor<?x8xf32>, tensor<?xf32>) {
  %o, %lse = fovea.merge_states stacked outputs(%os) lses(%ls) : (tensor<?x?x8xf32>, tensor<?x?xf32>) -> (tensor<?x8xf32>, tensor<?xf32>)
  return %o, %lse : tensor<?x8xf32>, tensor<?xf32>
}
