//===- Accesses.cpp - what lanes read and write in a tile -----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Accesses.h"

#include "fovea/Target/AMD/SharedMemory/Swizzle.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cassert>

using namespace fovea::amd;

using AddressOf = llvm::function_ref<uint32_t(unsigned lane)>;

static WaveAccess makeAccess(LDSInstruction instruction, AddressOf address,
                             bool isPlaced = false) {
  WaveAccess access{instruction, {}, isPlaced};
  for (unsigned lane = 0; lane < kWaveLanes; ++lane)
    access.addresses[lane] = address(lane);
  return access;
}

WaveAccesses fovea::amd::getMatrixRowReads(TileShape tile, unsigned size) {
  assert((size == 16 || size == 32) && tile.rows % size == 0);
  unsigned chunks = kWaveLanes / size; // of a row, in one read
  assert(tile.rowBytes % (chunks * kChunkBytes) == 0);
  WaveAccesses result;
  for (unsigned block = 0; block < tile.rows; block += size)
    for (unsigned byte = 0; byte < tile.rowBytes; byte += chunks * kChunkBytes)
      result.push_back(makeAccess(LDSInstruction::ReadB128, [&](unsigned lane) {
        return (block + lane % size) * tile.rowBytes + byte +
               lane / size * kChunkBytes;
      }));
  return result;
}

/// Each row of 16 lanes transposes a matrix of 4 keys and 16 d: 4 lanes to a
/// key, 4 d to a lane (CDNA4 ISA, section 11.4). Of the accumulator's rows, a
/// half of the wave holds 4 in turn: rows 8g + 4 * half + e.
WaveAccesses fovea::amd::getTransposedReads(TileShape tile) {
  assert(tile.rows % 16 == 0 && tile.rowBytes % 64 == 0);
  WaveAccesses result;
  for (unsigned keys = 0; keys < tile.rows; keys += 8)
    for (unsigned byte = 0; byte < tile.rowBytes; byte += 64)
      result.push_back(
          makeAccess(LDSInstruction::ReadB64TrB16, [&](unsigned lane) {
            unsigned key = keys + lane / 32 * 4 + lane % 16 / 4;
            return key * tile.rowBytes + byte + lane / 16 % 2 * 32 +
                   lane % 4 * 8;
          }));
  return result;
}

std::vector<ColumnBlock> fovea::amd::getColumnBlocks(unsigned rowBytes) {
  assert(rowBytes % 64 == 0 && "whole operands of 32 rows");
  std::vector<ColumnBlock> blocks;
  for (unsigned first = 0, bytes = 8; first < rowBytes; bytes /= 2)
    for (; first + 32 * bytes <= rowBytes; first += 32 * bytes)
      blocks.push_back({first, bytes});
  return blocks;
}

static LDSInstruction readOf(ColumnBlock block) {
  return block.bytesPerLane == 8   ? LDSInstruction::ReadB64
         : block.bytesPerLane == 4 ? LDSInstruction::Read2B32
                                   : LDSInstruction::ReadU16;
}

static WaveAccesses readRowWise(TileShape tile,
                                llvm::ArrayRef<ColumnBlock> blocks) {
  assert(tile.rows % 8 == 0);
  WaveAccesses result;
  for (unsigned keys = 0; keys < tile.rows; keys += 8)
    for (ColumnBlock block : blocks)
      for (unsigned e = 0; e < 4; ++e)
        result.push_back(makeAccess(readOf(block), [&](unsigned lane) {
          return (keys + lane / 32 * 4 + e) * tile.rowBytes + block.first +
                 lane % 32 * block.bytesPerLane;
        }));
  return result;
}

WaveAccesses fovea::amd::getRowWiseReads(TileShape tile) {
  return readRowWise(tile, getColumnBlocks(tile.rowBytes));
}

WaveAccesses fovea::amd::getRowWiseReads(TileShape tile,
                                         unsigned bytesPerLane) {
  assert(tile.rowBytes % (32 * bytesPerLane) == 0);
  std::vector<ColumnBlock> blocks;
  for (unsigned first = 0; first < tile.rowBytes; first += 32 * bytesPerLane)
    blocks.push_back({first, bytesPerLane});
  return readRowWise(tile, blocks);
}

static WaveAccesses writeLinearly(TileShape tile, LDSInstruction instruction,
                                  bool isPlaced) {
  unsigned bytes = getBytes(instruction), wave = bytes * kWaveLanes;
  assert(tile.rows * tile.rowBytes % wave == 0 && "whole waves fill the tile");
  WaveAccesses result;
  for (unsigned first = 0; first < tile.rows * tile.rowBytes; first += wave)
    result.push_back(makeAccess(
        instruction, [&](unsigned lane) { return first + lane * bytes; },
        isPlaced));
  return result;
}

WaveAccesses fovea::amd::getStagedWrites(TileShape tile,
                                         LDSInstruction instruction) {
  return writeLinearly(tile, instruction, /*isPlaced=*/false);
}

WaveAccesses fovea::amd::getDirectLoads(TileShape tile,
                                        LDSInstruction instruction) {
  return writeLinearly(tile, instruction, /*isPlaced=*/true);
}
