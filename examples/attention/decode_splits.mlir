// One query against a long cache: the keys in 4 parts, each with workgroups of its
// own, and the 8 query heads of a group in one tile, so that each key is read once.
//
//   fovea-run examples/attention/decode_splits.mlir --check
//   fovea-compile examples/attention/decode_splits.mlir --emit=tile
//
// Look at: the query as [B, Hk, Hq / Hk, d], a grid with a dimension of parts, and
// the kernel that merges them. Without the config, --target=sm_90a chooses how many.
func.func @decode(%q: tensor<2x16x1x64xf32>, %k: tensor<2x2x700x64xf32>, %v: tensor<2x2x700x64xf32>)
    -> tensor<2x16x1x64xf32> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      config(#fovea_tile.config<m = 8, n = 64, rows = 8, columns = 32, splits = 4>)
      : (tensor<2x16x1x64xf32>, tensor<2x2x700x64xf32>, tensor<2x2x700x64xf32>) -> tensor<2x16x1x64xf32>
  return %o : tensor<2x16x1x64xf32>
}
