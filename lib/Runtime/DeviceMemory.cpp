//===- DeviceMemory.cpp - Scratch memory in stream order --------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// From a pool of our own: the device's default pool gives all that is unused
// back to the system at each synchronization (CUDA C++ Programming Guide,
// "Stream Ordered Memory Allocator", which HIP follows), after which the next
// call would wait for new memory. Changing that pool would change it for the
// whole process. Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceCall.h"

#include <pthread.h>
#include <stdlib.h>

using namespace fovea::runtime;

/// What the pool may keep from call to call. Attention's partial results take
/// some ten MiB; more is rare, and better left to the rest of the process.
static constexpr unsigned long long kKeptBytes = 256ull << 20;

namespace {

/// The pool of a context, null where the device has none.
struct ScratchPool {
  const Driver *driver;
  unsigned long long contextId;
  MemoryPool pool;
  ScratchPool *next;
};

} // namespace

static pthread_mutex_t poolMutex = PTHREAD_MUTEX_INITIALIZER;
static ScratchPool *pools;

static ScratchPool *findKnownPool(const DeviceCall &call) {
  ScratchPool *known = __atomic_load_n(&pools, __ATOMIC_ACQUIRE);
  while (known &&
         (known->driver != call.driver || known->contextId != call.contextId))
    known = known->next;
  return known;
}

static MemoryPool createPool(const DeviceCall &call) {
  MemoryPoolProperties properties = {};
  properties.allocationType = kAllocationTypePinned;
  properties.locationType = kLocationTypeDevice;
  properties.locationId = call.device;
  MemoryPool pool = nullptr;
  unsigned long long kept = kKeptBytes;
  if (call.driver->MemPoolCreate(&pool, &properties))
    return nullptr;
  call.driver->MemPoolSetAttribute(pool, kPoolReleaseThreshold, &kept);
  return pool;
}

/// Null: the driver's default pool has to do.
static MemoryPool findPool(const DeviceCall &call) {
  if (ScratchPool *known = findKnownPool(call))
    return known->pool;
  pthread_mutex_lock(&poolMutex);
  ScratchPool *known = findKnownPool(call);
  if (!known) {
    known = static_cast<ScratchPool *>(malloc(sizeof(ScratchPool)));
    if (known) {
      *known = {call.driver, call.contextId, createPool(call), pools};
      __atomic_store_n(&pools, known, __ATOMIC_RELEASE);
    }
  }
  pthread_mutex_unlock(&poolMutex);
  return known ? known->pool : nullptr;
}

void *fovea_device_alloc(uint64_t bytes) {
  DeviceCall &call = deviceCall();
  if (!isActive(call))
    return nullptr;
  // The driver refuses 0 bytes, and aligns to 256 bytes at least.
  size_t wanted = bytes ? bytes : 1;
  DevicePointer pointer = nullptr;
  MemoryPool pool = findPool(call);
  const Driver &driver = *call.driver;
  const DriverSymbols &names = driver.vendor->names;
  Failure failure;
  if (pool)
    failure = {
        names.MemAllocFromPoolAsync,
        driver.MemAllocFromPoolAsync(&pointer, wanted, pool, call.stream)};
  else
    failure = {names.MemAllocAsync,
               driver.MemAllocAsync(&pointer, wanted, call.stream)};
  if (!failure)
    return pointer;
  Message why;
  appendCall(why, call);
  why.append("cannot allocate %llu bytes of scratch memory on ",
             static_cast<unsigned long long>(bytes));
  appendDevice(why, driver, call.device);
  why.append(": ");
  appendFailure(why, *driver.vendor, failure);
  keepError(call, why);
  return nullptr;
}

void fovea_device_free(void *pointer) {
  DeviceCall &call = deviceCall();
  // Also after an error: what was allocated before it must not leak.
  if (!pointer || !call.entry)
    return;
  const Vendor &vendor = *call.driver->vendor;
  Result error = call.driver->MemFreeAsync(pointer, call.stream);
  if (!error)
    return;
  Message why;
  appendCall(why, call);
  why.append("cannot free scratch memory: ");
  appendFailure(why, vendor, {vendor.names.MemFreeAsync, error});
  keepError(call, why);
}
