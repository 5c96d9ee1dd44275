// S2-Attention (Lin et al., arXiv:2407.17678): each head sees local blocks and every fourth
// one of the others, shifted by its key head, so that all heads together see everything. The
// paper has blocks of 64 tokens at lengths of 8K and more; here there are 5 blocks.
//
//   fovea-run examples/attention/s2_attention.mlir --check
//   fovea-opt examples/attention/s2_attention.mlir --fovea-clauses-to-regions
//
// Look at: in what the second command prints, causal stays a mask, by whose bounds tiles are
// left out, while the pattern becomes a where region.
!q = tensor<1x8x300x64xf32>
!k = tensor<1x2x300x64xf32>
func.func @attention(%q: !q, %k: !k, %v: !k) -> !q {
  %o = fovea.attention(%q, %k, %v)
      mask(#fovea.causal, #fovea.local_stride<block = 64, local = 1, stride = 4, heads = 2, group = 4>)
      : (!q, !k, !k) -> !q
  return %o : !q
}
