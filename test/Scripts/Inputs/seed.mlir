func.func @size(%a: tensor<4x8xf32>) -> index {
  %c = arith.constant 1 : index
  %d = tensor.dim %a, %c : tensor<4x8xf32>
  return %d : index
}
