// RUN: fovea-opt %s --fovea-decompose-reference --canonicalize --cse --split-input-file | FileCheck %s

// What each clause adds to the reference, beside decompose-reference.mlir.

// A sink takes part in the maximum and in the sum, and in no output. It is read by query head.
// CHECK-LABEL: func @sinks
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf16>
// CHECK: arith.maximumf
// CHECK: %[[M:.*]] = linalg.generic
// CHECK-NEXT: (%[[OUT:.*]]: f64):
// CHECK-NEXT: %[[H:.*]] = linalg.index 1
// CHECK-NEXT: %[[SINK:.*]] = tensor.extract %[[S]][%[[H]]]
// CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[SINK]] : f16 to f64
// CHECK-NEXT: %[[TOP:.*]] = arith.maximumf %[[OUT]], %[[WIDE]]
// CHECK-NEXT: %[[NONE:.*]] = arith.cmpf oeq, %[[TOP]]
// CHECK-NEXT: arith.select %[[NONE]], %{{.*}}, %[[TOP]]
// CHECK: %[[L0:.*]] = linalg.generic {{.*}} ins(%[[M]] : tensor<1x4x5xf64>) outs(%{{.*}} : tensor<1x4x5xf64>)
// CHECK: tensor.extract %[[S]]
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}} outs(%[[L0]] : tensor<1x4x5xf64>)
// CHECK-NOT: tensor.extract %[[S]]
!q = tensor<1x4x5x16xf32>
!k = tensor<1x2x7x16xf32>
!l = tensor<1x4x5xf32>
func.func @sinks(%s: tensor<4xf16>, %q: !q, %k: !k) -> (!q, !l) {
  %o, %lse = fovea.attention(%q, %k, %k) sinks(%s) : (!q, !k, !k, tensor<4xf16>) -> (!q, !l)
  return %o, %lse : !q, !l
}

// -----

// A state's output is added with its weight, but for an empty state's.
// CHECK-LABEL: func @state
// CHECK-SAME: %[[O:[^:]*]]: tensor<1x4x5x16xf16>, %[[LSE:[^:]*]]: tensor<1x4x5xf32>
// CHECK-DAG: %[[EMPTY:.*]] = arith.constant 0xFFF0000000000000 : f64
// CHECK: tensor.extract %[[LSE]]
// CHECK: arith.maximumf
// CHECK: tensor.extract %[[LSE]]
// CHECK: math.exp
// CHECK: linalg.generic {{.*}} ins(%[[O]], %[[LSE]], %{{.*}}, %{{.*}} : tensor<1x4x5x16xf16>, tensor<1x4x5xf32>, tensor<1x4x5xf64>, tensor<1x4x5xf64>)
// CHECK-NEXT: (%[[O0:.*]]: f16, %[[L0:.*]]: f32, %[[M:.*]]: f64, %[[L:.*]]: f64, %[[SUM:.*]]: f64):
// CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[L0]]
// CHECK-NEXT: %[[BELOW:.*]] = arith.subf %[[WIDE]], %[[M]]
// CHECK-NEXT: %[[E:.*]] = math.exp %[[BELOW]]
// CHECK-NEXT: %[[W:.*]] = arith.divf %[[E]], %[[L]]
// CHECK-NEXT: %[[X:.*]] = arith.extf %[[O0]]
// CHECK-NEXT: %[[TERM:.*]] = arith.mulf %[[W]], %[[X]]
// CHECK-NEXT: %[[BOTH:.*]] = arith.addf %[[SUM]], %[[TERM]]
// CHECK-NEXT: %[[NONE:.*]] = arith.cmpf oeq, %[[WIDE]], %[[EMPTY]]
// CHECK-NEXT: arith.select %[[NONE]], %[[SUM]], %[[BOTH]]
!q = tensor<1x4x5x16xf16>
!k = tensor<1x2x7x16xf16>
!l = tensor<1x4x5xf32>
func.func @state(%o0: !q, %l0: !l, %q: !q, %k: !k) -> (!q, !l) {
  %o, %lse = fovea.attention(%q, %k, %k) state(%o0, %l0) : (!q, !k, !k, !q, !l) -> (!q, !l)
  return %o, %lse : !q, !l
}

// -----

