//===- GPUTarget.cpp - what generic passes ask about a GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/GPU/GPUTarget.h"

#include "fovea/Target/AMD/SharedMemory/Model.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace fovea {
#define GET_GPUTargets_IMPL
#include "fovea/Target/GPU/GPUTargets.inc"
} // namespace fovea

using namespace fovea;

llvm::ArrayRef<GPUTarget> fovea::getGPUTargets() { return ::fovea::GPUTargets; }

const GPUTarget *fovea::lookupGPUTarget(llvm::StringRef name) {
  for (const GPUTarget &target : getGPUTargets())
    if (name == target.name)
      return &target;
  return nullptr;
}

std::string fovea::listGPUTargets() {
  return llvm::join(llvm::map_range(getGPUTargets(),
                                    [](const GPUTarget &target) {
                                      return std::string(target.name);
                                    }),
                    ", ");
}
