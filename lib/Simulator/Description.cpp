//===- Description.cpp - what is said of a kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Description.h"

#include "fovea/Conversion/DeviceKernel.h"

using namespace mlir;
using namespace fovea;

LogicalResult fovea::sim::verifyDescription(gpu::GPUModuleOp device,
                                            DictionaryAttr description) {
  auto isNumber = [&](StringRef key, int64_t least, int64_t most) {
    auto number = description.getAs<IntegerAttr>(key);
    return number && number.getType().isSignlessInteger(32) &&
           number.getInt() >= least && number.getInt() <= most;
  };
  auto isList = [&](StringRef key, int64_t step) {
    auto list = description.getAs<DenseI32ArrayAttr>(key);
    return list && list.size() % step == 0;
  };
  // The most of any target: 227 KiB.
  constexpr int64_t kMaxThreads = 1024, kMaxShared = 227 << 10;
  if (!isNumber("threads", 32, kMaxThreads) ||
      !isNumber("shared_bytes", 0, kMaxShared) ||
      !isNumber("grid_rank", 0, 8) || !isNumber("persistent", 0, 64) ||
      !isList("arguments", 3) || !isList("tensor_maps", 5))
    return device.emitOpError("has an incomplete ")
           << kDeviceKernelAttr
           << "; expected threads, shared_bytes, grid_rank, persistent, "
              "arguments and tensor_maps as fovea-compile prints them";
  DeviceKernel kernel =
      DeviceKernel::fromAttribute(device.getName(), description);
  if (kernel.threads % 32)
    return device.emitOpError("has ")
           << kernel.threads << " threads, expected a multiple of 32";
  for (const DeviceKernel::Argument &argument : kernel.arguments)
    if (argument.rank < -1 || argument.rank > 8 || argument.bytes < 1 ||
        argument.bytes > 8)
      return device.emitOpError("has an argument of rank ")
             << argument.rank << " with elements of " << argument.bytes
             << " bytes, expected a rank of -1 to 8, and 1 to 8 bytes";
  for (const DeviceKernel::TensorMap &map : kernel.tensorMaps) {
    bool isKnown =
        map.argument >= 0 && map.argument < int32_t(kernel.arguments.size());
    int32_t rank = isKnown ? kernel.arguments[map.argument].rank : 0;
    bool isSwizzle = llvm::is_contained({0, 32, 64, 128}, map.swizzleBytes);
    if (rank < 2 || rank > 5 || !isSwizzle || map.boxRows < 1 ||
        map.boxRows > 256 || map.boxColumns < 1 || map.boxColumns > 256)
      return device.emitOpError("has a tensor map that is none: expected an "
                                "argument of rank 2 to 5, a swizzle of 0, 32, "
                                "64 or 128 bytes, and boxes of 1 to 256 rows "
                                "and columns");
  }
  return success();
}
