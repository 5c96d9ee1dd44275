// Each stage, from the source to machine code.

// RUN: fovea-compile %s --target=cpu --cpu=avx2 --emit=fovea -o - | FileCheck %s --check-prefix=FOVEA
// RUN: fovea-compile %s --target=cpu --cpu=avx2 --emit=tile -o - | FileCheck %s --check-prefix=TILE
// RUN: fovea-compile %s --target=cpu --cpu=avx2 --emit=target -o - | FileCheck %s --check-prefix=TARGET
// RUN: fovea-compile %s --target=cpu --cpu=avx2 --emit=llvm -o - | FileCheck %s --check-prefix=LLVM
// RUN: fovea-compile %s --target=cpu --cpu=avx2 --emit=asm -o - | FileCheck %s --check-prefix=ASM
// RUN: fovea-compile %s --target=cpu --cpu=avx2 --emit=obj -o %t.o
// RUN: llvm-nm --defined-only --format=just-symbols %t.o | FileCheck %s --check-prefix=OBJECT

// What one stage prints, the next tools can read.
// RUN: fovea-compile %s --cpu=avx2 --emit=fovea | fovea-compile - --cpu=avx2 --emit=tile | FileCheck %s --check-prefix=TILE
// RUN: fovea-compile %s --cpu=avx2 --emit=tile | fovea-opt --fovea-tile-to-cpu-pipeline=cpu=avx2 | FileCheck %s --check-prefix=TARGET
// RUN: fovea-compile %s --cpu=avx2 --emit=target | fovea-opt --fovea-cpu-to-llvm-pipeline=cpu=avx2 | FileCheck %s --check-prefix=DIALECT

// Bytecode is a source too.
// RUN: fovea-opt %s --emit-bytecode -o %t.bc && fovea-compile %t.bc --cpu=avx2 --emit=tile | FileCheck %s --check-prefix=TILE

// FOVEA: func.func @attention
// FOVEA: fovea.attention({{.*}}) mask(#fovea.causal) config(#fovea_tile.config<{{.*}}>)

// TILE: fovea_tile.kernel @{{.*}}attention
// TILE: fovea_tile.dot
// TILE: func.func @attention
// TILE: fovea_tile.launch

// TARGET-NOT: fovea_tile.kernel
// TARGET: vector.fma
// TARGET: scf.parallel

// LLVM: define void @_mlir_ciface_attention(
// LLVM: llvm.fma.v8f32
// LLVM: __kmpc_fork_call

// DIALECT: omp.parallel
// DIALECT: llvm.func @_mlir_ciface_attention

// ASM: vfmadd{{[0-9]+}}ps {{.*}}%ymm
// ASM: .globl attention

// The entry points of an artifact; all else is internal.
// OBJECT-DAG: __tvm_ffi_attention
// OBJECT-DAG: fovea_entry_attention
// OBJECT-DAG: fovea_manifest
// OBJECT-NOT: fovea_runtime_call

!t = tensor<1x2x64x32xf32>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal) : (!t, !t, !t) -> !t
  return %o : !t
}
