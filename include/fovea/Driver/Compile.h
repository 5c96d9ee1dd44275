//===- Compile.h - a source file compiled for a target, stage by stage
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_COMPILE_H
#define FOVEA_DRIVER_COMPILE_H

#include "fovea/Driver/Report.h"
#include "fovea/Driver/Source.h"

namespace fovea {

/// What `fovea-compile --emit=` names, in the order in which it is reached.
enum class EmitKind {
  Fovea,
  Tile,
  Target,
  LLVM,
  PTX,
  Cubin,
  HSACO,
  Assembly,
  Object,
  Artifact
};

/// What to compile for, and what to keep.
struct CompileOptions {
  EmitKind emit = EmitKind::Artifact;
  /// cpu, or a GPU target's name, see lookupGPUTarget.
  std::string target = "cpu";
  /// A CPU target's name, see lookupCPUTarget.
  std::string cpu = "host";
  bool parallel = true;
  /// The artifact's file name, which becomes its soname; the runtime archive to
  /// link.
  std::string outputName, runtimeLibrary;
  /// Runs what only a report needs.
  bool report = false;
  /// Measures the stages.
  bool timing = false;
};

struct CompileResult {
  /// Text, an object file, or a shared object.
  std::string code;
  /// The C header that belongs to an artifact.
  std::string header;
  std::vector<KernelReport> kernels;
  /// The stages and their seconds, when asked for.
  std::vector<std::pair<std::string, double>> stages;
};

/// Compiles `source` as far as `options.emit` says. Fails after one error
/// message.
mlir::FailureOr<CompileResult> compile(Source &source,
                                       const CompileOptions &options);

} // namespace fovea

#endif
