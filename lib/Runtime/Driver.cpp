//===- Driver.cpp - Loading a GPU's driver ----------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

using namespace fovea::runtime;

static pthread_mutex_t driverMutex = PTHREAD_MUTEX_INITIALIZER;

/// What every message about a missing driver starts with.
static void appendPrefix(Message &why, const Vendor &vendor) {
  why.append("this artifact is for %s: ", vendor.devices);
}

/// Keeps dlopen's reason: that the library is absent says less than why another
/// one, which is there, cannot be loaded.
static void keepReason(Message &reason, const char *name) {
  const char *found = dlerror();
  bool isAbsent = found && !strncmp(found, name, strlen(name)) &&
                  strstr(found, "No such file");
  if (!found || (reason.used && isAbsent))
    return;
  reason = Message();
  reason.append("%s", found);
}

/// One that the process has loaded already is taken first: tensors and streams
/// are of that one, and a second copy of HIP, as beside the copy that PyTorch
/// brings, would not know them.
static void *openFirst(const char *const *names, const char *&found,
                       Message &reason) {
  for (const char *const *name = names; *name; ++name)
    if (void *library = dlopen(found = *name, RTLD_NOW | RTLD_NOLOAD))
      return library;
  dlerror(); // not a reason: it was not to be loaded
  for (const char *const *name = names; *name; ++name) {
    if (void *library = dlopen(found = *name, RTLD_NOW | RTLD_LOCAL))
      return library;
    keepReason(reason, *name);
  }
  return nullptr;
}

static void appendMissing(Message &why, const Vendor &vendor,
                          const char *const *names, const Message &reason) {
  appendPrefix(why, vendor);
  why.append("cannot load %s", *names);
  for (const char *const *name = names + 1; *name; ++name)
    why.append("%s%s", name[1] ? ", " : " or ", *name);
  why.append(": %s; %s, or name its library in %s", reason.text, vendor.install,
             vendor.variable);
}

/// Fills the vendor's driver from its library. The library stays open: a driver
/// cannot be unloaded safely, and other users of the GPU hold it anyway.
static bool findFunctions(const Vendor &vendor, Message &why) {
  const char *given = getenv(vendor.variable), *found = nullptr;
  const char *const only[] = {given, nullptr};
  const char *const *names = given && *given ? only : vendor.libraries;
  Message reason;
  void *library = openFirst(names, found, reason);
  if (!library) {
    appendMissing(why, vendor, names, reason);
    return false;
  }
  vendor.driver->vendor = &vendor;
  vendor.driver->library = library;
  for (size_t i = 0; i < vendor.numSymbols; ++i) {
    const DriverSymbol &symbol = vendor.symbols[i];
    void *function = dlsym(library, symbol.name);
    if (!function && !symbol.isOptional) {
      appendPrefix(why, vendor);
      why.append("%s has no %s; expected %s", found, symbol.name,
                 vendor.expected);
      return false;
    }
    *static_cast<void **>(symbol.slot) = function;
  }
  return true;
}

static bool initialize(const Vendor &vendor, Message &why) {
  int count = 0;
  Failure failure{vendor.names.Init, vendor.driver->Init(0)};
  if (!failure)
    failure = {vendor.names.DeviceGetCount,
               vendor.driver->DeviceGetCount(&count)};
  if (!failure && count > 0)
    return true;
  appendPrefix(why, vendor);
  why.append("found no usable one: ");
  if (failure)
    appendFailure(why, vendor, failure);
  else
    why.append("the driver lists 0 devices");
  return false;
}

const Driver *fovea::runtime::loadDriver(const Vendor &vendor, Message &why) {
  static const Driver *loadedDrivers[2];
  const Driver *&slot = loadedDrivers[vendor.deviceType == kDLROCM];
  if (const Driver *loaded = __atomic_load_n(&slot, __ATOMIC_ACQUIRE))
    return loaded;
  pthread_mutex_lock(&driverMutex);
  // A failure is not kept: it is rare, and says more when it is found again.
  if (!slot && findFunctions(vendor, why) && initialize(vendor, why))
    __atomic_store_n(&slot, vendor.driver, __ATOMIC_RELEASE);
  const Driver *loaded = slot;
  pthread_mutex_unlock(&driverMutex);
  return loaded;
}

void fovea::runtime::appendFailure(Message &why, const Vendor &vendor,
                                   Failure failure) {
  why.append("%s: ", failure.call);
  vendor.appendResult(why, failure.error);
}

void fovea::runtime::appendDevice(Message &why, const Driver &driver,
                                  Device device) {
  char name[128] = "unknown";
  driver.DeviceGetName(name, sizeof(name), device);
  why.append("device %d (%s, ", device, name);
  driver.vendor->appendArchitecture(why, device);
  why.append(")");
}
