// RUN: fovea-opt %s --fovea-clauses-to-regions --canonicalize --cse | FileCheck %s

!q = tensor<2x8x32x16xf16>
!k = tensor<2x2x48x16xf16>

// Without what becomes a region, nothing changes; factors, sinks, states and intervals are no regions.
// CHECK-LABEL: func @nothing
// CHECK: fovea.attention(%{{[^)]*}}) : (
// CHECK: mask(#fovea.causal, #fovea.prefix<length = 7>) factors(%{{.*}}, %{{.*}}) sinks(%{{.*}}) state(%{{.*}}, %{{.*}}) : (
func.func @nothing(%x: tensor<2x8x32x3xf16>, %y: tensor<2x2x48x3xf16>, %s: tensor<8xf32>, %l: tensor<2x8x32xf32>, %q: !q, %k: !k) -> (!q, !q) {
  %a = fovea.attention(%q, %k, %k) : (!q, !k, !k) -> !q
  %b = fovea.attention(%q, %k, %k) mask(#fovea.causal, #fovea.prefix<length = 7>) factors(%x, %y) sinks(%s) state(%q, %l)
      : (!q, !k, !k, tensor<2x8x32x3xf16>, tensor<2x2x48x3xf16>, tensor<8xf32>, !q, tensor<2x8x32xf32>) -> !q
  return %a, %b : !q, !q
}

// A dimension of size 1 is read at 0, whichever the batch and the query.
// CHECK-LABEL: func @bias
// CHECK-SAME: %[[BIAS:[^:]*]]: tensor<1x8x1x48xf16>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: fovea.attention(%{{[^)]*}}) score(%[[S:.*]]: f32, %{{.*}}: index, %[[H:.*]]: index, %{{.*}}: index, %[[J:.*]]: index) {
// CHECK-NEXT: %[[X:.*]] = tensor.extract %[[BIAS]][%[[ZERO]], %[[H]], %[[ZERO]], %[[J]]]
// CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[X]] : f16 to f32
// CHECK-NEXT: %[[T:.*]] = arith.addf %[[S]], %[[WIDE]] : f32
// CHECK-NEXT: fovea.yield %[[T]] : f32
// CHECK-NEXT: } : (tensor<2x8x32x16xf16>, tensor<2x2x48x16xf16>, tensor<2x2x48x16xf16>) ->
func.func @bias(%bias: tensor<1x8x1x48xf16>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) bias(%bias) : (!q, !k, !k, tensor<1x8x1x48xf16>) -> !q
  return %o : !q
}

// Weights are those of the key head; what is there already comes first, then the bias.
// CHECK-LABEL: func @weights
// CHECK-SAME: %[[BIAS:[^:]*]]: tensor<2x8x32x48xf64>, %[[W:[^:]*]]: tensor<2x2x48xf32>
// CHECK-DAG: %[[GROUP:.*]] = arith.constant 4 : index
// CHECK: score(%[[S:.*]]: f32, %[[B:.*]]: index, %[[H:.*]]: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-NEXT: %[[CAPPED:.*]] = math.tanh %[[S]]
// CHECK-NEXT: %[[X:.*]] = tensor.extract %[[BIAS]][%[[B]], %[[H]], %[[I]], %[[J]]]
// CHECK-NEXT: %[[NARROW:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK-NEXT: %[[T:.*]] = arith.addf %[[CAPPED]], %[[NARROW]]
// CHECK-NEXT: %[[G:.*]] = arith.divui %[[H]], %[[GROUP]]
// CHECK-NEXT: %[[Y:.*]] = tensor.extract %[[W]][%[[B]], %[[G]], %[[J]]]
// CHECK-NEXT: %[[U:.*]] = arith.addf %[[T]], %[[Y]]
// CHECK-NEXT: fovea.yield %[[U]]
func.func @weights(%bias: tensor<2x8x32x48xf64>, %w: tensor<2x2x48xf32>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) bias(%bias) weights(%w) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %x = math.tanh %s : f32
      fovea.yield %x : f32
    } : (!q, !k, !k, tensor<2x8x32x48xf64>, tensor<2x2x48xf32>) -> !q
  return %o : !q
}

