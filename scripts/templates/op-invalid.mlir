// RUN: fovea-opt %s --split-input-file --verify-diagnostics

func.func @c1(%x: tensor<f32>) {
  // expected-error @+1 {{C1: takes a tensor of rank 1 or more, found 'tensor<f32>'}}
  %y = $dialect.$mnemonic %x : tensor<f32>
  return
}
