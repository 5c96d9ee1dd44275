// MosaicBERT (Portes et al., arXiv:2312.17482): bidirectional attention with ALiBi on both
// sides, -slope |i - j|, and padding that nobody attends to. Padded tokens are of a segment
// of their own, so that a padded row is not a leak of probability but attention to padding.
// BERT-Base has 12 heads of width 64; here two sequences of 37 and 100 tokens of 128.
//
//   fovea-run examples/attention/mosaicbert.mlir --check
//   fovea-opt examples/attention/mosaicbert.mlir --fovea-clauses-to-regions
//
// Look at: in what the second command prints, the segments as a where region beside the
// score region; no bias of [heads, M, N] exists anywhere.
!t = tensor<2x12x128x64xf32>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %slopes = arith.constant dense<[0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625,
                                  0.70710678, 0.35355339, 0.17677670, 0.08838835]> : tensor<12xf32>
  %lengths = arith.constant dense<[37, 100]> : tensor<2xindex>
  %segments = tensor.generate {
  ^bb0(%b: index, %i: index):
    %length = tensor.extract %lengths[%b] : tensor<2xindex>
    %isPadding = arith.cmpi sge, %i, %length : index
    %segment = arith.extui %isPadding : i1 to i32
    tensor.yield %segment : i32
  } : tensor<2x128xi32>
  %o = fovea.attention(%q, %k, %v) segments(%segments, %segments)
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %slope = tensor.extract %slopes[%h] : tensor<12xf32>
        %right = arith.subi %j, %i : index
        %left = arith.subi %i, %j : index
        %distance = arith.maxsi %right, %left : index
        %distance_i32 = arith.index_cast %distance : index to i32
        %distance_f32 = arith.sitofp %distance_i32 : i32 to f32
        %penalty = arith.mulf %slope, %distance_f32 : f32
        %biased = arith.subf %s, %penalty : f32
        fovea.yield %biased : f32
      } : (!t, !t, !t, tensor<2x128xi32>, tensor<2x128xi32>) -> !t
  return %o : !t
}
