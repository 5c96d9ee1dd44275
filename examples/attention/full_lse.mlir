// Plain attention in f32 with the natural log-sum-exp of each row.
//
//   fovea-run examples/attention/full_lse.mlir --check
//   fovea-compile examples/attention/full_lse.mlir --emit=tile -o -
//
// Look at: the tile program. One loop over tiles of keys without a mask, and one
// for the last, partial tile, whose columns beyond the 150th key are hidden.
func.func @attention(%q: tensor<2x4x100x64xf32>, %k: tensor<2x4x150x64xf32>, %v: tensor<2x4x150x64xf32>)
    -> (tensor<2x4x100x64xf32>, tensor<2x4x100xf32>) {
  %o, %lse = fovea.attention(%q, %k, %v)
      : (tensor<2x4x100x64xf32>, tensor<2x4x150x64xf32>, tensor<2x4x150x64xf32>)
      -> (tensor<2x4x100x64xf32>, tensor<2x4x100xf32>)
  return %o, %lse : tensor<2x4x100x64xf32>, tensor<2x4x100xf32>
}
