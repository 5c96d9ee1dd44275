// Block-sparse FlashAttention (Dao et al., arXiv:2205.14135): pairs of blocks that do not see
// each other are not loaded. The paper's butterfly pattern is here the blocks of a row and of
// those whose number differs from it in one bit: 3 of 4 blocks of 64 tokens.
//
//   fovea-run examples/attention/flash_attention_block_sparse.mlir --check
//
// Look at: with --emit=tile, the loop over the members of a row instead of over all tiles.
!t = tensor<1x8x256x64xf32>
!index = !fovea.index<block = [64, 64]>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %offsets = arith.constant dense<[[[0, 3, 6, 9, 12]]]> : tensor<1x1x5xi32>
  %members = arith.constant dense<[[[0, 1, 2, 0, 1, 3, 0, 2, 3, 1, 2, 3]]]> : tensor<1x1x12xi32>
  %blocks = fovea.csr %offsets, %members : (tensor<1x1x5xi32>, tensor<1x1x12xi32>) -> !index
  %o = fovea.attention(%q, %k, %v) blocks(%blocks) : (!t, !t, !t, !index) -> !t
  return %o : !t
}
