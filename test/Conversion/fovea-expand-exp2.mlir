// RUN: fovea-opt %s -fovea-expand-exp2 | FileCheck %s

// CHECK-LABEL: func.func @general
// CHECK: arith.cmpf olt
// CHECK: arith.cmpf ogt
// CHECK-COUNT-5: math.fma
// CHECK: arith.shli
// CHECK-NOT: math.exp2
func.func @general(%x: vector<8xf32>) -> vector<8xf32> {
  %y = math.exp2 %x : vector<8xf32>
  return %y : vector<8xf32>
}

// CHECK-LABEL: func.func @nonpositive
// CHECK: arith.cmpf olt
// CHECK-NOT: arith.cmpf ogt
// CHECK-COUNT-11: math.fma
func.func @nonpositive(%x: vector<8xf64>) -> vector<8xf64> {
  %y = math.exp2 %x {fovea_tile.nonpositive} : vector<8xf64>
  return %y : vector<8xf64>
}

// Scalars go to the library.
// CHECK-LABEL: func.func @scalar
// CHECK: math.exp2
func.func @scalar(%x: f32) -> f32 {
  %y = math.exp2 %x : f32
  return %y : f32
}
