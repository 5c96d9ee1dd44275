//===- Buffers.h - memory behind a buffer resource -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_AMD_BUFFERS_H
#define FOVEA_LIB_SIMULATOR_AMD_BUFFERS_H

#include "../Decoder.h"
#include "../Memory.h"

namespace fovea::sim::amd {

/// One lane's access to a raw buffer (CDNA4 ISA, section 9.1.5): `size`
/// bytes at `base + offset + scalarOffset`. Dwords, or the whole of what is
/// narrower, are each out of range if `offset` and what goes before them in the
/// access is not below `records`, in bytes; the scalar offset does not count
/// (section 9.1.5.1, "Raw
/// Buffer").
struct BufferPlace {
  uint64_t base;
  uint32_t records, offset, scalarOffset;
  unsigned size;
};

/// Loads: what is out of range is 0. `poison` is 0 or 255 for each byte. False:
/// an error was reported, as for bytes beyond the tensor that are in range.
bool readBuffer(Warp &w, const Instruction &i, const BufferPlace &place,
                const Access &access, uint8_t *bytes, uint8_t *poison);
/// Stores: what is out of range is dropped.
bool writeBuffer(Warp &w, const Instruction &i, const BufferPlace &place,
                 const Access &access, const uint8_t *bytes,
                 const uint8_t *poison);

/// The bits of a buffer op's cache policy that change no values.
constexpr int64_t kCacheBits = 0x17;

} // namespace fovea::sim::amd

#endif