// With dynamic heads the key head comes from the sizes.
// CHECK-LABEL: func @dynamic_weights
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?x?xf32>, %[[Q:[^:]*]]: tensor<?x?x?x16xf32>, %[[K:[^:]*]]: tensor<?x?x?x16xf32>
// CHECK: score(%{{.*}}: f32, %[[B:.*]]: index, %[[H:.*]]: index, %{{.*}}: index, %[[J:.*]]: index) {
// CHECK-DAG: %[[HK:.*]] = tensor.dim %[[K]], %c1
// CHECK-DAG: %[[HQ:.*]] = tensor.dim %[[Q]], %c1
// CHECK-DAG: %[[SCALED:.*]] = arith.muli %[[H]], %[[HK]]
// CHECK: %[[G:.*]] = arith.divui %[[SCALED]], %[[HQ]]
// CHECK: tensor.extract %[[W]][%[[B]], %[[G]], %[[J]]]
func.func @dynamic_weights(%w: tensor<?x?x?xf32>, %q: tensor<?x?x?x16xf32>, %k: tensor<?x?x?x16xf32>) -> tensor<?x?x?x16xf32> {
  %o = fovea.attention(%q, %k, %k) weights(%w)
      : (tensor<?x?x?x16xf32>, tensor<?x?x?x16xf32>, tensor<?x?x?x16xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?x16xf32>
  return %o : tensor<?x?x?x16xf32>
}

// CHECK-LABEL: func @segments
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x32xi32>, %[[Y:[^:]*]]: tensor<2x48xi32>
// CHECK: fovea.attention(%{{[^)]*}}) mask(#fovea.causal) where(%[[B:.*]]: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-NEXT: %[[QUERY:.*]] = tensor.extract %[[X]][%c0{{.*}}, %[[I]]]
// CHECK-NEXT: %[[KEY:.*]] = tensor.extract %[[Y]][%[[B]], %[[J]]]
// CHECK-NEXT: %[[SAME:.*]] = arith.cmpi eq, %[[QUERY]], %[[KEY]] : i32
// CHECK-NEXT: fovea.yield %[[SAME]] : i1
// CHECK-NEXT: } : (tensor<2x8x32x16xf16>, tensor<2x2x48x16xf16>, tensor<2x2x48x16xf16>) ->
func.func @segments(%x: tensor<1x32xi32>, %y: tensor<2x48xi32>, %q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.causal) segments(%x, %y) : (!q, !k, !k, tensor<1x32xi32>, tensor<2x48xi32>) -> !q
  return %o : !q
}

// Prefix-LM, on top of a region: intervals stay masks. The first of 32 queries stands at key 16 of 48.
// CHECK-LABEL: func @prefix_lm
// CHECK: mask(#fovea.window<left = 9>) where(%{{.*}}: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-NEXT: %[[OTHER:.*]] = arith.cmpi ne, %[[I]], %[[J]]
// CHECK-NEXT: %[[PREFIX:.*]] = arith.cmpi slt, %[[J]], %c7
// CHECK-NEXT: %[[END:.*]] = arith.addi %[[I]], %c17
// CHECK-NEXT: %[[CAUSAL:.*]] = arith.cmpi slt, %[[J]], %[[END]]
// CHECK-NEXT: %[[EITHER:.*]] = arith.ori %[[PREFIX]], %[[CAUSAL]]
// CHECK-NEXT: %[[KEEP:.*]] = arith.andi %[[OTHER]], %[[EITHER]]
// CHECK-NEXT: fovea.yield %[[KEEP]]
func.func @prefix_lm(%q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.or<#fovea.prefix<length = 7>, #fovea.causal>, #fovea.window<left = 9>)
    where(%b: index, %h: index, %i: index, %j: index) {
      %x = arith.cmpi ne, %i, %j : index
      fovea.yield %x : i1
    } : (!q, !k, !k) -> !q
  return %o : !q
}

// Aligned at the top left no size matters, also within an `and`.
// CHECK-LABEL: func @and
// CHECK: where(%{{.*}}: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-NEXT: %[[END:.*]] = arith.addi %[[I]], %c1
// CHECK-NEXT: %[[CAUSAL:.*]] = arith.cmpi slt, %[[J]], %[[END]]
// CHECK-NEXT: %[[PREFIX:.*]] = arith.cmpi slt, %[[J]], %c7
// CHECK-NEXT: %[[BOTH:.*]] = arith.andi %[[CAUSAL]], %[[PREFIX]]
// CHECK-NEXT: fovea.yield %[[BOTH]]
func.func @and(%q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.and<#fovea.causal<align = top_left>, #fovea.prefix<length = 7>>) : (!q, !k, !k) -> !q
  return %o : !q
}

