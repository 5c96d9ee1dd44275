//===- Targets.cpp - what --target may name -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Targets.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

static constexpr llvm::StringLiteral kBuilt[] = {"cpu", "sm_80", "sm_86",
                                                 "sm_89", "sm_90a"};
static constexpr llvm::StringLiteral kPlanned[] = {"gfx90a", "gfx942",
                                                   "gfx950"};

std::string fovea::explainMissingTarget(llvm::StringRef target) {
  if (llvm::is_contained(kBuilt, target))
    return "";
  bool planned = llvm::is_contained(kPlanned, target);
  return (planned ? "target '" : "unknown target '") + target.str() +
         (planned ? "' is not built yet" : "'") + "; expected " +
         llvm::join(std::begin(kBuilt), std::end(kBuilt), ", ");
}
