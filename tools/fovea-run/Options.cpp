//===- Options.cpp - the command line of fovea-run -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace fovea;

RunOptions fovea::parseRunOptions(int argc, char **argv) {
  static cl::OptionCategory category("fovea-run options");
  RunOptions o;
  cl::opt<std::string, true> file(
      cl::Positional, cl::desc("<input.mlir or artifact.so>"), cl::Required,
      cl::location(o.file), cl::cat(category));
  cl::opt<std::string, true> entry(
      "entry", cl::desc("the public function to run; the first by default"),
      cl::location(o.entry), cl::cat(category));
  cl::opt<std::string, true> target(
      "target", cl::desc("what to compile for: cpu, or a GPU with --simulate"),
      cl::location(o.target), cl::init("cpu"), cl::cat(category));
  cl::opt<bool, true> simulate(
      "simulate",
      cl::desc("execute the GPU's kernels on this CPU, and judge "
               "them; see docs/simulator.md"),
      cl::location(o.simulate), cl::cat(category));
  cl::opt<uint64_t, true> scheduleSeed(
      "schedule-seed",
      cl::desc("with --simulate: another order of subgroups and copies"),
      cl::value_desc("N"), cl::location(o.scheduleSeed), cl::init(0),
      cl::cat(category));
  cl::opt<std::string, true> kernels(
      "kernels",
      cl::desc("with --simulate: take the lowered kernels from this output of "
               "fovea-compile --emit=target"),
      cl::value_desc("lowered.mlir"), cl::location(o.kernels),
      cl::cat(category));
  cl::opt<std::string, true> cpu(
      "cpu", cl::desc("which CPU: host, x86-64, avx2, avx512"),
      cl::location(o.cpu), cl::init("host"), cl::cat(category));
  cl::list<std::string> inputs(
      "input", cl::desc("read an input from a .npy file"),
      cl::value_desc("name=file.npy"), cl::cat(category));
  cl::list<std::string> outputs(
      "output", cl::desc("write an output to a .npy file"),
      cl::value_desc("name=file.npy"), cl::cat(category));
  cl::list<std::string> dims(
      "dims", cl::desc("sizes for an input's dynamic dimensions"),
      cl::value_desc("name=AxBxC"), cl::cat(category));
  cl::opt<uint64_t, true> seed("seed", cl::desc("seed of the random inputs"),
                               cl::location(o.inputs.seed), cl::init(0),
                               cl::cat(category));
  cl::opt<bool, true> check(
      "check",
      cl::desc("compare with the reference in f64; exit with 1 if it is wrong"),
      cl::location(o.check), cl::cat(category));
  cl::opt<std::string, true> reference(
      "reference", cl::desc("the source that an artifact is checked against"),
      cl::value_desc("input.mlir"), cl::location(o.reference),
      cl::cat(category));
  cl::opt<int, true> repeat("repeat", cl::desc("time N runs"),
                            cl::value_desc("N"), cl::location(o.repeat),
                            cl::init(0), cl::cat(category));
  cl::opt<bool, true> json("json", cl::desc("print one JSON object"),
                           cl::location(o.json), cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv, "Fovea runner: compile, run, check and time one function\n");
  o.inputs.files.assign(inputs.begin(), inputs.end());
  o.outputs.assign(outputs.begin(), outputs.end());
  o.inputs.sizes.assign(dims.begin(), dims.end());
  return o;
}

std::string fovea::explainConflict(const RunOptions &o) {
  bool isArtifact = sys::path::extension(o.file) == ".so";
  if (o.repeat < 0)
    return "--repeat is " + std::to_string(o.repeat) + ", expected 0 or more";
  if (!o.reference.empty() && !(isArtifact && o.check))
    return "--reference goes with --check and an artifact; a source file is "
           "its own reference";
  if (o.simulate && (o.target == "cpu" || isArtifact))
    return "--simulate goes with a source file and the --target of a GPU";
  if (o.simulate && o.repeat)
    return "--repeat measures time, which --simulate does not model";
  if (!o.simulate && (!o.kernels.empty() || o.scheduleSeed))
    return "--kernels and --schedule-seed go with --simulate";
  if (!o.simulate && o.target != "cpu" && !isArtifact)
    return "target '" + o.target + "' runs here with --simulate alone; for a " +
           "GPU, compile an artifact with fovea-compile";
  return "";
}
