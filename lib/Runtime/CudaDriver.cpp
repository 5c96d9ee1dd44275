//===- CudaDriver.cpp - NVIDIA GPUs through the CUDA driver -----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include "DeviceModule.h"

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

static CudaDriver theDriver;

const CudaDriver &cuda::driver() { return theDriver; }

/// Shared memory per block beyond which a kernel must ask (CUDA C++ Programming
/// Guide, "Shared Memory" of compute capability 7.x and later).
static constexpr int32_t kDefaultSharedBytes = 48 << 10;
/// Largest cluster that every device of capability 9.0 and later takes.
static constexpr int32_t kPortableCluster = 8;

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

static void appendResult(Message &why, Result error) {
  const char *name = nullptr, *text = nullptr;
  if (theDriver.GetErrorName(error, &name) || !name)
    why.append("CUDA error %d", error);
  else
    why.append("%s", name);
  if (!theDriver.GetErrorString(error, &text) && text)
    why.append(": %s", text);
}

static void appendArchitecture(Message &why, Device device) {
  int major = 0, minor = 0;
  theDriver.DeviceGetAttribute(&major, kComputeCapabilityMajor, device);
  theDriver.DeviceGetAttribute(&minor, kComputeCapabilityMinor, device);
  why.append("compute capability %d.%d", major, minor);
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

/// The primary context, as the CUDA runtime and PyTorch use. One reference to
/// it is held per call of this, and never given back, so it outlives our
/// modules.
static Failure enterPrimary(Device device, Context &primary) {
  if (Result error = theDriver.DevicePrimaryCtxRetain(&primary, device))
    return {"cuDevicePrimaryCtxRetain", error};
  return {"cuCtxSetCurrent", theDriver.CtxSetCurrent(primary)};
}

static Failure makeCurrent(Device ordinal) {
  Device device = 0;
  Context primary = nullptr;
  if (Result error = theDriver.DeviceGet(&device, ordinal))
    return {"cuDeviceGet", error};
  return enterPrimary(device, primary);
}

/// The thread's own context is taken if it is of that device: it is where its
/// tensors and streams live.
static Failure enter(DeviceCall &call) {
  Context current = nullptr, context = nullptr;
  Device device = 0, currentDevice = -1;
  if (Result error = theDriver.DeviceGet(&device, call.device))
    return {"cuDeviceGet", error};
  if (Result error = theDriver.CtxGetCurrent(&current))
    return {"cuCtxGetCurrent", error};
  if (current && !theDriver.CtxGetDevice(&currentDevice) &&
      currentDevice == device) {
    context = current;
  } else {
    if (Failure failure = enterPrimary(device, context))
      return failure;
    call.restore = reinterpret_cast<uintptr_t>(current);
  }
  return {"cuCtxGetId", theDriver.CtxGetId(context, &call.contextId)};
}

static void leave(const DeviceCall &call) {
  if (call.restore)
    theDriver.CtxSetCurrent(reinterpret_cast<Context>(call.restore));
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static bool checkKernel(DeviceCall &, const FoveaDeviceKernel &) {
  return true;
}

/// PTX is compiled by the driver, whose messages are kept.
static bool loadModule(DeviceCall &call, const FoveaDeviceKernel &kernel,
                       Module &module) {
  char log[512] = "";
  int options[] = {kJitErrorLogBuffer, kJitErrorLogBufferSizeBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log) - 1)};
  Result error =
      theDriver.ModuleLoadDataEx(&module, kernel.image, 2, options, values);
  if (!error)
    return true;
  log[sizeof(log) - 1] = 0;
  keepLoadError(call, kernel, {"cuModuleLoadDataEx", error}, log);
  return false;
}

static bool prepareFunction(DeviceCall &call, const FoveaDeviceKernel &kernel,
                            Function function) {
  constexpr const char *set = "cuFuncSetAttribute";
  if (kernel.shared_bytes > kDefaultSharedBytes)
    if (Result error = theDriver.FuncSetAttribute(
            function, kMaxDynamicSharedSizeBytes, kernel.shared_bytes)) {
      keepSharedError(call, kernel, {set, error});
      return false;
    }
  if (kernel.cluster > kPortableCluster)
    if (Result error = theDriver.FuncSetAttribute(
            function, kNonPortableClusterSizeAllowed, 1)) {
      keepKernelError(call, kernel, "clusters of more than 8 blocks",
                      {set, error});
      return false;
    }
  return true;
}

static Failure launchClusters(const DeviceCall &call,
                              const FoveaDeviceKernel &kernel,
                              Function function, unsigned blocks,
                              void **parameters) {
  LaunchAttribute attribute = {};
  attribute.id = kLaunchAttributeClusterDimension;
  attribute.value.clusterDim[0] = kernel.cluster;
  attribute.value.clusterDim[1] = attribute.value.clusterDim[2] = 1;
  LaunchConfig config = {{blocks, 1, 1},
                         {unsigned(kernel.threads), 1, 1},
                         unsigned(kernel.shared_bytes),
                         call.stream,
                         &attribute,
                         1};
  return {"cuLaunchKernelEx",
          theDriver.LaunchKernelEx(&config, function, parameters, nullptr)};
}

//===----------------------------------------------------------------------===//
// The vendor
//===----------------------------------------------------------------------===//

static const char *const libraries[] = {"libcuda.so.1", nullptr};

static const DriverSymbol symbols[] = {
#define FOVEA_SYMBOL(name, cuda, hip, parameters)                              \
  {cuda, &theDriver.name, false},
    FOVEA_DRIVER_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
#define FOVEA_SYMBOL(name, symbol, parameters) {symbol, &theDriver.name, false},
        FOVEA_CUDA_DRIVER_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
};

const Vendor cuda::kVendor = {kDLCUDA,
                              "NVIDIA GPUs",
                              "shared memory",
                              "FOVEA_LIBCUDA",
                              libraries,
                              "the driver of CUDA 12.0 or later",
                              "install NVIDIA's driver",
                              &theDriver,
                              symbols,
                              sizeof(symbols) / sizeof(*symbols),
                              {
#define FOVEA_NAME(name, cuda, hip, parameters) cuda,
                                  FOVEA_DRIVER_FUNCTIONS(FOVEA_NAME)
#undef FOVEA_NAME
                              },
                              kMultiprocessorCount,
                              kMaxSharedMemoryPerBlockOptin,
                              /*maxThreads=*/0,
                              appendResult,
                              appendArchitecture,
                              makeCurrent,
                              enter,
                              leave,
                              checkKernel,
                              loadModule,
                              prepareFunction,
                              launchClusters};
