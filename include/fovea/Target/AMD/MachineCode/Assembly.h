//===- Assembly.h - a file of AMDGPU assembly -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_MACHINECODE_ASSEMBLY_H
#define FOVEA_TARGET_AMD_MACHINECODE_ASSEMBLY_H

#include "fovea/Target/AMD/MachineCode/Instruction.h"

#include "llvm/ADT/StringMap.h"

#include <vector>

namespace fovea::amd {

/// What a kernel occupies, by the code object's metadata (LLVM's "User Guide
/// for AMDGPU Backend", Code Object V3 and above, amdhsa.kernels).
struct Resources {
  /// Of a lane. AGPRs and VGPRs share one file since gfx90a: `totalVGPRs` is
  /// .vgpr_count, which counts both.
  int64_t vgprs = 0, agprs = 0, totalVGPRs = 0;
  int64_t sgprs = 0, vgprSpills = 0, sgprSpills = 0;
  /// Of a lane; of a workgroup.
  int64_t scratchBytes = 0, ldsBytes = 0;
  int64_t maxThreads = 0;
};

/// One function, in the order of the text.
struct Function {
  /// Empty for instructions before any function: loops written by hand.
  std::string name;
  std::vector<Instruction> instructions;
  /// The instruction that follows a label; the number of instructions for a
  /// label at the end.
  llvm::StringMap<size_t> labels;
  /// Of kernels, where the file has metadata.
  std::optional<Resources> resources;
};

struct Assembly {
  /// "gfx942", from .amdgcn_target; empty without.
  std::string chip;
  std::vector<Function> functions;

  /// The function named `name`, or null.
  const Function *lookup(llvm::StringRef name) const;
};

/// Reads what `llc -mtriple=amdgcn-amd-amdhsa -filetype=asm` prints. Errors
/// name the line and its text.
llvm::Expected<Assembly> parseAssembly(llvm::StringRef text);

} // namespace fovea::amd

#endif