// 40 tokens are 4 rows, causal in groups of 2, of 10 tokens, of which every third is of one class.
// CHECK-LABEL: func @nd_window
// CHECK: fovea.attention(%{{[^)]*}}) where(%{{.*}}: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-DAG: %[[QC:.*]] = arith.remui %[[I]], %c10
// CHECK-DAG: %[[KC:.*]] = arith.remui %[[J]], %c10
// CHECK-DAG: %[[QX:.*]] = arith.divui %[[QC]], %c3
// CHECK-DAG: %[[KX:.*]] = arith.divui %[[KC]], %c3
// CHECK-DAG: %[[CLASS:.*]] = arith.remui %[[QC]], %c3
// CHECK: %[[REST:.*]] = arith.subi %c9, %[[CLASS]]
// CHECK: %[[LAST:.*]] = arith.divui %[[REST]], %c3
// CHECK: %[[LEADER:.*]] = arith.minsi %[[QX]], %[[LAST]]
// CHECK: %[[MOST:.*]] = arith.addi %[[LAST]], %c-1
// CHECK: %[[CLAMPED:.*]] = arith.minsi %[[LEADER]], %[[MOST]]
// CHECK: %[[CENTRE:.*]] = arith.maxsi %[[CLAMPED]], %c1
// CHECK: %[[FIRST:.*]] = arith.addi %[[CENTRE]], %c-1
// CHECK: arith.cmpi sge, %[[KX]], %[[FIRST]]
// CHECK: %[[LATEST:.*]] = arith.addi %[[CENTRE]], %c1
// CHECK: arith.cmpi sle, %[[KX]], %[[LATEST]]
// CHECK: %[[OTHER:.*]] = arith.remui %[[KC]], %c3
// CHECK: arith.cmpi eq, %[[CLASS]], %[[OTHER]]
// CHECK: %[[QR:.*]] = arith.divui %[[I]], %c10
// CHECK: %[[KR:.*]] = arith.divui %[[J]], %c10
// CHECK: %[[GROUP:.*]] = arith.divui %[[QR]], %c2
// CHECK: %[[BEGIN:.*]] = arith.muli %[[GROUP]], %c2
// CHECK: %[[END:.*]] = arith.addi %[[BEGIN]], %c1
// CHECK: %[[LEADER_R:.*]] = arith.minsi %[[END]], %c3
// CHECK: arith.cmpi sle, %[[KR]], %[[QR]]
// CHECK: %[[BACK:.*]] = arith.subi %[[LEADER_R]], %[[KR]]
// CHECK: arith.cmpi slt, %[[BACK]], %c2
func.func @nd_window(%q: tensor<1x2x40x16xf32>) -> tensor<1x2x40x16xf32> {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.nd_window<shape = [4, 10], window = [2, 3], stride = [2, 1], dilation = [1, 3], causal = [1, 0]>)
      : (tensor<1x2x40x16xf32>, tensor<1x2x40x16xf32>, tensor<1x2x40x16xf32>) -> tensor<1x2x40x16xf32>
  return %o : tensor<1x2x40x16xf32>
}

