//===- JudgementText.cpp - a judgement as lines for a person -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/Judgement.h"

#include "llvm/Support/Format.h"

using namespace fovea::amd;
using llvm::format;

static void printResources(const Resources &resources, llvm::raw_ostream &os) {
  os << resources.vgprs << " VGPRs, " << resources.agprs << " AGPRs, "
     << resources.sgprs << " SGPRs, " << resources.vgprSpills << " + "
     << resources.sgprSpills << " spilled, " << resources.scratchBytes
     << " bytes of scratch, " << resources.ldsBytes << " bytes of LDS\n";
}

static const char *plural(unsigned count) { return count == 1 ? "" : "s"; }

/// "64 mfma, 32.5 transcendental": for each of `tiles`.
static void printCounts(const InstructionMix &mix, unsigned tiles,
                        llvm::raw_ostream &os) {
  const char *separator = "";
  for (unsigned kind = 0; kind < kNumInstructionClasses; ++kind) {
    if (!mix.counts[kind])
      continue;
    os << separator << format("%.6g ", double(mix.counts[kind]) / tiles)
       << nameOf(InstructionClass(kind));
    separator = ", ";
  }
  os << "\n";
}

static void printLoop(const LoopJudgement &loop, unsigned tiles,
                      llvm::raw_ostream &os) {
  os << tiles << " tile" << plural(tiles) << ", lines " << loop.firstLine
     << " to " << loop.lastLine << ", " << loop.mix.total()
     << " instructions: ";
  printCounts(loop.mix, 1, os);
}

static void printWaits(const InstructionMix &mix, llvm::raw_ostream &os) {
  os << mix.countedMemoryWaits << " counted vmcnt, " << mix.fullMemoryWaits
     << " vmcnt(0), " << mix.ldsWaits << " lgkmcnt; "
     << mix.of(InstructionClass::AccumulatorMove) << " accvgpr moves, "
     << mix.nopClocks << " clocks of s_nop\n";
}

static void printModel(const LoopJudgement &loop, const WaveShape &shape,
                       llvm::raw_ostream &os) {
  const IssueEstimate &estimate = loop.estimate;
  const Floors &floors = estimate.floors;
  os << format("%.0f clocks/tile, MFMA %.1f%% (%.1f%% if exponentials keep off "
               "mfma); floors: mfma %.0f, valu port %.0f, lds %.0f, one wave's "
               "issue %.0f; ",
               estimate.clocksPerTile, 100 * estimate.matrixUtilisation,
               100 * loop.pessimisticEstimate.matrixUtilisation, floors.matrix,
               floors.vectorPort, floors.lds, floors.waveIssue)
     << shape.workgroups << " workgroup" << plural(shape.workgroups) << " of "
     << shape.wavesPerWorkgroup << " waves"
     << (shape.staggered ? ", staggered" : "") << "\n";
}

static void printStalls(const IssueEstimate &estimate, llvm::raw_ostream &os) {
  const char *separator = "";
  for (unsigned i = 0; i < kNumStalls; ++i) {
    if (estimate.stalls[i] < 0.5)
      continue;
    os << separator << nameOf(Stall(i)) << " "
       << format("%.0f", estimate.stalls[i]);
    separator = ", ";
  }
  os << (*separator ? "" : "none") << "\n";
}

void fovea::amd::print(const Judgement &judgement, llvm::raw_ostream &os,
                       unsigned indent) {
  auto line = [&](const char *name) -> llvm::raw_ostream & {
    return os.indent(indent) << name << ": ";
  };
  if (judgement.resources)
    printResources(*judgement.resources, line("registers"));
  if (!judgement.loop) {
    line("steady loop") << "none with matrix instructions\n";
  } else {
    const LoopJudgement &loop = *judgement.loop;
    unsigned tiles = judgement.shape.tilesPerIteration;
    printLoop(loop, tiles, line("steady loop"));
    if (tiles > 1)
      printCounts(loop.mix, tiles, line("a tile"));
    for (const std::string &assumption : loop.assumptions)
      line("assumed") << assumption << "\n";
    printWaits(loop.mix, line("waits"));
    printModel(loop, judgement.shape, line("model"));
    printStalls(loop.estimate, line("stalls of a wave, clocks/tile"));
  }
  for (const std::string &warning : judgement.warnings)
    line("warning") << warning << "\n";
}
