//===- ModelTest.cpp - swizzles of the tiles that kernels have -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Model.h"

#include "fovea/Target/AMD/SharedMemory/Conflicts.h"
#include "fovea/Target/GPU/GPUTarget.h"

#include <gtest/gtest.h>

using namespace fovea;
using namespace fovea::amd;

namespace {

using Masks = std::vector<int64_t>;
constexpr int64_t kWidths[] = {64, 96, 128, 192, 256};

SharedTile keys(int64_t d, int64_t rows = 64) {
  return {rows, d, 2, /*isKeys=*/true, /*isValues=*/false};
}
SharedTile values(int64_t d, int64_t rows = 64) {
  return {rows, d, 2, /*isKeys=*/false, /*isValues=*/true};
}

Masks choose(const char *name, const SharedTile &tile) {
  const GPUTarget *target = lookupGPUTarget(name);
  auto masks = target->sharedMemory->chooseSwizzle(*target, tile);
  EXPECT_TRUE(bool(masks)) << llvm::toString(masks.takeError());
  return masks ? Masks(masks->begin(), masks->end()) : Masks();
}

std::string prove(const char *name, const SharedTile &tile,
                  const Masks &masks) {
  const GPUTarget *target = lookupGPUTarget(name);
  auto proof = target->sharedMemory->proveSwizzle(*target, tile, masks);
  return proof ? *proof : llvm::toString(proof.takeError());
}

unsigned count(const char *name, const SharedTile &tile, const Masks &masks) {
  const GPUTarget *target = lookupGPUTarget(name);
  Swizzle swizzle(target->swizzle);
  for (size_t bit = 0; bit < masks.size(); ++bit)
    for (unsigned row = 0; row < 8; ++row)
      if (masks[bit] >> row & 1)
        swizzle.flip(bit, row);
  return countConflicts(*lookupChip(name),
                        llvm::cantFail(getTileAccesses(*target, tile)),
                        swizzle);
}

// Lines of 128 bytes suffice at every width, where banks repeat after 256 bytes
// too; the masks of bits i of the row for bits i of the chunk do not.
TEST(Model, Keys) {
  for (int64_t d : kWidths) {
    for (const char *chip : {"gfx90a", "gfx942"})
      EXPECT_EQ(choose(chip, keys(d)), (Masks{1, 2, 4})) << d;
    EXPECT_EQ(choose("gfx950", keys(d)), (Masks{2, 4, 8})) << d;
    EXPECT_EQ(count("gfx950", keys(d), {1, 2, 4}), 2u) << d;
    EXPECT_EQ(count("gfx950", keys(d), {2, 4, 8}), 1u) << d;
  }
}

TEST(Model, Values) {
  for (int64_t d : kWidths) {
    // 16 or 32 lanes read one line.
    for (const char *chip : {"gfx90a", "gfx942"})
      EXPECT_EQ(choose(chip, values(d)), (Masks{0, 0, 0})) << d;
    EXPECT_EQ(choose("gfx950", values(d)), (Masks{0, 5, 2})) << d;
    EXPECT_EQ(count("gfx950", values(d), {1, 2, 4}), 2u) << d;
    EXPECT_EQ(count("gfx950", values(d), {0, 5, 2}), 1u) << d;
  }
}

// One tile as keys and as values, as where both are one tensor.
TEST(Model, Both) {
  for (const char *chip : {"gfx90a", "gfx942", "gfx950"})
    for (int64_t d : kWidths) {
      SharedTile tile{64, d, 2, true, true};
      EXPECT_EQ(count(chip, tile, choose(chip, tile)), 1u) << chip << d;
    }
}

// Blocks of columns lie one after the other, so that a lane of block 1 is as
// many lines further as the tile has rows.
TEST(Model, AccessesAreCutIntoLines) {
  WaveAccesses accesses =
      llvm::cantFail(getTileAccesses(*lookupGPUTarget("gfx942"), keys(128)));
  // 2 blocks of rows with 8 reads of 16 columns, and loads of 256 bytes.
  ASSERT_EQ(accesses.size(), 2u * 8 + 64 * 256 / 256);
  EXPECT_EQ(accesses[3].addresses[33], 1 * 128u + 7 * 16);
  EXPECT_EQ(accesses[4].addresses[33], 64 * 128u + 1 * 128 + 16);
  EXPECT_EQ(accesses[8].addresses[0], 32 * 128u);
  EXPECT_TRUE(accesses[16].isPlaced);
  EXPECT_EQ(accesses[17].addresses[1], 256u + 4);
}

TEST(Model, Proofs) {
  EXPECT_EQ(
      prove("gfx950", keys(128), {2, 4, 8}),
      "chunk ^= (row >> 1 & 7) in rows of 128 bytes: no bank conflicts on "
      "gfx950 in 16 ds_read_b128 (4 phases over 64 banks), 16 "
      "buffer_load_dwordx4 lds (4 phases over 64 banks or 8 phases over 32 "
      "banks)");
  EXPECT_EQ(prove("gfx950", keys(64), {1, 2, 4}),
            "chunk ^= (row & 7) has bank conflicts on gfx950: ds_read_b128 "
            "number 0: lanes 0 (row 0 byte 0 at 0) and 24 (row 24 byte 0 at "
            "3072) both need bank 0 of 64 in the phase of lanes 0-3 12-15 "
            "20-27");
  EXPECT_EQ(prove("gfx950", values(64, 16), {16, 5, 2}),
            "has tiles of 16 rows, expected a multiple of the swizzle's period "
            "of 32");
}

TEST(Model, RefusesPartsOfInstructions) {
  EXPECT_EQ(
      prove("gfx942", keys(64, 48), {1, 2, 4}),
      "has tiles of 48x64, expected multiples of 32x16, which are read at "
      "once");
  EXPECT_EQ(
      prove("gfx950", values(72), {0, 5, 2}),
      "has tiles of 64x72, expected multiples of 16x32, which are read at "
      "once");
  EXPECT_EQ(prove("gfx950", {64, 64, 4, true, false}, {2, 4, 8}),
            "has elements of 4 bytes, expected 2");
}

} // namespace
