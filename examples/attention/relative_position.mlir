// A learned bias for each head and relative position, looked up in a table that is
// an input, and a where region that hides every seventh key.
//
//   fovea-run examples/attention/relative_position.mlir --check
//
// Look at: with --emit=tile, fovea_tile.gather: positions beyond the table, of rows
// and keys beyond the sequence, are clamped.
func.func @attention(%q: tensor<1x2x64x32xf32>, %k: tensor<1x2x64x32xf32>, %v: tensor<1x2x64x32xf32>,
                     %bias: tensor<2x127xf32>) -> tensor<1x2x64x32xf32> {
  %c63 = arith.constant 63 : index
  %c7 = arith.constant 7 : index
  %c0 = arith.constant 0 : index
  %o = fovea.attention(%q, %k, %v)
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %difference = arith.subi %j, %i : index
        %place = arith.addi %difference, %c63 : index
        %x = tensor.extract %bias[%h, %place] : tensor<2x127xf32>
        %biased = arith.addf %s, %x : f32
        fovea.yield %biased : f32
      }
      where(%b: index, %h: index, %i: index, %j: index) {
        %rest = arith.remsi %j, %c7 : index
        %keep = arith.cmpi ne, %rest, %c0 : index
        fovea.yield %keep : i1
      } : (tensor<1x2x64x32xf32>, tensor<1x2x64x32xf32>, tensor<1x2x64x32xf32>) -> tensor<1x2x64x32xf32>
  return %o : tensor<1x2x64x32xf32>
}
