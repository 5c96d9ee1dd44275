//===- CPUTarget.h - CPU targets as data -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_CPU_CPUTARGET_H
#define FOVEA_TARGET_CPU_CPUTARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace fovea {

/// What generic passes ask about a CPU.
struct CPUTarget {
  llvm::StringRef name;
  /// -mcpu and feature string for LLVM's code generator.
  llvm::StringRef cpu, features;
  /// Width and number of vector registers.
  int64_t vectorBits, vectorRegisters;
  /// Per-core data caches in bytes. Conservative for the class; the code runs
  /// on any CPU with the features.
  int64_t l1Bytes, l2Bytes;
  /// Most bytes a workgroup may keep on a worker thread's stack (libomp's
  /// default worker stack is 4 MiB).
  int64_t stackBytes;
};

/// All targets, widest last.
llvm::ArrayRef<CPUTarget> getCPUTargets();

/// The target named `name`, or the widest one that this machine can run when it
/// is "host". Null for unknown names.
const CPUTarget *lookupCPUTarget(llvm::StringRef name);

/// "host, x86-64, avx2, ..." for diagnostics.
std::string listCPUTargets();

} // namespace fovea

#endif
