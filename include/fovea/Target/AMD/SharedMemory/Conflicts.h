//===- Conflicts.h - lanes that need one bank at once ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_SHAREDMEMORY_CONFLICTS_H
#define FOVEA_TARGET_AMD_SHAREDMEMORY_CONFLICTS_H

#include "fovea/Target/AMD/SharedMemory/Accesses.h"
#include "fovea/Target/AMD/SharedMemory/Swizzle.h"

#include <optional>
#include <string>

namespace fovea::amd {

/// Where the lane's bytes begin in LDS.
uint32_t getPlace(const WaveAccess &access, const Swizzle &swizzle,
                  unsigned lane);

/// The most clocks that one phase takes: distinct dwords of one bank come one
/// after the other, equal ones at once. 1 is free of conflicts.
unsigned countConflicts(const WaveAccess &access, const PhaseTable &table,
                        const Swizzle &swizzle);
/// The same over all groupings that the chip may have.
unsigned countConflicts(Chip chip, llvm::ArrayRef<WaveAccess> accesses,
                        const Swizzle &swizzle);

/// Two lanes of a phase that need different dwords of one bank.
struct Collision {
  size_t access; // its number
  LDSInstruction instruction;
  const PhaseTable *table;
  uint64_t phase;
  unsigned bank;
  std::array<unsigned, 2> lanes;
  /// Of the dwords: in the tile before the swizzle (after it for loads to LDS),
  /// and where they lie.
  std::array<uint32_t, 2> addresses, places;

  /// Names instruction, lanes, addresses and bank. `rowBytes` of the tile.
  std::string str(unsigned rowBytes) const;
};

std::optional<Collision> findCollision(Chip chip,
                                       llvm::ArrayRef<WaveAccess> accesses,
                                       const Swizzle &swizzle);

} // namespace fovea::amd

#endif
