//===- DeviceKernel.cpp - how the host launches a device's kernel
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Conversion/DeviceKernel.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace fovea;

DictionaryAttr DeviceKernel::toAttribute(MLIRContext *context) const {
  Builder b(context);
  SmallVector<int32_t> argumentList, mapList;
  for (const Argument &argument : arguments)
    argumentList.append({argument.rank, argument.bytes, argument.alignment});
  for (const TensorMap &map : tensorMaps)
    mapList.append({map.argument, map.element, map.swizzleBytes, map.boxRows,
                    map.boxColumns});
  return b.getDictionaryAttr({
      b.getNamedAttr("threads", b.getI32IntegerAttr(threads)),
      b.getNamedAttr("shared_bytes", b.getI32IntegerAttr(sharedBytes)),
      b.getNamedAttr("grid_rank", b.getI32IntegerAttr(gridRank)),
      b.getNamedAttr("persistent", b.getI32IntegerAttr(persistent)),
      b.getNamedAttr("arguments", b.getDenseI32ArrayAttr(argumentList)),
      b.getNamedAttr("tensor_maps", b.getDenseI32ArrayAttr(mapList)),
  });
}

DeviceKernel DeviceKernel::fromAttribute(StringRef name,
                                         DictionaryAttr attribute) {
  auto number = [&](StringRef key) {
    return int32_t(attribute.getAs<IntegerAttr>(key).getInt());
  };
  DeviceKernel kernel;
  kernel.name = name.str();
  kernel.threads = number("threads");
  kernel.sharedBytes = number("shared_bytes");
  kernel.gridRank = number("grid_rank");
  kernel.persistent = number("persistent");
  ArrayRef<int32_t> list =
      attribute.getAs<DenseI32ArrayAttr>("arguments").asArrayRef();
  for (; !list.empty(); list = list.drop_front(3))
    kernel.arguments.push_back({list[0], list[1], list[2]});
  list = attribute.getAs<DenseI32ArrayAttr>("tensor_maps").asArrayRef();
  for (; !list.empty(); list = list.drop_front(5))
    kernel.tensorMaps.push_back({list[0], list[1], list[2], list[3], list[4]});
  return kernel;
}
