//===- Dwords.h - what a phase of an access asks of banks -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_SHAREDMEMORY_DWORDS_H
#define FOVEA_LIB_TARGET_AMD_SHAREDMEMORY_DWORDS_H

#include "fovea/Target/AMD/SharedMemory/Conflicts.h"

namespace fovea::amd {

/// Calls `visit(lane, dword)` for each dword that the lanes of `phase` ask for,
/// in the order of lanes.
template <typename F>
void forDwords(const WaveAccess &access, const Swizzle &swizzle, uint64_t phase,
               F visit) {
  for (unsigned lane = 0; lane < kWaveLanes; ++lane) {
    if (!(phase >> lane & 1))
      continue;
    uint32_t first = getPlace(access, swizzle, lane);
    uint32_t last = first + getBytes(access.instruction) - 1;
    for (uint32_t dword = first / kBankBytes; dword <= last / kBankBytes;
         ++dword)
      visit(lane, dword);
  }
}

} // namespace fovea::amd

#endif
