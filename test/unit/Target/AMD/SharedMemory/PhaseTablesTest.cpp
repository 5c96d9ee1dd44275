//===- PhaseTablesTest.cpp - phases are whole -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/PhaseTables.h"

#include <gtest/gtest.h>

using namespace fovea::amd;

namespace {

constexpr Chip kChips[] = {Chip::GFX90A, Chip::GFX942, Chip::GFX950};
constexpr unsigned kInstructions =
    static_cast<unsigned>(LDSInstruction::LoadB128) + 1;

// Each lane is in one phase, and a phase asks for no more than the banks give
// in a clock: without conflicts it takes one.
TEST(PhaseTables, CoverTheWave) {
  for (Chip chip : kChips)
    for (unsigned i = 0; i < kInstructions; ++i) {
      auto instruction = static_cast<LDSInstruction>(i);
      for (const PhaseTable &table : getPhaseTables(chip, instruction)) {
        uint64_t seen = 0;
        for (uint64_t phase : table.phases) {
          EXPECT_FALSE(seen & phase) << getMnemonic(instruction).str();
          seen |= phase;
          EXPECT_LE(__builtin_popcountll(phase) * getBytes(instruction),
                    table.banks * kBankBytes)
              << getName(chip).str() << getMnemonic(instruction).str();
        }
        EXPECT_EQ(seen, ~uint64_t(0)) << getMnemonic(instruction).str();
      }
    }
}

TEST(PhaseTables, OnlyNewestHasTransposedReadsAndWideLoads) {
  for (Chip chip : {Chip::GFX90A, Chip::GFX942}) {
    EXPECT_TRUE(getPhaseTables(chip, LDSInstruction::ReadB64TrB16).empty());
    EXPECT_TRUE(getPhaseTables(chip, LDSInstruction::LoadB128).empty());
    EXPECT_FALSE(getPhaseTables(chip, LDSInstruction::LoadB32).empty());
  }
  EXPECT_FALSE(
      getPhaseTables(Chip::GFX950, LDSInstruction::ReadB64TrB16).empty());
}

// The guide's lists (see PhaseTables.cpp), as it prints them.
TEST(PhaseTables, WideReads) {
  auto tables = getPhaseTables(Chip::GFX942, LDSInstruction::ReadB128);
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables[0].banks, 32u);
  EXPECT_EQ(formatLanes(tables[0].phases[0]), "0-3 20-23");
  EXPECT_EQ(formatLanes(tables[0].phases[7]), "44-47 56-59");
  tables = getPhaseTables(Chip::GFX950, LDSInstruction::ReadB128);
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables[0].banks, 64u);
  EXPECT_EQ(formatLanes(tables[0].phases[0]), "0-3 12-15 20-27");
  EXPECT_EQ(formatLanes(tables[0].phases[3]), "36-43 48-51 60-63");
}

TEST(PhaseTables, Names) {
  EXPECT_EQ(lookupChip("gfx942"), Chip::GFX942);
  EXPECT_EQ(lookupChip("gfx1100"), std::nullopt);
  EXPECT_EQ(getName(Chip::GFX950), "gfx950");
  EXPECT_EQ(getMnemonic(LDSInstruction::LoadB128), "buffer_load_dwordx4 lds");
  EXPECT_EQ(getBytes(LDSInstruction::LoadB128), 16u);
  EXPECT_EQ(formatLanes(0), "");
  EXPECT_EQ(formatLanes(1ull << 63 | 5), "0 2 63");
}

} // namespace
