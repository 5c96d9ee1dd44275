//===- JudgementTest.cpp - what users read -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loops.h"

using namespace fovea::amd;

namespace {

/// A kernel with one of everything that is warned of.
Function makeFunction() {
  Function function =
      parseCode("L:\n" + repeat(kLargeProduct, 4) +
                "v_accvgpr_read_b32 v50, a1\ns_waitcnt vmcnt(0)\ns_nop 1\n"
                "scratch_load_dword v51, off, s32\ns_cbranch_scc1 L\n");
  function.name = "attn";
  Resources resources;
  resources.vgprs = 256;
  resources.agprs = 73;
  resources.totalVGPRs = 329;
  resources.sgprs = 100;
  resources.vgprSpills = 2;
  resources.scratchBytes = 12;
  resources.ldsBytes = 40 << 10;
  resources.maxThreads = 256;
  function.resources = resources;
  return function;
}

Judgement makeJudgement(const WaveShape &shape) {
  return take(judge(makeFunction(), *lookupParameters("gfx942"), shape));
}

bool warns(const Judgement &judgement, const std::string &part) {
  for (const std::string &warning : judgement.warnings)
    if (warning.find(part) != std::string::npos)
      return true;
  return false;
}

TEST(Judgement, Warnings) {
  Judgement judgement = makeJudgement(makeShape(4));
  EXPECT_TRUE(warns(judgement, "2 VGPRs are spilled"));
  EXPECT_TRUE(warns(judgement, "12 bytes of scratch"));
  EXPECT_TRUE(warns(judgement, "1 moves between VGPRs and AGPRs"));
  EXPECT_TRUE(warns(judgement, "1 scratch accesses"));
  EXPECT_TRUE(warns(judgement, "1 waits for all of memory"));
  EXPECT_TRUE(warns(judgement, "4 clocks of s_nop"));
  EXPECT_FALSE(warns(judgement, "fit"));
  EXPECT_FALSE(warns(judgement, "compiled for"));
}

// 512 registers hold one wave of 336 (329, in steps of 8); 64 KB of LDS hold
// one workgroup of 40 KB.
TEST(Judgement, WhatDoesNotFit) {
  Judgement two = makeJudgement(makeShape(4, 2));
  EXPECT_TRUE(warns(two, "2 waves of 329 registers do not fit a SIMD: 1"));
  EXPECT_TRUE(warns(two, "81920 bytes of LDS do not fit the 65536 of gfx942"));
  EXPECT_TRUE(warns(makeJudgement(makeShape(8)),
                    "a workgroup of 512 threads, but the kernel was compiled "
                    "for 256"));
}

TEST(Judgement, Text) {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(makeJudgement(makeShape(4)), os);
  for (const char *part :
       {"  registers: 256 VGPRs, 73 AGPRs, 100 SGPRs, 2 + 0 spilled, 12 bytes "
        "of scratch, 40960 bytes of LDS\n",
        "  steady loop: 1 tile, lines 2 to 10, 9 instructions: 4 mfma, ",
        "  waits: 0 counted vmcnt, 1 vmcnt(0), 0 lgkmcnt; 1 accvgpr moves, 4 "
        "clocks of s_nop\n",
        // Four products; the rest hides behind the last one's 32 clocks.
        "  model: 128 clocks/tile, MFMA 100.0% (100.0% if exponentials keep "
        "off "
        "mfma); floors: mfma 128, ",
        "1 workgroup of 4 waves\n", "  warning: "})
    EXPECT_NE(text.find(part), std::string::npos) << part << "in\n" << text;
}

TEST(Judgement, TextOfTwoTiles) {
  WaveShape shape = makeShape(4);
  shape.tilesPerIteration = 2;
  std::string text;
  llvm::raw_string_ostream os(text);
  print(makeJudgement(shape), os, 0);
  EXPECT_NE(text.find("\na tile: 2 mfma, 0.5 accvgpr moves, "),
            std::string::npos)
      << text;
}

TEST(Judgement, KernelWithoutProducts) {
  Function function = parseCode("v_nop\ns_endpgm\n");
  Judgement judgement =
      take(judge(function, *lookupParameters("gfx950"), WaveShape()));
  std::string text;
  llvm::raw_string_ostream os(text);
  print(judgement, os);
  EXPECT_EQ(text, "  steady loop: none with matrix instructions\n");
  EXPECT_EQ(toJSON(judgement).getAsObject()->get("loop"), nullptr);
}

TEST(Judgement, JSON) {
  llvm::json::Value value = toJSON(makeJudgement(makeShape(4)));
  const llvm::json::Object *object = value.getAsObject();
  ASSERT_TRUE(object);
  EXPECT_EQ(object->getString("chip"), "gfx942");
  EXPECT_EQ(object->getObject("resources")->getInteger("agprs"), 73);
  const llvm::json::Object *loop = object->getObject("loop");
  ASSERT_TRUE(loop);
  EXPECT_EQ(loop->getObject("model")->getNumber("clocks_per_tile"), 128.);
  const llvm::json::Object *mix = loop->getObject("mix");
  EXPECT_EQ(mix->getObject("counts")->getInteger("accvgpr_moves"), 1);
}

TEST(Judgement, RefusesUnknownChipsAndKernels) {
  std::string code = "s_endpgm\n";
  expectError(judgeKernel(code, "attn", WaveShape()), "known are gfx90a");
  std::string target = ".amdgcn_target \"amdgcn-amd-amdhsa--gfx";
  expectError(judgeKernel(target + "1100\"\n" + code, "attn", WaveShape()),
              "'gfx1100'");
  expectError(judgeKernel(target + "942\"\n" + code, "attn", WaveShape()),
              "no function 'attn'");
}

} // namespace
