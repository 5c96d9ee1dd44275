//===- HipDriver.cpp - AMD GPUs through ROCm's HIP runtime ------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The sources cited are those of HIP for AMD GPUs, github.com/ROCm/clr. Linked
// into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "HipDriver.h"

#include "DeviceModule.h"

#include <string.h>

using namespace fovea::runtime;
using namespace fovea::runtime::hip;

static HipDriver theDriver;

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

static void appendResult(Message &why, Result error) {
  const char *name = theDriver.GetErrorName(error);
  const char *text = theDriver.GetErrorString(error);
  why.append("%s", name ? name : "unknown HIP error");
  if (!name || !strcmp(name, "hipErrorUnknown"))
    why.append(" (%d)", error);
  if (text)
    why.append(": %s", text);
}

/// Length of the architecture's name at `text`, "gfx..." up to its features
/// that follow colons (LLVM's AMDGPU Usage, "Target ID"); 0 if none is there.
static size_t countName(const char *text) {
  if (strncmp(text, "gfx", 3))
    return 0;
  size_t digits = strspn(text + 3, "0123456789abcdef");
  char next = text[3 + digits];
  return digits >= 3 && (!next || next == ':') ? 3 + digits : 0;
}

/// Where `properties` have the architecture's name, or null. No function of HIP
/// gives it alone, and gcnArchName's place in hipDeviceProp_t has changed (396
/// until ROCm 5.7, 1160 in R0600). So it is sought behind the device's own
/// name, the 256 bytes in front: what comes between are numbers and bits.
static const char *findArchitecture(Device device,
                                    DeviceProperties &properties) {
  constexpr size_t kNameBytes = 256;
  auto *get = theDriver.GetDevicePropertiesR0600
                  ? theDriver.GetDevicePropertiesR0600
                  : theDriver.GetDeviceProperties;
  memset(&properties, 0, sizeof(properties));
  if (!get || get(&properties, device))
    return nullptr;
  properties.bytes[sizeof(properties.bytes) - 1] = 0;
  for (size_t i = kNameBytes; i + 3 < sizeof(properties.bytes); ++i)
    if (countName(properties.bytes + i))
      return properties.bytes + i;
  return nullptr;
}

static void appendArchitecture(Message &why, Device device) {
  DeviceProperties properties;
  const char *name = findArchitecture(device, properties);
  why.append("%s", name ? name : "unknown architecture");
}

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

static Failure makeCurrent(Device device) {
  return {"hipSetDevice", theDriver.SetDevice(device)};
}

/// A thread has a current device, and a device one context that lives as long
/// as the process: the device's number serves as its id.
static Failure enter(DeviceCall &call) {
  Device current = 0;
  call.contextId = call.device;
  if (Result error = theDriver.GetDevice(&current))
    return {"hipGetDevice", error};
  if (current == call.device)
    return {};
  if (Failure failure = makeCurrent(call.device))
    return failure;
  call.restore = uintptr_t(current) + 1;
  return {};
}

static void leave(const DeviceCall &call) {
  if (call.restore)
    theDriver.SetDevice(static_cast<Device>(call.restore - 1));
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static bool checkKernel(DeviceCall &call, const FoveaDeviceKernel &kernel) {
  Message why;
  appendKernel(why, call, kernel);
  if (kernel.num_tensor_maps > 0)
    why.append("malformed artifact: it takes tensor maps, which AMD GPUs do "
               "not have");
  else if (kernel.cluster > 1)
    why.append("malformed artifact: it is launched in clusters of %d, which "
               "AMD GPUs do not have",
               kernel.cluster);
  else
    return true;
  keepError(call, why);
  return false;
}

/// Is the image for another architecture than the device's? Unknown ones are
/// left to the driver, but nothing that is no code object at all.
static bool isForAnother(const FoveaDeviceKernel &kernel, Device device) {
  if (!isCodeObject(kernel))
    return true;
  DeviceProperties properties;
  const char *found = findArchitecture(device, properties);
  Message wanted;
  appendImageTarget(wanted, kernel);
  size_t length = countName(wanted.text);
  return found && length &&
         (countName(found) != length || strncmp(found, wanted.text, length));
}

/// What is for another architecture is found here: then the message names both.
static bool loadModule(DeviceCall &call, const FoveaDeviceKernel &kernel,
                       Module &module) {
  Failure failure;
  if (isForAnother(kernel, call.device)) {
    failure.error = kErrorNoBinaryForGPU;
  } else {
    failure = {"hipModuleLoadData",
               theDriver.ModuleLoadData(&module, kernel.image)};
    if (!failure)
      return true;
  }
  keepLoadError(call, kernel, failure, "");
  return false;
}

/// Unlike CUDA, HIP has nothing to be asked for: hipModuleLaunchKernel takes as
/// much LDS as the device has (hipamd/src/hip_module.cpp,
/// ihipLaunchKernel_validate), 64 KiB or 160. hipFuncSetAttribute is
/// for functions of the program, and refuses those of a module (in the same
/// file: it calls PlatformState::getStatFunc). What is too much is found here,
/// as a launch would only report an invalid value.
static bool prepareFunction(DeviceCall &call, const FoveaDeviceKernel &kernel,
                            Function) {
  int limit = 0;
  if (theDriver.DeviceGetAttribute(&limit, kMaxSharedMemoryPerBlock,
                                   call.device) ||
      kernel.shared_bytes <= limit)
    return true;
  keepSharedError(call, kernel, {});
  return false;
}

//===----------------------------------------------------------------------===//
// The vendor
//===----------------------------------------------------------------------===//

/// Of whatever version, then by the versions of the library (ROCm's major
/// ones), then in ROCm's folder, which the dynamic linker need not know.
static const char *const libraries[] = {"libamdhip64.so",
                                        "libamdhip64.so.7",
                                        "libamdhip64.so.6",
                                        "libamdhip64.so.5",
                                        "/opt/rocm/lib/libamdhip64.so",
                                        nullptr};

static const DriverSymbol symbols[] = {
#define FOVEA_SYMBOL(name, cuda, hip, parameters) {hip, &theDriver.name, false},
    FOVEA_DRIVER_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
#define FOVEA_SYMBOL(name, symbol, result, parameters, optional)               \
  {symbol, &theDriver.name, optional},
        FOVEA_HIP_DRIVER_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
};

const Vendor hip::kVendor = {
    kDLROCM,
    "AMD GPUs",
    "shared memory (LDS)",
    "FOVEA_LIBHIP",
    libraries,
    "HIP of ROCm 5.2 or later",
    "install ROCm's HIP runtime (the package hip-runtime-amd)",
    &theDriver,
    symbols,
    sizeof(symbols) / sizeof(*symbols),
    {
#define FOVEA_NAME(name, cuda, hip, parameters) hip,
        FOVEA_DRIVER_FUNCTIONS(FOVEA_NAME)
#undef FOVEA_NAME
    },
    kMultiprocessorCount,
    kMaxSharedMemoryPerBlock,
    /*maxThreads=*/UINT32_MAX, // hipModuleLaunchKernel, in the same file
    appendResult,
    appendArchitecture,
    makeCurrent,
    enter,
    leave,
    checkKernel,
    loadModule,
    prepareFunction,
    /*launchClusters=*/nullptr};
