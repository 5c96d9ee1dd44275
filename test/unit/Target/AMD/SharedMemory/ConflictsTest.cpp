//===- ConflictsTest.cpp - conflicts counted by hand -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Conflicts.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <gtest/gtest.h>

using namespace fovea::amd;

namespace {

WaveAccess access(LDSInstruction instruction,
                  llvm::function_ref<uint32_t(unsigned)> address) {
  WaveAccess result{instruction, {}};
  for (unsigned lane = 0; lane < kWaveLanes; ++lane)
    result.addresses[lane] = address(lane);
  return result;
}

unsigned count(Chip chip, const WaveAccess &access) {
  return countConflicts(chip, access, Swizzle(64));
}

// Dwords that lie 2, 4 or 32 apart have a half, a quarter or one of the banks;
// odd distances have them all.
TEST(Conflicts, OfStrides) {
  auto strided = [](unsigned dwords) {
    return access(LDSInstruction::ReadB32,
                  [=](unsigned lane) { return lane * dwords * kBankBytes; });
  };
  for (unsigned stride : {1u, 3u, 5u, 31u, 33u})
    EXPECT_EQ(count(Chip::GFX942, strided(stride)), 1u) << stride;
  for (unsigned stride : {2u, 4u, 8u, 16u, 32u})
    EXPECT_EQ(count(Chip::GFX942, strided(stride)), stride);
  EXPECT_EQ(count(Chip::GFX942, strided(64)), 32u);
}

TEST(Conflicts, EqualDwordsComeAtOnce) {
  EXPECT_EQ(count(Chip::GFX942, access(LDSInstruction::ReadB32,
                                       [](unsigned) { return 128; })),
            1u);
  EXPECT_EQ(count(Chip::GFX942, access(LDSInstruction::ReadU16,
                                       [](unsigned lane) { return 2 * lane; })),
            1u);
  // Lanes 0 and 1 meet in bank 0, once.
  EXPECT_EQ(
      count(Chip::GFX942, access(LDSInstruction::ReadB32,
                                 [](unsigned lane) { return lane % 2 * 128; })),
      2u);
}

// Only lanes of a phase collide: lanes 0 and 4 of ds_read_b128 do not, 0 and 20
// do on MI300; 0 and 12 on MI355X.
TEST(Conflicts, NeedOnePhase) {
  auto two = [](unsigned other) {
    return access(LDSInstruction::ReadB128, [=](unsigned lane) {
      return lane == other ? 1024u : 0u; // other lanes read one dword
    });
  };
  EXPECT_EQ(count(Chip::GFX942, two(20)), 2u);
  auto apart = [](unsigned a, unsigned b) {
    return access(LDSInstruction::ReadB128, [=](unsigned lane) {
      return lane == a ? 0u : lane == b ? 1024u : 64u;
    });
  };
  EXPECT_EQ(count(Chip::GFX942, apart(0, 20)), 2u);
  EXPECT_EQ(count(Chip::GFX942, apart(0, 4)), 1u);
  EXPECT_EQ(count(Chip::GFX950, apart(0, 12)), 2u);
  EXPECT_EQ(count(Chip::GFX942, apart(0, 12)), 1u);
  // Nobody says which of the two gfx90a has: both count.
  EXPECT_EQ(count(Chip::GFX90A, apart(0, 20)), 2u);
  EXPECT_EQ(count(Chip::GFX90A, apart(0, 4)), 2u);
  EXPECT_EQ(count(Chip::GFX90A, apart(0, 8)), 1u);
}

// K with d = 128: rows begin in one bank each.
TEST(Conflicts, OfRowsWithoutSwizzle) {
  WaveAccesses reads = getMatrixRowReads({64, 256});
  EXPECT_EQ(countConflicts(Chip::GFX942, reads, Swizzle(256)), 8u);
  EXPECT_EQ(countConflicts(Chip::GFX950, reads, Swizzle(256)), 16u);
  EXPECT_EQ(countConflicts(Chip::GFX950, reads, Swizzle(256, {{0, 7}})), 2u);
  EXPECT_EQ(countConflicts(Chip::GFX950, reads, Swizzle(256, {{0, 15}})), 1u);
}

TEST(Conflicts, NameTheLanes) {
  WaveAccesses reads = getMatrixRowReads({64, 256});
  auto found = findCollision(Chip::GFX942, reads, Swizzle(256, {{0, 3}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->str(256),
            "ds_read_b128 number 0: lanes 0 (row 0 byte 0 at 0) and 20 (row 20 "
            "byte 0 at 5120) both need bank 0 of 32 in the phase of lanes 0-3 "
            "20-23");
  EXPECT_FALSE(findCollision(Chip::GFX942, reads, Swizzle(256, {{0, 7}})));
}

// A swizzle moves no write of a load to LDS.
TEST(Conflicts, LoadsWriteLinearly) {
  for (const WaveAccess &load :
       getDirectLoads({64, 256}, LDSInstruction::LoadB32))
    for (unsigned lane = 0; lane < kWaveLanes; ++lane)
      EXPECT_EQ(getPlace(load, Swizzle(256, {{0, 7}}), lane),
                load.addresses[0] + 4 * lane);
}

} // namespace
