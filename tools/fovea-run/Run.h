//===- Run.h - what fovea-run is asked for, and what it found -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TOOLS_FOVEA_RUN_RUN_H
#define FOVEA_TOOLS_FOVEA_RUN_RUN_H

#include "fovea/Execution/Compare.h"
#include "fovea/Execution/Inputs.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace fovea {

struct RunOptions {
  std::string file, entry, target, cpu, reference;
  InputOptions inputs;
  /// `name=file.npy`
  std::vector<std::string> outputs;
  bool check = false, json = false;
  int repeat = 0;
  /// Executes a GPU's kernels on the CPU; `kernels` is a file of them that
  /// replaces the compiled ones.
  bool simulate = false;
  std::string kernels;
  uint64_t scheduleSeed = 0;
};

struct RunTiming {
  double medianSeconds, minSeconds;
  int runs;
};

struct RunResult {
  std::string entry, config;
  std::vector<Comparison> comparisons;
  std::optional<RunTiming> timing;
  /// Of a simulation, of all subgroups.
  std::optional<uint64_t> instructions;
  /// Of one run, and what the machine's multiply-adds reach in a second.
  std::optional<double> flops, roof;
  bool passed() const {
    return llvm::all_of(comparisons,
                        [](const Comparison &c) { return c.passed(); });
  }
};

/// Options.cpp: reads the command line; exits with 1 and a message when it is
/// wrong.
RunOptions parseRunOptions(int argc, char **argv);

/// Options.cpp: what does not go together, in words; "" is good.
std::string explainConflict(const RunOptions &options);

/// SourceRun.cpp: compiles a source file, runs one entry, checks and times it.
llvm::Expected<RunResult> runSource(const RunOptions &options);
/// The f64 oracle and the unfused computation of `entry` in the file `path`, on
/// `arrays` (whose outputs are replaced), compared with the outputs in
/// `arrays`.
llvm::Expected<std::vector<Comparison>>
checkAgainst(const RunOptions &options, llvm::StringRef path,
             const std::string &entry, const std::vector<Array> &arrays);

/// ArtifactRun.cpp: the same for a compiled artifact.
llvm::Expected<RunResult> runArtifact(const RunOptions &options);

/// Writes the outputs that the command line names.
llvm::Error writeOutputs(const RunOptions &options, const ArtifactEntry &entry,
                         const std::vector<Array> &arrays);

/// Median and minimum of repeated calls; one call more before them.
llvm::Expected<RunTiming> timeRuns(int runs,
                                   llvm::function_ref<llvm::Error()> call);

} // namespace fovea

#endif
