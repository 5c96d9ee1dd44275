//===- Wave.h - a wave in the issue model -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_MACHINECODE_WAVE_H
#define FOVEA_LIB_TARGET_AMD_MACHINECODE_WAVE_H

#include "fovea/Target/AMD/MachineCode/IssueModel.h"

#include "llvm/ADT/SmallVector.h"

#include <array>
#include <deque>

namespace fovea::amd {

/// VGPRs, then AGPRs.
constexpr unsigned kNumModelRegisters = 512;

/// What the model needs of an instruction.
struct IssueStep {
  InstructionClass kind;
  /// Registers read or written: all must be ready.
  llvm::SmallVector<uint16_t, 16> operands;
  /// Those of a matrix instruction's accumulator.
  llvm::SmallVector<uint16_t, 16> accumulators;
  llvm::SmallVector<uint16_t, 16> results;
  /// Clocks in the matrix pipe or at the VALU port, and until a result of the
  /// latter is ready; clocks in the LDS; clocks of s_nop.
  unsigned pipeClocks = 0, resultClocks = 0, ldsClocks = 0, nopClocks = 0;
  unsigned lgkmcnt = ~0u;
  /// Does not start while a matrix instruction runs.
  bool keepsOffMatrix = false;
  std::optional<unsigned> priority;

  bool isMatrix() const { return kind == InstructionClass::Matrix; }
  bool isWait() const { return kind == InstructionClass::Wait; }
  bool usesVectorPort() const {
    return isMatrix() || kind == InstructionClass::Vector ||
           kind == InstructionClass::PackedFloat ||
           kind == InstructionClass::Transcendental ||
           kind == InstructionClass::AccumulatorMove;
  }
  /// Until nothing of it is left in any pipe.
  uint64_t getLongestClocks(const ChipParameters &chip) const;
};

llvm::Expected<IssueStep> makeIssueStep(const Instruction &instruction,
                                        const ChipParameters &chip);

struct Wave {
  unsigned workgroup = 0, priority = 0, iterations = 0;
  size_t place = 0;
  int64_t nextIssue = 0;
  bool atBarrier = false;
  /// Why nextIssue is later than usual.
  std::optional<Stall> waiting;
  /// When LDS instructions are done, in order.
  std::deque<int64_t> ldsInFlight;
  /// When a register may be used; and, where its last writer is a matrix
  /// instruction (not 0), when by an accumulator.
  std::array<int64_t, kNumModelRegisters> ready = {}, chained = {};

  bool hasOperands(const IssueStep &step, int64_t now) const;
  unsigned countLDSInFlight(int64_t now);
  void setResults(const IssueStep &step, int64_t when);
  void setMatrixResults(const IssueStep &step, int64_t passesEnd,
                        unsigned resultClocks);
};

} // namespace fovea::amd

#endif
