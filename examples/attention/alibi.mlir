// ALiBi (Press et al., arXiv:2108.12409): a slope for each head times the distance,
// as a score region over a captured table.
//
//   fovea-run examples/attention/alibi.mlir --check
//
// Look at: with --emit=tile, the region's scalar ops as ops on whole tiles, and the
// slope as one memref.load outside of them.
func.func @attention(%q: tensor<1x8x96x64xf32>, %k: tensor<1x8x96x64xf32>, %v: tensor<1x8x96x64xf32>)
    -> tensor<1x8x96x64xf32> {
  %slopes = arith.constant dense<[0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625]> : tensor<8xf32>
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %slope = tensor.extract %slopes[%h] : tensor<8xf32>
        %distance = arith.subi %j, %i : index
        %distance_i32 = arith.index_cast %distance : index to i32
        %distance_f32 = arith.sitofp %distance_i32 : i32 to f32
        %bias = arith.mulf %slope, %distance_f32 : f32
        %biased = arith.addf %s, %bias : f32
        fovea.yield %biased : f32
      } : (tensor<1x8x96x64xf32>, tensor<1x8x96x64xf32>, tensor<1x8x96x64xf32>) -> tensor<1x8x96x64xf32>
  return %o : tensor<1x8x96x64xf32>
}
