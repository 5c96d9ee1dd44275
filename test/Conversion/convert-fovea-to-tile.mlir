// RUN: fovea-opt %s -convert-fovea-to-tile -canonicalize | FileCheck %s

// Without a mask and with whole tiles: one loop, nothing masked.
// CHECK-LABEL: fovea_tile.kernel @full_attention(
// CHECK: scf.for
// CHECK:   %[[K:.*]] = fovea_tile.load {{.*}} in_bounds
// CHECK:   %[[S:.*]] = fovea_tile.dot %{{.*}}, %{{.*}}, %[[K]] transposed
// CHECK:   %[[M:.*]] = fovea_tile.reduce maximum
// CHECK:   math.exp2
// CHECK:   fovea_tile.reduce add
// CHECK:   fovea_tile.dot
// CHECK-NOT: fovea_tile.mask
// CHECK: fovea_tile.store
// CHECK-LABEL: func.func @full
// CHECK: fovea_tile.launch @full_attention
func.func @full(%q: tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32> {
  %o = fovea.attention(%q, %q, %q) config(#fovea_tile.config<m = 32, n = 64, rows = 8, columns = 32>) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}

// Causal: full tiles, then masked ones. A region becomes arithmetic on tiles.
// CHECK-LABEL: fovea_tile.kernel @causal_attention(
// CHECK: scf.for
// CHECK-NOT: fovea_tile.mask
// CHECK:   math.tanh %{{.*}} : tensor<32x64xf32>
// CHECK: scf.for
// CHECK:   fovea_tile.mask {{.*}} prune
func.func @causal(%q: tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32> {
  %o = fovea.attention(%q, %q, %q) mask(#fovea.causal) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    %t = math.tanh %s : f32
    fovea.yield %t : f32
  } config(#fovea_tile.config<m = 32, n = 64, rows = 8, columns = 32>) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}
