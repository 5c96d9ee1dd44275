//===- InstructionMix.cpp - how many instructions of which kind -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/SteadyLoop.h"

#include <numeric>

using namespace fovea::amd;

unsigned InstructionMix::total() const {
  return std::accumulate(counts.begin(), counts.end(), 0u);
}

void InstructionMix::add(const Instruction &instruction) {
  ++counts[unsigned(instruction.kind)];
  if (instruction.is(InstructionClass::Nop))
    nopClocks += instruction.argument;
  if (instruction.vmcnt)
    ++(*instruction.vmcnt == 0 ? fullMemoryWaits : countedMemoryWaits);
  if (instruction.lgkmcnt)
    ++ldsWaits;
  if (instruction.is(InstructionClass::LDSWrite) ||
      instruction.is(InstructionClass::GlobalToLDS))
    ldsWriteBytes += instruction.bytes;
  else if (instruction.usesLDS())
    ldsReadBytes += instruction.bytes;
}
