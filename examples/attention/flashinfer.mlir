// FlashInfer (Ye et al., arXiv:2501.01005): keys and values lie in pages, here of 16 tokens,
// in any order, and the queries of several requests one behind the other. The requests have
// 33, 0 and 70 keys and 5, 2 and 1 queries; the second one, without a key, gives 0.
//
//   fovea-run examples/attention/flashinfer.mlir --check
//
// Look at: with --emit=tile, the pages' numbers are loaded once a tile; each request's sizes
// come from the offsets.
!q = tensor<1x8x8x64xf16>
!k = tensor<10x2x16x64xf16>
func.func @attention(%q: !q, %k: !k, %v: !k) -> !q {
  %queries = arith.constant dense<[0, 5, 7, 8]> : tensor<4xi32>
  %first = arith.constant dense<[0, 3, 3, 8]> : tensor<4xi32>
  %pages = arith.constant dense<[7, 2, 9, 0, 5, 3, 8, 1]> : tensor<8xi32>
  %last = arith.constant dense<[1, 0, 6]> : tensor<3xi32>
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal) ragged(%queries) paged(%first, %pages, %last)
      : (!q, !k, !k, tensor<4xi32>, tensor<4xi32>, tensor<8xi32>, tensor<3xi32>) -> !q
  return %o : !q
}
