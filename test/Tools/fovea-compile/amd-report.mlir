// What --report says of AMD kernels: for each channel its swizzle, and the accesses that have no bank conflicts; of the
// steady loop what our model and llvm-mca see.

// RUN: fovea-compile %s --target=gfx942 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=BANKS32
// RUN: fovea-compile %s --target=gfx950 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=BANKS64

// The same as data.
// RUN: fovea-compile %s --target=gfx942 --emit=asm -o %t.s --report=json 2>&1 | %python -m json.tool | FileCheck %s --check-prefix=JSON

// Without llvm-mca, and where it fails, the report says so.
// RUN: env FOVEA_LLVM_MCA=/nonexistent fovea-compile %s --target=gfx942 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: printf "#!/bin/sh\necho no such chip; exit 1\n" > %t.tool && chmod +x %t.tool
// RUN: env FOVEA_LLVM_MCA=%t.tool fovea-compile %s --target=gfx942 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=FAILED
// RUN: env FOVEA_LLVM_MCA=/bin/true fovea-compile %s --target=gfx942 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=SILENT

// BANKS32-LABEL: fovea.attention in @attention
// BANKS32: kernel attention
// BANKS32-DAG: keys of {{[0-9]+}}x128: chunk ^= (row & 7) in rows of 128 bytes: no bank conflicts on gfx942 in {{[0-9]+}} ds_read_b128 (8 phases over 32 banks), {{[0-9]+}} buffer_load_dword lds (2 phases over 32 banks)
// BANKS32-DAG: values of {{[0-9]+}}x128: no swizzle in rows of 128 bytes: no bank conflicts on gfx942 in {{[0-9]+}} ds_read_b64 (4 phases over 32 banks), {{[0-9]+}} buffer_load_dword lds
// BANKS32: model: {{[1-9][0-9]*}} clocks/tile
// BANKS32: llvm-mca: {{[1-9][0-9]*}} cycles of 4 clocks an iteration of one wave alone, MFMA {{[1-9][0-9]}}.{{[0-9]}}%

// JSON: "kernels": [
// JSON: "llvm_mca": {
// JSON-NEXT: "cycles": {{[1-9]}}
// A tile of 64 keys: 64 MFMA of 8 cycles.
// JSON-NEXT: "matrix_cycles": 512
// JSON: "matrix_utilisation": 0.{{[1-9]}}
// JSON: "vgpr_spills": 0
// JSON: "op": "fovea.attention"

// NONE: model: {{[1-9]}}
// NONE: llvm-mca: cannot find llvm-mca-22: install llvm-22 or name it in FOVEA_LLVM_MCA
// FAILED: llvm-mca: failed: no such chip
// SILENT: llvm-mca: failed: its output has no cycles

// BANKS64-LABEL: fovea.attention in @attention
// BANKS64: kernel attention
// BANKS64-DAG: keys of {{[0-9]+}}x128: chunk ^= (row >> 1 & 7) in rows of 128 bytes: no bank conflicts on gfx950 in {{[0-9]+}} ds_read_b128 (4 phases over 64 banks), {{[0-9]+}} buffer_load_dwordx4 lds
// BANKS64-DAG: values of {{[0-9]+}}x128: chunk ^= (row << 1 & 6) ^ (row >> 1 & 2) in rows of 128 bytes: no bank conflicts on gfx950 in {{[0-9]+}} ds_read_b64_tr_b16

func.func @attention(%q: tensor<1x2x256x128xbf16>, %k: tensor<1x1x1024x128xbf16>, %v: tensor<1x1x1024x128xbf16>) -> tensor<1x2x256x128xbf16> {
  %o = fovea.attention(%q, %k, %v)
    : (tensor<1x2x256x128xbf16>, tensor<1x1x1024x128xbf16>, tensor<1x1x1024x128xbf16>) -> tensor<1x2x256x128xbf16>
  return %o : tensor<1x2x256x128xbf16>
}
