//===- ConvertTileToROCDL.cpp - scheduled tile kernels to AMD functions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../TileToGPU/ConvertKernels.h"
#include "ROCDLWriter.h"

#include "fovea/Conversion/Passes.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace fovea {
#define GEN_PASS_DEF_CONVERTFOVEATILETOROCDL
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

namespace {
struct ConvertFoveaTileToROCDL
    : fovea::impl::ConvertFoveaTileToROCDLBase<ConvertFoveaTileToROCDL> {
  void runOnOperation() override {
    if (failed(tile::convertKernels<tile::ROCDLWriter>(getOperation(),
                                                       GPUVendor::AMD)))
      signalPassFailure();
  }
};
} // namespace
