//===- FakeCuda.cpp - A CUDA driver that remembers its calls ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What only CUDA has; the signatures are those of lib/Runtime/CudaDriver.h.
//
//===----------------------------------------------------------------------===//

#include "FakeDriverImpl.h"

#include "../../../../lib/Runtime/CudaDriver.h"

#include <cstring>

using namespace fovea::runtime::cuda;

// NOLINTBEGIN(readability-identifier-naming): the driver's names.

EXPORT Result cuGetErrorName(Result error, const char **name) {
  static const std::map<Result, const char *> names = {
      {1, "CUDA_ERROR_INVALID_VALUE"},
      {2, "CUDA_ERROR_OUT_OF_MEMORY"},
      {100, "CUDA_ERROR_NO_DEVICE"},
      {101, "CUDA_ERROR_INVALID_DEVICE"},
      {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {218, "CUDA_ERROR_INVALID_PTX"},
      {500, "CUDA_ERROR_NOT_FOUND"},
      {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"}};
  auto found = names.find(error);
  *name = found == names.end() ? nullptr : found->second;
  return *name ? kSuccess : 1;
}

EXPORT Result cuGetErrorString(Result error, const char **text) {
  static const std::map<Result, const char *> texts = {
      {1, "invalid argument"},
      {2, "out of memory"},
      {100, "no CUDA-capable device is detected"}};
  auto found = texts.find(error);
  *text = found == texts.end() ? nullptr : found->second;
  return *text ? kSuccess : 1;
}

EXPORT Result cuDeviceGet(Device *device, int ordinal) {
  ENTER
  *device = ordinal;
  return ordinal >= 0 && ordinal < fake.devices ? kSuccess
                                                : kErrorInvalidDevice;
}

EXPORT Result cuDeviceGetAttribute(int *value, int attribute, Device) {
  ENTER
  *value = attribute == kMultiprocessorCount      ? fake.multiprocessors
           : attribute == kComputeCapabilityMajor ? 8
           : attribute == kComputeCapabilityMinor ? 6
                                                  : fake.sharedBytes;
  return kSuccess;
}

EXPORT Result cuDevicePrimaryCtxRetain(Context *context, Device device) {
  ENTER
  *context = static_cast<Context>(contextOf(device));
  return kSuccess;
}

EXPORT Result cuCtxGetCurrent(Context *context) {
  ENTER
  *context = static_cast<Context>(contextOf(*fake_context()));
  return kSuccess;
}

EXPORT Result cuCtxSetCurrent(Context context) {
  ENTER
  *fake_context() =
      context ? int(reinterpret_cast<uintptr_t>(context) - 0x1000) : kNoContext;
  return kSuccess;
}

EXPORT Result cuCtxGetDevice(Device *device) {
  ENTER
  *device = *fake_context();
  return kSuccess;
}

EXPORT Result cuCtxGetId(Context context, unsigned long long *id) {
  ENTER
  *id = reinterpret_cast<uintptr_t>(context);
  return kSuccess;
}

EXPORT Result cuModuleLoadDataEx(Module *module, const void *image,
                                 unsigned numOptions, int *options,
                                 void **values) {
  Result failure = noteModule(__func__, module, image);
  for (unsigned i = 0; i < numOptions; ++i)
    if (failure && options[i] == kJitErrorLogBuffer)
      strcpy(static_cast<char *>(values[i]), fake_driver()->jitLog.c_str());
  return failure;
}

EXPORT Result cuFuncSetAttribute(Function, int attribute, int value) {
  ENTER
  fake.functionAttributes[attribute] = value;
  return kSuccess;
}

EXPORT Result cuLaunchKernelEx(const LaunchConfig *config, Function function,
                               void **parameters, void **) {
  ENTER
  FakeLaunch launch;
  launch.grid.assign(config->gridDim, config->gridDim + 3);
  launch.block.assign(config->blockDim, config->blockDim + 3);
  launch.sharedBytes = config->sharedMemBytes;
  launch.stream = config->stream;
  for (unsigned i = 0; i < config->numAttributes; ++i)
    if (config->attributes[i].id == kLaunchAttributeClusterDimension) {
      const unsigned *cluster = config->attributes[i].value.clusterDim;
      launch.cluster.assign(cluster, cluster + 3);
    }
  noteLaunch(fake, function, launch, parameters);
  return kSuccess;
}

EXPORT Result cuTensorMapEncodeTiled(
    TensorMap *map, int element, unsigned rank, void *base,
    const unsigned long long *sizes, const unsigned long long *strides,
    const unsigned *box, const unsigned *elementStrides, int interleave,
    int swizzle, int l2Promotion, int outOfBoundsFill) {
  ENTER
  memset(map, 0x40 + int(fake.maps.size()), sizeof(*map));
  fake.maps.push_back({element,
                       base,
                       {sizes, sizes + rank},
                       {strides, strides + rank - 1},
                       {box, box + rank},
                       {elementStrides, elementStrides + rank},
                       interleave,
                       swizzle,
                       l2Promotion,
                       outOfBoundsFill});
  // The driver wants each map on 64 bytes.
  return reinterpret_cast<uintptr_t>(map) % 64 ? 1 : kSuccess;
}

// NOLINTEND(readability-identifier-naming)
