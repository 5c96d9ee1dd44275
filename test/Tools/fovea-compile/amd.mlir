// Each stage for a GPU of AMD, from the source to the code object.

// RUN: rm -rf %t && mkdir %t
// RUN: fovea-compile %s --target=gfx942 --emit=fovea -o - | FileCheck %s --check-prefix=FOVEA
// RUN: fovea-compile %s --target=gfx942 --emit=tile -o - | FileCheck %s --check-prefixes=TILE,PAIRS
// RUN: fovea-compile %s --target=gfx950 --emit=tile -o - | FileCheck %s --check-prefixes=TILE,ALIKE
// RUN: fovea-compile %s --target=gfx90a --emit=target -o - | FileCheck %s --check-prefixes=TARGET,CDNA2
// RUN: fovea-compile %s --target=gfx942 --emit=target -o - | FileCheck %s --check-prefixes=TARGET,CDNA3
// RUN: fovea-compile %s --target=gfx950 --emit=target -o - | FileCheck %s --check-prefixes=TARGET,CDNA4

// Assembly needs no linker.
// RUN: env FOVEA_LLD=/nonexistent fovea-compile %s --target=gfx90a --emit=asm -o - | FileCheck %s --check-prefixes=ASM,ASM90A
// RUN: env FOVEA_LLD=/nonexistent fovea-compile %s --target=gfx942 --emit=asm -o - | FileCheck %s --check-prefixes=ASM,ASM942
// RUN: env FOVEA_LLD=/nonexistent fovea-compile %s --target=gfx950 --emit=asm -o - | FileCheck %s --check-prefixes=ASM,ASM950

// RUN: fovea-compile %s --target=gfx90a --emit=hsaco -o %t/90a.hsaco
// RUN: fovea-compile %s --target=gfx942 --emit=hsaco -o %t/942.hsaco
// RUN: fovea-compile %s --target=gfx950 --emit=hsaco -o %t/950.hsaco
// RUN: llvm-readelf --file-header --dyn-symbols --notes %t/90a.hsaco | FileCheck %s --check-prefix=ELF -DCHIP=gfx90a
// RUN: llvm-readelf --file-header --dyn-symbols --notes %t/942.hsaco | FileCheck %s --check-prefix=ELF -DCHIP=gfx942
// RUN: llvm-readelf --file-header --dyn-symbols --notes %t/950.hsaco | FileCheck %s --check-prefix=ELF -DCHIP=gfx950
// RUN: llvm-objdump -d --mcpu=gfx950 %t/950.hsaco | FileCheck %s --check-prefix=DISASSEMBLY

// What one stage prints, the next tools can read.
// RUN: fovea-compile %s --target=gfx942 --emit=fovea | fovea-compile - --target=gfx942 --emit=tile | FileCheck %s --check-prefixes=TILE,PAIRS
// RUN: fovea-compile %s --target=gfx942 --emit=tile | fovea-opt --fovea-tile-to-device-pipeline | FileCheck %s --check-prefixes=TARGET,CDNA3

// The report judges the machine code without a GPU.
// RUN: fovea-compile %s --target=gfx942 --emit=hsaco -o %t/report.hsaco --report 2>&1 | FileCheck %s --check-prefixes=REPORT,REPORT942
// RUN: fovea-compile %s --target=gfx950 --emit=asm -o %t/report.s --report 2>&1 | FileCheck %s --check-prefixes=REPORT,REPORT950

// FOVEA: fovea.attention({{.*}}) mask(#fovea.causal) config(#fovea_tile.config<{{.*}}, schedule = <target = "gfx942"{{.*}}>>)

// No producer: the waves that compute copy too, and queries never see shared memory.
// TILE: fovea_tile.kernel @{{.*}}attention
// TILE-COUNT-2: fovea_tile.channel depth 2
// TILE-NOT: role producer
// TILE: fovea_tile.role consumer warps {{4|8}} registers 0
// TILE: fovea_tile.load {{.*}} -> tensor<{{.*}}, #fovea_tile.fragment<32x16,
// TILE: fovea_tile.put
// TILE: fovea_tile.await_copies
// TILE: fovea_tile.dot {{.*}} transposed {{.*}} -> tensor<{{.*}}, #fovea_tile.fragment<32x32,
// PAIRS: fovea_tile.store {{.*}} : tensor<{{.*}}x64xbf16, #fovea_tile.fragment<32x64,
// ALIKE: fovea_tile.store {{.*}} : tensor<{{.*}}x64xbf16, #fovea_tile.fragment<32x32,

