// Neighborhood attention (Hassani et al., arXiv:2403.04690 and 2504.16922): each token of a
// grid of 4 x 12 x 10 sees a window of 2 x 5 x 4 around it, whose last axis is dilated, and
// causal in time. At a border the window is shifted and keeps its size.
//
//   fovea-run examples/attention/natten.mlir --check
//   fovea-opt examples/attention/natten.mlir --fovea-clauses-to-regions
//
// Look at: in what the second command prints, the mask as a where region: divisions by
// constants split indices into coordinates, and a minimum and a maximum shift the window.
!t = tensor<1x4x480x32xf32>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v)
      mask(#fovea.nd_window<shape = [4, 12, 10], window = [2, 5, 4], dilation = [1, 1, 2], causal = [1, 0, 0]>)
      : (!t, !t, !t) -> !t
  return %o : !t
}
