// Sizes of dynamic dimensions: small by default, or given, or those of the files.

// DEFINE: %{shape} = %python -c "import sys, numpy; print(numpy.load(sys.argv[1]).shape)"
// RUN: fovea-run %s --check --output out=%t.npy && %{shape} %t.npy | FileCheck %s --check-prefix=DEFAULT
// DEFAULT: (2, 4, 100, 16)
// RUN: fovea-run %s --check --dims q=1x6x33x16 --dims k=1x3x517x16 --output out=%t.npy && %{shape} %t.npy | FileCheck %s --check-prefix=GIVEN
// GIVEN: (1, 6, 33, 16)

// Nothing to do is done: no queries, no keys, no batches.
// RUN: fovea-run %s --check --dims q=1x2x0x16 | FileCheck %s --check-prefix=OK
// RUN: fovea-run %s --check --dims k=1x2x0x16 --dims q=1x2x7x16 | FileCheck %s --check-prefix=OK
// RUN: fovea-run %s --check --dims q=0x2x7x16 | FileCheck %s --check-prefix=OK
// OK: out: max error 0 {{.*}}: ok

// The speed is that of the sizes at hand.
// RUN: fovea-run %s --repeat 1 --json | FileCheck %s --check-prefix=SPEED
// SPEED: "gflops":

// RUN: not fovea-run %s --dims q=1x6x33 2>&1 | FileCheck %s --check-prefix=RANK
// RANK: error: --dims q=1x6x33: expected 4 sizes such as 1x8x100x64 that agree with the type of q
// RUN: not fovea-run %s --dims q=1x6x33x17 2>&1 | FileCheck %s --check-prefix=STATIC
// STATIC: error: --dims q=1x6x33x17: expected 4 sizes
// RUN: not fovea-run %s --dims q=1x6x-3x16 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: --dims q=1x6x-3x16: expected 4 sizes
// RUN: not fovea-run %s --dims k=1x6x3x16 --dims v=1x6x4x16 2>&1 | FileCheck %s --check-prefix=CONFLICT
// CONFLICT: error: dimension 2 of v is 4, but the same size is 3 elsewhere
// RUN: not fovea-run %s --dims out=1x6x3x16 2>&1 | FileCheck %s --check-prefix=OUTPUT
// OUTPUT: error: --dims out=1x6x3x16: expected NAME=VALUE with one of the inputs of 'f': q, k, v
// RUN: not fovea-run %s --check --dims q=1x8x2000000x16 --dims k=1x8x2000000x16 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: error: --check needs {{.*}} GiB for the reference's scores, more than half of this machine's {{.*}} GiB; check smaller sizes

func.func @f(%q: tensor<?x?x?x16xf32>, %k: tensor<?x?x?x16xf32>, %v: tensor<?x?x?x16xf32>) -> tensor<?x?x?x16xf32> {
  %o = fovea.attention(%q, %k, %v) : (tensor<?x?x?x16xf32>, tensor<?x?x?x16xf32>, tensor<?x?x?x16xf32>) -> tensor<?x?x?x16xf32>
  return %o : tensor<?x?x?x16xf32>
}
