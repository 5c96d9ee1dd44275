// The attention of all-MiniLM-L6-v2, all six layers: 12 heads of 32 numbers, f32.
//
// q, k, v and the result are [batch, head, token, 32]. Batch and token count stay
// dynamic (`?`), so that one artifact serves sentences of every length.
// There is no mask: BERT attends in both directions, and run.py groups sentences of
// equal length, so that no key is padding. With no scale written, Q K^T is
// multiplied by 1/sqrt(32), which is what BERT does.
func.func @attention(%q: tensor<?x12x?x32xf32>, %k: tensor<?x12x?x32xf32>,
                     %v: tensor<?x12x?x32xf32>) -> tensor<?x12x?x32xf32> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<?x12x?x32xf32>, tensor<?x12x?x32xf32>, tensor<?x12x?x32xf32>)
      -> tensor<?x12x?x32xf32>
  return %o : tensor<?x12x?x32xf32>
}