// Factors are a product of their own, in the accumulator; what is added to a score comes behind the scale.
// CHECK-LABEL: func @biases
// CHECK-SAME: %[[BIAS:[^:]*]]: tensor<1x4x1x7xf32>, %[[X:[^:]*]]: tensor<1x4x5x3xf16>, %[[Y:[^:]*]]: tensor<2x1x7x3xf16>, %[[W:[^:]*]]: tensor<1x2x7xf32>
// CHECK-DAG: %[[SCALE:.*]] = arith.constant 2.500000e-01 : f64
// CHECK: %[[F:.*]] = linalg.generic {{.*}} "reduction"]}
// CHECK: %[[B:.*]] = linalg.index 0
// CHECK: %[[XE:.*]] = tensor.extract %[[X]][%c0,
// CHECK: %[[XW:.*]] = arith.extf %[[XE]]
// CHECK: %[[YE:.*]] = tensor.extract %[[Y]][%[[B]], %c0,
// CHECK: %[[YW:.*]] = arith.extf %[[YE]]
// CHECK: arith.mulf %[[XW]], %[[YW]] : f64
// CHECK: %[[SCALED:.*]] = arith.mulf %{{.*}}, %[[SCALE]]
// CHECK: %[[BE:.*]] = tensor.extract %[[BIAS]][%c0, %{{.*}}, %c0, %{{.*}}]
// CHECK: %[[BW:.*]] = arith.extf %[[BE]]
// CHECK: %[[T1:.*]] = arith.addf %[[SCALED]], %[[BW]]
// CHECK: %[[FE:.*]] = tensor.extract %[[F]]
// CHECK: %[[T2:.*]] = arith.addf %[[T1]], %[[FE]]
// CHECK: %[[G:.*]] = arith.divui
// CHECK: tensor.extract %[[W]][%c0, %[[G]], %{{.*}}]
// CHECK: %[[T3:.*]] = arith.addf %[[T2]]
// CHECK: linalg.yield %[[T3]]
!q = tensor<2x4x5x16xf16>
!k = tensor<2x2x7x16xf16>
func.func @biases(%bias: tensor<1x4x1x7xf32>, %x: tensor<1x4x5x3xf16>, %y: tensor<2x1x7x3xf16>, %w: tensor<1x2x7xf32>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) bias(%bias) factors(%x, %y) weights(%w)
      : (!q, !k, !k, tensor<1x4x1x7xf32>, tensor<1x4x5x3xf16>, tensor<2x1x7x3xf16>, tensor<1x2x7xf32>) -> !q
  return %o : !q
}

// -----

// A pair of different segments is hidden.
// CHECK-LABEL: func @segments
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x5xi64>, %[[Y:[^:]*]]: tensor<2x7xi64>
// CHECK-DAG: %[[HIDDEN:.*]] = arith.constant 0xFFF0000000000000 : f64
// CHECK: %[[QUERY:.*]] = tensor.extract %[[X]][%c0, %{{.*}}]
// CHECK: %[[KEY:.*]] = tensor.extract %[[Y]][
// CHECK: %[[SAME:.*]] = arith.cmpi eq, %[[QUERY]], %[[KEY]] : i64
// CHECK: scf.if %[[SAME]] -> (f64)
// CHECK: scf.yield %[[HIDDEN]]
!q = tensor<2x4x5x16xf16>
!k = tensor<2x2x7x16xf16>
func.func @segments(%x: tensor<1x5xi64>, %y: tensor<2x7xi64>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) segments(%x, %y) : (!q, !k, !k, tensor<1x5xi64>, tensor<2x7xi64>) -> !q
  return %o : !q
}

// -----

