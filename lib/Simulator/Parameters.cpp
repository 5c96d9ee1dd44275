//===- Parameters.cpp - what a kernel's function is given -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What the runtime does on a device (fovea/Runtime/Device.h), and what MLIR's
// lowering of functions expects ("Ranked MemRef Types" and "Bare Pointer
// Calling Convention" of "LLVM IR Target").
//
//===----------------------------------------------------------------------===//

#include "Launch.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

namespace {

/// A strided memref's descriptor.
struct Memref {
  Memref(const void *descriptor, int rank, int bytes)
      : allocated(static_cast<char *const *>(descriptor)[0]),
        aligned(static_cast<char *const *>(descriptor)[1]), rank(rank),
        bytes(bytes) {
    auto *numbers = static_cast<const int64_t *>(descriptor) + 2;
    offset = numbers[0];
    base = aligned + offset * bytes;
    sizes = numbers + 1;
    strides = sizes + rank;
  }
  /// From the first byte to the last, in bytes from `base`.
  std::pair<int64_t, int64_t> extent() const {
    int64_t first = 0, last = bytes;
    for (int d = 0; d < rank; ++d) {
      if (sizes[d] == 0)
        return {0, 0};
      int64_t reach = (sizes[d] - 1) * strides[d] * bytes;
      (reach < 0 ? first : last) += reach;
    }
    return {first, last};
  }

  char *allocated, *aligned, *base;
  int rank, bytes;
  int64_t offset;
  const int64_t *sizes, *strides;
};

class Packer {
public:
  Packer(Kernel &kernel, void *const *arguments, GlobalMemory &memory,
         Parameters &parameters)
      : kernel(kernel), description(kernel.description), arguments(arguments),
        memory(memory), values(parameters.values), maps(parameters.maps),
        counter(parameters.counter) {}

  LogicalResult run(ArrayRef<int64_t> grid);

private:
  Memref view(int argument) const {
    return Memref(arguments[argument], description.arguments[argument].rank,
                  description.arguments[argument].bytes);
  }
  void addArgument(int argument);
  void addTensorMaps();
  LogicalResult requireAlignment(int argument, int alignment) const;
  LogicalResult requireType(int argument) const;
  LogicalResult requireEncodable(const DeviceKernel::TensorMap &map) const;

  Kernel &kernel;
  const DeviceKernel &description;
  void *const *arguments;
  GlobalMemory &memory;
  std::vector<uint64_t> &values;
  std::vector<nvidia::TensorMap> &maps;
  uint64_t &counter;
};

} // namespace

/// Base and strides, as the runtime refuses them
/// (lib/Runtime/DeviceParameters.cpp, TensorMap.cpp).
LogicalResult Packer::requireAlignment(int argument, int alignment) const {
  Memref v = view(argument);
  auto fail = [&](const Twine &what) -> LogicalResult {
    return kernel.function.emitError("argument ")
           << argument << " of '" << description.name << "' has " << what
           << ", expected a multiple of " << alignment << " bytes";
  };
  auto [first, last] = v.extent();
  if (alignment <= 1 || first == last)
    return success();
  auto base = reinterpret_cast<uintptr_t>(v.base);
  if (base % alignment)
    return fail("its data at 0x" + Twine::utohexstr(base));
  for (int d = 0; d + 1 < v.rank; ++d)
    if (v.sizes[d] > 1 && v.strides[d] * v.bytes % alignment)
      return fail("a stride of " + Twine(v.strides[d] * v.bytes) +
                  " bytes in dimension " + Twine(d));
  return success();
}

/// What the function's type says of sizes, strides and the offset is compiled
/// into its code.
LogicalResult Packer::requireType(int argument) const {
  MemRefType type = argument < int(kernel.types.size()) ? kernel.types[argument]
                                                        : MemRefType();
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!type || failed(type.getStridesAndOffset(strides, offset)))
    return success();
  Memref v = view(argument);
  auto isAs = [](int64_t given, int64_t expected) {
    return ShapedType::isDynamic(expected) || given == expected;
  };
  bool isEmpty = v.extent() == std::pair<int64_t, int64_t>(0, 0);
  bool isRight = isAs(v.offset, offset);
  for (int d = 0; d < v.rank; ++d)
    isRight &= isAs(v.sizes[d], type.getDimSize(d)) &&
               (isEmpty || v.sizes[d] == 1 || isAs(v.strides[d], strides[d]));
  if (isRight)
    return success();
  InFlightDiagnostic error = kernel.function.emitError("argument ")
                             << argument << " of '" << description.name
                             << "' has offset " << v.offset << ", sizes [";
  llvm::interleaveComma(ArrayRef(v.sizes, v.rank), error);
  error << "] and strides [";
  llvm::interleaveComma(ArrayRef(v.strides, v.rank), error);
  return error << "], expected a " << type;
}

