// What --report says of AMD kernels: for each channel its swizzle, and the accesses that have no bank conflicts.

// RUN: fovea-compile %s --target=gfx942 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=BANKS32
// RUN: fovea-compile %s --target=gfx950 --emit=asm -o %t.s --report 2>&1 | FileCheck %s --check-prefix=BANKS64

// BANKS32-LABEL: fovea.attention in @attention
// BANKS32: kernel attention
// BANKS32-DAG: keys of {{[0-9]+}}x128: chunk ^= (row & 7) in rows of 128 bytes: no bank conflicts on gfx942 in {{[0-9]+}} ds_read_b128 (8 phases over 32 banks), {{[0-9]+}} buffer_load_dword lds (2 phases over 32 banks)
// BANKS32-DAG: values of {{[0-9]+}}x128: no swizzle in rows of 128 bytes: no bank conflicts on gfx942 in {{[0-9]+}} ds_read_b64 (4 phases over 32 banks), {{[0-9]+}} buffer_load_dword lds

// BANKS64-LABEL: fovea.attention in @attention
// BANKS64: kernel attention
// BANKS64-DAG: keys of {{[0-9]+}}x128: chunk ^= (row >> 1 & 7) in rows of 128 bytes: no bank conflicts on gfx950 in {{[0-9]+}} ds_read_b128 (4 phases over 64 banks), {{[0-9]+}} buffer_load_dwordx4 lds
// BANKS64-DAG: values of {{[0-9]+}}x128: chunk ^= (row << 1 & 6) ^ (row >> 1 & 2) in rows of 128 bytes: no bank conflicts on gfx950 in {{[0-9]+}} ds_read_b64_tr_b16

func.func @attention(%q: tensor<1x2x256x128xbf16>, %k: tensor<1x1x1024x128xbf16>, %v: tensor<1x1x1024x128xbf16>) -> tensor<1x2x256x128xbf16> {
  %o = fovea.attention(%q, %k, %v)
    : (tensor<1x2x256x128xbf16>, tensor<1x1x1024x128xbf16>, tensor<1x1x1024x128xbf16>) -> tensor<1x2x256x128xbf16>
  return %o : tensor<1x2x256x128xbf16>
}
