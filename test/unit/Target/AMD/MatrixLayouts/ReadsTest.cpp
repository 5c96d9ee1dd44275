//===- ReadsTest.cpp - reads of shared memory give operands -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// That the access patterns for which swizzles are solved are those that fill
// the operands of matrix instructions.
//
//===----------------------------------------------------------------------===//

#include "fovea/Simulator/AMD/Layouts.h"
#include "fovea/Target/AMD/SharedMemory/Accesses.h"

#include <gtest/gtest.h>

using namespace fovea;
using namespace fovea::amd;

namespace {

constexpr int kElementBytes = 2;

/// The element at an address of a tile: its key, and its d.
sim::Place placeAt(uint32_t address, TileShape tile) {
  return {static_cast<int>(address / tile.rowBytes),
          static_cast<int>(address % tile.rowBytes / kElementBytes)};
}

// K by ds_read_b128: 8 elements are a lane's part of A of 32x32x16 or 16x16x32.
TEST(Reads, RowsAreOperandA) {
  TileShape tile{64, 256};
  for (int size : {16, 32}) {
    int depth = 8 * sim::amd::kWaveLanes / size, steps = 128 / depth;
    WaveAccesses reads = getMatrixRowReads(tile, size);
    ASSERT_EQ(static_cast<int>(reads.size()), 64 / size * steps);
    for (int i = 0; i < static_cast<int>(reads.size()); ++i)
      for (int lane = 0; lane < 64; ++lane)
        for (int element = 0; element < 8; ++element) {
          sim::Place a = sim::amd::placeInMfmaA(size, depth, lane, element);
          sim::Place k =
              placeAt(reads[i].addresses[lane] + element * kElementBytes, tile);
          ASSERT_EQ(k.row, i / steps * size + a.row);
          ASSERT_EQ(k.column, i % steps * depth + a.column);
        }
  }
}

// V by two transposed reads: A of 32x32x16 is V transposed, and its depth runs
// over keys as rows of the scores' accumulator lie in a lane, so that these are
// operand B as they are.
TEST(Reads, TransposedReadsAreOperandA) {
  TileShape tile{64, 256};
  int blocks = 256 / 64; // of 32 d
  WaveAccesses reads = getTransposedReads(tile);
  for (int i = 0; i < static_cast<int>(reads.size()); ++i)
    for (int lane = 0; lane < 64; ++lane)
      for (int element = 0; element < 4; ++element) {
        sim::amd::Source source =
            sim::amd::sourceInTransposedRead(lane, element);
        sim::Place v = placeAt(reads[i].addresses[source.lane] +
                                   source.element * kElementBytes,
                               tile);
        int half = i / blocks % 2; // of the operand's 8 elements
        sim::Place a = sim::amd::placeInMfmaA(32, 16, lane, 4 * half + element);
        ASSERT_EQ(v.column, i % blocks * 32 + a.row);
        // Keys are the accumulator's rows: 16 in a lane of each half-wave.
        int score = i / blocks % 4 * 4 + element;
        ASSERT_EQ(v.row, i / (4 * blocks) * 32 +
                             sim::amd::placeInMfmaC(32, lane, score).row);
      }
}

// V row by row: four reads hold 4 keys of each lane's d, which is a lane's part
// of A of 32x32x8 for as many operands as there are d in a lane. Every d is in
// one operand's row, the same for both halves of the wave.
TEST(Reads, RowWiseReadsAreOperandA) {
  for (unsigned rowBytes : {64u, 128u, 192u, 256u, 320u, 384u, 512u}) {
    TileShape tile{64, rowBytes};
    WaveAccesses reads = getRowWiseReads(tile);
    std::vector<ColumnBlock> blocks = getColumnBlocks(rowBytes);
    ASSERT_EQ(reads.size(), 8 * 4 * blocks.size());
    std::vector<int> seen(rowBytes / kElementBytes);
    for (size_t i = 0; i < reads.size(); ++i) {
      int element = i % 4, keys = i / (4 * blocks.size()) * 8;
      ColumnBlock block = blocks[i / 4 % blocks.size()];
      int operands = block.bytesPerLane / kElementBytes;
      for (int lane = 0; lane < 64; ++lane)
        for (int t = 0; t < operands; ++t) {
          sim::Place v =
              placeAt(reads[i].addresses[lane] + t * kElementBytes, tile);
          sim::Place a = sim::amd::placeInMfmaA(32, 8, lane, element);
          ASSERT_EQ(v.row, keys + a.column);
          ASSERT_EQ(v.column, static_cast<int>(block.first) / kElementBytes +
                                  operands * a.row + t);
          seen[v.column] += keys == 0;
        }
    }
    // Of the first 8 keys, each d 8 times.
    EXPECT_EQ(seen, std::vector<int>(rowBytes / kElementBytes, 8));
  }
}

} // namespace
