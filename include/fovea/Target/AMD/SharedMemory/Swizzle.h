//===- Swizzle.h - chunks of a tile exchanged within rows -----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_SHAREDMEMORY_SWIZZLE_H
#define FOVEA_TARGET_AMD_SHAREDMEMORY_SWIZZLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <string>

namespace fovea::amd {

/// A swizzle moves chunks of this size whole.
constexpr unsigned kChunkBytes = 16;

/// Row bits moved to where chunk bits are: `(row >> shift) & mask`, with a
/// negative shift `(row << -shift) & mask`.
struct SwizzleTerm {
  int shift;
  uint32_t mask;
};

/// A row-major tile whose chunk `c` of row `r` lies in place of chunk
/// `c ^ f(r)`, f linear over GF(2). It is its own inverse. Chunks move within
/// aligned groups of the largest power of two that divides a row's chunks: all
/// of a row of 256 bytes, four of a row of 192 or 320.
class Swizzle {
public:
  /// The identity. `rowBytes` is a multiple of 16.
  explicit Swizzle(unsigned rowBytes);
  /// f(row) is the terms' xor. Bits beyond `getChunkBits()` are dropped: see
  /// `exceedsGroups`.
  Swizzle(unsigned rowBytes, llvm::ArrayRef<SwizzleTerm> terms);

  /// Adds bit `rowBit` of the row to bit `chunkBit` of f.
  void flip(unsigned chunkBit, unsigned rowBit) {
    rowMasks[chunkBit] ^= 1u << rowBit;
  }

  unsigned getRowBytes() const { return rowBytes; }
  /// Bits of a chunk's index that can be flipped.
  unsigned getChunkBits() const { return rowMasks.size(); }
  /// The row bits whose parity flips bit i of the chunk's index.
  llvm::ArrayRef<uint32_t> getRowMasks() const { return rowMasks; }

  uint32_t getFlips(uint32_t row) const;
  /// Where the byte at `address`, counted from the tile's start, lies: and
  /// from which byte of the tile the byte there comes. A load to LDS, which
  /// writes linearly, fetches for address a the tile's byte place(a).
  uint32_t place(uint32_t address) const {
    return address ^ getFlips(address / rowBytes) * kChunkBytes;
  }

  /// As few terms as there are distinct shifts: what a lowering emits is one
  /// shift, and one xor for each.
  llvm::SmallVector<SwizzleTerm, 4> getTerms() const;
  /// As in "chunk ^= (row & 7)".
  std::string str() const;

  /// Whether the terms flip bits that rows of this size do not have.
  static bool exceedsGroups(unsigned rowBytes,
                            llvm::ArrayRef<SwizzleTerm> terms);

private:
  unsigned rowBytes;
  llvm::SmallVector<uint32_t, 5> rowMasks;
};

} // namespace fovea::amd

#endif
