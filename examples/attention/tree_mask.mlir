// Speculative decoding with a tree of drafts (Miao et al., arXiv:2305.09781): 13 drafted
// tokens follow 200 tokens of context. Each sees the context, itself and its ancestors,
// which a table of bits says: bit c of row i is set where token c is one of i's.
//
//   fovea-run examples/attention/tree_mask.mlir --check
//
// Look at: with --emit=tile, fovea_tile.gather of the table, and shifts by the number of the
// column.
!q = tensor<1x8x13x128xf32>
!k = tensor<1x2x213x128xf32>
func.func @verify(%q: !q, %k: !k, %v: !k) -> !q {
  // The root 0 has the children 1, 2 and 3, each of them three, 4 to 12.
  %ancestors = arith.constant dense<[0x0001, 0x0003, 0x0005, 0x0009, 0x0013, 0x0023, 0x0043, 0x0085, 0x0105, 0x0205,
                                     0x0409, 0x0809, 0x1009]> : tensor<13xi32>
  %context = arith.constant 200 : index
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %o = fovea.attention(%q, %k, %v)
      where(%b: index, %h: index, %i: index, %j: index) {
        %isContext = arith.cmpi slt, %j, %context : index
        %beyond = arith.subi %j, %context : index
        %place = arith.maxsi %beyond, %c0 : index
        %shift = arith.index_cast %place : index to i32
        %bits = tensor.extract %ancestors[%i] : tensor<13xi32>
        %shifted = arith.shrui %bits, %shift : i32
        %bit = arith.andi %shifted, %one : i32
        %isAncestor = arith.cmpi eq, %bit, %one : i32
        %keep = arith.ori %isContext, %isAncestor : i1
        fovea.yield %keep : i1
      } : (!q, !k, !k) -> !q
  return %o : !q
}
