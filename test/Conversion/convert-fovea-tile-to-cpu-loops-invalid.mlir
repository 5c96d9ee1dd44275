// RUN: fovea-opt %s --convert-fovea-tile-to-cpu=vector-bits=256 --split-input-file --verify-diagnostics

// A loop's state lives in one buffer, which the op that computes its next value
// overwrites: states that this does not fit are reported.

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @scalar(%y: memref<?xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{carries a scalar, expected only tiles in a kernel's loops}}
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%s = %e) -> f32 {
    %next = arith.addf %s, %s : f32
    scf.yield %next : f32
  }
  %a = tensor.splat %e : tensor<8xf32>
  fovea_tile.store %a, %y[%t] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @swapped(%y: memref<?xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.splat %e : tensor<8xf32>
  // expected-error @below {{yields a tile that no op of its own body computes, or twice the same; expected the results of different tile ops}}
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%s = %a, %u = %a) -> (tensor<8xf32>, tensor<8xf32>) {
    scf.yield %u, %s : tensor<8xf32>, tensor<8xf32>
  }
  fovea_tile.store %r#0, %y[%t] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @twice(%y: memref<?xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.splat %e : tensor<8xf32>
  // expected-error @below {{yields a tile that no op of its own body computes, or twice the same}}
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%s = %a, %u = %a) -> (tensor<8xf32>, tensor<8xf32>) {
    %v = arith.addf %s, %u : tensor<8xf32>
    scf.yield %v, %v : tensor<8xf32>, tensor<8xf32>
  }
  fovea_tile.store %r#0, %y[%t] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}

// -----

// The next state is there before the old one is read, within one loop over columns.
#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @same_step(%y: memref<?x16xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.splat %e : tensor<8x16xf32>
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%s = %a, %u = %a) -> (tensor<8x16xf32>, tensor<8x16xf32>) {
    %next = arith.mulf %u, %u : tensor<8x16xf32>
    // expected-error @below {{reads a loop's state after its next value is computed, which cannot be lowered on the CPU}}
    %v = arith.addf %s, %u : tensor<8x16xf32>
    scf.yield %next, %v : tensor<8x16xf32>, tensor<8x16xf32>
  }
  fovea_tile.store %r#1, %y[%t, %c0] : tensor<8x16xf32>, memref<?x16xf32>
  fovea_tile.return
}

// -----

// A loop in between.
#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @later_segment(%y: memref<?xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.splat %e : tensor<8xf32>
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%s = %a, %u = %a) -> (tensor<8xf32>, tensor<8xf32>) {
    %next = arith.mulf %s, %s : tensor<8xf32>
    %w = scf.for %j = %c0 to %t step %c1 iter_args(%x = %u) -> tensor<8xf32> {
      %sum = arith.addf %x, %a : tensor<8xf32>
      scf.yield %sum : tensor<8xf32>
    }
    // expected-error @below {{reads a loop's state after its next value is computed}}
    %v = arith.addf %s, %w : tensor<8xf32>
    scf.yield %next, %v : tensor<8xf32>, tensor<8xf32>
  }
  fovea_tile.store %r#1, %y[%t] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}

// -----

// A loop that starts from a state that is overwritten.
#config = #fovea_tile.config<m = 8, n = 16, rows = 2, columns = 16>
fovea_tile.kernel @late_start(%y: memref<?xf32>, %e: f32) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.splat %e : tensor<8xf32>
  %r:2 = scf.for %i = %c0 to %t step %c1 iter_args(%s = %a, %u = %a) -> (tensor<8xf32>, tensor<8xf32>) {
    %next = arith.mulf %s, %s : tensor<8xf32>
    // expected-error @below {{reads a loop's state after its next value is computed}}
    %w = scf.for %j = %c0 to %t step %c1 iter_args(%x = %s) -> tensor<8xf32> {
      %sum = arith.addf %x, %a : tensor<8xf32>
      scf.yield %sum : tensor<8xf32>
    }
    %v = arith.addf %u, %w : tensor<8xf32>
    scf.yield %next, %v : tensor<8xf32>, tensor<8xf32>
  }
  fovea_tile.store %r#1, %y[%t] : tensor<8xf32>, memref<?xf32>
  fovea_tile.return
}
