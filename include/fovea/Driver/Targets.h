//===- Targets.h - what --target may name -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_TARGETS_H
#define FOVEA_DRIVER_TARGETS_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace fovea {

/// Why `target` cannot be compiled for, or empty if it can.
std::string explainMissingTarget(llvm::StringRef target);

} // namespace fovea

#endif
