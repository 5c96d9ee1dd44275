//===- IssueModel.cpp - clocks of a steady loop -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/IssueModel.h"

#include "IssueSimulation.h"

#include "llvm/ADT/StringExtras.h"

using namespace fovea::amd;
using llvm::Error, llvm::Expected, llvm::StringRef;

/// Beyond this a loop is no kernel's, and its model no longer quick.
constexpr uint64_t kMaxClocks = 400'000'000;

StringRef fovea::amd::nameOf(Stall stall) {
  static const StringRef names[kNumStalls] = {
      "dependence",       "lds wait",  "valu port", "mfma pipe",
      "keeping off mfma", "lds queue", "barrier",   "nop"};
  return names[unsigned(stall)];
}

/// Refuses what the model says nothing about.
static Error check(const SteadyLoop &loop, const ChipParameters &chip,
                   const WaveShape &shape, const ModelOptions &options) {
  unsigned perSIMD = shape.getWaves() / chip.simds;
  if (perSIMD > chip.maxWaves)
    return llvm::createStringError(
        llvm::utostr(perSIMD) + " waves on a SIMD of " + chip.name +
        ", which holds " + llvm::utostr(chip.maxWaves));
  if (shape.staggered && shape.wavesPerWorkgroup < 2 * chip.simds)
    return llvm::createStringError(
        "a staggered workgroup has two waves on a SIMD or more");
  if (shape.staggered && loop.mix.of(InstructionClass::Barrier) == 0)
    return llvm::createStringError(
        "a staggered workgroup needs barriers in its loop");
  if (options.measuredIterations == 0 || options.measuredIterations > 1000 ||
      options.warmUpIterations > 1000)
    return llvm::createStringError("measured iterations go from 1 to 1000");
  for (const Instruction *instruction : loop.instructions)
    if (instruction->is(InstructionClass::Call))
      return llvm::createStringError("line " + llvm::utostr(instruction->line) +
                                     ": the steady loop calls a function: '" +
                                     instruction->text + "'");
  return Error::success();
}

Expected<IssueEstimate> fovea::amd::estimateIssue(const SteadyLoop &loop,
                                                  const ChipParameters &chip,
                                                  const WaveShape &shape,
                                                  const ModelOptions &options) {
  auto floors = computeFloors(loop, chip, shape);
  if (!floors)
    return floors.takeError();
  if (Error error = check(loop, chip, shape, options))
    return error;
  std::vector<IssueStep> steps;
  uint64_t longest = 0;
  for (const Instruction *instruction : loop.instructions) {
    auto step = makeIssueStep(*instruction, chip);
    if (!step)
      return step.takeError();
    longest += step->getLongestClocks(chip);
    steps.push_back(std::move(*step));
  }
  // If every instruction of every wave waited for every other.
  uint64_t bound = (longest + 1000) * (shape.getWaves() / chip.simds) *
                       (options.warmUpIterations + options.measuredIterations) +
                   uint64_t(shape.workgroupOffset) * shape.workgroups;
  IssueSimulation simulation(steps, chip, shape, options);
  if (!simulation.run(std::min(bound, kMaxClocks)))
    return llvm::createStringError("the issue model gave up after " +
                                   llvm::utostr(std::min(bound, kMaxClocks)) +
                                   " clocks");

  IssueEstimate estimate;
  double tiles = simulation.getIterations() * shape.tilesPerIteration;
  estimate.floors = *floors;
  // A few iterations of waves that do not keep step may be cut at a good place.
  estimate.clocksPerTile =
      std::max(simulation.getClocks() / tiles, floors->highest());
  estimate.matrixUtilisation = floors->matrix / estimate.clocksPerTile;
  for (unsigned i = 0; i < kNumStalls; ++i)
    estimate.stalls[i] = simulation.getStall(i) / tiles;
  return estimate;
}
