//===- SteadyLoop.h - the loop in which a kernel spends its time -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_MACHINECODE_STEADYLOOP_H
#define FOVEA_TARGET_AMD_MACHINECODE_STEADYLOOP_H

#include "fovea/Target/AMD/MachineCode/Assembly.h"

#include <array>

namespace fovea::amd {

/// How many instructions of which kind.
struct InstructionMix {
  std::array<unsigned, kNumInstructionClasses> counts = {};
  /// Waits for all of memory (vmcnt(0)), for some of it, and for LDS or scalar
  /// memory; one instruction may be of two kinds.
  unsigned fullMemoryWaits = 0, countedMemoryWaits = 0, ldsWaits = 0;
  /// Clocks of s_nop and s_sleep apart from their issue.
  unsigned nopClocks = 0;
  /// Bytes of a wave that LDS reads, writes and takes from memory.
  uint64_t ldsReadBytes = 0, ldsWriteBytes = 0;

  unsigned of(InstructionClass kind) const { return counts[unsigned(kind)]; }
  unsigned total() const;
  void add(const Instruction &instruction);
};

/// One iteration of the steady loop, as a wave runs it in the usual case.
///
/// The loop is the innermost one with the most matrix instructions. Where ways
/// through it part, the usual way is the one with the most matrix
/// instructions, then the most barriers and accesses to memory and LDS, then
/// the fewest instructions. So a block of arithmetic that a branch can jump
/// over (a lazy rescale, a boundary's mask) is taken as skipped, and a guarded
/// block with loads (the next tile's prefetch) as run. A loop inside that has
/// no matrix instructions counts once. `assumptions` says what this meant.
struct SteadyLoop {
  /// Pointers into the function, in the order of execution; starts at the
  /// block that stands first in the text.
  std::vector<const Instruction *> instructions;
  /// The lines from which and to which the loop's blocks reach.
  unsigned firstLine = 0, lastLine = 0;
  InstructionMix mix;
  std::vector<std::string> assumptions;
};

/// The steady loop of `function`, empty if no loop has matrix instructions; an
/// error for control flow that cannot be followed.
llvm::Expected<std::optional<SteadyLoop>>
findSteadyLoop(const Function &function);

} // namespace fovea::amd

#endif
