//===- LDSAndBarrierTest.cpp - what waves share -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loops.h"

using namespace fovea::amd;

namespace {

// A read of 1024 bytes by each of 4 SIMDs holds the LDS for 4096 / 128 = 32
// clocks. Three issue at 0, 4, 8, as 64 clocks of work may be queued; the LDS
// is then busy until 96, so the fourth issues at 32, and further ones each 32
// later, the eighth at 160. The LDS is done at 256; the wait ends 64 later, at
// 320; product 324, branch 328, next read 332.
TEST(LDS, Reads) {
  std::string body;
  for (int first = 40; first < 72; first += 4)
    body += "ds_read_b128 v[" + std::to_string(first) + ":" +
            std::to_string(first + 3) + "], v30\n";
  IssueEstimate result =
      estimate(body + "s_waitcnt lgkmcnt(0)\n" + kSmallProduct, makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 332);
  EXPECT_EQ(result.floors.lds, 256);
  EXPECT_EQ(result.of(Stall::LDSQueue), 20 + 4 * 28);
  EXPECT_EQ(result.of(Stall::LDSWait), 320 - 164);
}

// gfx950 reads 256 bytes in a clock and writes, with loads to LDS, 128.
TEST(LDS, Bandwidths) {
  const ChipParameters *chip = lookupParameters("gfx950");
  auto floor = [&](const char *text) {
    return estimate(kSmallProduct + text, makeShape(8), chip).floors.lds;
  };
  EXPECT_EQ(floor("ds_read_b128 v[40:43], v30"), 2 * 16);
  EXPECT_EQ(floor("ds_write_b128 v30, v[40:43]"), 2 * 32);
  EXPECT_EQ(floor("buffer_load_dwordx4 v1, s[0:3], 0 offen lds"), 2 * 32);
  EXPECT_EQ(floor("global_load_dwordx4 v[40:43], v[50:51], off"), 0);
}

// From a steady iteration's first read at 0: the LDS is done with it at 32 and
// with the second, issued at 20, at 64, when the results of the iteration
// before (ready at 20) are there to be overwritten. The wait, at 24, lets one
// be in flight: it ends at 32 + 64 = 96. Product 100, branch 104; 108. The
// second result comes at 128 = 108 + 20.
TEST(LDS, CountedWait) {
  IssueEstimate result = estimate("ds_read_b128 v[40:43], v30\n"
                                  "ds_read_b128 v[44:47], v30\n"
                                  "s_waitcnt lgkmcnt(1)\n" +
                                      kSmallProduct,
                                  makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 108);
  EXPECT_EQ(result.of(Stall::Dependence), 20 - 4);
  EXPECT_EQ(result.of(Stall::LDSWait), 96 - 24);
}

// Two waves a and b of one workgroup, from a common start 0. Exponentials: a 0,
// b 16. Products: a 32, when the port is free; b 48, when the pipe is. Barrier:
// a 36, b 52, seen at 56; both go on at 60 with the branch, then at 64.
const std::string kBarrierLoop =
    "v_exp_f32 v10, v11\n" + kSmallProduct + "s_barrier\n";

TEST(Barrier, JoinsAWorkgroup) {
  IssueEstimate result = estimate(kBarrierLoop, makeShape(8));
  EXPECT_EQ(result.clocksPerTile, 64);
  EXPECT_EQ(result.matrixUtilisation, 0.5);
  // a waits from 40 to 60, b from 56 to 60.
  EXPECT_EQ(result.of(Stall::Barrier), (20 + 4) / 2);
}

// Waves of two workgroups do not wait for one another: nothing below the port's
// 2 * (16 + 4), but less than with a common barrier.
TEST(Barrier, LeavesOtherWorkgroupsAlone) {
  IssueEstimate result = estimate(kBarrierLoop, makeShape(4, 2));
  EXPECT_GE(result.clocksPerTile, 40);
  EXPECT_LT(result.clocksPerTile, 64);
  EXPECT_EQ(result.of(Stall::Barrier), 4);
}

// Phases of 8 products, 256 clocks, and 12 exponentials, 192. Waves that run
// them at the same time take the sum for both, 512 + 384; the last product's
// clocks, 2 * 28, may hide under the exponentials. One barrier apart, the
// exponentials hide, but each product may find one in the port and wait for up
// to 12 clocks.
TEST(Barrier, StaggeredWavesAlternate) {
  std::string body = repeat(kLargeProduct, 8) + "s_barrier\n" +
                     repeat("v_exp_f32 v40, v41\n", 12) + "s_barrier\n";
  IssueEstimate together = estimate(body, makeShape(8));
  EXPECT_GE(together.clocksPerTile, 512 + 384 - 2 * 28);
  IssueEstimate apart = estimate(body, makeShape(8, 1, true));
  EXPECT_GE(apart.clocksPerTile, 512);
  EXPECT_LE(apart.clocksPerTile, 2 * (256 + 8 * 12));
}

} // namespace
