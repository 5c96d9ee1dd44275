//===- Floors.cpp - the least clocks of a steady loop -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/IssueModel.h"

#include <algorithm>

using namespace fovea::amd;

double Floors::highest() const { return std::max({matrix, vectorPort, lds}); }

llvm::Expected<Floors> fovea::amd::computeFloors(const SteadyLoop &loop,
                                                 const ChipParameters &chip,
                                                 const WaveShape &shape) {
  if (shape.wavesPerWorkgroup == 0 || shape.workgroups == 0 ||
      shape.wavesPerWorkgroup % chip.simds || shape.tilesPerIteration == 0)
    return llvm::createStringError(
        "a workgroup has a multiple of " + llvm::Twine(chip.simds) +
        " waves, a compute unit one workgroup or more, and an iteration one "
        "tile or more");
  Floors floors;
  for (const Instruction *instruction : loop.instructions) {
    floors.waveIssue += chip.issueClocks;
    floors.lds += chip.getLDSClocks(*instruction);
    switch (instruction->kind) {
    case InstructionClass::Matrix: {
      auto clocks = chip.getMatrixClocks(*instruction);
      if (!clocks)
        return clocks.takeError();
      floors.matrix += *clocks;
      floors.vectorPort += chip.matrixPortClocks;
      break;
    }
    case InstructionClass::Transcendental:
      floors.vectorPort += chip.transcendentalClocks;
      floors.waveIssue += chip.transcendentalClocks - chip.issueClocks;
      break;
    case InstructionClass::Vector:
    case InstructionClass::PackedFloat:
    case InstructionClass::AccumulatorMove:
      floors.vectorPort += chip.vectorClocks;
      break;
    default:
      break;
    }
  }
  // A wave's own instructions follow one another; the pipes serve every wave
  // of the SIMD. An instruction's LDS clocks are already those of all SIMDs.
  double tiles = shape.tilesPerIteration;
  double wavesOfSIMD = double(shape.getWaves()) / chip.simds;
  floors.waveIssue /= tiles;
  floors.matrix *= wavesOfSIMD / tiles;
  floors.vectorPort *= wavesOfSIMD / tiles;
  floors.lds *= wavesOfSIMD / tiles;
  return floors;
}
