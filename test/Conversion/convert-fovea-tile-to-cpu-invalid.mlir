// RUN: fovea-opt %s --convert-fovea-tile-to-cpu=vector-bits=256 --split-input-file --verify-diagnostics

// What a kernel on the CPU may not hold, one case for each message. Loops are in
// convert-fovea-tile-to-cpu-loops-invalid.mlir.

#config = #fovea_tile.config<m = 8, n = 12, rows = 2, columns = 12>
// expected-error @below {{has register tiles of 12 columns, expected a multiple of a vector's 8 elements}}
fovea_tile.kernel @columns() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 1024, n = 16, rows = 1024, columns = 16>
// expected-error @below {{has register tiles of 1024 x 16 elements, which are 2048 vectors; expected at most 64}}
fovea_tile.kernel @registers() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
// expected-error @below {{stores no tile, so it has no result}}
fovea_tile.kernel @nothing() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
// expected-error @below {{has a parameter of type 'memref<?x16xf32, strided<[32, 2]>>', expected unit stride in the last dimension}}
fovea_tile.kernel @stride(%x: memref<?x16xf32, strided<[32, 2]>>) grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
// expected-error @below {{needs 16000256 bytes of the stack, expected at most 2097152; choose a config with smaller m or n}}
fovea_tile.kernel @stack(%x: memref<?x500000xf32>, %y: memref<?x500000xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %a = fovea_tile.load %x[%t, %c0] : memref<?x500000xf32> -> tensor<8x500000xf32>
  scf.for %i = %c0 to %t step %t {
    fovea_tile.store %a, %y[%i, %c0] : tensor<8x500000xf32>, memref<?x500000xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @rows(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{has a tile of type 'tensor<4x16xf32>', expected 8 rows, the config's m}}
  %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<4x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @rank(%x: f32) grid(%t) config(#config) {
  // expected-error @below {{has a tile of type 'tensor<8x2x2xf32>', expected rank 1 or 2 without a layout}}
  %a = tensor.splat %x : tensor<8x2x2xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @wide(%x: f32) grid(%t) config(#config) {
  // expected-error @below {{expected less than 2^31 columns}}
  %a = tensor.splat %x : tensor<8x4294967296xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @constants() grid(%t) config(#config) {
  // expected-error @below {{is a tile of different constants, expected a splat}}
  %a = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<8xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @extract(%x: memref<?x16xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %a = fovea_tile.load %x[%t, %c0] : memref<?x16xf32> -> tensor<8x16xf32>
  // expected-error @below {{cannot be lowered within a kernel on the CPU; expected scf.for, fovea_tile ops, element-wise ops, splats, or scalar ops that write no memory}}
  %s = tensor.extract %a[%c0, %c0] : tensor<8x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @branch(%x: memref<?x16xf32>, %p: i1) grid(%t) config(#config) {
  // expected-error @below {{'scf.if' op cannot be lowered within a kernel on the CPU}}
  scf.if %p {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @write(%x: memref<?xf32>, %s: f32) grid(%t) config(#config) {
  // expected-error @below {{'memref.store' op cannot be lowered within a kernel on the CPU}}
  memref.store %s, %x[%t] : memref<?xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @reread(%x: memref<?xf32>, %s: f32) grid(%t) config(#config) {
  // expected-error @below {{reads a view that the kernel stores to, expected fovea_tile.load}}
  %e = memref.load %x[%t] : memref<?xf32>
  %a = tensor.splat %e : tensor<8xf32>
  fovea_tile.store %a, %x[%t] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @bits(%x: memref<?x16xi1>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{moves elements of type 'i1', expected floats or integers of whole bytes}}
  %a = fovea_tile.load %x[%t, %c0] : memref<?x16xi1> -> tensor<8x16xi1>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @too_wide(%x: memref<?x12xf32>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{moves 16 columns of 'memref<?x12xf32>', expected a start at column 0 and no more columns than the view's static ones}}
  %a = fovea_tile.load %x[%t, %c0] : memref<?x12xf32> -> tensor<8x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @inner_column(%x: memref<?x32xf32>, %s: f32) grid(%t) config(#config) {
  %a = tensor.splat %s : tensor<8x16xf32>
  // expected-error @below {{moves 16 columns of 'memref<?x32xf32>', expected a start at column 0}}
  fovea_tile.store %a, %x[%t, %t] : tensor<8x16xf32>, memref<?x32xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @positions(%x: memref<?xf32>, %i: i64) grid(%t) config(#config) {
  %p = tensor.splat %i : tensor<8x16xi64>
  // expected-error @below {{has a result of type 'tensor<8x16xf32>' and positions of type 'tensor<8x16xi64>', expected rank 2 and index positions}}
  %g = fovea_tile.gather %x[] [%p] [true] : memref<?xf32>, tensor<8x16xi64> -> tensor<8x16xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @padded(%x: f32) grid(%t) config(#config) {
  %a = tensor.splat %x : tensor<8x12xf32>
  %i = tensor.splat %x : tensor<8xf32>
  // expected-error @below {{is over 12 columns, expected a multiple of the register tile's 16}}
  %s = fovea_tile.reduce add %a, %i : tensor<8x12xf32> -> tensor<8xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @half(%x: f16) grid(%t) config(#config) {
  %a = tensor.splat %x : tensor<8x16xf16>
  %i = tensor.splat %x : tensor<8xf16>
  // expected-error @below {{accumulates in 'f16', expected f32 or f64}}
  %s = fovea_tile.reduce add %a, %i : tensor<8x16xf16> -> tensor<8xf16>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @mixed(%x: f32, %y: f64) grid(%t) config(#config) {
  %a = tensor.splat %x : tensor<8x16xf32>
  %i = tensor.splat %x : tensor<8xf32>
  %s = fovea_tile.reduce add %a, %i : tensor<8x16xf32> -> tensor<8xf32>
  %b = tensor.splat %y : tensor<8x16xf64>
  %j = tensor.splat %y : tensor<8xf64>
  // expected-error @below {{accumulates in 'f64', expected the other dots' and reductions' type}}
  %r = fovea_tile.reduce add %b, %j : tensor<8x16xf64> -> tensor<8xf64>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @index(%src: memref<?x12xindex>, %dst: memref<?x12xindex>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{moves elements of type 'index', expected floats or integers of whole bytes}}
  %x = fovea_tile.load %src[%t, %c0] : memref<?x12xindex> -> tensor<8x12xindex>
  fovea_tile.store %x, %dst[%t, %c0] : tensor<8x12xindex>, memref<?x12xindex>
  fovea_tile.return
}
