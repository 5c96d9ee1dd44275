// RUN: fovea-opt %s -fovea-choose-config=cpu=avx512 | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: fovea-opt %s -fovea-choose-config=cpu=avx2 | FileCheck %s --check-prefixes=CHECK,NARROW
// RUN: not fovea-opt %s -fovea-choose-config=cpu=z80 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// RUN: fovea-opt %s -fovea-choose-config=cpu=avx2 -remark-format=emitRemark -remarks-filter=fovea-choose-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

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

// Why, as data:
// REMARK: choose-config.mlir:[[#]]:[[#]]: remark: {{.*}}chosen{{.*}}fovea-choose-config{{.*}}register tile 6 x 16: 12 of 16 vector registers accumulate; 256 packed keys and values take 128 KiB, 258 query and output rows 129 KiB of 512 KiB second-level cache
// REMARK: remark: {{.*}}by-hand{{.*}}register tile 4 x 32: 16 of 16 vector registers accumulate

// Sizes that no machine has are explained too, without overflow.
// REMARK: remark: {{.*}}chosen{{.*}}take 18014398509481983 KiB
func.func @vast(%q: tensor<1x1x8x9223372036854775807xf32>) -> tensor<1x1x8x9223372036854775807xf32> {
  %o = fovea.attention(%q, %q, %q) : (tensor<1x1x8x9223372036854775807xf32>, tensor<1x1x8x9223372036854775807xf32>, tensor<1x1x8x9223372036854775807xf32>) -> tensor<1x1x8x9223372036854775807xf32>
  return %o : tensor<1x1x8x9223372036854775807xf32>
}
