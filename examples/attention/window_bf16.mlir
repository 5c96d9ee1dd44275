// A causal sliding window on bf16 storage, as in models with local attention layers.
//
//   fovea-run examples/attention/window_bf16.mlir --check
//
// Look at: with --emit=tile, three loops: tiles that the window enters, tiles that
// all rows of the block see, tiles that it leaves. Tiles outside are not visited.
func.func @attention(%q: tensor<1x2x600x32xbf16>, %k: tensor<1x2x600x32xbf16>, %v: tensor<1x2x600x32xbf16>)
    -> tensor<1x2x600x32xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 128, right = 0>)
      : (tensor<1x2x600x32xbf16>, tensor<1x2x600x32xbf16>, tensor<1x2x600x32xbf16>) -> tensor<1x2x600x32xbf16>
  return %o : tensor<1x2x600x32xbf16>
}
