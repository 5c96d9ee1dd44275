//===- Targets.cpp - what --target may name -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Targets.h"

#include "fovea/Target/GPU/GPUTarget.h"

std::string fovea::explainMissingTarget(llvm::StringRef target) {
  if (target == "cpu" || lookupGPUTarget(target))
    return "";
  return "unknown target '" + target.str() + "'; expected cpu, " +
         listGPUTargets();
}
