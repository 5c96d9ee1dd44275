//===- DeviceParameters.cpp - The parameters of a launch --------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceParameters.h"

using namespace fovea::runtime;

/// Kernels count elements of a dimension in int32.
static bool checkSize(DeviceCall &call, const FoveaDeviceKernel &kernel,
                      int32_t argument, int64_t size, int32_t dim) {
  if (size <= INT32_MAX)
    return true;
  Message why;
  appendArgument(why, call, kernel, argument);
  why.append("found size %lld in dimension %d, at most 2^31 - 1 is legal",
             static_cast<long long>(size), dim);
  keepError(call, why);
  return false;
}

/// Threads read and write several elements at once.
static bool checkAlignment(DeviceCall &call, const FoveaDeviceKernel &kernel,
                           int32_t index, const MemrefView &view) {
  const FoveaKernelArgument &argument = kernel.arguments[index];
  if (argument.alignment <= 1)
    return true;
  Message why;
  appendArgument(why, call, kernel, index);
  auto address = reinterpret_cast<uintptr_t>(view.base);
  if (address % argument.alignment) {
    why.append("found address %p, expected a multiple of %d bytes", view.base,
               argument.alignment);
    keepError(call, why);
    return false;
  }
  for (int32_t d = 0; d + 1 < argument.rank; ++d) {
    if (view.sizes[d] <= 1 ||
        view.strides[d] * argument.bytes % argument.alignment == 0)
      continue;
    why.append("found stride %lld in dimension %d, expected a multiple of %d "
               "elements",
               static_cast<long long>(view.strides[d]), d,
               argument.alignment / argument.bytes);
    keepError(call, why);
    return false;
  }
  return true;
}

static bool packArgument(DeviceCall &call, const FoveaDeviceKernel &kernel,
                         int32_t index, const void *value,
                         Parameters &parameters) {
  const FoveaKernelArgument &argument = kernel.arguments[index];
  if (argument.rank < 0) {
    if (void *room = parameters.add(argument.bytes, argument.bytes))
      memcpy(room, value, argument.bytes);
    return true;
  }
  MemrefView view(value, argument);
  if (!checkAlignment(call, kernel, index, view))
    return false;
  parameters.add(view.base);
  for (int32_t d = 0; d < argument.rank; ++d) {
    if (!checkSize(call, kernel, index, view.sizes[d], d))
      return false;
    parameters.add(static_cast<int32_t>(view.sizes[d]));
  }
  for (int32_t d = 0; d < argument.rank; ++d)
    parameters.add(view.strides[d]);
  return true;
}

static bool packTensorMap(DeviceCall &call, const FoveaDeviceKernel &kernel,
                          const FoveaTensorMap &map, const void *descriptor,
                          char *scratch, Parameters &parameters) {
  void *room = parameters.add(kTensorMapBytes, kTensorMapAlignment);
  if (!room)
    return true;
  MemrefView view(descriptor, kernel.arguments[map.argument]);
  return encodeTensorMap(call, kernel, map, view,
                         scratch ? scratch + kScratchZeros : nullptr, room);
}

bool fovea::runtime::packParameters(DeviceCall &call,
                                    const FoveaDeviceKernel &kernel,
                                    const int64_t *grid, void *const *arguments,
                                    char *scratch, Parameters &parameters) {
  for (int32_t i = 0; i < kernel.num_arguments; ++i)
    if (!packArgument(call, kernel, i, arguments[i], parameters))
      return false;
  for (int32_t i = 0; i < kernel.num_tensor_maps; ++i) {
    const FoveaTensorMap &map = kernel.tensor_maps[i];
    if (!packTensorMap(call, kernel, map, arguments[map.argument], scratch,
                       parameters))
      return false;
  }
  for (int32_t i = 0; i < kernel.grid_rank; ++i)
    parameters.add(static_cast<int32_t>(grid[i]));
  if (isPersistent(kernel))
    parameters.add(scratch);
  return !parameters.isFull ||
         keepMalformed(call, kernel, "parameters of more bytes than",
                       kMaxParameterBytes);
}
