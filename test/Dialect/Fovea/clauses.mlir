// RUN: fovea-opt %s | FileCheck %s
// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --mlir-print-op-generic | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --emit-bytecode | fovea-opt | FileCheck %s

// The clauses of fovea.attention, through text, the generic form and bytecode.

!q = tensor<2x8x128x64xbf16>
!k = tensor<2x2x96x64xbf16>
!lse = tensor<2x8x128xf32>

// Dimensions of size 1 repeat, and a bias is of any float type.
// CHECK-LABEL: func @bias
// CHECK-SAME: %[[FULL:[^:]*]]: tensor<2x8x128x96xf32>, %[[HEADS:[^:]*]]: tensor<1x8x1x96xf16>, %[[ONE:[^:]*]]: tensor<1x1x1x1xbf16>
// CHECK: fovea.attention(%{{[^)]*}}) bias(%[[FULL]]) : (tensor<2x8x128x64xbf16>, tensor<2x2x96x64xbf16>, tensor<2x2x96x64xbf16>, tensor<2x8x128x96xf32>) ->
// CHECK: bias(%[[HEADS]]) :
// CHECK: bias(%[[ONE]]) :
func.func @bias(%full: tensor<2x8x128x96xf32>, %heads: tensor<1x8x1x96xf16>, %one: tensor<1x1x1x1xbf16>, %q: !q, %k: !k) {
  %a = fovea.attention(%q, %k, %k) bias(%full) : (!q, !k, !k, tensor<2x8x128x96xf32>) -> !q
  %b = fovea.attention(%q, %k, %k) bias(%heads) : (!q, !k, !k, tensor<1x8x1x96xf16>) -> !q
  %c = fovea.attention(%q, %k, %k) bias(%one) : (!q, !k, !k, tensor<1x1x1x1xbf16>) -> !q
  return
}

// CHECK-LABEL: func @factors
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x8x128x5xbf16>, %[[Y:[^:]*]]: tensor<2x1x96x5xbf16>, %[[W:[^:]*]]: tensor<1x2x96xf32>
// CHECK: fovea.attention(%{{[^)]*}}) factors(%[[X]], %[[Y]]) : (
// CHECK: fovea.attention(%{{[^)]*}}) weights(%[[W]]) : (
func.func @factors(%x: tensor<1x8x128x5xbf16>, %y: tensor<2x1x96x5xbf16>, %w: tensor<1x2x96xf32>, %q: !q, %k: !k) {
  %a = fovea.attention(%q, %k, %k) factors(%x, %y) : (!q, !k, !k, tensor<1x8x128x5xbf16>, tensor<2x1x96x5xbf16>) -> !q
  %b = fovea.attention(%q, %k, %k) weights(%w) : (!q, !k, !k, tensor<1x2x96xf32>) -> !q
  return
}

// A state's output is of the op's element type or its accumulator's.
// CHECK-LABEL: func @outside
// CHECK-SAME: %[[S:[^:]*]]: tensor<8xf16>, %[[O:[^:]*]]: tensor<2x8x128x64xbf16>, %[[WIDE:[^:]*]]: tensor<2x8x128x64xf32>, %[[L:[^:]*]]: tensor<2x8x128xf32>
// CHECK: fovea.attention(%{{[^)]*}}) sinks(%[[S]]) : (
// CHECK: fovea.attention(%{{[^)]*}}) state(%[[O]], %[[L]]) : (
// CHECK: fovea.attention(%{{[^)]*}}) state(%[[WIDE]], %[[L]]) : (
func.func @outside(%s: tensor<8xf16>, %o: !q, %wide: tensor<2x8x128x64xf32>, %l: !lse, %q: !q, %k: !k) {
  %a = fovea.attention(%q, %k, %k) sinks(%s) : (!q, !k, !k, tensor<8xf16>) -> !q
  %b:2 = fovea.attention(%q, %k, %k) state(%o, %l) : (!q, !k, !k, !q, !lse) -> (!q, !lse)
  %c:2 = fovea.attention(%q, %k, %k) state(%wide, %l) : (!q, !k, !k, tensor<2x8x128x64xf32>, !lse) -> (!q, !lse)
  return
}

// CHECK-LABEL: func @segments
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x128xi64>, %[[Y:[^:]*]]: tensor<2x96xi64>
// CHECK: fovea.attention(%{{[^)]*}}) segments(%[[X]], %[[Y]]) : (
func.func @segments(%x: tensor<1x128xi64>, %y: tensor<2x96xi64>, %q: !q, %k: !k) {
  %o = fovea.attention(%q, %k, %k) segments(%x, %y) : (!q, !k, !k, tensor<1x128xi64>, tensor<2x96xi64>) -> !q
  return
}

