// gpt-oss (OpenAI, arXiv:2508.10925): every other layer has a window of 128 tokens, and each
// head a learned sink, a score that takes part in the softmax and has no value. 64 query heads
// of width 64 read 8 key heads; here they are 16 and 2.
//
//   fovea-run examples/attention/gpt_oss_sinks.mlir --check
//
// Look at: with --emit=tile, memref.load of the sink, at which the running maximum starts;
// the running sum starts at the sink's exponential.
!q = tensor<1x16x200x64xbf16>
!k = tensor<1x2x200x64xbf16>
func.func @attention(%q: !q, %k: !k, %v: !k, %sinks: tensor<16xbf16>) -> !q {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 127, right = 0>) sinks(%sinks)
      : (!q, !k, !k, tensor<16xbf16>) -> !q
  return %o : !q
}
