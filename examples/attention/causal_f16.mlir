// Causal attention on f16 storage: scores and sums are f32.
//
//   fovea-run examples/attention/causal_f16.mlir --check
//
// Look at: with --emit=tile, the bounds of the two loops. The first ends where the
// block's first row ends; only the second holds a fovea_tile.mask.
func.func @attention(%q: tensor<1x4x200x64xf16>, %k: tensor<1x4x200x64xf16>, %v: tensor<1x4x200x64xf16>)
    -> tensor<1x4x200x64xf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x4x200x64xf16>, tensor<1x4x200x64xf16>, tensor<1x4x200x64xf16>) -> tensor<1x4x200x64xf16>
  return %o : tensor<1x4x200x64xf16>
}
