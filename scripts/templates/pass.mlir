// RUN: fovea-opt %s --$flag | FileCheck %s

// TODO: the smallest input that shows the pass, and one that it must leave alone.

// CHECK-LABEL: func @untouched
func.func @untouched() {
  // CHECK-NEXT: return
  return
}
