//===- Conflicts.cpp - lanes that need one bank at once -------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Plain simulation, dword by dword. It shares nothing with the solver's
// algebra, whose results it judges.
//
//===----------------------------------------------------------------------===//

#include "Dwords.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace fovea::amd;

uint32_t fovea::amd::getPlace(const WaveAccess &access, const Swizzle &swizzle,
                              unsigned lane) {
  uint32_t address = access.addresses[lane];
  return access.isPlaced ? address : swizzle.place(address);
}

namespace {
/// One dword that a bank must provide in a phase, and the first lane that asks.
struct Request {
  uint32_t dword;
  unsigned lane;
};
} // namespace

using Requests = llvm::SmallVector<Request, 2>;
using OnBank = llvm::function_ref<void(unsigned bank, const Requests &)>;

/// Calls with each bank's distinct dwords.
static void visitPhase(const WaveAccess &access, const PhaseTable &table,
                       uint64_t phase, const Swizzle &swizzle, OnBank onBank) {
  llvm::SmallVector<Requests, 64> banks(table.banks);
  forDwords(access, swizzle, phase, [&](unsigned lane, uint32_t dword) {
    Requests &bank = banks[dword % table.banks];
    if (llvm::none_of(bank, [&](Request r) { return r.dword == dword; }))
      bank.push_back({dword, lane});
  });
  for (unsigned bank = 0; bank < table.banks; ++bank)
    onBank(bank, banks[bank]);
}

unsigned fovea::amd::countConflicts(const WaveAccess &access,
                                    const PhaseTable &table,
                                    const Swizzle &swizzle) {
  size_t worst = 0;
  for (uint64_t phase : table.phases)
    visitPhase(access, table, phase, swizzle,
               [&](unsigned, const Requests &requests) {
                 worst = std::max(worst, requests.size());
               });
  return worst;
}

unsigned fovea::amd::countConflicts(Chip chip,
                                    llvm::ArrayRef<WaveAccess> accesses,
                                    const Swizzle &swizzle) {
  unsigned worst = 0;
  for (const WaveAccess &access : accesses)
    for (const PhaseTable &table : getPhaseTables(chip, access.instruction))
      worst = std::max(worst, countConflicts(access, table, swizzle));
  return worst;
}

static std::optional<Collision> findCollision(const WaveAccess &access,
                                              const PhaseTable &table,
                                              uint64_t phase,
                                              const Swizzle &swizzle) {
  std::optional<Collision> found;
  visitPhase(access, table, phase, swizzle,
             [&](unsigned bank, const Requests &requests) {
               if (found || requests.size() < 2)
                 return;
               found = Collision{
                   0, access.instruction, &table, phase, bank, {}, {}, {}};
               for (int i : {0, 1}) {
                 uint32_t place = requests[i].dword * kBankBytes;
                 found->lanes[i] = requests[i].lane;
                 found->places[i] = place;
                 // The swizzle is its own inverse.
                 found->addresses[i] =
                     access.isPlaced ? place : swizzle.place(place);
               }
             });
  return found;
}

std::optional<Collision>
fovea::amd::findCollision(Chip chip, llvm::ArrayRef<WaveAccess> accesses,
                          const Swizzle &swizzle) {
  for (size_t i = 0; i < accesses.size(); ++i)
    for (const PhaseTable &table :
         getPhaseTables(chip, accesses[i].instruction))
      for (uint64_t phase : table.phases)
        if (auto found = ::findCollision(accesses[i], table, phase, swizzle)) {
          found->access = i;
          return found;
        }
  return std::nullopt;
}

std::string Collision::str(unsigned rowBytes) const {
  auto where = [&](int i) {
    return llvm::formatv("row {0} byte {1} at {2}", addresses[i] / rowBytes,
                         addresses[i] % rowBytes, places[i])
        .str();
  };
  return llvm::formatv(
             "{0} number {1}: lanes {2} ({3}) and {4} ({5}) both need "
             "bank {6} of {7} in the phase of lanes {8}",
             getMnemonic(instruction), access, lanes[0], where(0), lanes[1],
             where(1), bank, table->banks, formatLanes(phase))
      .str();
}
