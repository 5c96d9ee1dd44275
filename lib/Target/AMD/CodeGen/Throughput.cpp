//===- Throughput.cpp - the steady loop as llvm-mca sees it -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A second opinion, by a model that is not ours: LLVM's scheduling model, run
// in order for one wave, without other waves, barriers, LDS or memory. It
// counts in issue slots of 4 clocks (SISchedule.td: MFMA of 32x32x8 has 8 or
// 16 passes of 4 clocks).

#include "fovea/Target/AMD/CodeGen.h"
#include "fovea/Target/AMD/MachineCode/SteadyLoop.h"
#include "fovea/Target/Tool/Tool.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FormatVariadic.h"

using namespace fovea;
using namespace llvm;

/// So many that the first one's start counts for little.
static constexpr int64_t kIterations = 100;
/// LLVM's name of what runs matrix instructions.
static constexpr StringLiteral kMatrixUnit = "HWXDL";

namespace {

/// Cycles of an iteration, and those in which the matrix unit is busy.
struct Throughput {
  double cycles, matrix;
};

} // namespace

/// The loop's usual way, which has no branch but the one at its end.
static Expected<std::string> findLoopText(const DeviceImage &image) {
  auto assembly = amd::parseAssembly(image.text);
  if (!assembly)
    return assembly.takeError();
  const amd::Function *function = assembly->lookup(image.kernel.name);
  if (!function)
    return createStringError("no function '" + image.kernel.name + "'");
  auto loop = amd::findSteadyLoop(*function);
  if (!loop)
    return loop.takeError();
  std::string text;
  if (*loop)
    for (const amd::Instruction *instruction : (*loop)->instructions)
      text += instruction->text + "\n";
  return text;
}

static std::optional<Throughput> parseOutput(StringRef output) {
  auto value = json::parse(output);
  if (!value) {
    consumeError(value.takeError());
    return std::nullopt;
  }
  auto get = [](const json::Value *value, StringRef key) {
    const json::Object *object = value ? value->getAsObject() : nullptr;
    return object ? object->get(key) : nullptr;
  };
  auto list = [](const json::Value *value) {
    return value && value->getAsArray() ? *value->getAsArray() : json::Array();
  };
  json::Array regions = list(get(&*value, "CodeRegions"));
  if (regions.empty())
    return std::nullopt;
  const json::Value *cycles =
      get(get(&regions.front(), "SummaryView"), "TotalCycles");
  if (!cycles || !cycles->getAsNumber())
    return std::nullopt;
  Throughput result{*cycles->getAsNumber() / kIterations, 0};
  json::Array resources = list(get(get(&*value, "TargetInfo"), "Resources"));
  // The sum of all instructions' has the index behind the last one.
  int64_t sum = list(get(&regions.front(), "Instructions")).size();
  for (const json::Value &use :
       list(get(get(&regions.front(), "ResourcePressureView"),
                "ResourcePressureInfo"))) {
    const json::Object &entry = *use.getAsObject();
    size_t resource = entry.getInteger("ResourceIndex").value_or(-1);
    if (entry.getInteger("InstructionIndex") == sum &&
        resource < resources.size() &&
        resources[resource].getAsString() == kMatrixUnit)
      result.matrix = entry.getNumber("ResourceUsage").value_or(0);
  }
  return result;
}

static Expected<Throughput> runMCA(StringRef tool, StringRef loop,
                                   StringRef chip) {
  auto input = TemporaryFile::create("s");
  if (!input)
    return input.takeError();
  auto output = TemporaryFile::create("json");
  if (!output)
    return output.takeError();
  if (Error error = (*input)->write(loop))
    return error;
  std::string cpu = ("-mcpu=" + chip).str(),
              count = "-iterations=" + itostr(kIterations);
  Expected<std::string> ran =
      runTool(tool, {"-mtriple=amdgcn-amd-amdhsa", cpu, count, "--json",
                     (*input)->getPath(), "-o", (*output)->getPath()});
  if (!ran)
    return ran.takeError();
  if (auto result = parseOutput((*output)->read()))
    return *result;
  return createStringError("its output has no cycles");
}

/// A report without it is one all the same.
Error fovea::analyzeThroughput(DeviceImage &image, mlir::gpu::GPUModuleOp,
                               const GPUTarget &target, bool) {
  auto say = [&](const Twine &what) {
    image.analysis += ("    llvm-mca: " + what + "\n").str();
    return Error::success();
  };
  auto loop = findLoopText(image);
  if (!loop)
    return say(toString(loop.takeError()));
  if (loop->empty())
    return say("no steady loop");
  std::string tool =
      findTool("FOVEA_LLVM_MCA", {getVersionedMCA()}, getLLVMToolsFolder());
  if (tool.empty())
    return say("cannot find " + getVersionedMCA() + ": install llvm-" +
               Twine(LLVM_VERSION_MAJOR) + " or name it in FOVEA_LLVM_MCA");
  auto result = runMCA(tool, *loop, target.chip);
  if (!result)
    return say("failed: " + toString(result.takeError()));
  if (json::Object *judgement = image.judgement.getAsObject())
    (*judgement)["llvm_mca"] = json::Object{{"cycles", result->cycles},
                                            {"matrix_cycles", result->matrix}};
  return say(formatv("{0:F0} cycles of 4 clocks an iteration of one wave "
                     "alone, MFMA {1:F1}%",
                     result->cycles, 100 * result->matrix / result->cycles)
                 .str());
}
