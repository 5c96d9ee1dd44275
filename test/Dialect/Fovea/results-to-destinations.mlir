// RUN: fovea-opt %s --fovea-results-to-destinations --allow-unregistered-dialect --split-input-file --verify-diagnostics | FileCheck %s

// Tensor results become trailing arguments, with their attributes; others stay.
// CHECK-LABEL: func @results
// CHECK-SAME: (%[[A:.*]]: tensor<?x4xf32>, %[[B:.*]]: tensor<2xi32>, %[[X:.*]]: f32, %[[D0:.*]]: memref<?x4xf32> {test.note = "first"}, %[[D1:.*]]: memref<2xi32>) -> f32
// CHECK-NEXT: bufferization.materialize_in_destination %[[A]] in restrict writable %[[D0]]
// CHECK-NEXT: bufferization.materialize_in_destination %[[B]] in restrict writable %[[D1]]
// CHECK-NEXT: return %[[X]] : f32
func.func @results(%a: tensor<?x4xf32>, %b: tensor<2xi32>, %x: f32) -> (tensor<?x4xf32> {test.note = "first"}, f32, tensor<2xi32>) {
  return %a, %x, %b : tensor<?x4xf32>, f32, tensor<2xi32>
}

// CHECK-LABEL: func private @inner(%{{.*}}: tensor<4xf32>) -> tensor<4xf32>
// CHECK: return %{{.*}} : tensor<4xf32>
func.func private @inner(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}

// CHECK-LABEL: func @outer
// CHECK-SAME: (%{{.*}}: tensor<4xf32>, %[[D:.*]]: memref<4xf32>)
// CHECK-NEXT: %[[R:.*]] = call @inner
// CHECK-NEXT: materialize_in_destination %[[R]] in restrict writable %[[D]]
func.func @outer(%a: tensor<4xf32>) -> tensor<4xf32> {
  %r = func.call @inner(%a) : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @no_tensor(%{{.*}}: f32) -> f32
func.func @no_tensor(%x: f32) -> f32 {
  return %x : f32
}

// -----

func.func @called(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
func.func @caller(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{uses the public function 'called'; only private functions may be used within the module}}
  %r = func.call @called(%a) : (tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// expected-error @below {{has 3 blocks, expected a public function to have one}}
func.func @blocks(%a: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  return %a : tensor<4xf32>
^bb2:
  return %a : tensor<4xf32>
}

// -----

// expected-error @below {{has a result of type 'tensor<*xf32>', expected a ranked tensor}}
func.func @unranked(%a: tensor<*xf32>) -> tensor<*xf32> {
  return %a : tensor<*xf32>
}

// -----

func.func @no_return(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{ends a public function, expected func.return}}
  "test.exit"() : () -> ()
}

// -----

// expected-error @below {{has a result of type 'tensor<4x!transform.any_op>', whose elements cannot lie in memory}}
func.func @elements(%a: tensor<4x!transform.any_op>) -> tensor<4x!transform.any_op> {
  return %a : tensor<4x!transform.any_op>
}

// -----

// Functions that are private, have no body or return no tensor are none of its business.
// CHECK-LABEL: func private @declared(tensor<4xf32>) -> tensor<4xf32>
func.func private @declared(%a: tensor<4xf32>) -> tensor<4xf32>
// CHECK-LABEL: func private @branches
// CHECK-SAME: -> tensor<4xf32>
func.func private @branches(%a: tensor<4xf32>) -> tensor<4xf32> {
  cf.br ^bb1
^bb1:
  return %a : tensor<4xf32>
}
