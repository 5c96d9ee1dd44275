//===- ConvertTileToNVVM.cpp - scheduled tile kernels to GPU functions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

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
    SmallVector<tile::KernelOp> kernels(
        getOperation().getOps<tile::KernelOp>());
    for (tile::KernelOp kernel : kernels)
      if (failed(convert(kernel)))
        return signalPassFailure();
  }

private:
  /// Each kernel gets a module of its own, which becomes one device binary.
  LogicalResult convert(tile::KernelOp kernel) {
    const GPUTarget *target = tile::getTarget(kernel);
    if (!target || failed(tile::verifyForDevice(kernel, *target)))
      return failure();
    OpBuilder b(kernel);
    auto module =
        gpu::GPUModuleOp::create(b, kernel.getLoc(), kernel.getSymName());
    DeviceKernel description;
    tile::KernelWriter writer(kernel, *target, description);
    if (failed(writer.write(*module.getBody())))
      return failure();
    module->setAttr(kDeviceKernelAttr, description.toAttribute(&getContext()));
    kernel.erase();
    return success();
  }
};
} // namespace
