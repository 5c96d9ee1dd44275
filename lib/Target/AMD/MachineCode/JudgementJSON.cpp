//===- JudgementJSON.cpp - a judgement as data -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/Judgement.h"

using namespace fovea::amd;
using llvm::json::Array, llvm::json::Object, llvm::json::Value;

/// "lds reads" to "lds_reads".
static std::string toKey(llvm::StringRef name) {
  std::string key = name.str();
  for (char &c : key)
    if (c == ' ')
      c = '_';
  return key;
}

static Object toJSON(const Resources &resources) {
  return Object{{"vgprs", resources.vgprs},
                {"agprs", resources.agprs},
                {"total_vgprs", resources.totalVGPRs},
                {"sgprs", resources.sgprs},
                {"vgpr_spills", resources.vgprSpills},
                {"sgpr_spills", resources.sgprSpills},
                {"scratch_bytes", resources.scratchBytes},
                {"lds_bytes", resources.ldsBytes},
                {"max_threads", resources.maxThreads}};
}

static Object toJSON(const InstructionMix &mix) {
  Object counts;
  for (unsigned kind = 0; kind < kNumInstructionClasses; ++kind)
    if (mix.counts[kind])
      counts[toKey(nameOf(InstructionClass(kind)))] = mix.counts[kind];
  return Object{{"total", mix.total()},
                {"counts", std::move(counts)},
                {"full_memory_waits", mix.fullMemoryWaits},
                {"counted_memory_waits", mix.countedMemoryWaits},
                {"lds_waits", mix.ldsWaits},
                {"nop_clocks", mix.nopClocks},
                {"lds_read_bytes", int64_t(mix.ldsReadBytes)},
                {"lds_write_bytes", int64_t(mix.ldsWriteBytes)}};
}

static Object toJSON(const IssueEstimate &estimate) {
  Object stalls;
  for (unsigned i = 0; i < kNumStalls; ++i)
    stalls[toKey(nameOf(Stall(i)))] = estimate.stalls[i];
  const Floors &floors = estimate.floors;
  return Object{{"clocks_per_tile", estimate.clocksPerTile},
                {"matrix_utilisation", estimate.matrixUtilisation},
                {"floors", Object{{"matrix", floors.matrix},
                                  {"vector_port", floors.vectorPort},
                                  {"wave_issue", floors.waveIssue},
                                  {"lds", floors.lds}}},
                {"stalls", std::move(stalls)}};
}

static Object toJSON(const WaveShape &shape) {
  return Object{{"waves_per_workgroup", shape.wavesPerWorkgroup},
                {"workgroups", shape.workgroups},
                {"staggered", shape.staggered},
                {"tiles_per_iteration", shape.tilesPerIteration},
                {"workgroup_offset", shape.workgroupOffset}};
}

static Object toJSON(const LoopJudgement &loop) {
  return Object{{"first_line", loop.firstLine},
                {"last_line", loop.lastLine},
                {"mix", toJSON(loop.mix)},
                {"assumptions", Array(loop.assumptions)},
                {"model", toJSON(loop.estimate)},
                {"pessimistic_model", toJSON(loop.pessimisticEstimate)}};
}

Value fovea::amd::toJSON(const Judgement &judgement) {
  Object object{{"kernel", judgement.kernel},
                {"chip", judgement.chip},
                {"shape", ::toJSON(judgement.shape)},
                {"warnings", Array(judgement.warnings)}};
  if (judgement.resources)
    object["resources"] = ::toJSON(*judgement.resources);
  if (judgement.loop)
    object["loop"] = ::toJSON(*judgement.loop);
  return object;
}
