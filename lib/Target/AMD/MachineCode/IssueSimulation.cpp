//===- IssueSimulation.cpp - the waves of a SIMD by clock -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules, in clocks. Numbers are the chip's; Chip.cpp has their sources.
//  1. A wave issues in order, at most one instruction in issueClocks: [ISA]
//     MI300, "Program Organization": each SIMD has its turn every 4th clock.
//  2. At most one of a SIMD's waves issues to the VALU port at a time. Vector
//     instructions hold it for vectorClocks, transcendental ones for
//     transcendentalClocks, matrix ones for matrixPortClocks. Among ready waves
//     s_setprio decides ([ISA], S_SETPRIO), then who issued longest ago
//     (assumed: the documents say "oldest").
//  3. The matrix pipe takes one instruction at a time, for its passes.
//  4. A matrix result is ready for vector instructions matrixResultClocks after
//     its passes, but for the accumulator of the next matrix instruction at
//     their end ([ISA], "Required Independent Instructions"). An instruction
//     waits for the vector registers that it reads and (assumed) writes.
//  5. v_pk_*_f32 do not start while a matrix instruction runs; transcendental
//     ones may (both by Chip.cpp's reading of disagreeing sources).
//  6. An LDS instruction holds the LDS for the bytes of all SIMDs, which run
//     the same program (assumed: at the same time; no bank conflicts). Its
//     result follows ldsLatencyClocks behind. Waves stop when ldsQueueClocks of
//     work wait there (assumed).
//  7. s_waitcnt lgkmcnt(n) waits until at most n LDS instructions are out;
//     vmcnt, and scalar loads, never wait: data is taken as arrived (assumed;
//     prefetch distance and memory are judged elsewhere).
//  8. s_barrier joins the waves of a workgroup; they go on issueClocks after
//     the last came. The simulated SIMD stands for the others (assumed).
//  9. s_nop and s_sleep hold their wave ([ISA], SOPP). Scalar instructions and
//     branches cost their issue; scalar registers never stall (assumed).
// 10. Instruction fetch never stalls: the loop fits the cache (assumed).
//===----------------------------------------------------------------------===//

#include "IssueSimulation.h"

#include "llvm/ADT/STLExtras.h"

using namespace fovea::amd;

IssueSimulation::IssueSimulation(llvm::ArrayRef<IssueStep> steps,
                                 const ChipParameters &chip,
                                 const WaveShape &shape,
                                 const ModelOptions &options)
    : steps(steps), chip(chip), options(options) {
  unsigned wavesOfWorkgroup = shape.wavesPerWorkgroup / chip.simds;
  for (unsigned i = 0; i < shape.getWaves() / chip.simds; ++i) {
    Wave wave;
    wave.workgroup = i / wavesOfWorkgroup;
    wave.nextIssue = int64_t(wave.workgroup) * shape.workgroupOffset;
    // Its additional barrier, before the loop.
    wave.atBarrier =
        shape.staggered && i % wavesOfWorkgroup >= wavesOfWorkgroup / 2;
    waves.push_back(std::move(wave));
  }
}

bool IssueSimulation::run(int64_t maxClocks) {
  unsigned last = options.warmUpIterations + options.measuredIterations;
  measuring = options.warmUpIterations == 0;
  for (; now < maxClocks; now += chip.issueClocks) {
    releaseBarriers();
    issueAll();
    if (waves.front().iterations == last)
      return true;
    if (measuring || waves.front().iterations < options.warmUpIterations)
      continue;
    measuring = true;
    measuredFrom = now;
    issuedBefore = issued;
  }
  return false;
}

void IssueSimulation::releaseBarriers() {
  for (size_t begin = 0, end; begin < waves.size(); begin = end) {
    end = begin;
    bool all = true;
    while (end < waves.size() && waves[end].workgroup == waves[begin].workgroup)
      all &= waves[end++].atBarrier;
    if (!all)
      continue;
    for (size_t i = begin; i < end; ++i) {
      waves[i].atBarrier = false;
      waves[i].waiting = Stall::Barrier;
      waves[i].nextIssue = std::max(waves[i].nextIssue, now + chip.issueClocks);
    }
  }
}

/// Rule 2: who comes first. Every ready wave may issue something.
void IssueSimulation::issueAll() {
  llvm::SmallVector<unsigned, 8> order;
  for (unsigned i = 0; i < waves.size(); ++i)
    order.push_back(i);
  llvm::sort(order, [&](unsigned a, unsigned b) {
    return std::make_tuple(-int(waves[a].priority), waves[a].nextIssue, a) <
           std::make_tuple(-int(waves[b].priority), waves[b].nextIssue, b);
  });
  for (unsigned i : order)
    issueFrom(waves[i]);
}

void IssueSimulation::issueFrom(Wave &wave) {
  const IssueStep &step = steps[wave.place];
  std::optional<Stall> stall;
  if (wave.atBarrier)
    stall = Stall::Barrier;
  else if (wave.nextIssue > now)
    stall = wave.waiting;
  else
    stall = findStall(wave, step);
  if (stall && measuring)
    stalls[unsigned(*stall)] += chip.issueClocks;
  if (!stall && wave.nextIssue <= now)
    issue(wave, step);
}

std::optional<Stall> IssueSimulation::findStall(Wave &wave,
                                                const IssueStep &step) const {
  if (step.isWait() && wave.countLDSInFlight(now) > step.lgkmcnt)
    return Stall::LDSWait;
  // Asked first: while the pipe works, nothing is lost to a dependence.
  if (step.isMatrix() && matrixFree > now)
    return Stall::MatrixPipe;
  if (!wave.hasOperands(step, now))
    return Stall::Dependence;
  if (step.usesVectorPort() && portFree > now)
    return Stall::VectorPort;
  if (step.keepsOffMatrix && matrixFree > now)
    return Stall::BesideMatrix;
  if (step.ldsClocks && ldsFree > now + chip.ldsQueueClocks)
    return Stall::LDSQueue;
  return std::nullopt;
}

void IssueSimulation::issue(Wave &wave, const IssueStep &step) {
  ++issued;
  wave.nextIssue = now + chip.issueClocks + step.nopClocks;
  wave.waiting = step.nopClocks ? std::optional(Stall::Nop) : std::nullopt;
  if (step.isMatrix()) {
    matrixFree = now + step.pipeClocks;
    portFree = now + chip.matrixPortClocks;
    wave.setMatrixResults(step, matrixFree, chip.matrixResultClocks);
  } else if (step.usesVectorPort()) {
    portFree = now + step.pipeClocks;
    wave.setResults(step, portFree + step.resultClocks);
  } else if (step.ldsClocks) {
    ldsFree = std::max(ldsFree, now) + step.ldsClocks;
    // Loads to LDS count in vmcnt; see rule 7.
    if (step.kind != InstructionClass::GlobalToLDS) {
      wave.ldsInFlight.push_back(ldsFree + chip.ldsLatencyClocks);
      wave.setResults(step, ldsFree + chip.ldsLatencyClocks);
    }
  }
  if (step.priority)
    wave.priority = *step.priority;
  wave.atBarrier = step.kind == InstructionClass::Barrier;
  if (++wave.place == steps.size()) {
    wave.place = 0;
    ++wave.iterations;
  }
}
