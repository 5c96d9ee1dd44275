//===- Proof.cpp - the banks of each lane, for a human to check -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dwords.h"

#include "fovea/Target/AMD/SharedMemory/Solver.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>
#include <set>

using namespace fovea::amd;

//===----------------------------------------------------------------------===//
// One line
//===----------------------------------------------------------------------===//

static void printTables(Chip chip, LDSInstruction instruction,
                        llvm::raw_ostream &os) {
  std::set<std::string> forms;
  for (const PhaseTable &table : getPhaseTables(chip, instruction))
    forms.insert(llvm::utostr(table.phases.size()) + " phases over " +
                 llvm::utostr(table.banks) + " banks");
  llvm::interleave(forms, os, " or ");
}

void SwizzleProof::printSummary(llvm::raw_ostream &os) const {
  std::map<LDSInstruction, unsigned> counts;
  for (const WaveAccess &access : accesses)
    ++counts[access.instruction];
  os << swizzle.str() << " in rows of " << swizzle.getRowBytes()
     << " bytes: no bank conflicts on " << getName(chip) << " in ";
  llvm::interleave(
      counts, os,
      [&](const auto &count) {
        os << count.second << " " << getMnemonic(count.first) << " (";
        printTables(chip, count.first, os);
        os << ")";
      },
      ", ");
  os << "\n";
}

//===----------------------------------------------------------------------===//
// Lane by lane
//===----------------------------------------------------------------------===//

/// Below this, an address selects a bank on every chip.
static constexpr uint32_t kBankPeriod = 64 * kBankBytes;

/// Instructions whose banks differ by one xor for all lanes are free alike: the
/// xor permutes banks. Its low bits, below what one lane moves, are zero. (Two
/// lanes of a phase with equal banks have equal dwords, or there is no proof.)
static std::array<uint32_t, kWaveLanes> getPattern(const WaveAccess &access,
                                                   const Swizzle &swizzle) {
  std::array<uint32_t, kWaveLanes> pattern;
  for (unsigned lane = 0; lane < kWaveLanes; ++lane)
    pattern[lane] =
        (getPlace(access, swizzle, lane) ^ getPlace(access, swizzle, 0)) %
        kBankPeriod;
  return pattern;
}

/// Banks in the order of lanes, neighbours as "0-15"; dwords that an earlier
/// lane of the phase asks for are left out, as they come with it.
static void printBanks(const WaveAccess &access, const Swizzle &swizzle,
                       uint64_t phase, unsigned banks, llvm::raw_ostream &os) {
  std::set<uint32_t> dwords;
  llvm::SmallVector<std::pair<unsigned, unsigned>> runs;
  forDwords(access, swizzle, phase, [&](unsigned, uint32_t dword) {
    if (!dwords.insert(dword).second)
      return;
    unsigned bank = dword % banks;
    if (!runs.empty() && runs.back().second + 1 == bank)
      runs.back().second = bank;
    else
      runs.push_back({bank, bank});
  });
  for (auto [first, last] : runs) {
    os << " " << first;
    if (last != first)
      os << "-" << last;
  }
}

static void printPhases(Chip chip, const WaveAccess &access,
                        const Swizzle &swizzle, llvm::raw_ostream &os) {
  for (const PhaseTable &table : getPhaseTables(chip, access.instruction)) {
    os << "  phases of " << table.name << ", " << table.banks << " banks\n";
    for (uint64_t phase : table.phases) {
      os << "    lanes " << formatLanes(phase) << ":";
      printBanks(access, swizzle, phase, table.banks, os);
      os << "\n";
    }
  }
}

void SwizzleProof::print(llvm::raw_ostream &os) const {
  using Key = std::pair<LDSInstruction, std::array<uint32_t, kWaveLanes>>;
  std::map<Key, std::vector<const WaveAccess *>> groups;
  std::vector<Key> order;
  for (const WaveAccess &access : accesses) {
    Key key{access.instruction, getPattern(access, swizzle)};
    auto &group = groups[key];
    if (group.empty())
      order.push_back(key);
    group.push_back(&access);
  }
  printSummary(os);
  for (const Key &key : order) {
    const auto &group = groups[key];
    uint32_t address = group.front()->addresses[0];
    os << getMnemonic(key.first) << " with lane 0 at row "
       << address / swizzle.getRowBytes() << " byte "
       << address % swizzle.getRowBytes();
    if (group.size() > 1)
      os << ", and " << group.size() - 1 << " with these banks xor a number";
    os << "\n";
    printPhases(chip, *group.front(), swizzle, os);
  }
}
