//===- SteadyLoopTest.cpp - which instructions the loop takes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loops.h"

using namespace fovea::amd;

namespace {

/// A loop with what it points into.
struct Found {
  explicit Found(const std::string &text)
      : function(parseCode(text)), loop(take(findSteadyLoop(function))) {}

  unsigned count(InstructionClass kind) const { return loop->mix.of(kind); }
  std::string assumptions() const {
    std::string all;
    for (const std::string &assumption : loop->assumptions)
      all += assumption + "\n";
    return all;
  }
  bool assumes(const std::string &part) const {
    return assumptions().find(part) != std::string::npos;
  }

  Function function;
  std::optional<SteadyLoop> loop;
};

TEST(SteadyLoop, OneBlock) {
  Found found("s_nop 0\nL:\n" + kLargeProduct + "s_cbranch_scc1 L\ns_endpgm\n");
  ASSERT_TRUE(found.loop);
  EXPECT_EQ(found.loop->instructions.size(), 2u);
  EXPECT_EQ(found.loop->firstLine, 3u);
  EXPECT_EQ(found.loop->lastLine, 4u);
  EXPECT_TRUE(found.loop->assumptions.empty());
}

TEST(SteadyLoop, NoneWithoutProducts) {
  EXPECT_FALSE(Found("L:\nv_nop\ns_cbranch_scc1 L\n").loop);
  EXPECT_FALSE(Found(kLargeProduct + "s_endpgm\n").loop);
}

TEST(SteadyLoop, InnermostWithMostProducts) {
  Found found("OUTER:\n" + repeat(kLargeProduct, 5) + "ONE:\n" + kLargeProduct +
              "s_cbranch_scc1 ONE\nTWO:\n" + repeat(kLargeProduct, 2) +
              "s_cbranch_scc1 TWO\ns_cbranch_scc0 OUTER\n");
  EXPECT_EQ(found.count(InstructionClass::Matrix), 2u);
}

// A boundary's loop has the same products and more besides.
TEST(SteadyLoop, ShorterOfEqualLoops) {
  Found found("MASKED:\n" + kLargeProduct + "v_cndmask_b32 v1, v2, v3, vcc\n" +
              "s_cbranch_scc1 MASKED\nFULL:\n" + kLargeProduct +
              "s_cbranch_scc1 FULL\n");
  EXPECT_EQ(found.loop->firstLine, 6u);
}

// A lazy rescale, as LLVM places it: one within, one behind the loop.
TEST(SteadyLoop, RareBlocksAreSkipped) {
  Found found("L:\n" + kLargeProduct +
              "s_cbranch_vccnz JOIN\n"
              "v_mul_f32 v1, v1, v2\n"
              "v_exp_f32 v3, v4\n"
              "JOIN:\n" +
              kSmallProduct +
              "s_cbranch_vccz L\n"
              "v_mul_f32 v5, v5, v6\n"
              "s_branch L\n"
              "s_endpgm\n");
  EXPECT_EQ(found.loop->instructions.size(), 4u);
  EXPECT_EQ(found.count(InstructionClass::Matrix), 2u);
  EXPECT_TRUE(found.assumes("never run in the steady state: 2 instructions of "
                            "lines 4 to 5 (1 transcendental, 1 vector)"))
      << found.assumptions();
  EXPECT_TRUE(found.assumes("2 instructions of lines 9 to 10"))
      << found.assumptions();
}

// if (t + 1 < n) prefetch: every iteration but the last runs it.
TEST(SteadyLoop, GuardedLoadsAreRun) {
  Found found("L:\n" + kLargeProduct +
              "s_cbranch_scc0 JOIN\n"
              "buffer_load_dword v1, s[0:3], 0 offen lds\n"
              "s_mov_b32 m0, s9\n"
              "JOIN:\n" +
              kSmallProduct + "s_cbranch_scc1 L\n");
  EXPECT_EQ(found.count(InstructionClass::GlobalToLDS), 1u);
  EXPECT_EQ(found.loop->assumptions.size(), 1u);
  EXPECT_TRUE(found.assumes("run in every iteration: the guarded 2 "
                            "instructions of lines 4 to 5 (1 loads to lds, 1 "
                            "scalar)"))
      << found.assumptions();
}

// Two versions of a tile: the one without a mask is the usual one.
TEST(SteadyLoop, ShorterWayOfEqualWork) {
  Found found("L:\ns_cbranch_scc0 FULL\n" + kLargeProduct +
              "v_cndmask_b32 v1, v2, v3, vcc\n"
              "s_branch JOIN\n"
              "FULL:\n" +
              kLargeProduct + "JOIN:\ns_cbranch_scc1 L\ns_endpgm\n");
  EXPECT_EQ(found.loop->instructions.size(), 3u);
  EXPECT_TRUE(found.assumes("lines 3 to 5 (1 mfma")) << found.assumptions();
}

// Rotated: entered in the middle; the way starts at the text's first block.
TEST(SteadyLoop, RotatedLoop) {
  Found found("s_branch MIDDLE\nTOP:\n" + kLargeProduct + "MIDDLE:\n" +
              kSmallProduct + "s_cbranch_scc1 TOP\n");
  ASSERT_EQ(found.loop->instructions.size(), 3u);
  EXPECT_EQ(found.loop->instructions[0]->matrixShape, "32x32x8");
}

// A loop over lanes, such as for a descriptor that is not uniform.
TEST(SteadyLoop, LoopInsideWithoutProducts) {
  Found found("L:\n" + kLargeProduct +
              "INNER:\nv_readfirstlane_b32 s0, v1\ns_cbranch_execnz INNER\n" +
              kSmallProduct + "s_cbranch_scc1 L\n");
  EXPECT_EQ(found.loop->instructions.size(), 5u);
  EXPECT_TRUE(found.assumes("run once: the loop inside"))
      << found.assumptions();
}

TEST(SteadyLoop, EntersInTwoPlaces) {
  Found found("s_cbranch_scc0 B\nA:\n" + kLargeProduct + "B:\n" +
              kSmallProduct + "s_cbranch_scc1 A\n");
  EXPECT_EQ(found.count(InstructionClass::Matrix), 2u);
}

TEST(SteadyLoop, RefusesUnknownLabels) {
  Function function = parseCode(kLargeProduct + "s_branch NOWHERE\n");
  expectError(findSteadyLoop(function), "line 2: no label 'NOWHERE'");
}

TEST(SteadyLoop, WaitsAndBytes) {
  Found found("L:\n" + kLargeProduct +
              "s_waitcnt vmcnt(0)\ns_waitcnt vmcnt(4) lgkmcnt(0)\n"
              "ds_read_b64 v[40:41], v1\nds_write_b32 v1, v2\ns_nop 1\n"
              "s_cbranch_scc1 L\n");
  const InstructionMix &mix = found.loop->mix;
  EXPECT_EQ(mix.fullMemoryWaits, 1u);
  EXPECT_EQ(mix.countedMemoryWaits, 1u);
  EXPECT_EQ(mix.ldsWaits, 1u);
  EXPECT_EQ(mix.ldsReadBytes, 512u);
  EXPECT_EQ(mix.ldsWriteBytes, 256u);
  EXPECT_EQ(mix.nopClocks, 4u);
}

// Deep nests and long chains end too.
TEST(SteadyLoop, OddControlFlowEnds) {
  std::string nest, chain;
  for (int i = 0; i < 100; ++i)
    nest += "N" + std::to_string(i) + ":\nv_nop\n";
  nest += kLargeProduct;
  for (int i = 99; i >= 0; --i)
    nest += "s_cbranch_scc1 N" + std::to_string(i) + "\n";
  Function function = parseCode(nest);
  expectError(findSteadyLoop(function), "too deeply");
  for (int i = 0; i < 5000; ++i)
    chain += "C" + std::to_string(i) + ":\ns_cbranch_scc1 C" +
             std::to_string((i * 7919 + 13) % 5000) + "\n";
  EXPECT_EQ(Found("L:\n" + kLargeProduct + "s_cbranch_scc1 L\n" + chain)
                .count(InstructionClass::Matrix),
            1u);
}

} // namespace
