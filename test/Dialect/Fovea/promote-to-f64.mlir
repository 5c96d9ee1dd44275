// RUN: fovea-opt %s --fovea-promote-to-f64 --split-input-file | FileCheck %s

!t = tensor<1x8x4x16xbf16>

// Signature, tensors, constants, regions; casts disappear.
// CHECK-LABEL: func @attention
// CHECK-SAME: (%[[Q:.*]]: tensor<1x8x4x16xf64>, %[[SLOPES:.*]]: tensor<8xf64>, %{{.*}}: tensor<4xi32>) -> (tensor<1x8x4x16xf64>, tensor<1x8x4xf64>)
// CHECK: %[[C:.*]] = arith.constant 2.500000e+00 : f64
// CHECK: fovea.attention({{.*}}) score(%[[S:.*]]: f64, %{{.*}}: index, %[[H:.*]]: index, %{{.*}}: index, %{{.*}}: index) {
// CHECK-NEXT: %[[SLOPE:.*]] = tensor.extract %[[SLOPES]][%[[H]]] : tensor<8xf64>
// CHECK-NEXT: %[[X:.*]] = arith.mulf %[[SLOPE]], %[[C]] : f64
// CHECK-NEXT: %[[Y:.*]] = arith.addf %[[S]], %[[X]] : f64
// CHECK-NEXT: fovea.yield %[[Y]] : f64
// CHECK: where(
// What a where region decides stays the same.
// CHECK-NEXT: %[[ENTRY:.*]] = tensor.extract %[[SLOPES]][%{{.*}}] : tensor<8xf64>
// CHECK-NEXT: %[[ENTRY32:.*]] = arith.truncf %[[ENTRY]] : f64 to f32
// CHECK-NEXT: %[[C32:.*]] = arith.truncf %[[C]] : f64 to f32
// CHECK-NEXT: arith.cmpf ogt, %[[ENTRY32]], %[[C32]] : f32
// CHECK: -> (tensor<1x8x4x16xf64>, tensor<1x8x4xf64>)
func.func @attention(%q: !t, %slopes: tensor<8xf32>, %lengths: tensor<4xi32>) -> (!t, tensor<1x8x4xf32>) {
  %c = arith.constant 2.5 : f32
  %o, %lse = fovea.attention(%q, %q, %q)
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %slopes[%h] : tensor<8xf32>
      %x = arith.mulf %slope, %c : f32
      %narrow = arith.truncf %x : f32 to f16
      %wide = arith.extf %narrow : f16 to f32
      %y = arith.addf %s, %wide : f32
      fovea.yield %y : f32
    }
    where(%b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %slopes[%h] : tensor<8xf32>
      %keep = arith.cmpf ogt, %slope, %c : f32
      fovea.yield %keep : i1
    } : (!t, !t, !t) -> (!t, tensor<1x8x4xf32>)
  return %o, %lse : !t, tensor<1x8x4xf32>
}

// -----

// Named and generic linalg ops, dense constants, calls, loops, whole-tensor casts.
// CHECK-LABEL: func private @callee(%arg0: tensor<4xf64>) -> tensor<4xf64>
func.func private @callee(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf64>
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  // CHECK-NEXT: arith.addf %{{.*}}, %{{.*}} : tensor<4xf64>
  %y = arith.addf %x, %c : tensor<4xf32>
  return %y : tensor<4xf32>
}
// CHECK-LABEL: func @ops(%arg0: tensor<4x4xf64>, %arg1: tensor<4xf64>) -> tensor<4xf64>
func.func @ops(%a: tensor<4x4xf16>, %x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[SUM:.*]] = linalg.generic
  // CHECK-NEXT: (%[[E:.*]]: f64, %[[ACC:.*]]: f64)
  // CHECK-NEXT: %[[R:.*]] = arith.addf %[[E]], %[[ACC]] : f64
  // CHECK-NEXT: linalg.yield %[[R]]
  %sum = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                         iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<4x4xf16>) outs(%x : tensor<4xf32>) {
    ^bb0(%e: f16, %acc: f32):
      %wide = arith.extf %e : f16 to f32
      %r = arith.addf %wide, %acc : f32
      linalg.yield %r : f32
    } -> tensor<4xf32>
  // CHECK: %[[CALL:.*]] = call @callee(%[[SUM]]) : (tensor<4xf64>) -> tensor<4xf64>
  %called = func.call @callee(%sum) : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[CALL]]) -> (tensor<4xf64>)
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %loop = scf.for %i = %c0 to %c4 step %c1 iter_args(%it = %called) -> tensor<4xf32> {
    %next = arith.mulf %it, %it : tensor<4xf32>
    scf.yield %next : tensor<4xf32>
  }
  return %loop : tensor<4xf32>
}

