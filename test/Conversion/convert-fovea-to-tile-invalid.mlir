// RUN: fovea-opt %s -convert-fovea-to-tile -split-input-file -verify-diagnostics

func.func @no_config(%q: tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32> {
  // expected-error @+1 {{has no config; run fovea-choose-config}}
  %o = fovea.attention(%q, %q, %q) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}

// -----

func.func @wrong_config(%q: tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32> {
  // expected-error @+1 {{has the config 5 : i64, expected #fovea_tile.config}}
  %o = fovea.attention(%q, %q, %q) config(5) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}

// -----

func.func @dynamic_width(%q: tensor<1x2x128x?xf32>) -> tensor<1x2x128x?xf32> {
  // expected-error @+1 {{needs static head dimensions}}
  %o = fovea.attention(%q, %q, %q) scale(1.0) config(#fovea_tile.config<m = 32, n = 64, rows = 8, columns = 32>) : (tensor<1x2x128x?xf32>, tensor<1x2x128x?xf32>, tensor<1x2x128x?xf32>) -> tensor<1x2x128x?xf32>
  return %o : tensor<1x2x128x?xf32>
}

// -----

func.func @region(%q: tensor<1x2x128x32xf32>, %c: i1) -> tensor<1x2x128x32xf32> {
  %o = fovea.attention(%q, %q, %q) score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
    // expected-error @+1 {{cannot be evaluated on tiles}}
    %t = scf.if %c -> f32 { scf.yield %s : f32 } else { scf.yield %s : f32 }
    fovea.yield %t : f32
  } config(#fovea_tile.config<m = 32, n = 64, rows = 8, columns = 32>) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}

// -----

func.func @dynamic_state(%o: tensor<4x?xf32>, %l: tensor<4xf32>) -> tensor<4x?xf32> {
  // expected-error @+1 {{needs a static last dimension for a tile program, in the outputs' types}}
  %m, %n = fovea.merge_states outputs(%o, %o) lses(%l, %l) config(#fovea_tile.config<m = 32, n = 32, rows = 8, columns = 32>) : (tensor<4x?xf32>, tensor<4xf32>)
  return %m : tensor<4x?xf32>
}

// -----

func.func @dynamic_states(%o: tensor<?x4x16xf32>, %l: tensor<?x4xf32>) -> tensor<4x16xf32> {
  // expected-error @+1 {{needs a static number of at most 128 states for a tile program, in the outputs' type}}
  %m, %n = fovea.merge_states stacked outputs(%o) lses(%l) config(#fovea_tile.config<m = 32, n = 32, rows = 8, columns = 32>) : (tensor<?x4x16xf32>, tensor<?x4xf32>) -> (tensor<4x16xf32>, tensor<4xf32>)
  return %m : tensor<4x16xf32>
}

// -----

func.func @many_states(%o: tensor<129x4x16xf32>, %l: tensor<129x4xf32>) -> tensor<4x16xf32> {
  // expected-error @+1 {{needs a static number of at most 128 states for a tile program, in the outputs' type}}
  %m, %n = fovea.merge_states stacked outputs(%o) lses(%l) config(#fovea_tile.config<m = 32, n = 32, rows = 8, columns = 32>) : (tensor<129x4x16xf32>, tensor<129x4xf32>) -> (tensor<4x16xf32>, tensor<4xf32>)
  return %m : tensor<4x16xf32>
}

// -----

// 128 are not too many.
func.func @most_states(%o: tensor<128x4x16xf32>, %l: tensor<128x4xf32>) -> tensor<4x16xf32> {
  %m, %n = fovea.merge_states stacked outputs(%o) lses(%l) config(#fovea_tile.config<m = 32, n = 32, rows = 8, columns = 32>) : (tensor<128x4x16xf32>, tensor<128x4xf32>) -> (tensor<4x16xf32>, tensor<4xf32>)
  return %m : tensor<4x16xf32>
}

// -----

// Attention in more parts than can be merged.
func.func @many_parts(%q: tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32> {
  // expected-error @+1 {{'fovea.merge_states' op needs a static number of at most 128 states for a tile program, in the outputs' type}}
  %o = fovea.attention(%q, %q, %q) config(#fovea_tile.config<m = 32, n = 64, rows = 8, columns = 32, splits = 129>) : (tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x2x128x32xf32>
  return %o : tensor<1x2x128x32xf32>
}
