// No scores in memory: what a call takes beside its tensors does not grow with M x N.

// RUN: fovea-compile %s -o %t.so
// RUN: %python %S/memory.py %t.so | FileCheck %s --check-prefix=KERNEL
// KERNEL: linear

// The measurement does see scores:
// RUN: %python %S/memory.py naive | FileCheck %s --check-prefix=NAIVE
// NAIVE: quadratic

// Nothing is allocated around the kernel, and within it only buffers of fixed sizes.
// RUN: fovea-compile %s --emit=target -o - | FileCheck %s --check-prefix=IR --implicit-check-not='memref.alloc(' --implicit-check-not='memref.alloca() : memref<?'
// IR: memref.alloca() {{.*}}: memref<{{[0-9x]+}}

func.func @attention(%q: tensor<?x?x?x16xf32>, %k: tensor<?x?x?x16xf32>, %v: tensor<?x?x?x16xf32>) -> tensor<?x?x?x16xf32> {
  %o = fovea.attention(%q, %k, %v) : (tensor<?x?x?x16xf32>, tensor<?x?x?x16xf32>, tensor<?x?x?x16xf32>) -> tensor<?x?x?x16xf32>
  return %o : tensor<?x?x?x16xf32>
}
