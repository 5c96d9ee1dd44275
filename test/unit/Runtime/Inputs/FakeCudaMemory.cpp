//===- FakeCudaMemory.cpp - The fake driver's memory ---------*- C++ -*- ===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// See FakeCuda.h. Events belong here too: they are used with copies.
//
//===----------------------------------------------------------------------===//

#include "FakeCudaImpl.h"

#include <cstdlib>
#include <cstring>

// NOLINTBEGIN(readability-identifier-naming): the driver's names.

/// With the lock held.
static Result allocate(FakeCuda &fake, DevicePointer *pointer, size_t bytes,
                       Stream stream) {
  void *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  memset(memory, 0xcc, bytes);
  fake.allocated.push_back({memory, bytes, stream});
  *pointer = reinterpret_cast<DevicePointer>(memory);
  return kSuccess;
}

EXPORT Result cuMemAllocAsync(DevicePointer *pointer, size_t bytes,
                              Stream stream) {
  ENTER
  return allocate(fake, pointer, bytes, stream);
}

EXPORT Result cuMemAllocFromPoolAsync(DevicePointer *pointer, size_t bytes,
                                      MemoryPool, Stream stream) {
  ENTER
  return allocate(fake, pointer, bytes, stream);
}

EXPORT Result cuMemPoolCreate(MemoryPool *pool,
                              const MemoryPoolProperties *properties) {
  ENTER
  fake.pools.push_back(properties->locationId);
  *pool = reinterpret_cast<MemoryPool>(fake.pools.size());
  return kSuccess;
}

EXPORT Result cuMemPoolSetAttribute(MemoryPool, int attribute, void *value) {
  ENTER
  if (attribute == kPoolReleaseThreshold)
    fake.poolThreshold = *static_cast<unsigned long long *>(value);
  return kSuccess;
}

EXPORT Result cuMemAlloc_v2(DevicePointer *pointer, size_t bytes) {
  ENTER
  return allocate(fake, pointer, bytes, nullptr);
}

EXPORT Result cuMemFree_v2(DevicePointer pointer) {
  ENTER
  fake.freed.push_back({reinterpret_cast<void *>(pointer), 0, nullptr});
  return kSuccess;
}

EXPORT Result cuMemcpyHtoD_v2(DevicePointer to, const void *from,
                              size_t bytes) {
  ENTER
  memcpy(reinterpret_cast<void *>(to), from, bytes);
  return kSuccess;
}

EXPORT Result cuMemcpyDtoH_v2(void *to, DevicePointer from, size_t bytes) {
  ENTER
  memcpy(to, reinterpret_cast<const void *>(from), bytes);
  return kSuccess;
}

EXPORT Result cuMemsetD8_v2(DevicePointer to, unsigned char value,
                            size_t bytes) {
  ENTER
  memset(reinterpret_cast<void *>(to), value, bytes);
  return kSuccess;
}

EXPORT Result cuCtxSynchronize() {
  ENTER
  return kSuccess;
}

EXPORT Result cuEventCreate(Event *event, unsigned) {
  ENTER
  *event = reinterpret_cast<Event>(uintptr_t(fake.calls.size()));
  return kSuccess;
}

EXPORT Result cuEventRecord(Event, Stream) {
  ENTER
  return kSuccess;
}

EXPORT Result cuEventSynchronize(Event) {
  ENTER
  return kSuccess;
}

EXPORT Result cuEventElapsedTime(float *milliseconds, Event start, Event end) {
  ENTER
  *milliseconds = start != end ? 2.5f : 0;
  return kSuccess;
}

EXPORT Result cuEventDestroy_v2(Event) {
  ENTER
  return kSuccess;
}

EXPORT Result cuMemFreeAsync(DevicePointer pointer, Stream stream) {
  ENTER
  // Not given back: tests look at what was there.
  fake.freed.push_back({reinterpret_cast<void *>(pointer), 0, stream});
  return kSuccess;
}

EXPORT Result cuMemsetD32Async(DevicePointer pointer, unsigned value,
                               size_t words, Stream stream) {
  ENTER
  auto *memory = reinterpret_cast<unsigned *>(pointer);
  for (size_t i = 0; i < words; ++i)
    memory[i] = value;
  fake.cleared.push_back({memory, words * 4, stream});
  return kSuccess;
}

// NOLINTEND(readability-identifier-naming)
