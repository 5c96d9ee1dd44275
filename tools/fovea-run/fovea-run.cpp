//===- fovea-run.cpp - compile, run, check and time one function
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"

#include "fovea/Driver/Targets.h"
#include "fovea/Execution/Npy.h"
#include "fovea/Target/CPU/CPUTarget.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

#include <chrono>

using namespace llvm;
using namespace fovea;

Expected<RunTiming> fovea::timeRuns(int runs, function_ref<Error()> call) {
  std::vector<double> seconds;
  for (int i = -1; i < runs; ++i) {
    auto start = std::chrono::steady_clock::now();
    if (Error error = call())
      return error;
    if (i >= 0)
      seconds.push_back(std::chrono::duration<double>(
                            std::chrono::steady_clock::now() - start)
                            .count());
  }
  llvm::sort(seconds);
  return RunTiming{seconds[seconds.size() / 2], seconds.front(), runs};
}

Error fovea::writeOutputs(const RunOptions &options, const ArtifactEntry &entry,
                          const std::vector<Array> &arrays) {
  for (StringRef text : options.outputs) {
    auto [name, path] = text.split('=');
    std::string names;
    const Array *output = nullptr;
    for (auto [param, array] : zip(entry.params, arrays)) {
      if (!param.isOutput)
        continue;
      names += (names.empty() ? "" : ", ") + param.name;
      if (param.name == name)
        output = &array;
    }
    if (!output || path.empty())
      return createStringError(
          "--output " + text +
          ": expected NAME=FILE with one of the outputs of '" + entry.name +
          "': " + names);
    if (Error error = writeNpy(path, *output))
      return error;
  }
  return Error::success();
}

/// JSON has no infinities.
static json::Value number(double value) {
  return std::isfinite(value) ? json::Value(value)
                              : json::Value(value > 0 ? "inf" : "nan");
}

static void printJSON(const RunOptions &options, const RunResult &result) {
  json::Object object{{"entry", result.entry},
                      {"target", options.target},
                      {"config", result.config}};
  if (options.check) {
    json::Array outputs;
    for (const Comparison &c : result.comparisons)
      outputs.push_back(
          json::Object{{"name", c.name},
                       {"max_error", number(c.maxError)},
                       {"relative_error", number(c.relativeError)},
                       {"unfused_error", number(c.unfusedError)},
                       {"tolerance", number(c.tolerance)},
                       {"passed", c.passed()}});
    object["outputs"] = std::move(outputs);
    object["passed"] = result.passed();
  }
  if (result.instructions)
    object["instructions"] = int64_t(*result.instructions);
  if (result.timing) {
    object["median_seconds"] = result.timing->medianSeconds;
    object["min_seconds"] = result.timing->minSeconds;
    object["runs"] = result.timing->runs;
    if (result.flops)
      object["gflops"] = *result.flops / result.timing->medianSeconds / 1e9;
    if (result.flops && result.roof) {
      object["roof_gflops"] = *result.roof / 1e9;
      object["roof_share"] =
          *result.flops / result.timing->medianSeconds / *result.roof;
    }
  }
  outs() << json::Value(std::move(object)) << "\n";
}

static void printText(const RunOptions &options, const RunResult &result) {
  outs() << "@" << result.entry << " on " << options.target;
  if (!result.config.empty())
    outs() << ", " << result.config;
  outs() << "\n";
  for (const Comparison &c : result.comparisons)
    outs() << format("  %s: max error %.3g (unfused %.3g, at most %.3g): %s\n",
                     c.name.c_str(), c.maxError, c.unfusedError, c.tolerance,
                     c.passed() ? "ok" : "WRONG");
  if (result.instructions)
    outs() << "  simulated: " << *result.instructions
           << " instructions of subgroups\n";
  if (!result.timing)
    return;
  outs() << format("  time: median %.3f ms, min %.3f ms of %d runs",
                   result.timing->medianSeconds * 1e3,
                   result.timing->minSeconds * 1e3, result.timing->runs);
  if (result.flops)
    outs() << format(", %.1f GFLOP/s",
                     *result.flops / result.timing->medianSeconds / 1e9);
  if (result.flops && result.roof)
    outs() << format(
        ", %.2f of the %.1f GFLOP/s that this machine's multiply-adds reach",
        *result.flops / result.timing->medianSeconds / *result.roof,
        *result.roof / 1e9);
  outs() << "\n";
}

static int fail(const Twine &message) {
  WithColor::error() << message << "\n";
  return 1;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  RunOptions options = parseRunOptions(argc, argv);
  if (std::string why = explainMissingTarget(options.target); !why.empty())
    return fail(why);
  if (std::string why = explainConflict(options); !why.empty())
    return fail(why);
  bool artifact = sys::path::extension(options.file) == ".so";
  if (!lookupCPUTarget(options.cpu))
    return fail("unknown CPU '" + options.cpu + "', expected one of " +
                listCPUTargets());
  Expected<RunResult> result =
      artifact ? runArtifact(options) : runSource(options);
  if (!result) {
    // Empty when diagnostics have said it already.
    std::string message = toString(result.takeError());
    return message.empty() ? 1 : fail(message);
  }
  options.json ? printJSON(options, *result) : printText(options, *result);
  return result->passed() ? 0 : 1;
}
