// RUN: fovea-opt %s --convert-fovea-tile-to-cpu=vector-bits=256 --split-input-file --verify-diagnostics

// Operands of dots, and launches, that the CPU does not take.

#config = #fovea_tile.config<m = 16, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @unpacked(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32>
  // expected-error @below {{needs a packed right-hand side on the CPU; run fovea-tile-pack-operands}}
  %s = fovea_tile.dot %zero, %a, %a : tensor<16x16xf32>, tensor<16x16xf32> -> tensor<16x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 16, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @computed(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32>
  %b = math.exp2 %a : tensor<16x16xf32>
  // expected-error @below {{needs a packed right-hand side on the CPU}}
  %s = fovea_tile.dot %zero, %a, %b : tensor<16x16xf32>, tensor<16x16xf32> -> tensor<16x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
#panels = #fovea_tile.panels<columns = 16>
fovea_tile.kernel @repeated(%x: memref<?x16xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %a = tensor.splat %e : tensor<8x16xf32>
  %b = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32, #panels>
  // expected-error @below {{needs a left-hand side that is computed, not repeated from scalars or rows}}
  %s = fovea_tile.dot %a, %a, %b : tensor<8x16xf32>, tensor<16x16xf32, #panels> -> tensor<8x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
#panels = #fovea_tile.panels<columns = 16>
fovea_tile.kernel @both_ways(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<8x16xf32>
  %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<8x16xf32>
  // expected-error @below {{is packed, so it may only be the right-hand side of dots, all transposed or none}}
  %b = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32, #panels>
  %s = fovea_tile.dot %zero, %a, %b : tensor<8x16xf32>, tensor<16x16xf32, #panels> -> tensor<8x16xf32>
  %r = fovea_tile.dot %s, %a, %b transposed : tensor<8x16xf32>, tensor<16x16xf32, #panels> -> tensor<8x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @layout(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{has the layout "mine", expected #fovea_tile.panels with a multiple of 8 columns that divides the register tile's 16}}
  %b = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32, "mine">
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @narrow(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{has the layout #fovea_tile.panels<columns = 4>, expected #fovea_tile.panels with a multiple of 8}}
  %b = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32, #fovea_tile.panels<columns = 4>>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @wide(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{has the layout #fovea_tile.panels<columns = 64>, expected}}
  %b = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32, #fovea_tile.panels<columns = 64>>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @splat(%x: memref<8x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %a = arith.constant dense<0.0> : tensor<8x16xf32>
  fovea_tile.store %a, %x[%t, %c0] : tensor<8x16xf32>, memref<8x16xf32>
  fovea_tile.return
}
func.func @tensors(%n: index, %x: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{is on tensors, expected memrefs; run one-shot-bufferize first}}
  %r = fovea_tile.launch @splat grid(%n) ins() outs(%x) : () -> (tensor<8x16xf32>)
  return %r : tensor<8x16xf32>
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @splat(%x: memref<8x16xf32, strided<[?, 1], offset: ?>>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %a = arith.constant dense<0.0> : tensor<8x16xf32>
  fovea_tile.store %a, %x[%t, %c0] : tensor<8x16xf32>, memref<8x16xf32, strided<[?, 1], offset: ?>>
  fovea_tile.return
}
func.func @strides(%n: index, %x: memref<8x16xf32, strided<[?, ?]>>) {
  // expected-error @below {{cannot pass 'memref<8x16xf32, strided<[?, ?]>>' for 'memref<8x16xf32, strided<[?, 1], offset: ?>>'; operands must be memrefs that have the parameter's strides, with unit stride in the last dimension}}
  fovea_tile.launch @splat grid(%n) ins() outs(%x) : () -> (memref<8x16xf32, strided<[?, ?]>>)
  return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
func.func @beside() {
  return
}
module {
  fovea_tile.kernel @splat(%x: memref<8x16xf32>) grid(%t) config(#config) {
    %c0 = arith.constant 0 : index
    %a = arith.constant dense<0.0> : tensor<8x16xf32>
    fovea_tile.store %a, %x[%t, %c0] : tensor<8x16xf32>, memref<8x16xf32>
    fovea_tile.return
  }
  func.func @nested(%n: index, %x: memref<8x16xf32>) {
    // expected-error @below {{launches a kernel of another module, expected one beside the function}}
    fovea_tile.launch @splat grid(%n) ins() outs(%x) : () -> (memref<8x16xf32>)
    return
  }
}
