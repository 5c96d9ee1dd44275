//===- IssueModelTest.cpp - clocks worked out by hand -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each answer counts the clocks of gfx942. Each loop ends in a branch, which
// takes 4. A wave issues every 4th clock.
//===----------------------------------------------------------------------===//

#include "Loops.h"

using namespace fovea::amd;

namespace {

// The products issue at 0, 32, 64, 96: each continues the accumulator of the
// one before without a pause. The branch hides behind the last: 128.
TEST(IssueModel, OnlyProducts) {
  IssueEstimate result = estimate(repeat(kLargeProduct, 4), makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 128);
  EXPECT_EQ(result.matrixUtilisation, 1);
  EXPECT_EQ(result.floors.matrix, 128);
  EXPECT_EQ(result.of(Stall::Dependence), 0);
}

// The same by tiles: an iteration takes two.
TEST(IssueModel, TwoTilesAnIteration) {
  WaveShape shape = makeShape(4);
  shape.tilesPerIteration = 2;
  IssueEstimate result = estimate(repeat(kLargeProduct, 4), shape);
  EXPECT_EQ(result.clocksPerTile, 64);
  EXPECT_EQ(result.matrixUtilisation, 1);
}

// A wave issues 22 instructions, 88 clocks. Two waves send 21 each through the
// port, 168 clocks, and one's branch goes beside the other's vector
// instruction.
TEST(IssueModel, VectorPort) {
  IssueEstimate result = estimate(
      kSmallProduct + repeat("v_add_f32 v10, v11, v12\n", 20), makeShape(8));
  EXPECT_EQ(result.clocksPerTile, 168);
  EXPECT_EQ(result.floors.vectorPort, 168);
  EXPECT_EQ(result.floors.waveIssue, 88);
  EXPECT_EQ(result.floors.matrix, 32);
  EXPECT_DOUBLE_EQ(result.matrixUtilisation, 32. / 168);
}

// Each exponential needs the one before: 16 clocks in the port and 4 more.
// They issue at 0, 20, 40; the product when the port is free, at 56; the branch
// at 60, the next iteration at 64.
TEST(IssueModel, DependentChain) {
  IssueEstimate result =
      estimate(repeat("v_exp_f32 v10, v10\n", 3) + kSmallProduct, makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 64);
  // Behind the first two: 20 - 4 each.
  EXPECT_EQ(result.of(Stall::Dependence), 32);
  // Behind the third: 56 - 44.
  EXPECT_EQ(result.of(Stall::VectorPort), 12);
}

// The product issues at 0 and is done at 16; a vector instruction may read it
// 12 clocks later, at 28; the branch at 32, the next product at 36.
TEST(IssueModel, ProductToVector) {
  IssueEstimate result =
      estimate(kSmallProduct + "v_mul_f32 v0, v0, v9\n", makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 36);
  EXPECT_EQ(result.of(Stall::Dependence), 24);
  EXPECT_DOUBLE_EQ(result.matrixUtilisation, 16. / 36);
}

// A product that reads another's result as an operand waits like a vector
// instruction: issue at 0, ready at 28; its result feeds the next iteration's
// first as an operand, 28 clocks later: 56.
TEST(IssueModel, ProductToOperand) {
  IssueEstimate result =
      estimate("v_mfma_f32_16x16x16_f16 v[0:3], v[4:5], v[20:21], 0\n"
               "v_mfma_f32_16x16x16_f16 v[4:7], v[0:1], v[20:21], 0\n",
               makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 56);
}

// Accumulators in AGPRs are other registers than the VGPRs of their numbers:
// the vector instruction waits for nothing, so the product alone counts.
TEST(IssueModel, AccumulationRegisters) {
  IssueEstimate result =
      estimate("v_mfma_f32_32x32x8_f16 a[0:15], v[32:33], v[34:35], a[0:15]\n"
               "v_mul_f32 v0, v0, v9\n",
               makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 32);
}

// The packed instruction starts when the product is done, at 32; the branch at
// 36, the next product at 40. If the pipes do not share: 32, the product alone.
TEST(IssueModel, PackedBesideProduct) {
  std::string body =
      kLargeProduct + "v_pk_mul_f32 v[40:41], v[42:43], v[44:45]";
  IssueEstimate result = estimate(body, makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 40);
  EXPECT_EQ(result.of(Stall::BesideMatrix), 28);
  ChipParameters chip = *lookupParameters("gfx942");
  chip.packedBesideMatrix = true;
  EXPECT_EQ(estimate(body, makeShape(4), &chip).clocksPerTile, 32);
}

// Beside the product the exponential issues at 4, and the product alone counts.
// Else it issues at 32 and holds the port, for which the next product waits,
// until 48.
TEST(IssueModel, ExponentialBesideProduct) {
  std::string body = kLargeProduct + "v_exp_f32 v40, v41";
  EXPECT_EQ(estimate(body, makeShape(4)).clocksPerTile, 32);
  ChipParameters chip = *lookupParameters("gfx942");
  chip.transcendentalBesideMatrix = false;
  EXPECT_EQ(estimate(body, makeShape(4), &chip).clocksPerTile, 48);
}

// The product at 0; s_nop 7 at 4 means 8 wait states, until 36; the branch at
// 36, the next product at 40.
TEST(IssueModel, Nops) {
  IssueEstimate result = estimate(kSmallProduct + "s_nop 7\n", makeShape(4));
  EXPECT_EQ(result.clocksPerTile, 40);
  EXPECT_EQ(result.of(Stall::Nop), 28);
}

// One wave's clocks are its issues and its stalls, whatever the loop.
TEST(IssueModel, StallsAddUp) {
  IssueEstimate result =
      estimate("ds_read_b128 v[40:43], v30\ns_waitcnt lgkmcnt(0)\n" +
                   kLargeProduct + "v_exp_f32 v0, v0\nv_exp_f32 v1, v0\n" +
                   "s_nop 3\ns_barrier\n" + kSmallProduct,
               makeShape(4));
  double sum = 9 * 4;
  for (unsigned i = 0; i < kNumStalls; ++i)
    sum += result.stalls[i];
  EXPECT_EQ(sum, result.clocksPerTile);
}

// Half the exponential's clocks: 12 * 8 through the port instead of 12 * 16,
// behind the product's 4; and 4 for the branch where nothing else issues.
TEST(IssueModel, FasterExponentials) {
  std::string body = kSmallProduct + repeat("v_exp_f32 v10, v11\n", 12);
  EXPECT_EQ(estimate(body, makeShape(4)).floors.vectorPort, 4 + 12 * 16);
  ChipParameters chip = *lookupParameters("gfx942");
  chip.transcendentalClocks = 8;
  EXPECT_EQ(estimate(body, makeShape(4), &chip).floors.vectorPort, 4 + 12 * 8);
}

TEST(IssueModel, RefusesShapes) {
  auto with = [](const WaveShape &shape) {
    return tryEstimate(kSmallProduct + "s_barrier\n", shape);
  };
  expectError(with(makeShape(0)), "multiple of 4");
  expectError(with(makeShape(6)), "multiple of 4");
  expectError(with(makeShape(4, 0)), "one workgroup or more");
  expectError(with(makeShape(16, 3)), "12 waves on a SIMD");
  expectError(with(makeShape(4, 1, true)), "two waves on a SIMD");
  expectError(tryEstimate(kSmallProduct, makeShape(8, 1, true)),
              "needs barriers");
  WaveShape noTiles = makeShape(4);
  noTiles.tilesPerIteration = 0;
  expectError(with(noTiles), "one tile or more");
  expectError(tryEstimate(kSmallProduct + "s_swappc_b64 s[0:1], s[2:3]\n",
                          makeShape(4)),
              "calls a function");
  expectError(tryEstimate("v_mfma_f32_4x4x4_16b_f16 v[0:3], v[4:5], v[6:7], 0",
                          makeShape(4)),
              "not known on gfx942");
}

// A bound ends what no kernel does: 2^16 - 1 times 64 clocks of sleep, often.
TEST(IssueModel, GivesUp) {
  expectError(
      tryEstimate(kSmallProduct + repeat("s_sleep 65535\n", 100), makeShape(4)),
      "gave up");
}

} // namespace
