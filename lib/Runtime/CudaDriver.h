//===- CudaDriver.h - The CUDA driver API, without its headers --*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The few types, constants and prototypes that the runtime needs beyond those
// of Driver.h, after the CUDA Driver API Reference
// (docs.nvidia.com/cuda/cuda-driver-api); its ABI is stable within a symbol's
// version. Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_CUDADRIVER_H
#define FOVEA_LIB_RUNTIME_CUDADRIVER_H

#include "Driver.h"

namespace fovea::runtime::cuda {

using Context = struct CUctx_st *; // CUcontext

enum DeviceAttribute : int { // CUdevice_attribute
  kMultiprocessorCount = 16,
  kComputeCapabilityMajor = 75,
  kComputeCapabilityMinor = 76,
  kMaxSharedMemoryPerBlockOptin = 97
};

enum FunctionAttribute : int { // CUfunction_attribute
  kMaxDynamicSharedSizeBytes = 8,
  kNonPortableClusterSizeAllowed = 14
};

enum JitOption : int { // CUjit_option
  kJitErrorLogBuffer = 5,
  kJitErrorLogBufferSizeBytes = 6
};

/// CUlaunchAttribute, of which the runtime sets CLUSTER_DIMENSION (4).
struct LaunchAttribute {
  int id;
  char pad[4];
  union {
    char bytes[64];
    unsigned clusterDim[3];
  } value;
};
constexpr int kLaunchAttributeClusterDimension = 4;

/// CUlaunchConfig
struct LaunchConfig {
  unsigned gridDim[3];
  unsigned blockDim[3];
  unsigned sharedMemBytes;
  Stream stream;
  LaunchAttribute *attributes;
  unsigned numAttributes;
};
static_assert(sizeof(LaunchAttribute) == 72 && sizeof(LaunchConfig) == 56,
              "as in cuda.h for 64-bit Linux");

/// CUtensorMap
struct alignas(64) TensorMap {
  unsigned long long opaque[16];
};
constexpr int kTensorMapInterleaveNone = 0;
constexpr int kTensorMapL2Promotion256B = 3;
constexpr int kTensorMapOutOfBoundsZero = 0;

// X(name without "cu", symbol, parameters)
#define FOVEA_CUDA_DRIVER_FUNCTIONS(X)                                         \
  X(GetErrorName, "cuGetErrorName", (Result error, const char **name))         \
  X(GetErrorString, "cuGetErrorString", (Result error, const char **text))     \
  X(DeviceGet, "cuDeviceGet", (Device * device, int ordinal))                  \
  X(DevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain",                        \
    (Context * context, Device device))                                        \
  X(CtxGetCurrent, "cuCtxGetCurrent", (Context * context))                     \
  X(CtxSetCurrent, "cuCtxSetCurrent", (Context context))                       \
  X(CtxGetDevice, "cuCtxGetDevice", (Device * device))                         \
  X(CtxGetId, "cuCtxGetId", (Context context, unsigned long long *id))         \
  X(ModuleLoadDataEx, "cuModuleLoadDataEx",                                    \
    (Module * module, const void *image, unsigned numOptions, int *options,    \
     void **values))                                                           \
  X(FuncSetAttribute, "cuFuncSetAttribute",                                    \
    (Function function, int attribute, int value))                             \
  X(LaunchKernelEx, "cuLaunchKernelEx",                                        \
    (const LaunchConfig *config, Function function, void **parameters,         \
     void **extra))                                                            \
  X(TensorMapEncodeTiled, "cuTensorMapEncodeTiled",                            \
    (TensorMap * map, int element, unsigned rank, void *base,                  \
     const unsigned long long *sizes, const unsigned long long *strides,       \
     const unsigned *box, const unsigned *elementStrides, int interleave,      \
     int swizzle, int l2Promotion, int outOfBoundsFill))

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
struct CudaDriver : Driver {
#define FOVEA_MEMBER(name, symbol, parameters) Result(*name) parameters;
  FOVEA_CUDA_DRIVER_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};
// NOLINTEND(readability-identifier-naming)

/// The process's only one; empty until loadDriver has filled it.
const CudaDriver &driver();

} // namespace fovea::runtime::cuda

#endif // FOVEA_LIB_RUNTIME_CUDADRIVER_H
