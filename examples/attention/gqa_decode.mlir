// One new token of a model with grouped queries: 8 query heads read 2 key heads, and
// the last query stands at the last key (masks are aligned at the bottom right).
//
//   fovea-run examples/attention/gqa_decode.mlir --check
//
// Look at: with --emit=fovea, the causal mask is gone: a single query at the end
// sees every key. With --emit=tile, the key head is the query head divided by 4.
func.func @decode(%q: tensor<2x8x1x128xf32>, %k: tensor<2x2x700x128xf32>, %v: tensor<2x2x700x128xf32>)
    -> tensor<2x8x1x128xf32> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<2x8x1x128xf32>, tensor<2x2x700x128xf32>, tensor<2x2x700x128xf32>) -> tensor<2x8x1x128xf32>
  return %o : tensor<2x8x1x128xf32>
}
