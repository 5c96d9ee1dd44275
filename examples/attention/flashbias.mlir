// FlashBias (Wu et al., arXiv:2505.12044): a bias of low rank is a product of its own factors,
// and never a matrix of [M, N]. Here they are inputs of rank 8, as those of a learned or
// truncated table; the paper's Swin has 8 heads of width 32 and windows of some hundred tokens.
//
//   fovea-run examples/attention/flashbias.mlir --check
//
// Look at: with --emit=tile, a second dot of width 8 that adds to the scaled scores.
!t = tensor<1x8x256x32xf32>
!left = tensor<1x8x256x8xf32>
func.func @attention(%q: !t, %k: !t, %v: !t, %left: !left, %right: !left) -> !t {
  %o = fovea.attention(%q, %k, %v) factors(%left, %right) : (!t, !t, !t, !left, !left) -> !t
  return %o : !t
}
