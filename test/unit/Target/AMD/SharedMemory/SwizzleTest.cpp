//===- SwizzleTest.cpp - swizzles move chunks within rows -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Swizzle.h"

#include <gtest/gtest.h>

#include <vector>

using namespace fovea::amd;

namespace {

TEST(Swizzle, IsItsOwnInverseWithinRows) {
  for (unsigned rowBytes : {16u, 64u, 96u, 160u, 192u, 256u, 320u, 512u}) {
    Swizzle swizzle(rowBytes, {{0, ~0u}, {-2, ~0u}, {3, ~0u}});
    for (uint32_t address = 0; address < 64 * rowBytes; ++address) {
      uint32_t place = swizzle.place(address);
      EXPECT_EQ(swizzle.place(place), address);
      EXPECT_EQ(place / rowBytes, address / rowBytes);
      EXPECT_EQ(place % kChunkBytes, address % kChunkBytes);
    }
  }
}

TEST(Swizzle, MovesWithinGroups) {
  EXPECT_EQ(Swizzle(64).getChunkBits(), 2u);
  EXPECT_EQ(Swizzle(192).getChunkBits(), 2u);
  EXPECT_EQ(Swizzle(320).getChunkBits(), 2u);
  EXPECT_EQ(Swizzle(384).getChunkBits(), 3u);
  EXPECT_EQ(Swizzle(512).getChunkBits(), 5u);
  EXPECT_FALSE(Swizzle::exceedsGroups(192, {{0, 3}}));
  EXPECT_TRUE(Swizzle::exceedsGroups(192, {{0, 7}}));
  // Chunk 9 of row 3 is the second of the third group.
  EXPECT_EQ(Swizzle(192, {{0, 3}}).place(3 * 192 + 9 * 16 + 5),
            3u * 192 + 10 * 16 + 5);
}

TEST(Swizzle, TermsAreThoseOfTheMasks) {
  Swizzle swizzle(256, {{-2, 12}, {1, 2}});
  for (uint32_t row = 0; row < 64; ++row)
    EXPECT_EQ(swizzle.getFlips(row), (row << 2 & 12) ^ (row >> 1 & 2)) << row;
  std::vector<uint32_t> masks(swizzle.getRowMasks().begin(),
                              swizzle.getRowMasks().end());
  EXPECT_EQ(masks, (std::vector<uint32_t>{0, 4, 1, 2}));
  Swizzle again(256, swizzle.getTerms());
  EXPECT_EQ(again.getRowMasks(), swizzle.getRowMasks());
  // Twice is not at all.
  EXPECT_TRUE(Swizzle(256, {{0, 7}, {0, 7}}).getTerms().empty());
}

TEST(Swizzle, Prints) {
  EXPECT_EQ(Swizzle(256).str(), "no swizzle");
  EXPECT_EQ(Swizzle(256, {{0, 15}}).str(), "chunk ^= (row & 15)");
  EXPECT_EQ(Swizzle(256, {{1, 3}, {-2, 12}}).str(),
            "chunk ^= (row >> 1 & 3) ^ (row << 2 & 12)");
}

} // namespace
