//===- Wave.cpp - a wave in the issue model -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Wave.h"

#include "llvm/ADT/STLExtras.h"

using namespace fovea::amd;

using Indices = llvm::SmallVectorImpl<uint16_t>;

/// Scalar registers are left out: they never stall (rule 9 of
/// IssueSimulation.cpp).
static void append(Indices &indices, const RegisterRanges &ranges) {
  for (const RegisterRange &range : ranges) {
    if (range.file == 's')
      continue;
    unsigned base = range.file == 'a' ? kNumModelRegisters / 2 : 0;
    for (unsigned i = 0; i < range.count; ++i)
      indices.push_back(base + range.first + i);
  }
}

llvm::Expected<IssueStep>
fovea::amd::makeIssueStep(const Instruction &instruction,
                          const ChipParameters &chip) {
  IssueStep step;
  step.kind = instruction.kind;
  append(step.operands, instruction.sources);
  append(step.results, instruction.results);
  step.operands.append(step.results.begin(), step.results.end());
  step.ldsClocks = chip.getLDSClocks(instruction);
  switch (instruction.kind) {
  case InstructionClass::Matrix: {
    auto clocks = chip.getMatrixClocks(instruction);
    if (!clocks)
      return clocks.takeError();
    step.pipeClocks = *clocks;
    append(step.accumulators, instruction.accumulator);
    break;
  }
  case InstructionClass::Transcendental:
    step.pipeClocks = chip.transcendentalClocks;
    step.resultClocks = chip.transcendentalResultClocks;
    step.keepsOffMatrix = !chip.transcendentalBesideMatrix;
    break;
  case InstructionClass::Vector:
  case InstructionClass::PackedFloat:
  case InstructionClass::AccumulatorMove:
    step.pipeClocks = chip.vectorClocks;
    step.keepsOffMatrix = instruction.is(InstructionClass::PackedFloat) &&
                          !chip.packedBesideMatrix;
    break;
  case InstructionClass::Wait:
    step.lgkmcnt = instruction.lgkmcnt.value_or(~0u);
    break;
  case InstructionClass::Nop:
    step.nopClocks = instruction.argument;
    break;
  case InstructionClass::Priority:
    step.priority = instruction.argument;
    break;
  default:
    break;
  }
  return step;
}

uint64_t IssueStep::getLongestClocks(const ChipParameters &chip) const {
  return uint64_t(chip.issueClocks) + chip.matrixResultClocks +
         chip.ldsLatencyClocks + pipeClocks + resultClocks + ldsClocks +
         nopClocks;
}

bool Wave::hasOperands(const IssueStep &step, int64_t now) const {
  return llvm::all_of(step.operands, [&](uint16_t index) {
    if (ready[index] <= now)
      return true;
    return chained[index] && chained[index] <= now &&
           llvm::is_contained(step.accumulators, index);
  });
}

unsigned Wave::countLDSInFlight(int64_t now) {
  while (!ldsInFlight.empty() && ldsInFlight.front() <= now)
    ldsInFlight.pop_front();
  return ldsInFlight.size();
}

void Wave::setResults(const IssueStep &step, int64_t when) {
  for (uint16_t index : step.results) {
    ready[index] = when;
    chained[index] = 0;
  }
}

void Wave::setMatrixResults(const IssueStep &step, int64_t passesEnd,
                            unsigned resultClocks) {
  for (uint16_t index : step.results) {
    ready[index] = passesEnd + resultClocks;
    chained[index] = passesEnd;
  }
}