// -----

// What depends on widths or is unknown keeps its types; so do functions without a body.
// CHECK-LABEL: func private @outside(f32) -> f32
func.func private @outside(%x: f32) -> f32
// CHECK-LABEL: func @kept(%arg0: f64, %arg1: tensor<4xf64>) -> (f64, tensor<4xf64>)
func.func @kept(%x: f32, %t: tensor<4xf32>) -> (f32, tensor<4xf32>) {
  // CHECK-NEXT: %[[X:.*]] = arith.truncf %arg0 : f64 to f32
  // CHECK-NEXT: %[[BITS:.*]] = arith.bitcast %[[X]] : f32 to i32
  %bits = arith.bitcast %x : f32 to i32
  // CHECK-NEXT: %[[BACK:.*]] = arith.bitcast %[[BITS]] : i32 to f32
  // CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[BACK]] : f32 to f64
  %back = arith.bitcast %bits : i32 to f32
  // CHECK-NEXT: %[[ARG:.*]] = arith.truncf %[[WIDE]] : f64 to f32
  // CHECK-NEXT: %[[RES:.*]] = call @outside(%[[ARG]]) : (f32) -> f32
  // CHECK-NEXT: arith.extf %[[RES]] : f32 to f64
  %y = func.call @outside(%back) : (f32) -> f32
  // CHECK: %[[T:.*]] = arith.truncf %arg1 : tensor<4xf64> to tensor<4xf32>
  // CHECK: vector.transfer_read %[[T]]
  %c0 = arith.constant 0 : index
  %v = vector.transfer_read %t[%c0], %x : tensor<4xf32>, vector<4xf32>
  %w = vector.transfer_write %v, %t[%c0] : vector<4xf32>, tensor<4xf32>
  return %y, %w : f32, tensor<4xf32>
}

// -----

// Unranked tensors keep their types; what is cast to and from them is narrowed before and widened after.
// CHECK-LABEL: func private @print(tensor<*xf32>)
func.func private @print(%t: tensor<*xf32>)
// CHECK-LABEL: func @unranked(%arg0: tensor<4xf64>, %arg1: tensor<*xf32>) -> tensor<?xf64>
func.func @unranked(%t: tensor<4xf32>, %u: tensor<*xf32>) -> tensor<?xf32> {
  // CHECK-NEXT: %[[T:.*]] = arith.truncf %arg0 : tensor<4xf64> to tensor<4xf32>
  // CHECK-NEXT: %[[U:.*]] = tensor.cast %[[T]] : tensor<4xf32> to tensor<*xf32>
  // CHECK-NEXT: call @print(%[[U]]) : (tensor<*xf32>) -> ()
  %lost = tensor.cast %t : tensor<4xf32> to tensor<*xf32>
  func.call @print(%lost) : (tensor<*xf32>) -> ()
  // CHECK-NEXT: %[[R:.*]] = tensor.cast %arg1 : tensor<*xf32> to tensor<?xf32>
  // CHECK-NEXT: %[[W:.*]] = arith.extf %[[R]] : tensor<?xf32> to tensor<?xf64>
  // CHECK-NEXT: return %[[W]] : tensor<?xf64>
  %gained = tensor.cast %u : tensor<*xf32> to tensor<?xf32>
  return %gained : tensor<?xf32>
}
