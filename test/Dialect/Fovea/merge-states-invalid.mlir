// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of stacked states and of types that differ; invalid.mlir has those of single states.

func.func @result_types(%o: tensor<4x8xf32>, %lse: tensor<4xf32>) {
  // expected-error @below {{expected the types of one output and one lse}}
  %p = fovea.merge_states outputs(%o) lses(%lse) : (tensor<4x8xf32>, tensor<4xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @c1_two_stacked(%o: tensor<3x4x8xf32>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C1: has 2 stacked outputs, expected one tensor of states}}
  %p, %lsp = fovea.merge_states stacked outputs(%o, %o) lses(%lse, %lse) : (tensor<3x4x8xf32>, tensor<3x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c1_no_stacked(%o: tensor<0x4x8xf32>, %lse: tensor<0x4xf32>) {
  // expected-error @below {{C1: has 0 stacked states, expected at least one}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<0x4x8xf32>, tensor<0x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

// Compatible with the result, but the text has one type for all.
func.func @c2_outputs_differ(%a: tensor<4x8xf32>, %b: tensor<?x8xf32>, %lse: tensor<4xf32>) {
  // expected-error @below {{C2: output 'tensor<?x8xf32>' differs from the first, 'tensor<4x8xf32>'}}
  %p, %lsp = "fovea.merge_states"(%a, %b, %lse, %lse) <{operandSegmentSizes = array<i32: 2, 2>}> : (tensor<4x8xf32>, tensor<?x8xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c3_lses_differ(%o: tensor<4x8xf32>, %a: tensor<4xf32>, %b: tensor<?xf32>) {
  // expected-error @below {{C3: lse 'tensor<?xf32>' differs from the first, 'tensor<4xf32>'}}
  %p, %lsp = "fovea.merge_states"(%o, %o, %a, %b) <{operandSegmentSizes = array<i32: 2, 2>}> : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<?xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

// Neither o's element type nor its accumulator's.
func.func @c2_element_type(%o: tensor<3x4x8xf16>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C2: output 'tensor<3x4x8xf16>' does not fit the result 'tensor<4x8xbf16>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x8xf16>, tensor<3x4xf32>) -> (tensor<4x8xbf16>, tensor<4xf32>)
  return
}

// -----

// A narrower state than the result's.
func.func @c2_narrow_state(%o: tensor<4x8xf32>, %lse: tensor<4xf64>) {
  // expected-error @below {{C2: output 'tensor<4x8xf32>' does not fit the result 'tensor<4x8xf64>'}}
  %p, %lsp = fovea.merge_states outputs(%o) lses(%lse) : (tensor<4x8xf32>, tensor<4xf64>) -> (tensor<4x8xf64>, tensor<4xf64>)
  return
}

// -----

func.func @c2_stacked_shape(%o: tensor<3x4x9xf32>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C2: output 'tensor<3x4x9xf32>' does not fit the result 'tensor<4x8xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x9xf32>, tensor<3x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

// The number of states is no dimension of the result.
func.func @c2_stacked_result(%o: tensor<3x4x8xf32>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C2: output 'tensor<3x4x8xf32>' does not fit the result 'tensor<3x4x8xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x8xf32>, tensor<3x4xf32>)
  return
}

// -----

// And without `stacked` there is no such number.
func.func @c2_not_stacked(%o: tensor<3x4x8xf32>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C2: output 'tensor<3x4x8xf32>' does not fit the result 'tensor<4x8xf32>'}}
  %p, %lsp = fovea.merge_states outputs(%o) lses(%lse) : (tensor<3x4x8xf32>, tensor<3x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c2_result_rank(%o: tensor<3x4xf32>, %lse: tensor<3xf32>) {
  // expected-error @below {{C2: output 'tensor<3x4xf32>' does not fit the result 'tensor<4xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4xf32>, tensor<3xf32>) -> (tensor<4xf32>, tensor<f32>)
  return
}

// -----

func.func @c2_rank_0(%o: tensor<f32>, %lse: tensor<f32>) {
  // expected-error @below {{C2: output 'tensor<f32>' does not fit the result 'tensor<4x8xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<f32>, tensor<f32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c3_stacked_lse(%o: tensor<3x4x8xf32>, %lse: tensor<4xf32>) {
  // expected-error @below {{C3: lse 'tensor<4xf32>' does not fit 'tensor<3x4xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c3_states_of_lse(%o: tensor<3x4x8xf32>, %lse: tensor<2x4xf32>) {
  // expected-error @below {{C3: lse 'tensor<2x4xf32>' does not fit 'tensor<3x4xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x8xf32>, tensor<2x4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @c3_result_lse(%o: tensor<3x4x8xf32>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C3: lse 'tensor<3x4xf32>' does not fit 'tensor<4xf32>'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x8xf32>, tensor<3x4xf32>) -> (tensor<4x8xf32>, tensor<3x4xf32>)
  return
}

// -----

// The states' lse fits, the result's does not.
func.func @c4_result_lse(%o: tensor<3x4x8xf16>, %lse: tensor<3x4xf32>) {
  // expected-error @below {{C4: lse has element type 'f64', expected 'f32'}}
  %p, %lsp = fovea.merge_states stacked outputs(%o) lses(%lse) : (tensor<3x4x8xf16>, tensor<3x4xf32>) -> (tensor<4x8xf16>, tensor<4xf64>)
  return
}
