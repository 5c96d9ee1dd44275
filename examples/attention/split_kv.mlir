// The keys in two parts, and the partial results merged: what split-KV decoding,
// cascades and ring attention do.
//
//   fovea-run examples/attention/split_kv.mlir --check
//
// Look at: with --emit=tile, three kernels; merging needs only each part's output
// and log-sum-exp.
func.func @attention(%q: tensor<1x4x40x64xf32>, %k0: tensor<1x4x128x64xf32>, %v0: tensor<1x4x128x64xf32>,
                     %k1: tensor<1x4x90x64xf32>, %v1: tensor<1x4x90x64xf32>)
    -> (tensor<1x4x40x64xf32>, tensor<1x4x40xf32>) {
  %o0, %l0 = fovea.attention(%q, %k0, %v0)
      : (tensor<1x4x40x64xf32>, tensor<1x4x128x64xf32>, tensor<1x4x128x64xf32>)
      -> (tensor<1x4x40x64xf32>, tensor<1x4x40xf32>)
  %o1, %l1 = fovea.attention(%q, %k1, %v1)
      : (tensor<1x4x40x64xf32>, tensor<1x4x90x64xf32>, tensor<1x4x90x64xf32>)
      -> (tensor<1x4x40x64xf32>, tensor<1x4x40xf32>)
  %o, %lse = fovea.merge_states outputs(%o0, %o1) lses(%l0, %l1) : (tensor<1x4x40x64xf32>, tensor<1x4x40xf32>)
  return %o, %lse : tensor<1x4x40x64xf32>, tensor<1x4x40xf32>
}
