//===- FakeHip.cpp - A HIP runtime that remembers its calls ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What only HIP has; the signatures are those of lib/Runtime/HipDriver.h. With
// FAKE_ROCM5 it is a library of before ROCm 6.0.
//
//===----------------------------------------------------------------------===//

#include "FakeDriverImpl.h"

#include "../../../../lib/Runtime/HipDriver.h"

#include <cstring>

using namespace fovea::runtime::hip;

// NOLINTBEGIN(readability-identifier-naming): the driver's names.

EXPORT const char *hipGetErrorName(Result error) {
  static const std::map<Result, const char *> names = {
      {1, "hipErrorInvalidValue"},     {2, "hipErrorOutOfMemory"},
      {100, "hipErrorNoDevice"},       {101, "hipErrorInvalidDevice"},
      {209, "hipErrorNoBinaryForGpu"}, {500, "hipErrorNotFound"}};
  auto found = names.find(error);
  return found == names.end() ? "hipErrorUnknown" : found->second;
}

EXPORT const char *hipGetErrorString(Result error) {
  static const std::map<Result, const char *> texts = {
      {1, "invalid argument"},
      {2, "out of memory"},
      {100, "no ROCm-capable device is detected"},
      {101, "invalid device ordinal"},
      {209, "no kernel image is available for execution on the device"},
      {500, "named symbol not found"}};
  auto found = texts.find(error);
  return found == texts.end() ? "unknown error" : found->second;
}

EXPORT Result hipDeviceGetAttribute(int *value, int attribute, Device) {
  ENTER
  *value = attribute == kMultiprocessorCount       ? fake.multiprocessors
           : attribute == kMaxSharedMemoryPerBlock ? fake.sharedBytes
                                                   : -1;
  return kSuccess;
}

EXPORT Result hipGetDevice(Device *device) {
  ENTER
  *device = *fake_context();
  return kSuccess;
}

EXPORT Result hipSetDevice(Device device) {
  ENTER
  if (device < 0 || device >= fake.devices)
    return kErrorInvalidDevice;
  *fake_context() = device;
  return kSuccess;
}

EXPORT Result hipModuleLoadData(Module *module, const void *image) {
  return noteModule(__func__, module, image);
}

/// The device's name looks like an architecture, but is none.
static void fillProperties(DeviceProperties *properties, size_t size,
                           size_t place, const std::string &architecture) {
  memset(properties->bytes, 0x5a, size);
  strcpy(properties->bytes, "gfx1234");
  strcpy(properties->bytes + place, architecture.c_str());
}

/// The old structure, which ROCm 6.0 and later fill in under this name, too.
EXPORT Result hipGetDeviceProperties(DeviceProperties *properties, Device) {
  ENTER
  fillProperties(properties, 792, 396, fake.architecture);
  return kSuccess;
}

#ifndef FAKE_ROCM5
EXPORT Result hipGetDevicePropertiesR0600(DeviceProperties *properties,
                                          Device) {
  ENTER
  fillProperties(properties, 1472, 1160, fake.architecture);
  return kSuccess;
}
#endif

// NOLINTEND(readability-identifier-naming)
