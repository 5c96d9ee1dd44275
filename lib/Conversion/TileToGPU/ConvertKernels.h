//===- ConvertKernels.h - kernels to modules of a device -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETOGPU_CONVERTKERNELS_H
#define FOVEA_LIB_CONVERSION_TILETOGPU_CONVERTKERNELS_H

#include "KernelWriter.h"

#include "fovea/Dialect/FoveaTile/Transforms/SharedTiles.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace fovea::tile {

/// Each kernel of `module` for a GPU of `vendor` gets a module of its own,
/// which becomes one device binary, written by `Writer`.
template <typename Writer>
mlir::LogicalResult convertKernels(mlir::ModuleOp module, GPUVendor vendor) {
  for (auto kernel : llvm::make_early_inc_range(module.getOps<KernelOp>())) {
    const GPUTarget *target = getTarget(kernel);
    if (!target)
      return mlir::failure();
    if (target->vendor != vendor)
      continue;
    if (failed(verifyForDevice(kernel, *target)))
      return mlir::failure();
    mlir::OpBuilder b(kernel);
    auto device =
        mlir::gpu::GPUModuleOp::create(b, kernel.getLoc(), kernel.getSymName());
    DeviceKernel description;
    Writer writer(kernel, *target, description);
    if (failed(writer.write(*device.getBody())))
      return mlir::failure();
    device->setAttr(kDeviceKernelAttr,
                    description.toAttribute(module.getContext()));
    if (kernel.getConfig().getSchedule().getPhases() == Phases::PingPong)
      device->setAttr(kStaggeredAttr, b.getUnitAttr());
    llvm::SmallVector<std::string> tiles;
    describeChannels(kernel, *target, tiles);
    if (!tiles.empty())
      device->setAttr(
          kSharedTilesAttr,
          b.getStrArrayAttr(llvm::to_vector_of<llvm::StringRef>(tiles)));
    kernel.erase();
  }
  return mlir::success();
}

} // namespace fovea::tile

#endif