// Sequences behind each other, in pages, and both: then the pages say how many keys there are. Offsets may differ in type.
// CHECK-LABEL: func @layouts
// CHECK-SAME: %[[QS:[^:]*]]: tensor<4xi32>, %[[KS:[^:]*]]: tensor<4xi64>, %[[P:[^:]*]]: tensor<4xi32>, %[[N:[^:]*]]: tensor<?xi32>, %[[L:[^:]*]]: tensor<3xi32>
// CHECK: fovea.attention(%{{[^)]*}}) mask(#fovea.causal) ragged(%[[QS]], %[[KS]]) : (
// CHECK: fovea.attention(%{{[^)]*}}) paged(%[[P]], %[[N]], %[[L]]) : (
// CHECK: fovea.attention(%{{[^)]*}}) sinks(%{{.*}}) ragged(%[[QS]]) paged(%[[P]], %[[N]], %[[L]]) : (
func.func @layouts(%qs: tensor<4xi32>, %ks: tensor<4xi64>, %p: tensor<4xi32>, %n: tensor<?xi32>, %l: tensor<3xi32>, %s: tensor<8xf32>,
                   %q: tensor<1x8x128x64xf16>, %k: tensor<1x2x96x64xf16>, %decode: tensor<3x8x1x64xf16>, %pages: tensor<10x2x16x64xf16>) {
  %a = fovea.attention(%q, %k, %k) mask(#fovea.causal) ragged(%qs, %ks)
      : (tensor<1x8x128x64xf16>, tensor<1x2x96x64xf16>, tensor<1x2x96x64xf16>, tensor<4xi32>, tensor<4xi64>) -> tensor<1x8x128x64xf16>
  %b = fovea.attention(%decode, %pages, %pages) paged(%p, %n, %l)
      : (tensor<3x8x1x64xf16>, tensor<10x2x16x64xf16>, tensor<10x2x16x64xf16>, tensor<4xi32>, tensor<?xi32>, tensor<3xi32>) -> tensor<3x8x1x64xf16>
  %c = fovea.attention(%q, %pages, %pages) sinks(%s) ragged(%qs) paged(%p, %n, %l)
      : (tensor<1x8x128x64xf16>, tensor<10x2x16x64xf16>, tensor<10x2x16x64xf16>, tensor<8xf32>, tensor<4xi32>, tensor<4xi32>, tensor<?xi32>, tensor<3xi32>)
        -> tensor<1x8x128x64xf16>
  return
}

// CHECK-LABEL: func @blocks
// CHECK: %[[X:.*]] = fovea.csr %{{.*}}, %{{.*}} : (tensor<1x8x3xi32>, tensor<1x8x4xi32>) -> !fovea.index<block = [64, 48]>
// CHECK: fovea.attention(%{{[^)]*}}) blocks(%[[X]]) : ({{.*}}, !fovea.index<block = [64, 48]>) ->
// CHECK: %[[Y:.*]] = fovea.csr %{{.*}}, %{{.*}} {note = 1 : i64} : (tensor<?x?x?xi64>, tensor<?x?x?xi64>) -> !fovea.index<block = [1, 1], order = column>
// CHECK: fovea.attention(%{{[^)]*}}) blocks(%[[Y]]) : (
func.func @blocks(%a: tensor<1x8x3xi32>, %b: tensor<1x8x4xi32>, %c: tensor<?x?x?xi64>, %q: !q, %k: !k) {
  %x = fovea.csr %a, %b : (tensor<1x8x3xi32>, tensor<1x8x4xi32>) -> !fovea.index<block = [64, 48], order = row>
  %o = fovea.attention(%q, %k, %k) blocks(%x) : (!q, !k, !k, !fovea.index<block = [64, 48]>) -> !q
  %y = fovea.csr %c, %c {note = 1} : (tensor<?x?x?xi64>, tensor<?x?x?xi64>) -> !fovea.index<block = [1, 1], order = column>
  %p = fovea.attention(%q, %k, %k) blocks(%y) : (!q, !k, !k, !fovea.index<block = [1, 1], order = column>) -> !q
  return
}

// Every clause that may stand with others, in the order in which they are written, before the regions.
// CHECK-LABEL: func @all
// CHECK: scale(5.000000e-01) mask(#fovea.causal) bias(%{{.*}}) factors(%{{.*}}, %{{.*}}) weights(%{{.*}}) sinks(%{{.*}}) state(%{{.*}}, %{{.*}}) segments(%{{.*}}, %{{.*}}) blocks(%{{.*}}) where(
// CHECK: config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>) {note = 1 : i64} : (
!d = tensor<?x?x?x64xf32>
!r = tensor<?x?x?xf32>
func.func @all(%q: !d, %r: !r, %bias: tensor<1x1x?x?xf32>, %w: tensor<?xf32>, %s: tensor<?x?xi32>, %i: tensor<?x?x?xi32>) {
  %x = fovea.csr %i, %i : (tensor<?x?x?xi32>, tensor<?x?x?xi32>) -> !fovea.index<block = [64, 64]>
  %o, %lse = fovea.attention(%q, %q, %q) scale(0.5) mask(#fovea.causal) bias(%bias) factors(%q, %q) weights(%r) sinks(%w) state(%q, %r)
    segments(%s, %s) blocks(%x) where(%b: index, %h: index, %n: index, %j: index) {
      %keep = arith.cmpi ne, %n, %j : index
      fovea.yield %keep : i1
    } config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>) {note = 1}
    : (!d, !d, !d, tensor<1x1x?x?xf32>, !d, !d, !r, tensor<?xf32>, !d, !r, tensor<?x?xi32>, tensor<?x?xi32>, !fovea.index<block = [64, 64]>) -> (!d, !r)
  return
}
