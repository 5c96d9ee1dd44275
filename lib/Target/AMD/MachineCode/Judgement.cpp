//===- Judgement.cpp - what a kernel's machine code is worth -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/Judgement.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace fovea::amd;
using llvm::Expected, llvm::StringRef, llvm::utostr;

namespace {

class Warnings {
public:
  explicit Warnings(std::vector<std::string> &list) : list(list) {}

  void addIf(bool condition, const llvm::Twine &text) {
    if (condition)
      list.push_back(text.str());
  }

private:
  std::vector<std::string> &list;
};

} // namespace

static void warnOfResources(const Resources &resources,
                            const ChipParameters &chip, const WaveShape &shape,
                            Warnings warnings) {
  warnings.addIf(resources.vgprSpills,
                 utostr(resources.vgprSpills) + " VGPRs are spilled to memory");
  warnings.addIf(resources.sgprSpills,
                 utostr(resources.sgprSpills) + " SGPRs are spilled to VGPRs");
  warnings.addIf(resources.scratchBytes,
                 utostr(resources.scratchBytes) + " bytes of scratch a lane");
  unsigned waves = shape.getWaves() / chip.simds;
  unsigned fitting = chip.getWavesByRegisters(resources.totalVGPRs);
  warnings.addIf(waves > fitting,
                 utostr(waves) + " waves of " + utostr(resources.totalVGPRs) +
                     " registers do not fit a SIMD: " + utostr(fitting) +
                     " would");
  uint64_t lds = resources.ldsBytes * uint64_t(shape.workgroups);
  warnings.addIf(lds > chip.ldsBytes,
                 utostr(lds) + " bytes of LDS do not fit the " +
                     utostr(chip.ldsBytes) + " of " + chip.name);
  uint64_t threads = shape.wavesPerWorkgroup * uint64_t(kWaveLanes);
  warnings.addIf(resources.maxThreads &&
                     threads > uint64_t(resources.maxThreads),
                 "a workgroup of " + utostr(threads) +
                     " threads, but the kernel was compiled for " +
                     utostr(resources.maxThreads));
}

static void warnOfLoop(const InstructionMix &mix, Warnings warnings) {
  unsigned moves = mix.of(InstructionClass::AccumulatorMove);
  unsigned scratch = mix.of(InstructionClass::Scratch);
  warnings.addIf(moves,
                 utostr(moves) + " moves between VGPRs and AGPRs in the loop");
  warnings.addIf(scratch, utostr(scratch) + " scratch accesses in the loop");
  warnings.addIf(mix.fullMemoryWaits,
                 utostr(mix.fullMemoryWaits) +
                     " waits for all of memory, vmcnt(0), in the loop");
  warnings.addIf(mix.nopClocks, utostr(mix.nopClocks) +
                                    " clocks of s_nop or s_sleep in the loop");
}

Expected<Judgement> fovea::amd::judge(const Function &function,
                                      const ChipParameters &chip,
                                      const WaveShape &shape,
                                      const ModelOptions &options) {
  Judgement judgement;
  judgement.kernel = function.name;
  judgement.chip = chip.name.str();
  judgement.shape = shape;
  judgement.resources = function.resources;
  Warnings warnings(judgement.warnings);
  if (function.resources)
    warnOfResources(*function.resources, chip, shape, warnings);

  auto loop = findSteadyLoop(function);
  if (!loop)
    return loop.takeError();
  if (!*loop)
    return judgement;
  warnOfLoop((*loop)->mix, warnings);
  auto estimate = estimateIssue(**loop, chip, shape, options);
  if (!estimate)
    return estimate.takeError();
  ChipParameters pessimistic = chip;
  pessimistic.transcendentalBesideMatrix = false;
  auto other = estimateIssue(**loop, pessimistic, shape, options);
  if (!other)
    return other.takeError();
  judgement.loop =
      LoopJudgement{(*loop)->firstLine, (*loop)->lastLine,
                    (*loop)->mix,       std::move((*loop)->assumptions),
                    *estimate,          *other};
  return judgement;
}

Expected<Judgement> fovea::amd::judgeKernel(StringRef text, StringRef kernel,
                                            const WaveShape &shape,
                                            const ModelOptions &options) {
  auto assembly = parseAssembly(text);
  if (!assembly)
    return assembly.takeError();
  const ChipParameters *chip = lookupParameters(assembly->chip);
  if (!chip)
    return llvm::createStringError(
        "the assembly is for '" + assembly->chip + "'; known are " +
        llvm::join(llvm::map_range(getChips(),
                                   [](const ChipParameters &known) {
                                     return known.name.str();
                                   }),
                   ", "));
  const Function *function = assembly->lookup(kernel);
  if (!function)
    return llvm::createStringError("the assembly has no function '" + kernel +
                                   "'");
  return judge(*function, *chip, shape, options);
}
