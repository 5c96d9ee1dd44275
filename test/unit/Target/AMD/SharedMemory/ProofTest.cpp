//===- ProofTest.cpp - proofs that a human can read -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Solver.h"

#include <gtest/gtest.h>

using namespace fovea::amd;

namespace {

SwizzleProof solve(Chip chip, unsigned rowBytes, WaveAccesses accesses) {
  return llvm::cantFail(solveSwizzle(chip, rowBytes, std::move(accesses)));
}

std::string summary(const SwizzleProof &proof) {
  std::string text;
  llvm::raw_string_ostream os(text);
  proof.printSummary(os);
  return text;
}

std::string full(const SwizzleProof &proof) {
  std::string text;
  llvm::raw_string_ostream os(text);
  proof.print(os);
  return text;
}

TEST(Proof, SummaryIsALine) {
  EXPECT_EQ(summary(solve(Chip::GFX942, 256, getMatrixRowReads({64, 256}))),
            "chunk ^= (row & 7) in rows of 256 bytes: no bank conflicts on "
            "gfx942 in 16 ds_read_b128 (8 phases over 32 banks)\n");
}

TEST(Proof, HasTheBanksOfEachLane) {
  EXPECT_EQ(
      full(solve(Chip::GFX950, 256, getMatrixRowReads({64, 256}))),
      "chunk ^= (row & 15) in rows of 256 bytes: no bank conflicts on gfx950 "
      "in 16 ds_read_b128 (4 phases over 64 banks)\n"
      "ds_read_b128 with lane 0 at row 0 byte 0, and 15 with these banks xor a "
      "number\n"
      "  phases of 4 + 4 + 8 lanes, 64 banks\n"
      "    lanes 0-3 12-15 20-27: 0-15 48-63 16-47\n"
      "    lanes 4-11 16-19 28-31: 16-47 0-15 48-63\n"
      "    lanes 32-35 44-47 52-59: 4-7 0-3 12-15 8-11 52-55 48-51 60-63 56-59 "
      "20-23 16-19 28-31 24-27 36-39 32-35 44-47 40-43\n"
      "    lanes 36-43 48-51 60-63: 20-23 16-19 28-31 24-27 36-39 32-35 44-47 "
      "40-43 4-7 0-3 12-15 8-11 52-55 48-51 60-63 56-59\n");
}

// Lanes 2i and 2i + 1 share a dword, which is shown once.
TEST(Proof, ShowsSharedDwordsOnce) {
  EXPECT_EQ(full(solve(Chip::GFX942, 64, getRowWiseReads({8, 64}))),
            "no swizzle in rows of 64 bytes: no bank conflicts on gfx942 in 4 "
            "ds_read_u16 (2 phases over 32 banks)\n"
            "ds_read_u16 with lane 0 at row 0 byte 0, and 3 with these banks "
            "xor a number\n"
            "  phases of 32 lanes, 32 banks\n"
            "    lanes 0-31: 0-15\n"
            "    lanes 32-63: 0-15\n");
}

// Unknown phases are shown in each way.
TEST(Proof, ShowsEveryGrouping) {
  std::string text =
      full(solve(Chip::GFX950, 256, getTransposedReads({64, 256})));
  for (const char *phase :
       {"phases of 32 lanes, 64 banks\n    lanes 0-31:",
        "phases of 16 + 16 lanes, 64 banks\n    lanes 0-15 32-47:",
        "phases of 16 lanes, 32 banks\n    lanes 0-15:"})
    EXPECT_NE(text.find(phase), std::string::npos) << text;
}

} // namespace
