//===- ExplainConfig.h - why a config is what it is -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_CONVERSION_EXPLAINCONFIG_H
#define FOVEA_CONVERSION_EXPLAINCONFIG_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Target/CPU/CPUTarget.h"
#include "fovea/Target/GPU/GPUTarget.h"

namespace fovea {

/// The register and cache shares that a config comes down to on `cpu`: the
/// remark of fovea-choose-config, and the `why` of reports.
std::string explainConfig(mlir::Operation *op, tile::ConfigAttr config,
                          const CPUTarget &cpu);
/// The rows, steps and registers that it comes down to on `gpu`.
std::string explainConfig(tile::ConfigAttr config, const GPUTarget &gpu);

} // namespace fovea

#endif
