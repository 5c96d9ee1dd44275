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

#include "DeviceCall.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

static pthread_mutex_t moduleMutex = PTHREAD_MUTEX_INITIALIZER;

/// Shared memory per block beyond which a kernel must ask (CUDA C++ Programming
/// Guide, "Shared Memory" of compute capability 7.x and later).
static constexpr int32_t kDefaultSharedBytes = 48 << 10;
/// Largest cluster that every device of capability 9.0 and later takes.
static constexpr int32_t kPortableCluster = 8;

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

/// Appends what a cubin was compiled for, from the ELF header's flags (LLVM's
/// llvm/BinaryFormat/ELF.h, EF_CUDA_*). Version 8 of the ABI, of CUDA 13, has
/// moved them.
static void appendCubinTarget(Message &why, const unsigned char *elf) {
  unsigned flags;
  memcpy(&flags, elf + 48, sizeof(flags)); // e_flags of a 64-bit file
  bool isNew = elf[8] >= 8;                // EI_ABIVERSION
  unsigned version = isNew ? flags >> 8 & 0xff : flags & 0xff;
  bool isAccelerated = flags & (isNew ? 0x8 : 0x800);
  why.append("sm_%u%s", version, isAccelerated ? "a" : "");
}

/// Appends what the image was compiled for, as its assembler names it.
static void appendImageTarget(Message &why, const FoveaDeviceKernel &kernel) {
  auto *image = static_cast<const unsigned char *>(kernel.image);
  if (kernel.image_bytes >= 64 && !memcmp(image, "\177ELF", 4))
    return appendCubinTarget(why, image);
  // PTX has ".target NAME" (PTX ISA, "PTX Module Directives").
  bool isText = kernel.image_bytes && !image[kernel.image_bytes - 1];
  const char *text = static_cast<const char *>(kernel.image);
  const char *target = isText ? strstr(text, ".target") : nullptr;
  target = target ? target + strlen(".target") : "";
  target += strspn(target, " \t");
  int length = static_cast<int>(strcspn(target, " \t\r\n,;"));
  why.append("%.*s", length ? length : 14, length ? target : "unknown target");
}

static void keepLoadError(DeviceCall &call, const FoveaDeviceKernel &kernel,
                          Result error, const char *log) {
  Message why;
  appendCall(why, call);
  why.append("kernel '%s' was compiled for ", kernel.name);
  appendImageTarget(why, kernel);
  why.append(error == kErrorNoBinaryForGPU ? ", and cannot run on "
                                           : ", and cannot be loaded on ");
  appendDevice(why, *call.driver, call.device);
  why.append(": ");
  appendError(why, *call.driver, error);
  if (*log)
    why.append(": %s", log);
  keepError(call, why);
}

static void keepSharedError(DeviceCall &call, const FoveaDeviceKernel &kernel,
                            Result error) {
  int limit = 0;
  call.driver->DeviceGetAttribute(&limit, kMaxSharedMemoryPerBlockOptin,
                                  call.device);
  Message why;
  appendCall(why, call);
  why.append("kernel '%s' needs %d bytes of shared memory per block, ",
             kernel.name, kernel.shared_bytes);
  appendDevice(why, *call.driver, call.device);
  why.append(" has at most %d: ", limit);
  appendError(why, *call.driver, error);
  keepError(call, why);
}

static void keepKernelError(DeviceCall &call, const FoveaDeviceKernel &kernel,
                            const char *what, Result error) {
  Message why;
  appendKernel(why, call, kernel);
  why.append("%s: ", what);
  appendError(why, *call.driver, error);
  keepError(call, why);
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

/// Loads the image; PTX is compiled by the driver, whose messages are kept.
static bool loadModule(DeviceCall &call, const FoveaDeviceKernel &kernel,
                       Module &module) {
  char log[512] = "";
  int options[] = {kJitErrorLogBuffer, kJitErrorLogBufferSizeBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log) - 1)};
  Result error =
      call.driver->ModuleLoadDataEx(&module, kernel.image, 2, options, values);
  if (!error)
    return true;
  log[sizeof(log) - 1] = 0;
  keepLoadError(call, kernel, error, log);
  return false;
}

/// Finds the function and sets what its launches need.
static bool prepareFunction(DeviceCall &call, const FoveaDeviceKernel &kernel,
                            Module module, LoadedKernel &loaded) {
  const Driver &driver = *call.driver;
  if (Result error =
          driver.ModuleGetFunction(&loaded.function, module, kernel.name)) {
    keepKernelError(call, kernel, "is not in its image", error);
    return false;
  }
  if (kernel.shared_bytes > kDefaultSharedBytes)
    if (Result error = driver.FuncSetAttribute(
            loaded.function, kMaxDynamicSharedSizeBytes, kernel.shared_bytes)) {
      keepSharedError(call, kernel, error);
      return false;
    }
  if (kernel.cluster > kPortableCluster)
    if (Result error = driver.FuncSetAttribute(
            loaded.function, kNonPortableClusterSizeAllowed, 1)) {
      keepKernelError(call, kernel, "clusters of more than 8 blocks", error);
      return false;
    }
  if (Result error = driver.DeviceGetAttribute(
          &loaded.multiprocessors, kMultiprocessorCount, call.device)) {
    keepKernelError(call, kernel, "counting multiprocessors", error);
    return false;
  }
  return true;
}

/// With the lock held.
static const LoadedKernel *loadNow(DeviceCall &call,
                                   FoveaDeviceKernel &kernel) {
  auto *loaded = static_cast<LoadedKernel *>(malloc(sizeof(LoadedKernel)));
  if (!loaded) {
    keepKernelError(call, kernel, "loading", kErrorOutOfMemory);
    return nullptr;
  }
  Module module = nullptr;
  if (!loadModule(call, kernel, module)) {
    free(loaded);
    return nullptr;
  }
  loaded->contextId = call.contextId;
  if (!prepareFunction(call, kernel, module, *loaded)) {
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
