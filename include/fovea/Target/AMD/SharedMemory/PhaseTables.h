//===- PhaseTables.h - which lanes meet in shared memory ------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A wave's access to the local data share (LDS) takes several clocks; only
// lanes of one clock, a phase, can collide in a bank. Which lanes those are
// depends on chip and instruction, and is mostly known from measurements.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TARGET_AMD_SHAREDMEMORY_PHASETABLES_H
#define FOVEA_TARGET_AMD_SHAREDMEMORY_PHASETABLES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fovea::amd {

constexpr unsigned kWaveLanes = 64;
constexpr unsigned kBankBytes = 4;

enum class Chip : uint8_t { GFX90A, GFX942, GFX950 };

std::optional<Chip> lookupChip(llvm::StringRef name);
llvm::StringRef getName(Chip chip);

/// Instructions that read or write LDS. `Load` stands for buffer loads whose
/// destination is LDS: lane l writes `base + l * getBytes()`.
enum class LDSInstruction : uint8_t {
  ReadU16,
  ReadB32,
  Read2B32,
  ReadB64,
  Read2B64,
  ReadB128,
  ReadB64TrB16,
  WriteB32,
  WriteB64,
  WriteB128,
  LoadB32,
  LoadB128,
};

llvm::StringRef getMnemonic(LDSInstruction instruction);
/// Of one lane, at each of its addresses (`Read2` has two of them).
unsigned getBytes(LDSInstruction instruction);

/// One way in which an instruction may be cut into phases.
struct PhaseTable {
  /// For reports.
  llvm::StringRef name;
  unsigned banks;
  /// The lanes of each phase, as bits. They say who can collide, not in which
  /// order phases follow.
  llvm::ArrayRef<uint64_t> phases;
};

/// All groupings that the instruction may have: one where it was measured or
/// documented, several where it was not. Empty: the chip lacks it.
llvm::ArrayRef<PhaseTable> getPhaseTables(Chip chip,
                                          LDSInstruction instruction);

/// As in "0-3 20-23".
std::string formatLanes(uint64_t lanes);

} // namespace fovea::amd

#endif
