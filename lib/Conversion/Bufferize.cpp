//===- Bufferize.cpp - one-shot bufferization around tile kernels
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace fovea {
#define GEN_PASS_DEF_BUFFERIZE
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;

namespace {
struct Bufferize : fovea::impl::BufferizeBase<Bufferize> {
  using Base::Base;

  void runOnOperation() override {
    bufferization::OneShotBufferizationOptions options;
    options.bufferizeFunctionBoundaries = true;
    options.setFunctionBoundaryTypeConversion(
        dynamicLayouts ? bufferization::LayoutMapOption::FullyDynamicLayoutMap
                       : bufferization::LayoutMapOption::IdentityLayoutMap);
    options.opFilter.denyOperation([](Operation *op) {
      return op->getParentOfType<fovea::tile::KernelOp>() != nullptr;
    });
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(getOperation(), options,
                                                        state)))
      signalPassFailure();
  }
};
} // namespace
