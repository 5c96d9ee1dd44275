//===- Judgement.h - what a kernel's machine code is worth -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_MACHINECODE_JUDGEMENT_H
#define FOVEA_TARGET_AMD_MACHINECODE_JUDGEMENT_H

#include "fovea/Target/AMD/MachineCode/IssueModel.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace fovea::amd {

/// The steady loop of a kernel and the model's verdict.
struct LoopJudgement {
  unsigned firstLine = 0, lastLine = 0;
  InstructionMix mix;
  std::vector<std::string> assumptions;
  IssueEstimate estimate;
  /// The same if exponentials do not run beside matrix instructions: sources
  /// disagree (Chip.cpp).
  IssueEstimate pessimisticEstimate;
};

struct Judgement {
  std::string kernel, chip;
  WaveShape shape;
  /// Empty without metadata.
  std::optional<Resources> resources;
  /// Empty for a kernel that has no loop with matrix instructions.
  std::optional<LoopJudgement> loop;
  /// What costs time or cannot run: spills, scratch, full waits, moves between
  /// register files, s_nops, waves that do not fit.
  std::vector<std::string> warnings;
};

/// Judges one function of an assembly file.
llvm::Expected<Judgement> judge(const Function &function,
                                const ChipParameters &chip,
                                const WaveShape &shape,
                                const ModelOptions &options = {});

/// Reads the assembly and judges the kernel named `kernel` on the chip that
/// the text names.
llvm::Expected<Judgement> judgeKernel(llvm::StringRef assembly,
                                      llvm::StringRef kernel,
                                      const WaveShape &shape,
                                      const ModelOptions &options = {});

/// Lines for a person, each indented by `indent` spaces.
void print(const Judgement &judgement, llvm::raw_ostream &os,
           unsigned indent = 2);

llvm::json::Value toJSON(const Judgement &judgement);

} // namespace fovea::amd

#endif
