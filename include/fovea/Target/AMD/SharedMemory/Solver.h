//===- Solver.h - swizzles without bank conflicts -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_SHAREDMEMORY_SOLVER_H
#define FOVEA_TARGET_AMD_SHAREDMEMORY_SOLVER_H

#include "fovea/Target/AMD/SharedMemory/Conflicts.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace fovea::amd {

/// That a swizzle is free of conflicts: what each lane needs in each phase.
struct SwizzleProof {
  Chip chip;
  Swizzle swizzle;
  WaveAccesses accesses;

  /// One line: swizzle, instructions, phases.
  void printSummary(llvm::raw_ostream &os) const;
  /// For each instruction and grouping the phases, and the banks of their lanes
  /// in the order of lanes: no bank twice in a line. Instructions whose banks
  /// are those of another, all xored by one number, are counted with it.
  void print(llvm::raw_ostream &os) const;
};

/// The simplest swizzle of rows of `rowBytes` under which none of the accesses
/// has a conflict in any grouping that the chip may have: fewest row bits xored
/// in, then fewest shifts, then lowest bits. The error names an instruction
/// that the chip lacks, or, when no swizzle parts all lanes, the first two that
/// collide without one. A row's bytes must be a multiple of 16.
llvm::Expected<SwizzleProof> solveSwizzle(Chip chip, unsigned rowBytes,
                                          WaveAccesses accesses);

/// The proof for a swizzle chosen by hand. The error names the two lanes that
/// collide, their addresses and the bank, or an instruction that the chip
/// lacks.
llvm::Expected<SwizzleProof> checkSwizzle(Chip chip, unsigned rowBytes,
                                          llvm::ArrayRef<SwizzleTerm> terms,
                                          WaveAccesses accesses);

} // namespace fovea::amd

#endif
