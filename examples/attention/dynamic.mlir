// One kernel for every batch size, number of heads and length.
//
//   fovea-run examples/attention/dynamic.mlir --check
//   fovea-run examples/attention/dynamic.mlir --check --dims q=1x6x33x64 --dims k=1x3x517x64
//
// Look at: the header that --emit=artifact writes: equal symbols (?0, ?1) are
// checked to be equal sizes when the kernel is called.
func.func @attention(%q: tensor<?x?x?x64xf32>, %k: tensor<?x?x?x64xf32>, %v: tensor<?x?x?x64xf32>)
    -> tensor<?x?x?x64xf32> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  return %o : tensor<?x?x?x64xf32>
}
