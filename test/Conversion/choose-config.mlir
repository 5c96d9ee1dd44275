// RUN: fovea-opt %s -fovea-choose-config=cpu=avx512 | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: fovea-opt %s -fovea-choose-config=cpu=avx2 | FileCheck %s --check-prefixes=CHECK,NARROW
// RUN: not fovea-opt %s -fovea-choose-config=cpu=z80 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown CPU target 'z80', expected one of host, x86-64, avx2, avx512

// CHECK-LABEL: func.func @long
// WIDE: config(#fovea_tile.config<m = 384, n = 256, rows = 8, columns = 32>)
// NARROW: config(#fovea_tile.config<m = 258, n = 256, rows = 6, columns = 16>)
func.func @long(%q: tensor<1x8x2048x64xf32>) -> tensor<1x8x2048x64xf32> {
  %o = fovea.attention(%q, %q, %q) : (tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>) -> tensor<1x8x2048x64xf32>
  return %o : tensor<1x8x2048x64xf32>
}

// A config by hand is kept.
// CHECK-LABEL: func.func @by_hand
// CHECK: config(#fovea_tile.config<m = 16, n = 64, rows = 4, columns = 32>)
func.func @by_hand(%q: tensor<1x8x2048x64xf32>) -> tensor<1x8x2048x64xf32> {
  %o = fovea.attention(%q, %q, %q) config(#fovea_tile.config<m = 16, n = 64, rows = 4, columns = 32>) : (tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>) -> tensor<1x8x2048x64xf32>
  return %o : tensor<1x8x2048x64xf32>
}
