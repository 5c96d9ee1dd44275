// FastAttention (Lin et al., arXiv:2410.16663): part of the keys stays in the host's memory,
// and so does their attention. The device starts at the state that the host's part left,
// an output and a log-sum-exp; no third kernel merges them.
//
//   fovea-run examples/attention/fastattention.mlir --check
//
// Look at: with --emit=tile, two kernels; the second one's running maximum and sum start at
// the state instead of at -inf and 0.
!q = tensor<1x8x64x128xf32>
!k = tensor<1x8x128x128xf32>
!lse = tensor<1x8x64xf32>
func.func @attention(%q: !q, %kHost: !k, %vHost: !k, %kDevice: !k, %vDevice: !k) -> (!q, !lse) {
  %o0, %lse0 = fovea.attention(%q, %kHost, %vHost) : (!q, !k, !k) -> (!q, !lse)
  %o, %lse = fovea.attention(%q, %kDevice, %vDevice) mask(#fovea.causal) state(%o0, %lse0)
      : (!q, !k, !k, !q, !lse) -> (!q, !lse)
  return %o, %lse : !q, !lse
}
