//===- CudaDriver.cpp - Loading the CUDA driver -----------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

static pthread_mutex_t driverMutex = PTHREAD_MUTEX_INITIALIZER;
static Driver driver;
static const Driver *loadedDriver;

/// What every message about a missing driver starts with.
static void appendPrefix(Message &why) {
  why.append("this artifact is for NVIDIA GPUs: ");
}

static const char *libraryName() {
  const char *name = getenv("FOVEA_LIBCUDA");
  return name && *name ? name : "libcuda.so.1";
}

/// Fills `driver` from its library. The library stays open: a driver cannot be
/// unloaded safely, and other users of CUDA hold it anyway.
static bool findFunctions(Message &why) {
  const char *name = libraryName();
  driver.library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!driver.library) {
    const char *reason = dlerror();
    appendPrefix(why);
    why.append("cannot load %s: %s", name, reason ? reason : "unknown reason");
    return false;
  }
  struct Symbol {
    const char *name;
    void *slot;
  };
  const Symbol symbols[] = {
#define FOVEA_SYMBOL(name, symbol, parameters) {symbol, &driver.name},
      FOVEA_CUDA_DRIVER_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
  };
  for (const Symbol &symbol : symbols) {
    void *function = dlsym(driver.library, symbol.name);
    if (!function) {
      appendPrefix(why);
      why.append("%s has no %s; expected the driver of CUDA 12.0 or later",
                 name, symbol.name);
      return false;
    }
    *static_cast<void **>(symbol.slot) = function;
  }
  return true;
}

static bool initialize(Message &why) {
  int count = 0;
  Result error = driver.Init(0);
  if (!error)
    error = driver.DeviceGetCount(&count);
  if (!error && count > 0)
    return true;
  appendPrefix(why);
  why.append("found no usable one: ");
  if (error)
    appendError(why, driver, error);
  else
    why.append("the driver lists 0 devices");
  return false;
}

const Driver *cuda::loadDriver(Message &why) {
  if (const Driver *loaded = __atomic_load_n(&loadedDriver, __ATOMIC_ACQUIRE))
    return loaded;
  pthread_mutex_lock(&driverMutex);
  // A failure is not kept: it is rare, and says more when it is found again.
  if (!loadedDriver && findFunctions(why) && initialize(why))
    __atomic_store_n(&loadedDriver, &driver, __ATOMIC_RELEASE);
  const Driver *loaded = loadedDriver;
  pthread_mutex_unlock(&driverMutex);
  return loaded;
}

void cuda::appendError(Message &why, const Driver &driver, Result error) {
  const char *name = nullptr, *text = nullptr;
  if (driver.GetErrorName(error, &name) || !name)
    why.append("CUDA error %d", error);
  else
    why.append("%s", name);
  if (!driver.GetErrorString(error, &text) && text)
    why.append(": %s", text);
}

void cuda::appendDevice(Message &why, const Driver &driver, Device device) {
  char name[128] = "unknown";
  int major = 0, minor = 0;
  driver.DeviceGetName(name, sizeof(name), device);
  driver.DeviceGetAttribute(&major, kComputeCapabilityMajor, device);
  driver.DeviceGetAttribute(&minor, kComputeCapabilityMinor, device);
  why.append("device %d (%s, compute capability %d.%d)", device, name, major,
             minor);
}
