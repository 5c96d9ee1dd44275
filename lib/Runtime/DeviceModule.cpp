//===- DeviceModule.cpp - Loading a kernel's code ---------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Once per kernel and context. A module stays loaded as long as its context: at
// the process's end, when an artifact could unload it, the driver may be gone.
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceModule.h"

#include <pthread.h>
#include <stdlib.h>

using namespace fovea::runtime;

static pthread_mutex_t moduleMutex = PTHREAD_MUTEX_INITIALIZER;

static const LoadedKernel *findLoaded(const FoveaDeviceKernel &kernel,
                                      unsigned long long contextId) {
  auto *loaded = static_cast<const LoadedKernel *>(
      __atomic_load_n(&kernel.state, __ATOMIC_ACQUIRE));
  while (loaded && loaded->contextId != contextId)
    loaded = loaded->next;
  return loaded;
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

/// What no call of the driver has found has no reason but itself.
static void appendReason(Message &why, const DeviceCall &call,
                         Failure failure) {
  if (!failure.call)
    return;
  why.append(": ");
  appendFailure(why, *call.driver->vendor, failure);
}

void fovea::runtime::keepLoadError(DeviceCall &call,
                                   const FoveaDeviceKernel &kernel,
                                   Failure failure, const char *log) {
  Message why;
  appendCall(why, call);
  why.append("kernel '%s' was compiled for ", kernel.name);
  appendImageTarget(why, kernel);
  why.append(failure.error == kErrorNoBinaryForGPU
                 ? ", and cannot run on "
                 : ", and cannot be loaded on ");
  appendDevice(why, *call.driver, call.device);
  appendReason(why, call, failure);
  if (*log)
    why.append(": %s", log);
  keepError(call, why);
}

void fovea::runtime::keepSharedError(DeviceCall &call,
                                     const FoveaDeviceKernel &kernel,
                                     Failure failure) {
  const Vendor &vendor = *call.driver->vendor;
  int limit = 0;
  call.driver->DeviceGetAttribute(&limit, vendor.maxSharedBytes, call.device);
  Message why;
  appendCall(why, call);
  why.append("kernel '%s' needs %d bytes of %s per block, ", kernel.name,
             kernel.shared_bytes, vendor.sharedMemory);
  appendDevice(why, *call.driver, call.device);
  why.append(" has at most %d", limit);
  appendReason(why, call, failure);
  keepError(call, why);
}

void fovea::runtime::keepKernelError(DeviceCall &call,
                                     const FoveaDeviceKernel &kernel,
                                     const char *what, Failure failure) {
  Message why;
  appendKernel(why, call, kernel);
  why.append("%s", what);
  appendReason(why, call, failure);
  keepError(call, why);
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

/// Finds the function and sets what its launches need.
static bool prepareKernel(DeviceCall &call, const FoveaDeviceKernel &kernel,
                          Module module, LoadedKernel &loaded) {
  const Driver &driver = *call.driver;
  const Vendor &vendor = *driver.vendor;
  if (Result error =
          driver.ModuleGetFunction(&loaded.function, module, kernel.name)) {
    keepKernelError(call, kernel, "is not in its image",
                    {vendor.names.ModuleGetFunction, error});
    return false;
  }
  if (!vendor.prepareFunction(call, kernel, loaded.function))
    return false;
  if (Result error = driver.DeviceGetAttribute(
          &loaded.multiprocessors, vendor.multiprocessorCount, call.device)) {
    keepKernelError(call, kernel, "counting multiprocessors",
                    {vendor.names.DeviceGetAttribute, error});
    return false;
  }
  return true;
}

/// With the lock held.
static const LoadedKernel *loadNow(DeviceCall &call,
                                   FoveaDeviceKernel &kernel) {
  auto *loaded = static_cast<LoadedKernel *>(malloc(sizeof(LoadedKernel)));
  if (!loaded) {
    keepKernelError(call, kernel, "loading", {"malloc", kErrorOutOfMemory});
    return nullptr;
  }
  Module module = nullptr;
  if (!call.driver->vendor->loadModule(call, kernel, module)) {
    free(loaded);
    return nullptr;
  }
  loaded->contextId = call.contextId;
  if (!prepareKernel(call, kernel, module, *loaded)) {
    call.driver->ModuleUnload(module);
    free(loaded);
    return nullptr;
  }
  loaded->next = static_cast<LoadedKernel *>(kernel.state);
  __atomic_store_n(&kernel.state, loaded, __ATOMIC_RELEASE);
  return loaded;
}

const LoadedKernel *fovea::runtime::loadKernel(DeviceCall &call,
                                               FoveaDeviceKernel &kernel) {
  if (const LoadedKernel *loaded = findLoaded(kernel, call.contextId))
    return loaded;
  pthread_mutex_lock(&moduleMutex);
  const LoadedKernel *loaded = findLoaded(kernel, call.contextId);
  if (!loaded)
    loaded = loadNow(call, kernel);
  pthread_mutex_unlock(&moduleMutex);
  return loaded;
}