// TARGET: gpu.module @{{.*}}attention attributes {fovea.device_kernel =
// TARGET: rocdl.raw.ptr.buffer.load.lds
// TARGET: rocdl.s.waitcnt
// CDNA2: rocdl.mfma.f32.32x32x8bf16.1k
// CDNA3: rocdl.mfma.f32.32x32x8bf16.1k
// CDNA3-NOT: ds.read.tr
// CDNA4: rocdl.mfma.f32.32x32x16.bf16
// CDNA4: rocdl.ds.read.tr16.b64
// TARGET: func.func @attention
// TARGET: llvm.call @fovea_device_launch

// ASM: .amdgcn_target "amdgcn-amd-amdhsa--gfx
// ASM: attention_attention:
// ASM90A: buffer_load_dword {{.*}} offen lds
// ASM942: buffer_load_dword {{.*}} offen lds
// ASM950: buffer_load_dwordx4 {{.*}} offen lds
// ASM90A: v_mfma_f32_32x32x8{{_?}}bf16_1k
// ASM942: v_mfma_f32_32x32x8_bf16
// ASM950: v_mfma_f32_32x32x16_bf16
// ASM: s_endpgm
// ASM: .amdhsa_kernel attention_attention
// ASM: .amdgpu_metadata

// ELF: Type: DYN
// ELF: Machine: EM_AMDGPU
// ELF: Flags: {{.*}}[[CHIP]]
// ELF: FUNC GLOBAL PROTECTED {{.*}} attention_attention{{$}}
// ELF: OBJECT GLOBAL DEFAULT {{.*}} attention_attention.kd
// ELF: NT_AMDGPU_METADATA
// ELF: .max_flat_workgroup_size: {{256|512}}
// ELF: .name: attention_attention
// ELF: .symbol: attention_attention.kd
// ELF: .vgpr_spill_count: 0
// ELF: amdhsa.target: {{'?}}amdgcn-amd-amdhsa--[[CHIP]]

// DISASSEMBLY: <attention_attention>:
// DISASSEMBLY: buffer_load_dwordx4
// DISASSEMBLY: v_mfma_f32_32x32x16_bf16

// REPORT-LABEL: fovea.attention in @attention
// REPORT-NEXT: config: #fovea_tile.config<
// REPORT-NEXT: why: {{[48]}} x 32 rows of queries against {{[0-9]+}} keys a step
// REPORT-NEXT: work: 1.684e+07 FLOP
// REPORT-NEXT: least memory traffic: 2.621e+05 bytes
// REPORT-NEXT: kernel attention_attention: {{[1-9][0-9]*}} bytes of shared memory a workgroup, {{[1-9][0-9]*}} registers a thread at launch, 0 bytes spilled
// REPORT-NEXT: values of 64x64: {{.*}}no bank conflicts
// REPORT-NEXT: keys of 64x64: {{.*}}no bank conflicts
// REPORT-NEXT: registers: {{[1-9][0-9]*}} VGPRs, {{[0-9]+}} AGPRs, {{[1-9][0-9]*}} SGPRs, 0 + 0 spilled, 0 bytes of scratch
// REPORT: steady loop: {{[12]}} tile{{s?}}, lines {{[0-9]+}} to {{[0-9]+}}, {{[0-9]+}} instructions: {{[0-9]+}} mfma, {{[0-9]+}} transcendental
// A tile of 64 keys: 16 products of each kind by 32x32x8, 8 by 32x32x16.
// REPORT942-SAME: {{[0-9]+}} loads to lds
// REPORT950-SAME: {{[0-9]+}} loads to lds
// REPORT: waits: {{[0-9]+}} counted vmcnt, {{[0-9]+}} vmcnt(0), {{[0-9]+}} lgkmcnt
// REPORT: model: {{[1-9][0-9]*}} clocks/tile, MFMA {{[0-9.]+}}% ({{[0-9.]+}}% if exponentials keep off mfma); floors: mfma {{[1-9][0-9]*}}, valu port
// REPORT942-SAME: 1 workgroup of {{[48]}} waves
// REPORT: stalls of a wave, clocks/tile:

!t = tensor<1x2x256x64xbf16>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal) : (!t, !t, !t) -> !t
  return %o : !t
}