// A row of the index is searched: by columns it is that of the key's block, whose members are blocks of queries.
// CHECK-LABEL: func @blocks
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x4x4xi32>, %[[Y:[^:]*]]: tensor<1x4x?xi32>
// CHECK: %[[I:.*]] = linalg.index 2
// CHECK: %[[J:.*]] = linalg.index 3
// CHECK: %[[MEMBER:.*]] = arith.divui %[[I]], %c2
// CHECK: %[[ROW:.*]] = arith.divui %[[J]], %c3
// CHECK: %[[BEGIN32:.*]] = tensor.extract %[[X]][%c0, %[[H:.*]], %[[ROW]]]
// CHECK: %[[BEGIN:.*]] = arith.index_cast %[[BEGIN32]]
// CHECK: %[[NEXT:.*]] = arith.addi %[[ROW]], %c1
// CHECK: %[[END32:.*]] = tensor.extract %[[X]][%c0, %[[H]], %[[NEXT]]]
// CHECK: %[[END:.*]] = arith.index_cast %[[END32]]
// CHECK: %[[FOUND:.*]] = scf.for %[[E:.*]] = %[[BEGIN]] to %[[END]] step %c1 iter_args(%[[BEFORE:.*]] = %false)
// CHECK: tensor.extract %[[Y]][%c0, %[[H]], %[[E]]]
// CHECK: %[[HERE:.*]] = arith.cmpi eq, %[[MEMBER]],
// CHECK: arith.ori %[[BEFORE]], %[[HERE]]
// CHECK: %[[KEEP:.*]] = arith.andi %{{.*}}, %[[FOUND]]
// CHECK: scf.if %[[KEEP]]
!q = tensor<2x4x5x16xf16>
!k = tensor<2x2x7x16xf16>
func.func @blocks(%x: tensor<1x4x4xi32>, %y: tensor<1x4x?xi32>, %q: !q, %k: !k) -> !q {
  %i = fovea.csr %x, %y : (tensor<1x4x4xi32>, tensor<1x4x?xi32>) -> !fovea.index<block = [2, 3], order = column>
  %o = fovea.attention(%q, %k, %k) mask(#fovea.causal) blocks(%i) : (!q, !k, !k, !fovea.index<block = [2, 3], order = column>) -> !q
  return %o : !q
}

// -----

// A row's sequence is the number of ends at or before it; it sees the keys of its sequence, and masks count within that.
// Keys without weight may hold anything.
// CHECK-LABEL: func @ragged
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xi32>, %[[Y:[^:]*]]: tensor<4xi64>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK: %[[SEQUENCES:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<4xi32>) outs(%{{.*}} : tensor<5xindex>)
// CHECK: %[[ENDED:.*]] = arith.cmpi sle
// CHECK: %[[LATER:.*]] = arith.cmpi sgt
// CHECK: arith.andi %[[ENDED]], %[[LATER]]
// CHECK: %[[I:.*]] = linalg.index 2
// CHECK-NEXT: %[[J:.*]] = linalg.index 3
// CHECK-NEXT: %[[S:.*]] = tensor.extract %[[SEQUENCES]][%[[I]]]
// CHECK: tensor.extract %[[Y]]
// CHECK: %[[KEY0:.*]] = tensor.extract %[[Y]][%[[S]]]
// CHECK: %[[FIRST:.*]] = arith.index_cast %[[KEY0]]
// CHECK: %[[N:.*]] = arith.subi
// CHECK: %[[LOCAL:.*]] = arith.subi %[[J]], %[[FIRST]]
// CHECK: %[[FROM:.*]] = arith.cmpi sge, %[[LOCAL]], %c0
// CHECK: %[[TO:.*]] = arith.cmpi slt, %[[LOCAL]], %[[N]]
// CHECK: %[[OWN:.*]] = arith.andi %[[FROM]], %[[TO]]
// CHECK: %[[CAUSAL:.*]] = arith.cmpi slt, %[[LOCAL]]
// CHECK: %[[KEEP:.*]] = arith.andi %[[OWN]], %[[CAUSAL]]
// CHECK: scf.if %[[KEEP]]
// CHECK: arith.divf
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[W:.*]], %{{.*}} : f64
// CHECK-NEXT: %[[NONE:.*]] = arith.cmpf oeq, %[[W]], %[[ZERO]]
// CHECK-NEXT: arith.select %[[NONE]], %[[ZERO]], %[[PRODUCT]]
!q = tensor<1x4x5x16xf16>
!k = tensor<1x2x7x16xf16>
func.func @ragged(%x: tensor<4xi32>, %y: tensor<4xi64>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.causal) ragged(%x, %y) : (!q, !k, !k, tensor<4xi32>, tensor<4xi64>) -> !q
  return %o : !q
}

// -----

// Key j is row j mod 8 of a page whose number is looked up; there are as many columns as rows of all pages.
// CHECK-LABEL: func @paged
// CHECK-SAME: %[[P:[^:]*]]: tensor<4xi32>, %[[N:[^:]*]]: tensor<?xi32>, %[[L:[^:]*]]: tensor<3xi32>, %{{[^:]*}}: tensor<3x4x1x16xf16>, %[[K:[^:]*]]: tensor<9x2x8x16xf16>
// CHECK: %[[PAGES:.*]] = tensor.dim %[[N]], %c0
// CHECK: %[[COLUMNS:.*]] = arith.muli %[[PAGES]], %c8
// CHECK: tensor.empty(%[[COLUMNS]]) : tensor<3x4x1x?xf64>
// CHECK: %[[B:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = linalg.index 3
// CHECK: %[[FIRST32:.*]] = tensor.extract %[[P]][%[[B]]]
// CHECK: %[[FIRST:.*]] = arith.index_cast %[[FIRST32]]
// CHECK: %[[PAGE:.*]] = arith.divui %[[J]], %c8
// CHECK: %[[SLOT:.*]] = arith.addi %[[FIRST]], %[[PAGE]]
// CHECK: %[[WITHIN:.*]] = arith.minui %[[SLOT]]
// CHECK: %[[NUMBER:.*]] = tensor.extract %[[N]][%[[WITHIN]]]
// CHECK: %[[ROW:.*]] = arith.remui %[[J]], %c8
// CHECK: tensor.extract %[[K]][%{{.*}}, %{{.*}}, %[[ROW]], %{{.*}}]
// CHECK: %[[LAST32:.*]] = tensor.extract %[[L]]
// CHECK: %[[LAST:.*]] = arith.index_cast %[[LAST32]]
// CHECK: %[[COUNT:.*]] = arith.addi %{{.*}}, %[[LAST]]
// CHECK: %[[NONE:.*]] = arith.cmpi eq
// CHECK: %[[KEYS:.*]] = arith.select %[[NONE]], %c0, %[[COUNT]]
// CHECK: arith.cmpi slt, %{{.*}}, %[[KEYS]]
!q = tensor<3x4x1x16xf16>
!k = tensor<9x2x8x16xf16>
func.func @paged(%p: tensor<4xi32>, %n: tensor<?xi32>, %l: tensor<3xi32>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) paged(%p, %n, %l) : (!q, !k, !k, tensor<4xi32>, tensor<?xi32>, tensor<3xi32>) -> !q
  return %o : !q
}
