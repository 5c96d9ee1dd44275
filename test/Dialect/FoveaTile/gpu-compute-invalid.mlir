// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// Ops that work on a subgroup's own elements.

func.func @fold_c1_rows(%t: tensor<64x32xf32>, %i: tensor<32x8xf32>) {
  // expected-error @below {{C1: cannot fold 'tensor<64x32xf32>' into 'tensor<32x8xf32>'}}
  %r = fovea_tile.fold add %t, %i : tensor<64x32xf32> -> tensor<32x8xf32>
  return
}

// -----

func.func @fold_c1_columns(%t: tensor<64x4xf32>, %i: tensor<64x8xf32>) {
  // expected-error @below {{C1: cannot fold 'tensor<64x4xf32>' into 'tensor<64x8xf32>'}}
  %r = fovea_tile.fold add %t, %i : tensor<64x4xf32> -> tensor<64x8xf32>
  return
}

// -----

func.func @fold_c1_rank(%t: tensor<64x32xf32>, %i: tensor<64xf32>) {
  // expected-error @below {{C1: cannot fold 'tensor<64x32xf32>' into 'tensor<64xf32>'}}
  %r = fovea_tile.fold add %t, %i : tensor<64x32xf32> -> tensor<64xf32>
  return
}

// -----

func.func @fold_c1_elements(%t: tensor<64x32xf16>, %i: tensor<64x8xf32>) {
  // expected-error @below {{C1: cannot fold 'tensor<64x32xf16>' into 'tensor<64x8xf32>'}}
  %r = fovea_tile.fold add %t, %i : tensor<64x32xf16> -> tensor<64x8xf32>
  return
}

// -----

func.func @fold_c1_integers(%t: tensor<64x32xi32>, %i: tensor<64x8xi32>) {
  // expected-error @below {{C1: cannot fold 'tensor<64x32xi32>' into 'tensor<64x8xi32>'}}
  %r = fovea_tile.fold maximum %t, %i : tensor<64x32xi32> -> tensor<64x8xi32>
  return
}

// -----

func.func @any_c1(%t: tensor<64x32xf32>) {
  // expected-error @below {{C1: asks 'tensor<64x32xf32>', expected i1 elements}}
  %r = fovea_tile.any %t : tensor<64x32xf32>
  return
}

// -----

func.func @await_types(%t: tensor<64x32xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<64x32xf32>' are incompatible with return type(s) of operation 'tensor<64x8xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %r = "fovea_tile.await"(%t) <{pending = 0 : i64}> : (tensor<64x32xf32>) -> tensor<64x8xf32>
  return
}

// -----

func.func @await_c1_pending(%t: tensor<64x32xf32>) {
  // expected-error @below {{C1: waits for 1 tiles with -1 dots pending, expected at least 1 tile and 0 dots}}
  %r = fovea_tile.await %t pending -1 : tensor<64x32xf32>
  return
}

// -----

func.func @await_c1_tiles() {
  // expected-error @below {{C1: waits for 0 tiles with 0 dots pending, expected at least 1 tile and 0 dots}}
  "fovea_tile.await"() <{pending = 0 : i64}> : () -> ()
  return
}