/// The rules of cuTensorMapEncodeTiled (CUDA Driver API, "Tensor Map Object
/// Management").
LogicalResult
Packer::requireEncodable(const DeviceKernel::TensorMap &map) const {
  constexpr int kAlignment = 16;
  // By CUtensorMapDataType: 8, 16 and 32 bits, 64 bits, and floats.
  constexpr int kBytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2};
  Memref v = view(map.argument);
  if (map.element < 0 || map.element >= int(std::size(kBytes)) ||
      kBytes[map.element] != v.bytes || map.boxColumns * v.bytes % kAlignment)
    return kernel.function.emitError("has a tensor map of element type ")
           << map.element << " and " << map.boxColumns
           << " columns for elements of " << v.bytes
           << " bytes, expected their type, and rows of a multiple of 16 bytes";
  if (v.sizes[v.rank - 1] > 1 && v.strides[v.rank - 1] != 1)
    return kernel.function.emitError("has a tensor map of a tensor whose last "
                                     "dimension has a stride of ")
           << v.strides[v.rank - 1] << ", expected 1";
  for (int d = 0; d < v.rank; ++d)
    if (v.strides[d] < 0 && v.sizes[d] > 1)
      return kernel.function.emitError("has a tensor map of a tensor with a "
                                       "stride of ")
             << v.strides[d] << ", expected none below 0";
  return requireAlignment(map.argument, kAlignment);
}

void Packer::addArgument(int argument) {
  const DeviceKernel::Argument &a = description.arguments[argument];
  if (a.rank < 0) {
    uint64_t value = 0;
    std::memcpy(&value, arguments[argument], a.bytes);
    values.push_back(value);
    return;
  }
  Memref v = view(argument);
  auto [first, last] = v.extent();
  if (first != last)
    memory.admit(v.base + first, last - first);
  auto add = [&](const char *pointer) {
    values.push_back(reinterpret_cast<uint64_t>(pointer));
  };
  switch (kernel.convention) {
  case Convention::Own:
    add(v.base);
    break;
  case Convention::Descriptor:
    add(v.allocated);
    add(v.aligned);
    values.push_back(v.offset);
    break;
  case Convention::Bare:
    add(v.aligned);
    return;
  }
  values.insert(values.end(), v.sizes, v.sizes + a.rank);
  values.insert(values.end(), v.strides, v.strides + a.rank);
}

/// Boxes are {columns, rows, 1, ...}, dimensions innermost first.
void Packer::addTensorMaps() {
  for (const DeviceKernel::TensorMap &map : description.tensorMaps) {
    Memref v = view(map.argument);
    nvidia::TensorMap result;
    result.base = reinterpret_cast<uint64_t>(v.base);
    result.elementBytes = v.bytes;
    result.swizzleBytes = map.swizzleBytes;
    for (int d = v.rank; d-- > 0;) {
      result.sizes.push_back(v.sizes[d]);
      result.strides.push_back(v.strides[d] * v.bytes);
      result.box.push_back(1);
    }
    result.box[0] = map.boxColumns;
    result.box[1] = map.boxRows;
    maps.push_back(std::move(result));
  }
  for (const nvidia::TensorMap &map : maps)
    values.push_back(reinterpret_cast<uint64_t>(&map));
}

LogicalResult Packer::run(ArrayRef<int64_t> grid) {
  for (int a = 0; a < int(description.arguments.size()); ++a) {
    const DeviceKernel::Argument &argument = description.arguments[a];
    if (argument.rank >= 0 &&
        (failed(requireAlignment(a, argument.alignment)) ||
         failed(requireType(a))))
      return failure();
    addArgument(a);
  }
  for (const DeviceKernel::TensorMap &map : description.tensorMaps)
    if (failed(requireEncodable(map)))
      return failure();
  addTensorMaps();
  if (kernel.convention != Convention::Own)
    return success();
  values.insert(values.end(), grid.begin(), grid.end());
  if (description.persistent) {
    counter = reinterpret_cast<uint64_t>(memory.allocate(sizeof(uint32_t)));
    // Cleared, as by the runtime; atomics do not ask whether it is defined.
    std::memset(reinterpret_cast<void *>(counter), 0, sizeof(uint32_t));
    values.push_back(counter);
  }
  return success();
}

LogicalResult fovea::sim::packParameters(Kernel &kernel, ArrayRef<int64_t> grid,
                                         void *const *arguments,
                                         GlobalMemory &memory,
                                         Parameters &parameters) {
  return Packer(kernel, arguments, memory, parameters).run(grid);
}
