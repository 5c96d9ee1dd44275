//===- SolverTest.cpp - swizzles for the tiles of attention -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Solver.h"

#include <gtest/gtest.h>

using namespace fovea::amd;

namespace {

constexpr Chip kChips[] = {Chip::GFX90A, Chip::GFX942, Chip::GFX950};

void append(WaveAccesses &to, const WaveAccesses &from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Reads, and both ways in which the tile may be written.
WaveAccesses withWrites(Chip chip, TileShape tile, WaveAccesses reads) {
  append(reads, getDirectLoads(tile, LDSInstruction::LoadB32));
  if (chip == Chip::GFX950)
    append(reads, getDirectLoads(tile, LDSInstruction::LoadB128));
  append(reads, getStagedWrites(tile, LDSInstruction::WriteB128));
  append(reads, getStagedWrites(tile, LDSInstruction::WriteB64));
  return reads;
}

std::string solve(Chip chip, unsigned rowBytes, WaveAccesses accesses) {
  auto proof = solveSwizzle(chip, rowBytes, std::move(accesses));
  return proof ? proof->swizzle.str() : llvm::toString(proof.takeError());
}

std::string solveK(Chip chip, unsigned rowBytes) {
  TileShape tile{64, rowBytes};
  return solve(chip, rowBytes, withWrites(chip, tile, getMatrixRowReads(tile)));
}

std::string solveV(Chip chip, unsigned rowBytes) {
  TileShape tile{64, rowBytes};
  return solve(chip, rowBytes,
               withWrites(chip, tile,
                          chip == Chip::GFX950 ? getTransposedReads(tile)
                                               : getRowWiseReads(tile)));
}

// Head dimensions 32, 64, 80, 96, 128, 160, 192, 256.
TEST(Solver, K) {
  for (Chip chip : {Chip::GFX90A, Chip::GFX942}) {
    EXPECT_EQ(solveK(chip, 64), "chunk ^= (row >> 1 & 3)");
    EXPECT_EQ(solveK(chip, 128), "chunk ^= (row & 7)");
    EXPECT_EQ(solveK(chip, 160), "chunk ^= (row >> 2 & 1)");
    EXPECT_EQ(solveK(chip, 192), "chunk ^= (row >> 1 & 3)");
    EXPECT_EQ(solveK(chip, 256), "chunk ^= (row & 7)");
    EXPECT_EQ(solveK(chip, 320), "chunk ^= (row >> 1 & 3)");
    EXPECT_EQ(solveK(chip, 384), "chunk ^= (row & 7)");
    EXPECT_EQ(solveK(chip, 512), "chunk ^= (row & 7)");
  }
  EXPECT_EQ(solveK(Chip::GFX950, 64), "chunk ^= (row >> 2 & 3)");
  EXPECT_EQ(solveK(Chip::GFX950, 128), "chunk ^= (row >> 1 & 7)");
  EXPECT_EQ(solveK(Chip::GFX950, 160), "chunk ^= (row >> 3 & 1)");
  EXPECT_EQ(solveK(Chip::GFX950, 192), "chunk ^= (row >> 2 & 3)");
  EXPECT_EQ(solveK(Chip::GFX950, 256), "chunk ^= (row & 15)");
  EXPECT_EQ(solveK(Chip::GFX950, 320), "chunk ^= (row >> 2 & 3)");
  EXPECT_EQ(solveK(Chip::GFX950, 384), "chunk ^= (row >> 1 & 7)");
  EXPECT_EQ(solveK(Chip::GFX950, 512), "chunk ^= (row & 15)");
}

TEST(Solver, V) {
  for (unsigned rowBytes : {64, 128, 192, 256, 320, 384, 512})
    for (Chip chip : {Chip::GFX90A, Chip::GFX942})
      EXPECT_EQ(solveV(chip, rowBytes), "no swizzle") << rowBytes;
  for (unsigned rowBytes : {64, 192, 320})
    EXPECT_EQ(solveV(Chip::GFX950, rowBytes),
              "chunk ^= (row & 2) ^ (row >> 1 & 2)")
        << rowBytes;
  for (unsigned rowBytes : {128, 384})
    EXPECT_EQ(solveV(Chip::GFX950, rowBytes),
              "chunk ^= (row << 1 & 6) ^ (row >> 1 & 2)")
        << rowBytes;
  for (unsigned rowBytes : {256, 512})
    EXPECT_EQ(solveV(Chip::GFX950, rowBytes),
              "chunk ^= (row << 1 & 14) ^ (row << 3 & 8)")
        << rowBytes;
}

// One tile for both reads, as K in a backward pass.
TEST(Solver, BothReadsOfOneTile) {
  WaveAccesses reads = getMatrixRowReads({64, 256});
  append(reads, getTransposedReads({64, 256}));
  auto proof = solveSwizzle(Chip::GFX950, 256, reads);
  ASSERT_TRUE(static_cast<bool>(proof)) << llvm::toString(proof.takeError());
  EXPECT_EQ(countConflicts(Chip::GFX950, reads, proof->swizzle), 1u);
}

TEST(Solver, SmallerMatrices) {
  for (Chip chip : kChips)
    for (unsigned rowBytes : {64u, 128u, 192u, 256u, 512u}) {
      WaveAccesses reads = getMatrixRowReads({32, rowBytes}, /*size=*/16);
      auto proof = solveSwizzle(chip, rowBytes, reads);
      EXPECT_TRUE(static_cast<bool>(proof))
          << llvm::toString(proof.takeError());
    }
}

// By plain counting: no two row bits suffice where the solver takes three.
TEST(Solver, TakesTheFewestBits) {
  WaveAccesses reads = getMatrixRowReads({64, 256});
  for (unsigned i = 0; i < 20; ++i)
    for (unsigned j = i; j < 20; ++j) {
      Swizzle swizzle(256);
      swizzle.flip(i / 5, i % 5);
      swizzle.flip(j / 5, j % 5);
      EXPECT_GT(countConflicts(Chip::GFX942, reads, swizzle), 1u);
    }
}

//===----------------------------------------------------------------------===//
// What has no answer, and swizzles by hand
//===----------------------------------------------------------------------===//

// Lane l reads the first dword of row l: 32 lanes, and 8 chunks for them.
TEST(Solver, SaysWhatCannotBeParted) {
  WaveAccess column{LDSInstruction::ReadB32, {}};
  for (unsigned lane = 0; lane < kWaveLanes; ++lane)
    column.addresses[lane] = lane * 256;
  EXPECT_EQ(
      solve(Chip::GFX942, 256, {column}),
      "no xor of row bits parts all lanes in rows of 256 bytes on gfx942; "
      "without a swizzle, ds_read_b32 number 0: lanes 0 (row 0 byte 0 at "
      "0) and 1 (row 1 byte 0 at 256) both need bank 0 of 32 in the phase "
      "of lanes 0-31");
}

TEST(Solver, RefusesWhatAChipLacks) {
  EXPECT_EQ(solve(Chip::GFX942, 256, getTransposedReads({64, 256})),
            "gfx942 has no ds_read_b64_tr_b16");
  EXPECT_EQ(solve(Chip::GFX942, 24, {}),
            "rows of 24 bytes, expected a multiple of 16, which a swizzle "
            "moves");
}

std::string check(Chip chip, unsigned rowBytes,
                  llvm::ArrayRef<SwizzleTerm> terms, WaveAccesses accesses) {
  auto proof = checkSwizzle(chip, rowBytes, terms, std::move(accesses));
  return proof ? "holds" : llvm::toString(proof.takeError());
}

TEST(Solver, ChecksSwizzlesByHand) {
  WaveAccesses reads = getTransposedReads({64, 256});
  EXPECT_EQ(check(Chip::GFX950, 256, {{-2, 12}, {1, 2}, {0, 2}}, reads),
            "holds");
  // Enough if phases are halves of the wave, which nobody says.
  EXPECT_EQ(
      check(Chip::GFX950, 256, {{-2, 12}}, reads),
      "chunk ^= (row << 2 & 12) has bank conflicts on gfx950: "
      "ds_read_b64_tr_b16 number 0: lanes 0 (row 0 byte 0 at 0) and 32 "
      "(row 4 byte 0 at 1024) both need bank 0 of 64 in the phase of lanes "
      "0-15 32-47");
  EXPECT_EQ(check(Chip::GFX942, 192, {{0, 7}}, getMatrixRowReads({64, 192})),
            "the swizzle flips more bits of a chunk's index than rows of 192 "
            "bytes have: 2");
}

} // namespace
