//===- Driver.h - What the runtime asks of a GPU's driver -------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// HIP mirrors CUDA's driver API: most functions differ in nothing but their
// names, and stand in one table here. What does differ is a Vendor, which
// CudaDriver.cpp and HipDriver.cpp fill in. Linked into artifacts: only libc
// may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_DRIVER_H
#define FOVEA_LIB_RUNTIME_DRIVER_H

#include "fovea/Runtime/Device.h"

#include "Message.h"

namespace fovea::runtime {

using Result = int;                           // CUresult, hipError_t
using Device = int;                           // CUdevice, hipDevice_t
using Module = struct OpaqueModule *;         // CUmodule, hipModule_t
using Function = struct OpaqueFunction *;     // CUfunction, hipFunction_t
using Stream = struct OpaqueStream *;         // CUstream, hipStream_t
using Event = struct OpaqueEvent *;           // CUevent, hipEvent_t
using MemoryPool = struct OpaqueMemoryPool *; // CUmemoryPool, hipMemPool_t
/// CUdeviceptr is an integer and hipDeviceptr_t a pointer, passed alike on the
/// 64-bit hosts that both drivers are for.
using DevicePointer = void *;
static_assert(sizeof(DevicePointer) == 8);

// Of the same value in cuda.h and in hip_runtime_api.h (hipError_t).
enum : Result {
  kSuccess = 0,
  kErrorOutOfMemory = 2,
  kErrorNoBinaryForGPU = 209
};

/// CUmemPoolProps and hipMemPoolProps; what is not named here is zero. The
/// constants below are of both, too.
struct MemoryPoolProperties {
  int allocationType;
  int handleTypes;
  int locationType;
  int locationId;
  void *securityAttributes;
  size_t maxSize;
  char rest[56];
};
static_assert(sizeof(MemoryPoolProperties) == 88, "as in both headers");
constexpr int kAllocationTypePinned = 1;
constexpr int kLocationTypeDevice = 1;
constexpr int kPoolReleaseThreshold = 4;

// X(name here, symbol of CUDA, symbol of HIP, parameters)
#define FOVEA_DRIVER_FUNCTIONS(X)                                              \
  X(Init, "cuInit", "hipInit", (unsigned flags))                               \
  X(DeviceGetCount, "cuDeviceGetCount", "hipGetDeviceCount", (int *count))     \
  X(DeviceGetName, "cuDeviceGetName", "hipDeviceGetName",                      \
    (char *name, int length, Device device))                                   \
  X(DeviceGetAttribute, "cuDeviceGetAttribute", "hipDeviceGetAttribute",       \
    (int *value, int attribute, Device device))                                \
  X(ModuleUnload, "cuModuleUnload", "hipModuleUnload", (Module module))        \
  X(ModuleGetFunction, "cuModuleGetFunction", "hipModuleGetFunction",          \
    (Function * function, Module module, const char *name))                    \
  X(LaunchKernel, "cuLaunchKernel", "hipModuleLaunchKernel",                   \
    (Function function, unsigned gridX, unsigned gridY, unsigned gridZ,        \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     Stream stream, void **parameters, void **extra))                          \
  X(MemAllocAsync, "cuMemAllocAsync", "hipMallocAsync",                        \
    (DevicePointer * pointer, size_t bytes, Stream stream))                    \
  X(MemAllocFromPoolAsync, "cuMemAllocFromPoolAsync",                          \
    "hipMallocFromPoolAsync",                                                  \
    (DevicePointer * pointer, size_t bytes, MemoryPool pool, Stream stream))   \
  X(MemPoolCreate, "cuMemPoolCreate", "hipMemPoolCreate",                      \
    (MemoryPool * pool, const MemoryPoolProperties *properties))               \
  X(MemPoolSetAttribute, "cuMemPoolSetAttribute", "hipMemPoolSetAttribute",    \
    (MemoryPool pool, int attribute, void *value))                             \
  X(MemFreeAsync, "cuMemFreeAsync", "hipFreeAsync",                            \
    (DevicePointer pointer, Stream stream))                                    \
  X(MemsetD32Async, "cuMemsetD32Async", "hipMemsetD32Async",                   \
    (DevicePointer pointer, unsigned value, size_t words, Stream stream))

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
/// What the vendor calls each function: for messages, and for finding it.
struct DriverSymbols {
#define FOVEA_MEMBER(name, cuda, hip, parameters) const char *name;
  FOVEA_DRIVER_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};

struct Vendor;

/// A loaded driver: one pointer per function. Each vendor derives its own, with
/// the functions that only it has.
struct Driver {
  const Vendor *vendor;
  void *library;
#define FOVEA_MEMBER(name, cuda, hip, parameters) Result(*name) parameters;
  FOVEA_DRIVER_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};
// NOLINTEND(readability-identifier-naming)

/// A symbol of the driver, and where its address goes. Optional ones stay null
/// if the library lacks them.
struct DriverSymbol {
  const char *name;
  void *slot;
  bool isOptional;
};

/// What a driver's function has returned, if that is an error.
struct Failure {
  const char *call = nullptr;
  Result error = kSuccess;

