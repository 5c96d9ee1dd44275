// RUN: fovea-opt %s -convert-fovea-tile-to-cpu=vector-bits=256 -split-input-file -verify-diagnostics

// expected-error @+1 {{has register tiles of 12 columns, expected a multiple of a vector's 8 elements}}
fovea_tile.kernel @columns(%d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 12, rows = 2, columns = 12>) {
  fovea_tile.return
}

// -----

// expected-error @+1 {{which are 2048 vectors; expected at most 64}}
fovea_tile.kernel @registers(%d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 1024, n = 16, rows = 1024, columns = 16>) {
  fovea_tile.return
}

// -----

// expected-error @+1 {{stores no tile at its top level}}
fovea_tile.kernel @nothing(%d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  fovea_tile.return
}

// -----

fovea_tile.kernel @unpacked(%a: memref<?x16xf32>, %d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 16, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %x = fovea_tile.load %a[%t, %c0] : memref<?x16xf32> -> tensor<16x16xf32>
  // expected-error @+1 {{needs a packed right-hand side on the CPU; run fovea-tile-pack-operands}}
  %y = fovea_tile.dot %zero, %x, %x : tensor<16x16xf32>, tensor<16x16xf32> -> tensor<16x16xf32>
  fovea_tile.store %y, %d[%t, %c0] : tensor<16x16xf32>, memref<?x16xf32>
  fovea_tile.return
}

// -----

fovea_tile.kernel @rows(%a: memref<?x16xf32>, %d: memref<?x16xf32>) grid(%t) config(#fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected 8 rows, the config's m}}
  %x = fovea_tile.load %a[%t, %c0] : memref<?x16xf32> -> tensor<4x16xf32>
  fovea_tile.store %x, %d[%t, %c0] : tensor<4x16xf32>, memref<?x16xf32>
  fovea_tile.return
}
