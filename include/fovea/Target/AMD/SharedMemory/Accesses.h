//===- Accesses.h - what lanes read and write in a tile -------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The accesses to a row-major tile of 16-bit elements that attention makes.
// Each function gives those of the whole tile, instruction by instruction. A
// tile starts at a multiple of 256 bytes.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TARGET_AMD_SHAREDMEMORY_ACCESSES_H
#define FOVEA_TARGET_AMD_SHAREDMEMORY_ACCESSES_H

#include "fovea/Target/AMD/SharedMemory/PhaseTables.h"

#include <array>
#include <vector>

namespace fovea::amd {

/// One instruction of one wave; for `Read2`, one of its two addresses.
struct WaveAccess {
  LDSInstruction instruction;
  /// Of each lane, in bytes from the tile's start, before the swizzle.
  std::array<uint32_t, kWaveLanes> addresses;
  /// The addresses are those after the swizzle: loads to LDS write linearly.
  bool isPlaced = false;
};

using WaveAccesses = std::vector<WaveAccess>;

struct TileShape {
  unsigned rows, rowBytes;
};

/// K (keys x d) as operand A of `v_mfma` of `size` rows (32 or 16) by
/// ds_read_b128: lane l reads row l % size, and of the bytes that one read
/// takes of a row, chunk l / size. One read is two steps of 32x32x8 or
/// 16x16x16, or one of 32x32x16 or 16x16x32; with the former, Q must have its
/// columns in the same order. `rowBytes` is a multiple of 1024 / size.
WaveAccesses getMatrixRowReads(TileShape tile, unsigned size = 32);

/// V (keys x d) as operand A of 32x32x16 by ds_read_b64_tr_b16 (gfx950): V
/// transposed, so that k runs over keys in the order in which a lane holds the
/// rows of a 32x32 accumulator. Rows: a multiple of 16, of 64 bytes each.
WaveAccesses getTransposedReads(TileShape tile);

/// V (keys x d) as operand A of 32x32x8 where nothing transposes (gfx90a,
/// gfx942): lane l reads 4 keys 8c + 4 * (l / 32) + e, of each the same few
/// neighbouring d, which byte permutes then put together. All 32 lanes of a
/// half must hold the same keys, so that they together read from one row: 256
/// bytes by ds_read_b64 (4 d a lane), what remains by 128 bytes with
/// ds_read2_b32 (2 d) and 64 with ds_read_u16 (1 d). See `getColumnBlocks`.
WaveAccesses getRowWiseReads(TileShape tile);
/// The same with `bytesPerLane` (8, 4 or 2) of every row: rows are multiples of
/// 32 times as many bytes.
WaveAccesses getRowWiseReads(TileShape tile, unsigned bytesPerLane);

/// A part of a row that 32 lanes read in the same way. Lane l holds
/// d = (first + l % 32 * bytesPerLane) / 2 and those that follow: operand
/// number t has d = first / 2 + bytesPerLane / 2 * i + t in row i.
struct ColumnBlock {
  unsigned first, bytesPerLane;
};
std::vector<ColumnBlock> getColumnBlocks(unsigned rowBytes);

/// A tile written row by row from registers, by ds_write_b64 or b128: lane l of
/// wave w writes piece 64 * w + l of the tile.
WaveAccesses getStagedWrites(TileShape tile, LDSInstruction instruction);

/// A tile filled by loads to LDS of 4 (LoadB32) or 16 bytes (LoadB128).
WaveAccesses getDirectLoads(TileShape tile, LDSInstruction instruction);

} // namespace fovea::amd

#endif
