// RazorAttention (Tang et al., arXiv:2407.15891): most heads keep 4 first tokens, the last
// ones, and one compensation token, the mean of the 1000 that were dropped. It counts as
// many times as it stands for: its log-weight is log 1000, which no scale multiplies.
//
//   fovea-run examples/attention/razor_attention.mlir --check
//   fovea-opt examples/attention/razor_attention.mlir --fovea-clauses-to-regions
//
// Look at: in what the second command prints, the weights as a score region. It would read
// them by key head, the query head divided by 4, if they were not the same for all heads.
!q = tensor<1x8x1x128xf32>
!k = tensor<1x2x133x128xf32>
func.func @decode(%q: !q, %k: !k, %v: !k) -> !q {
  // Key 4 is the compensation token.
  %dropped = arith.constant 6.90775528 : f32
  %zero = arith.constant 0.0 : f32
  %c4 = arith.constant 4 : index
  %weights = tensor.generate {
  ^bb0(%b: index, %g: index, %j: index):
    %isMean = arith.cmpi eq, %j, %c4 : index
    %weight = arith.select %isMean, %dropped, %zero : f32
    tensor.yield %weight : f32
  } : tensor<1x1x133xf32>
  %o = fovea.attention(%q, %k, %v) weights(%weights) : (!q, !k, !k, tensor<1x1x133xf32>) -> !q
  return %o : !q
}
