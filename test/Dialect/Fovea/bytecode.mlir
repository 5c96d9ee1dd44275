// RUN: fovea-opt %s --mlir-print-op-generic=false > %t.text
// RUN: fovea-opt %s --emit-bytecode | fovea-opt > %t.bytecode
// RUN: diff %t.text %t.bytecode
// RUN: FileCheck %s --input-file=%t.bytecode

// CHECK-LABEL: func @everything
// CHECK: fovea.attention(%{{.*}}) scale(2.500000e-01) mask(#fovea.causal, #fovea.window<left = 7>) score({{.*}}) {
// CHECK: where(
// CHECK: config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>)
// CHECK: fovea.merge_states outputs(
func.func @everything(%q: tensor<1x2x?x16xf32>, %bias: f32) -> tensor<1x2x?x16xf32> {
  %o, %lse = fovea.attention(%q, %q, %q) scale(0.25) mask(#fovea.causal, #fovea.window<left = 7>)
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %x = arith.addf %s, %bias : f32
      fovea.yield %x : f32
    }
    where(%b: index, %h: index, %i: index, %j: index) {
      %keep = arith.cmpi ne, %i, %j : index
      fovea.yield %keep : i1
    } config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>)
    : (tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>) -> (tensor<1x2x?x16xf32>, tensor<1x2x?xf32>)
  %m, %lsm = fovea.merge_states outputs(%o, %o) lses(%lse, %lse) : (tensor<1x2x?x16xf32>, tensor<1x2x?xf32>)
  return %m : tensor<1x2x?x16xf32>
}
