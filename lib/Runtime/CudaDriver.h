//===- CudaDriver.h - The CUDA driver API, without its headers --*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The few types, constants and prototypes that the runtime needs, after the
// CUDA Driver API Reference (docs.nvidia.com/cuda/cuda-driver-api); its ABI is
// stable within a symbol's version. Linked into artifacts: only libc may be
// used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_CUDADRIVER_H
#define FOVEA_LIB_RUNTIME_CUDADRIVER_H

#include "Message.h"

namespace fovea::runtime::cuda {

using Result = int;                       // CUresult
using Device = int;                       // CUdevice
using Context = struct CUctx_st *;        // CUcontext
using Module = struct CUmod_st *;         // CUmodule
using Function = struct CUfunc_st *;      // CUfunction
using Stream = struct CUstream_st *;      // CUstream
using Event = struct CUevent_st *;        // CUevent
using DevicePointer = unsigned long long; // CUdeviceptr

using MemoryPool = struct CUmemPoolHandle_st *; // CUmemoryPool

enum : Result {
  kSuccess = 0,
  kErrorOutOfMemory = 2,
  kErrorNoBinaryForGPU = 209
};

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

/// CUmemPoolProps; what is not named here is zero.
struct MemoryPoolProperties {
  int allocationType;
  int handleTypes;
  int locationType;
  int locationId;
  void *securityAttributes;
  size_t maxSize;
  char rest[56];
};
constexpr int kAllocationTypePinned = 1;
constexpr int kLocationTypeDevice = 1;
constexpr int kPoolReleaseThreshold = 4; // CUmemPool_attribute

/// CUtensorMap
struct alignas(64) TensorMap {
  unsigned long long opaque[16];
};
constexpr int kTensorMapInterleaveNone = 0;
constexpr int kTensorMapL2Promotion256B = 3;
constexpr int kTensorMapOutOfBoundsZero = 0;

// X(name without "cu", symbol, parameters)
#define FOVEA_CUDA_DRIVER_FUNCTIONS(X)                                         \
  X(Init, "cuInit", (unsigned flags))                                          \
  X(GetErrorName, "cuGetErrorName", (Result error, const char **name))         \
  X(GetErrorString, "cuGetErrorString", (Result error, const char **text))     \
  X(DeviceGet, "cuDeviceGet", (Device * device, int ordinal))                  \
  X(DeviceGetCount, "cuDeviceGetCount", (int *count))                          \
  X(DeviceGetName, "cuDeviceGetName", (char *name, int length, Device device)) \
  X(DeviceGetAttribute, "cuDeviceGetAttribute",                                \
    (int *value, int attribute, Device device))                                \
  X(DevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain",                        \
    (Context * context, Device device))                                        \
  X(CtxGetCurrent, "cuCtxGetCurrent", (Context * context))                     \
  X(CtxSetCurrent, "cuCtxSetCurrent", (Context context))                       \
  X(CtxGetDevice, "cuCtxGetDevice", (Device * device))                         \
  X(CtxGetId, "cuCtxGetId", (Context context, unsigned long long *id))         \
  X(ModuleLoadDataEx, "cuModuleLoadDataEx",                                    \
    (Module * module, const void *image, unsigned numOptions, int *options,    \
     void **values))                                                           \
  X(ModuleUnload, "cuModuleUnload", (Module module))                           \
  X(ModuleGetFunction, "cuModuleGetFunction",                                  \
    (Function * function, Module module, const char *name))                    \
  X(FuncSetAttribute, "cuFuncSetAttribute",                                    \
    (Function function, int attribute, int value))                             \
  X(LaunchKernel, "cuLaunchKernel",                                            \
    (Function function, unsigned gridX, unsigned gridY, unsigned gridZ,        \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     Stream stream, void **parameters, void **extra))                          \
  X(LaunchKernelEx, "cuLaunchKernelEx",                                        \
    (const LaunchConfig *config, Function function, void **parameters,         \
     void **extra))                                                            \
  X(MemAllocAsync, "cuMemAllocAsync",                                          \
    (DevicePointer * pointer, size_t bytes, Stream stream))                    \
  X(MemAllocFromPoolAsync, "cuMemAllocFromPoolAsync",                          \
    (DevicePointer * pointer, size_t bytes, MemoryPool pool, Stream stream))   \
  X(MemPoolCreate, "cuMemPoolCreate",                                          \
    (MemoryPool * pool, const MemoryPoolProperties *properties))               \
  X(MemPoolSetAttribute, "cuMemPoolSetAttribute",                              \
    (MemoryPool pool, int attribute, void *value))                             \
  X(MemFreeAsync, "cuMemFreeAsync", (DevicePointer pointer, Stream stream))    \
  X(MemsetD32Async, "cuMemsetD32Async",                                        \
    (DevicePointer pointer, unsigned value, size_t words, Stream stream))      \
  X(TensorMapEncodeTiled, "cuTensorMapEncodeTiled",                            \
    (TensorMap * map, int element, unsigned rank, void *base,                  \
     const unsigned long long *sizes, const unsigned long long *strides,       \
     const unsigned *box, const unsigned *elementStrides, int interleave,      \
     int swizzle, int l2Promotion, int outOfBoundsFill))

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
/// The loaded driver: one pointer per function.
struct Driver {
  void *library;
#define FOVEA_MEMBER(name, symbol, parameters) Result(*name) parameters;
  FOVEA_CUDA_DRIVER_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};
// NOLINTEND(readability-identifier-naming)

/// The driver, loaded and initialised by the first call that succeeds, or null
/// with the reason appended to `why`. Thread-safe.
const Driver *loadDriver(Message &why);

/// Appends "CUDA_ERROR_INVALID_VALUE: invalid argument".
void appendError(Message &why, const Driver &driver, Result error);

/// Appends "device 0 (NVIDIA H100 PCIe, compute capability 9.0)".
void appendDevice(Message &why, const Driver &driver, Device device);

} // namespace fovea::runtime::cuda

#endif // FOVEA_LIB_RUNTIME_CUDADRIVER_H
