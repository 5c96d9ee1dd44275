//===- GridRemapTest.cpp - every place once, runs on one chiplet
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/GPU/GridRemap.h"

#include <gtest/gtest.h>

#include <vector>

using namespace fovea;

namespace {

/// By place: the workgroup that takes it, or none.
std::vector<int> placesOf(uint32_t size, uint32_t xcds, uint32_t chunk) {
  std::vector<int> workgroups(size, -1);
  for (uint32_t id = 0; id < size; ++id) {
    uint32_t place = remapWorkgroup(id, size, xcds, chunk);
    if (place < size && workgroups[place] < 0)
      workgroups[place] = id;
  }
  return workgroups;
}

/// Every place is taken, which makes it a bijection. In each block of chunks,
/// places go to XCD 0, then 1, and so on, each XCD's in the order of its
/// workgroups; runs are as long as a chunk in full blocks, else equal but for
/// one.
bool isRight(uint32_t size, uint32_t xcds, uint32_t chunk) {
  std::vector<int> workgroups = placesOf(size, xcds, chunk);
  for (uint32_t place = 0; place < size; ++place) {
    if (workgroups[place] < 0)
      return false;
    uint32_t block = place - place % (xcds * chunk);
    uint32_t rest = std::min(size - block, xcds * chunk);
    uint32_t xcd = workgroups[place] % xcds;
    if (place == block ? xcd != 0 && rest >= xcds
                       : xcd < workgroups[place - 1] % xcds)
      return false;
    if (rest == xcds * chunk && xcd != (place - block) / chunk)
      return false;
    if (place > block && workgroups[place - 1] % xcds == xcd &&
        workgroups[place] != workgroups[place - 1] + static_cast<int>(xcds))
      return false;
  }
  return true;
}

TEST(GridRemap, IsABijectionWithRunsForEverySize) {
  for (uint32_t xcds : {1, 2, 4, 8})
    for (uint32_t size = 1; size <= 4096; ++size)
      for (uint32_t chunk : {1u, 3u, 32u, (size + xcds - 1) / xcds})
        ASSERT_TRUE(isRight(size, xcds, chunk))
            << size << " places, " << xcds << " XCDs, chunks of " << chunk;
}

TEST(GridRemap, OneXCDChangesNothing) {
  for (uint32_t id = 0; id < 100; ++id)
    EXPECT_EQ(remapWorkgroup(id, 100u, 1u, 7u), id);
}

TEST(GridRemap, Examples) {
  // Two XCDs, chunks of 3, 10 places: XCD 0 has workgroups 0, 2, 4, then 6, 8.
  EXPECT_EQ(placesOf(10, 2, 3),
            (std::vector<int>{0, 2, 4, 1, 3, 5, 6, 8, 7, 9}));
  // Fewer places than a block: still a run for each XCD.
  EXPECT_EQ(placesOf(7, 4, 64), (std::vector<int>{0, 4, 1, 5, 2, 6, 3}));
  // Near the end of 32 bits: 511 places in the last block, XCD 6 after six runs
  // of 64 with the last of its 64.
  EXPECT_EQ(remapWorkgroup(4294967294u, 4294967295u, 8u, 64u),
            4294966784u + 6 * 64 + 63);
}

} // namespace
