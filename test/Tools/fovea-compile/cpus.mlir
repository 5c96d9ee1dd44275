// The code of each CPU class uses its registers and no wider ones.

// RUN: fovea-compile %s --cpu=x86-64 --emit=asm | FileCheck %s --check-prefix=SSE --implicit-check-not=ymm --implicit-check-not=zmm
// RUN: fovea-compile %s --cpu=avx2 --emit=asm | FileCheck %s --check-prefix=AVX2 --implicit-check-not=zmm
// RUN: fovea-compile %s --cpu=avx512 --emit=asm | FileCheck %s --check-prefix=AVX512
// RUN: fovea-compile %s --emit=asm | FileCheck %s --check-prefix=HOST
// RUN: not fovea-compile %s --cpu=z80 --emit=asm 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// SSE: mulps {{.*}}xmm
// AVX2: vfmadd{{[0-9]+}}ps {{.*}}ymm
// AVX512: vfmadd{{[0-9]+}}ps {{.*}}zmm
// HOST: .globl attention
// UNKNOWN: error: unknown CPU 'z80', expected one of host, x86-64, avx2, avx512

!t = tensor<1x2x64x32xf32>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) : (!t, !t, !t) -> !t
  return %o : !t
}
