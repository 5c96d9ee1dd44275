// Soft-capped scores (30 tanh(s / 30)) under a window on both sides.
//
//   fovea-run examples/attention/softcap_window.mlir --check
//
// Look at: with --emit=asm, no call of tanhf: the approximation is vector code.
func.func @attention(%q: tensor<1x2x300x80xf32>, %k: tensor<1x2x300x80xf32>, %v: tensor<1x2x300x48xf32>)
    -> tensor<1x2x300x48xf32> {
  %cap = arith.constant 30.0 : f32
  %inverse = arith.constant 0.033333333 : f32
  %o = fovea.attention(%q, %k, %v) mask(#fovea.window<left = 100, right = 20>)
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %scaled = arith.mulf %s, %inverse : f32
        %bounded = math.tanh %scaled : f32
        %capped = arith.mulf %bounded, %cap : f32
        fovea.yield %capped : f32
      } : (tensor<1x2x300x80xf32>, tensor<1x2x300x80xf32>, tensor<1x2x300x48xf32>) -> tensor<1x2x300x48xf32>
  return %o : tensor<1x2x300x48xf32>
}
