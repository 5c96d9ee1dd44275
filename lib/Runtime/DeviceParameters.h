//===- DeviceParameters.h - The parameters of a launch ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_DEVICEPARAMETERS_H
#define FOVEA_LIB_RUNTIME_DEVICEPARAMETERS_H

#include "DeviceCall.h"

#include <string.h>

namespace fovea::runtime {

/// Bytes of parameters that every device and driver of NVIDIA's takes (CUDA C++
/// Programming Guide, "Function Parameters"); AMD's take no fewer.
constexpr size_t kMaxParameterBytes = 4096;

/// Device memory of a launch: the counter of a persistent kernel, then what
/// empty memrefs are mapped to. All zero.
constexpr size_t kScratchBytes = 256;
constexpr size_t kScratchZeros = 128;

/// The values of a kernel's parameters, and a pointer to each as cuLaunchKernel
/// takes them.
struct Parameters {
  alignas(64) char bytes[kMaxParameterBytes];
  void *pointers[kMaxParameterBytes / sizeof(int32_t)];
  size_t used = 0, count = 0;
  bool isFull = false;

  /// Room for one parameter, or null if there is none.
  void *add(size_t size, size_t alignment) {
    size_t start = (used + alignment - 1) / alignment * alignment;
    if (start + size > kMaxParameterBytes ||
        count == sizeof(pointers) / sizeof(*pointers)) {
      isFull = true;
      return nullptr;
    }
    used = start + size;
    return pointers[count++] = bytes + start;
  }
  template <typename T>
  void add(T value) {
    if (void *room = add(sizeof(T), alignof(T)))
      memcpy(room, &value, sizeof(T));
  }
};

inline bool isPersistent(const FoveaDeviceKernel &kernel) {
  return kernel.persistent > 0;
}

/// Fills in all parameters, in the order of fovea/Runtime/Device.h. `scratch`
/// is only needed by kernels that use it. Returns false after an error, which
/// is kept.
bool packParameters(DeviceCall &call, const FoveaDeviceKernel &kernel,
                    const int64_t *grid, void *const *arguments, char *scratch,
                    Parameters &parameters);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_DEVICEPARAMETERS_H