// Query heads of one key head share its shift, of stride / heads = 3 blocks; the last 3 of 8 see all blocks before.
// CHECK-LABEL: func @local_stride
// CHECK: where(%{{.*}}: index, %[[H:.*]]: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK-NEXT: %[[P:.*]] = arith.addi %[[I]], %c16
// CHECK-NEXT: %[[EXISTS:.*]] = arith.cmpi sge, %[[P]], %c0
// CHECK-NEXT: %[[CLAMPED:.*]] = arith.maxsi %[[P]], %c0
// CHECK-NEXT: %[[ROW:.*]] = arith.divui %[[CLAMPED]], %c4
// CHECK-NEXT: %[[COLUMN:.*]] = arith.divui %[[J]], %c4
// CHECK-NEXT: %[[DISTANCE:.*]] = arith.subi %[[ROW]], %[[COLUMN]]
// CHECK-NEXT: %[[G:.*]] = arith.divui %[[H]], %c4
// CHECK-NEXT: %[[SHIFT:.*]] = arith.muli %[[G]], %c3
// CHECK-NEXT: %[[SHIFTED:.*]] = arith.addi %[[COLUMN]], %[[SHIFT]]
// CHECK-NEXT: %[[OFFSET:.*]] = arith.addi %[[SHIFTED]], %c1
// CHECK-NEXT: %[[PHASE:.*]] = arith.remui %[[OFFSET]], %c6
// CHECK-NEXT: %[[LOCAL:.*]] = arith.cmpi slt, %[[DISTANCE]], %c2
// CHECK-NEXT: %[[STRIDED:.*]] = arith.cmpi eq, %[[PHASE]], %c0
// CHECK-NEXT: %[[EITHER:.*]] = arith.ori %[[LOCAL]], %[[STRIDED]]
// CHECK-NEXT: %[[DENSE:.*]] = arith.cmpi sge, %[[H]], %c5
// CHECK-NEXT: %[[KEPT:.*]] = arith.ori %[[EITHER]], %[[DENSE]]
// CHECK-NEXT: %[[EARLIER:.*]] = arith.cmpi sge, %[[DISTANCE]], %c0
// CHECK-NEXT: %[[BOTH:.*]] = arith.andi %[[EARLIER]], %[[KEPT]]
// CHECK-NEXT: %[[ALL:.*]] = arith.andi %[[EXISTS]], %[[BOTH]]
// CHECK-NEXT: fovea.yield %[[ALL]]
func.func @local_stride(%q: !q, %k: !k) -> !q {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.local_stride<block = 4, local = 2, stride = 6, heads = 2, group = 4, offset = 1, dense = 3>)
      : (!q, !k, !k) -> !q
  return %o : !q
}

// A sequence's sizes are those of its offsets and pages; one without a page has no key, whatever its last length.
// CHECK-LABEL: func @pages_of_sequences
// CHECK-SAME: %[[Y:[^:]*]]: tensor<3xi32>, %[[P:[^:]*]]: tensor<3xi32>, %{{[^:]*}}: tensor<?xi32>, %[[L:[^:]*]]: tensor<2xi32>
// CHECK: where(%[[S:.*]]: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index) {
// CHECK: %[[NEXT:.*]] = arith.addi %[[S]], %c1
// CHECK: %[[END:.*]] = tensor.extract %[[Y]][%[[NEXT]]]
// CHECK: %[[BEGIN:.*]] = tensor.extract %[[Y]][%[[S]]]
// CHECK: %[[M32:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK: %[[M:.*]] = arith.index_cast %[[M32]]
// CHECK: tensor.extract %[[P]][%[[NEXT]]]
// CHECK: tensor.extract %[[P]][%[[S]]]
// CHECK: %[[PAGES:.*]] = arith.index_cast
// CHECK: %[[FULL:.*]] = arith.subi %[[PAGES]], %c1
// CHECK: %[[KEYS:.*]] = arith.muli %[[FULL]], %c8
// CHECK: %[[L32:.*]] = tensor.extract %[[L]][%[[S]]]
// CHECK: %[[LAST:.*]] = arith.index_cast %[[L32]]
// CHECK: %[[NONE:.*]] = arith.cmpi eq, %[[PAGES]], %c0
// CHECK: %[[SUM:.*]] = arith.addi %[[KEYS]], %[[LAST]]
// CHECK: %[[N:.*]] = arith.select %[[NONE]], %c0{{.*}}, %[[SUM]]
// CHECK: arith.cmpi slt, %[[J]], %c7
// CHECK: arith.addi %[[I]], %[[N]]
!r = tensor<1x2x40x16xf32>
!p = tensor<9x2x8x16xf32>
func.func @pages_of_sequences(%y: tensor<3xi32>, %p: tensor<3xi32>, %n: tensor<?xi32>, %l: tensor<2xi32>, %q: !r, %k: !p) -> !r {
  %o = fovea.attention(%q, %k, %k) mask(#fovea.or<#fovea.prefix<length = 7>, #fovea.causal>) ragged(%y) paged(%p, %n, %l)
      : (!r, !p, !p, tensor<3xi32>, tensor<3xi32>, tensor<?xi32>, tensor<2xi32>) -> !r
  return %o : !r
}
