//===- HipDriver.h - The HIP runtime API, without its headers ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What the runtime needs beyond Driver.h, after hip/hip_runtime_api.h
// (github.com/ROCm/HIP); the numbers here are the same in ROCm 5.2 to 7.0.
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_HIPDRIVER_H
#define FOVEA_LIB_RUNTIME_HIPDRIVER_H

#include "Driver.h"

namespace fovea::runtime::hip {

enum DeviceAttribute : int {    // hipDeviceAttribute_t, counted from its first
  kMultiprocessorCount = 63,    // hipDeviceAttributeMultiprocessorCount
  kMaxSharedMemoryPerBlock = 74 // hipDeviceAttributeMaxSharedMemoryPerBlock
};

/// Room for hipDeviceProp_t, whose layout differs from version to version: 1472
/// bytes since ROCm 6.0 (hipDeviceProp_tR0600), 792 before (R0000).
struct alignas(16) DeviceProperties {
  char bytes[8192];
};

// X(name without "hip", symbol, result, parameters, optional). The headers of
// ROCm 6.0 and later rename hipGetDeviceProperties to its R0600; the plain
// symbol stays for programs that were compiled before.
#define FOVEA_HIP_DRIVER_FUNCTIONS(X)                                          \
  X(GetErrorName, "hipGetErrorName", const char *, (Result error), false)      \
  X(GetErrorString, "hipGetErrorString", const char *, (Result error), false)  \
  X(GetDevice, "hipGetDevice", Result, (Device * device), false)               \
  X(SetDevice, "hipSetDevice", Result, (Device device), false)                 \
  X(ModuleLoadData, "hipModuleLoadData", Result,                               \
    (Module * module, const void *image), false)                               \
  X(GetDeviceProperties, "hipGetDeviceProperties", Result,                     \
    (DeviceProperties * properties, Device device), true)                      \
  X(GetDevicePropertiesR0600, "hipGetDevicePropertiesR0600", Result,           \
    (DeviceProperties * properties, Device device), true)

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
struct HipDriver : Driver {
#define FOVEA_MEMBER(name, symbol, result, parameters, optional)               \
  result(*name) parameters;
  FOVEA_HIP_DRIVER_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};
// NOLINTEND(readability-identifier-naming)

} // namespace fovea::runtime::hip

#endif // FOVEA_LIB_RUNTIME_HIPDRIVER_H
