//===- IssueSimulation.h - the waves of a SIMD, clock by clock -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_MACHINECODE_ISSUESIMULATION_H
#define FOVEA_LIB_TARGET_AMD_MACHINECODE_ISSUESIMULATION_H

#include "Wave.h"

#include "fovea/Target/AMD/MachineCode/IssueModel.h"

namespace fovea::amd {

/// One SIMD with its waves, and its share of the LDS.
class IssueSimulation {
public:
  IssueSimulation(llvm::ArrayRef<IssueStep> steps, const ChipParameters &chip,
                  const WaveShape &shape, const ModelOptions &options);

  /// False if the bound was reached.
  bool run(int64_t maxClocks);

  /// The measured clocks, and how many iterations an average wave did in them.
  /// Waves that no barrier joins need not keep step with the first.
  int64_t getClocks() const { return now - measuredFrom; }
  double getIterations() const {
    return double(issued - issuedBefore) / steps.size() / waves.size();
  }
  /// Of an average wave.
  double getStall(unsigned stall) const {
    return double(stalls[stall]) / waves.size();
  }

private:
  void releaseBarriers();
  void issueAll();
  void issueFrom(Wave &wave);
  std::optional<Stall> findStall(Wave &wave, const IssueStep &step) const;
  void issue(Wave &wave, const IssueStep &step);

  llvm::ArrayRef<IssueStep> steps;
  const ChipParameters &chip;
  const ModelOptions &options;
  std::vector<Wave> waves;
  int64_t now = 0, matrixFree = 0, portFree = 0, ldsFree = 0;
  bool measuring = false;
  int64_t measuredFrom = 0;
  /// Instructions of all waves.
  uint64_t issued = 0, issuedBefore = 0;
  std::array<int64_t, kNumStalls> stalls = {};
};

} // namespace fovea::amd

#endif
