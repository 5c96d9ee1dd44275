// RUN: fovea-opt %s | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --mlir-print-op-generic | fovea-opt | FileCheck %s
// RUN: fovea-opt %s --emit-bytecode | fovea-opt | FileCheck %s

// CHECK-LABEL: func @dynamic(
// CHECK-SAME:    %[[X:.*]]: tensor<?x64xf32>
func.func @dynamic(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  // CHECK: $dialect.$mnemonic %[[X]] : tensor<?x64xf32>
  %y = $dialect.$mnemonic %x : tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
