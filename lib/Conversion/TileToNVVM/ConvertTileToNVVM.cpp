//===- ConvertTileToNVVM.cpp - scheduled tile kernels to GPU functions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../TileToGPU/ConvertKernels.h"
#include "NVVMWriter.h"

#include "fovea/Conversion/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace fovea {
#define GEN_PASS_DEF_CONVERTFOVEATILETONVVM
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

namespace {
struct ConvertFoveaTileToNVVM
    : fovea::impl::ConvertFoveaTileToNVVMBase<ConvertFoveaTileToNVVM> {
  void runOnOperation() override {
    if (failed(tile::convertKernels<tile::NVVMWriter>(getOperation(),
                                                      GPUVendor::NVIDIA)))
      signalPassFailure();
  }
};
} // namespace
