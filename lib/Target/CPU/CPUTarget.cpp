//===- CPUTarget.cpp - CPU targets as data -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/CPU/CPUTarget.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

using namespace fovea;

// Caches: the smallest of the server and desktop cores of each class (L1d 32
// KiB; L2 256 KiB on Haswell, 1 MiB on Skylake-SP and Zen 4).
static constexpr CPUTarget kTargets[] = {
    {"x86-64", "x86-64", "", 128, 16, 32 << 10, 256 << 10, 2 << 20},
    {"avx2", "x86-64-v3", "", 256, 16, 32 << 10, 512 << 10, 2 << 20},
    {"avx512", "x86-64-v4", "-prefer-256-bit", 512, 32, 32 << 10, 1 << 20,
     2 << 20},
};

llvm::ArrayRef<CPUTarget> fovea::getCPUTargets() { return kTargets; }

std::string fovea::listCPUTargets() {
  std::string names = "host";
  for (const CPUTarget &target : kTargets)
    names += (", " + target.name).str();
  return names;
}

/// The widest class whose features this machine has (x86-64 psABI levels 3 and
/// 4).
static llvm::StringRef getHostName() {
  llvm::StringMap<bool> has = llvm::sys::getHostCPUFeatures();
  auto all = [&](std::initializer_list<llvm::StringRef> features) {
    return llvm::all_of(features,
                        [&](llvm::StringRef f) { return has.lookup(f); });
  };
  if (!all({"avx2", "fma", "f16c", "bmi2"}))
    return "x86-64";
  return all({"avx512f", "avx512bw", "avx512dq", "avx512vl"}) ? "avx512"
                                                              : "avx2";
}

const CPUTarget *fovea::lookupCPUTarget(llvm::StringRef name) {
  if (name == "host")
    name = getHostName();
  for (const CPUTarget &target : kTargets)
    if (target.name == name)
      return &target;
  return nullptr;
}
