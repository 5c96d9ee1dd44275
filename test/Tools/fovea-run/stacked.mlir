// Stacked states have one dimension more than the result, which sizes that are not known and costs must take out.

// RUN: fovea-run %s --check --repeat 1 --dims os=4x3x33x24 --output out0=%t.npy | FileCheck %s
// RUN: %python -c "import sys, numpy; print(numpy.load(sys.argv[1]).shape)" %t.npy | FileCheck %s --check-prefix=SHAPE
// SHAPE: (3, 33, 24)
// CHECK: out0: {{.*}}: ok
// CHECK-NEXT: out1: {{.*}}: ok
// CHECK-NEXT: time: {{.*}} GFLOP/s
func.func @f(%os: tensor<4x?x?x24xf32>, %ls: tensor<4x?x?xf32>) -> (tensor<?x?x24xbf16>, tensor<?x?xf32>) {
  %o, %lse = fovea.merge_states stacked outputs(%os) lses(%ls) : (tensor<4x?x?x24xf32>, tensor<4x?x?xf32>) -> (tensor<?x?x24xbf16>, tensor<?x?xf32>)
  return %o, %lse : tensor<?x?x24xbf16>, tensor<?x?xf32>
}