  explicit operator bool() const { return error != kSuccess; }
};

struct DeviceCall;

/// In what the two drivers differ. Functions that return bool keep the error of
/// the call before they return false.
struct Vendor {
  int32_t deviceType;       // DLDeviceType
  const char *devices;      // "NVIDIA GPUs"
  const char *sharedMemory; // as the vendor calls it

  // Loading.
  const char *variable;           // of the environment, names the library
  const char *const *libraries;   // tried in this order; ends with null
  const char *expected, *install; // the rest of two messages
  Driver *driver;
  const DriverSymbol *symbols;
  size_t numSymbols;
  DriverSymbols names;

  // Values of device attributes.
  int multiprocessorCount, maxSharedBytes;
  /// Threads of a launch; 0: the driver has no bound of its own.
  int64_t maxThreads;

  /// Appends "CUDA_ERROR_INVALID_VALUE: invalid argument".
  void (*appendResult)(Message &why, Result error);
  /// Appends what kernels are compiled for: "compute capability 9.0".
  void (*appendArchitecture)(Message &why, Device device);

  /// Makes the device the thread's current one, for good.
  Failure (*makeCurrent)(Device device);
  /// The same for a call, which `leave` ends; sets the call's contextId.
  Failure (*enter)(DeviceCall &call);
  void (*leave)(const DeviceCall &call);

  /// Can this vendor's devices do what the kernel asks for?
  bool (*checkKernel)(DeviceCall &call, const FoveaDeviceKernel &kernel);
  bool (*loadModule)(DeviceCall &call, const FoveaDeviceKernel &kernel,
                     Module &module);
  /// Sets what the function's launches need.
  bool (*prepareFunction)(DeviceCall &call, const FoveaDeviceKernel &kernel,
                          Function function);
  /// Launches in clusters; only of vendors whose checkKernel lets these pass.
  Failure (*launchClusters)(const DeviceCall &call,
                            const FoveaDeviceKernel &kernel, Function function,
                            unsigned blocks, void **parameters);
};

namespace cuda {
extern const Vendor kVendor;
} // namespace cuda
namespace hip {
extern const Vendor kVendor;
} // namespace hip

/// Of a GPU's DLPack device type.
inline const Vendor &vendorOf(int32_t deviceType) {
  return deviceType == kDLROCM ? hip::kVendor : cuda::kVendor;
}

/// The driver, loaded and initialised by the first call that succeeds, or null
/// with the reason appended to `why`. Thread-safe.
const Driver *loadDriver(const Vendor &vendor, Message &why);

/// Appends "cuLaunchKernel: CUDA_ERROR_INVALID_VALUE: invalid argument".
void appendFailure(Message &why, const Vendor &vendor, Failure failure);

/// Appends "device 0 (NVIDIA H100 PCIe, compute capability 9.0)".
void appendDevice(Message &why, const Driver &driver, Device device);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_DRIVER_H
