//===- FakeDriverMemory.cpp - The fake drivers' memory ---------*- C++ -*- ===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// See FakeDriverImpl.h. Events belong here too: they are used with copies.
//
//===----------------------------------------------------------------------===//

#include "FakeDriverImpl.h"

#include <cstdlib>
#include <cstring>

// NOLINTBEGIN(readability-identifier-naming): the drivers' names.

/// With the lock held.
static Result allocate(FakeDriver &fake, DevicePointer *pointer, size_t bytes,
                       Stream stream) {
  void *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  memset(memory, 0xcc, bytes);
  fake.allocated.push_back({memory, bytes, stream});
  *pointer = memory;
  return kSuccess;
}

EXPORT Result NAME(cuMemAllocAsync, hipMallocAsync)(DevicePointer *pointer,
                                                    size_t bytes,
                                                    Stream stream) {
  ENTER
  return allocate(fake, pointer, bytes, stream);
}

EXPORT Result NAME(cuMemAllocFromPoolAsync,
                   hipMallocFromPoolAsync)(DevicePointer *pointer, size_t bytes,
                                           MemoryPool, Stream stream) {
  ENTER
  return allocate(fake, pointer, bytes, stream);
}

EXPORT Result NAME(cuMemPoolCreate,
                   hipMemPoolCreate)(MemoryPool *pool,
                                     const MemoryPoolProperties *properties) {
  ENTER
  fake.pools.push_back(properties->locationId);
  *pool = reinterpret_cast<MemoryPool>(fake.pools.size());
  return kSuccess;
}

EXPORT Result NAME(cuMemPoolSetAttribute, hipMemPoolSetAttribute)(MemoryPool,
                                                                  int attribute,
                                                                  void *value) {
  ENTER
  if (attribute == kPoolReleaseThreshold)
    fake.poolThreshold = *static_cast<unsigned long long *>(value);
  return kSuccess;
}

EXPORT Result NAME(cuMemAlloc_v2, hipMalloc)(DevicePointer *pointer,
                                             size_t bytes) {
  ENTER
  return allocate(fake, pointer, bytes, nullptr);
}

EXPORT Result NAME(cuMemFree_v2, hipFree)(DevicePointer pointer) {
  ENTER
  fake.freed.push_back({pointer, 0, nullptr});
  return kSuccess;
}

EXPORT Result NAME(cuMemcpyHtoD_v2, hipMemcpyHtoD)(DevicePointer to,
                                                   const void *from,
                                                   size_t bytes) {
  ENTER
  memcpy(to, from, bytes);
  return kSuccess;
}

EXPORT Result NAME(cuMemcpyDtoH_v2, hipMemcpyDtoH)(void *to, DevicePointer from,
                                                   size_t bytes) {
  ENTER
  memcpy(to, from, bytes);
  return kSuccess;
}

EXPORT Result NAME(cuMemsetD8_v2, hipMemsetD8)(DevicePointer to,
                                               unsigned char value,
                                               size_t bytes) {
  ENTER
  memset(to, value, bytes);
  return kSuccess;
}

EXPORT Result NAME(cuCtxSynchronize, hipDeviceSynchronize)() {
  ENTER
  return kSuccess;
}

EXPORT Result NAME(cuEventCreate, hipEventCreateWithFlags)(Event *event,
                                                           unsigned) {
  ENTER
  *event = reinterpret_cast<Event>(uintptr_t(fake.calls.size()));
  return kSuccess;
}

EXPORT Result NAME(cuEventRecord, hipEventRecord)(Event, Stream) {
  ENTER
  return kSuccess;
}

EXPORT Result NAME(cuEventSynchronize, hipEventSynchronize)(Event) {
  ENTER
  return kSuccess;
}

EXPORT Result NAME(cuEventElapsedTime, hipEventElapsedTime)(float *milliseconds,
                                                            Event start,
                                                            Event end) {
  ENTER
  *milliseconds = start != end ? 2.5f : 0;
  return kSuccess;
}

EXPORT Result NAME(cuEventDestroy_v2, hipEventDestroy)(Event) {
  ENTER
  return kSuccess;
}

EXPORT Result NAME(cuMemFreeAsync, hipFreeAsync)(DevicePointer pointer,
                                                 Stream stream) {
  ENTER
  // Not given back: tests look at what was there.
  fake.freed.push_back({pointer, 0, stream});
  return kSuccess;
}

EXPORT Result NAME(cuMemsetD32Async,
                   hipMemsetD32Async)(DevicePointer pointer, unsigned value,
                                      size_t words, Stream stream) {
  ENTER
  auto *memory = static_cast<unsigned *>(pointer);
  for (size_t i = 0; i < words; ++i)
    memory[i] = value;
  fake.cleared.push_back({memory, words * 4, stream});
  return kSuccess;
}

// NOLINTEND(readability-identifier-naming)
