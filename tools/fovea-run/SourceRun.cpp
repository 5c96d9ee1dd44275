//===- SourceRun.cpp - a source file, compiled, run, checked and timed
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Program.h"

using namespace llvm;
using namespace fovea;

/// Whether an array, perhaps of an artifact, can be passed for a parameter of
/// the source.
static bool fits(const ArtifactParam &param, const Array &array) {
  return param.kind == array.kind() && param.bits == array.bits() &&
         equal(param.shape, array.shape(),
               [](int64_t p, int64_t size) { return p < 0 || p == size; });
}

Expected<std::vector<Comparison>>
fovea::checkAgainst(const RunOptions &options, StringRef path,
                    const std::string &entry,
                    const std::vector<Array> &arrays) {
  Program program(options);
  if (Error error = program.parse(path, entry))
    return error;
  if (program.entry().params.size() != arrays.size())
    return createStringError(
        "'" + path + "' has " + Twine(program.entry().params.size()) +
        " parameters in '" + entry + "', expected " + Twine(arrays.size()));
  for (auto [param, array] : zip(program.entry().params, arrays))
    if (!fits(param, array))
      return createStringError("'" + path + "' has another type for " +
                               param.name + " of '" + entry + "'");
  if (Error error = program.verifyReferenceFits(getShapes(arrays)))
    return error;
  std::vector<Array> unfused = arrays, oracle;
  for (const Array &array : arrays)
    oracle.push_back(array.toF64());
  Expected<JIT> narrow = program.compileReference(/*wide=*/false);
  if (!narrow)
    return narrow.takeError();
  Expected<JIT> wide = program.compileReference(/*wide=*/true);
  if (!wide)
    return wide.takeError();
  if (Error error = program.call(*narrow, "unfused reference", unfused))
    return error;
  if (Error error = program.call(*wide, "f64 oracle", oracle))
    return error;
  std::vector<Comparison> comparisons;
  for (auto [index, param] : enumerate(program.entry().params))
    if (param.isOutput)
      comparisons.push_back(
          compare(param.name, arrays[index], unfused[index], oracle[index]));
  return comparisons;
}

/// Compiles for a CPU and runs; leaves the code for who measures it.
static Expected<JIT> runOnCPU(Program &program, std::vector<Array> &arrays) {
  Expected<JIT> jit = program.compileFast();
  if (!jit)
    return jit.takeError();
  if (Error error = program.call(*jit, "kernel", arrays))
    return error;
  return jit;
}

/// Compiles for a GPU and executes its kernels here.
static Error simulate(Program &program, std::vector<Array> &arrays,
                      RunResult &result) {
  Expected<Simulation> simulation = program.compileSimulated();
  if (!simulation)
    return simulation.takeError();
  if (Error error = program.call(*simulation, arrays))
    return error;
  result.instructions = simulation->simulator->countInstructions();
  return Error::success();
}

Expected<RunResult> fovea::runSource(const RunOptions &options) {
  Program program(options);
  if (Error error = program.parse(options.file, options.entry))
    return error;
  ArtifactEntry entry = program.entry();
  Expected<std::vector<Array>> arrays =
      makeArrays(entry, options.inputs, [&](const ArtifactEntry &sized) {
        return options.check ? program.verifyReferenceFits(getShapes(sized))
                             : Error::success();
      });
  if (!arrays)
    return arrays.takeError();
  Expected<std::vector<KernelReport>> kernels = program.chooseConfigs();
  if (!kernels)
    return kernels.takeError();
  RunResult result;
  result.entry = entry.name;
  for (const KernelReport &kernel : *kernels)
    result.config += (result.config.empty() ? "" : "; ") + kernel.config;
  std::optional<JIT> jit;
  if (options.simulate) {
    if (Error error = simulate(program, *arrays, result))
      return error;
  } else {
    Expected<JIT> compiled = runOnCPU(program, *arrays);
    if (!compiled)
      return compiled.takeError();
    jit.emplace(std::move(*compiled));
  }
  if (Error error = writeOutputs(options, entry, *arrays))
    return error;
  if (options.check) {
    auto comparisons = checkAgainst(options, options.file, entry.name, *arrays);
    if (!comparisons)
      return comparisons.takeError();
    result.comparisons = std::move(*comparisons);
  }
  if (options.repeat > 0)
    if (Error error = program.time(*jit, *arrays, result))
      return error;
  return result;
}
