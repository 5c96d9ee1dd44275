// Prefix-LM (Raffel et al., arXiv:1910.10683): the first 40 tokens see each other, and all
// later ones see what is before them: the union of a prefix and of causal.
//
//   fovea-run examples/attention/prefix_lm.mlir --check
//   fovea-opt examples/attention/prefix_lm.mlir --fovea-clauses-to-regions
//
// Look at: in what the second command prints, a where region of two comparisons: the union
// has no affine bound of its own.
!t = tensor<1x8x160x64xf32>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.or<#fovea.prefix<length = 40>, #fovea.causal>) : (!t, !t, !t) -> !t
  return %o : !t
}
