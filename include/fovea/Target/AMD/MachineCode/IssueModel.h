//===- IssueModel.h - clocks of a steady loop -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An in-order model of one SIMD. Its rules, with their sources, stand in
// lib/Target/AMD/MachineCode/IssueSimulation.cpp. It knows neither memory
// latency nor clock speed, and is not calibrated on hardware: it ranks
// schedules.
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TARGET_AMD_MACHINECODE_ISSUEMODEL_H
#define FOVEA_TARGET_AMD_MACHINECODE_ISSUEMODEL_H

#include "fovea/Target/AMD/MachineCode/Chip.h"
#include "fovea/Target/AMD/MachineCode/SteadyLoop.h"

namespace fovea::amd {

/// How the kernel runs on a compute unit; what the code does not say.
struct WaveShape {
  /// A multiple of the SIMDs of a compute unit.
  unsigned wavesPerWorkgroup = 8;
  /// Of this kernel on one compute unit at once. Barriers join a workgroup.
  unsigned workgroups = 1;
  /// The upper half of a workgroup's waves runs one barrier behind (8-wave
  /// ping-pong: it executes one more s_barrier before the loop).
  bool staggered = false;
  /// Key tiles that one iteration of the loop takes.
  unsigned tilesPerIteration = 1;
  /// Clocks after the one before at which each further workgroup starts.
  unsigned workgroupOffset = 0;

  unsigned getWaves() const { return wavesPerWorkgroup * workgroups; }
};

/// Iterations of the first wave that are thrown away, and counted.
struct ModelOptions {
  unsigned warmUpIterations = 2, measuredIterations = 3;
};

/// Why a wave does not issue.
enum class Stall {
  /// A register is not ready.
  Dependence,
  /// s_waitcnt lgkmcnt
  LDSWait,
  /// The SIMD's VALU port is busy or given to another wave.
  VectorPort,
  /// The matrix pipe is busy.
  MatrixPipe,
  /// A vector instruction that does not start beside a matrix instruction.
  BesideMatrix,
  /// The LDS has enough to do.
  LDSQueue,
  Barrier,
  /// s_nop and s_sleep.
  Nop
};
constexpr unsigned kNumStalls = unsigned(Stall::Nop) + 1;

/// "dependence", "lds wait", ...
llvm::StringRef nameOf(Stall stall);

/// Clocks for a tile of every wave of a SIMD that one part of it needs alone.
struct Floors {
  /// The matrix pipe, the VALU port, the LDS: no schedule gets below these.
  double matrix = 0, vectorPort = 0, lds = 0;
  /// One wave's instructions one after another. Exponentials count in full, so
  /// scalar and LDS instructions beside them may get a wave a little below.
  double waveIssue = 0;

  /// The highest of the first three.
  double highest() const;
};

struct IssueEstimate {
  /// For one key tile of every wave of the SIMD.
  double clocksPerTile = 0;
  /// Share of the clocks in which the matrix pipe works, 0 to 1.
  double matrixUtilisation = 0;
  Floors floors;
  /// Clocks for a tile of an average wave, by Stall.
  std::array<double, kNumStalls> stalls = {};

  double of(Stall stall) const { return stalls[unsigned(stall)]; }
};

/// The least clocks of the loop. Errors: a matrix shape whose clocks are not
/// known, or a shape of waves that no compute unit has.
llvm::Expected<Floors> computeFloors(const SteadyLoop &loop,
                                     const ChipParameters &chip,
                                     const WaveShape &shape);

/// Runs the model. It ends: a bound on its clocks becomes an error.
llvm::Expected<IssueEstimate> estimateIssue(const SteadyLoop &loop,
                                            const ChipParameters &chip,
                                            const WaveShape &shape,
                                            const ModelOptions &options = {});

} // namespace fovea::amd

#endif
