//===- FakeDriver.cpp - What both fake drivers have ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// See FakeDriverImpl.h.
//
//===----------------------------------------------------------------------===//

#include "FakeDriverImpl.h"

#include <chrono>
#include <cstring>
#include <set>
#include <thread>

// NOLINTBEGIN(readability-identifier-naming): the drivers' names.

EXPORT FakeDriver *fake_driver() {
  static auto *fake = new FakeDriver;
  return fake;
}

EXPORT int *fake_context() {
  static thread_local int device = NAME(kNoContext, 0);
  return &device;
}

EXPORT Result NAME(cuInit, hipInit)(unsigned) {
  ENTER
  return kSuccess;
}

EXPORT Result NAME(cuDeviceGetCount, hipGetDeviceCount)(int *count) {
  ENTER
  *count = fake.devices;
  return kSuccess;
}

EXPORT Result NAME(cuDeviceGetName, hipDeviceGetName)(char *name, int length,
                                                      Device) {
  ENTER
  strncpy(name, NAME("NVIDIA Fake", "AMD Fake"), length);
  return kSuccess;
}

Result noteModule(const char *name, Module *module, const void *image) {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  FakeDriver &fake = *fake_driver();
  Lock lock(fake.mutex);
  fake.images.push_back(image);
  *module = reinterpret_cast<Module>(fake.images.size());
  return note(name);
}

EXPORT Result NAME(cuModuleUnload, hipModuleUnload)(Module) {
  ENTER
  return kSuccess;
}

EXPORT Result NAME(cuModuleGetFunction,
                   hipModuleGetFunction)(Function *function, Module,
                                         const char *name) {
  ENTER
  static std::set<std::string> names;
  const std::string &kept = *names.insert(name).first;
  *function = reinterpret_cast<Function>(const_cast<std::string *>(&kept));
  return kSuccess;
}

void noteLaunch(FakeDriver &fake, Function function, FakeLaunch launch,
                void **parameters) {
  launch.kernel = *reinterpret_cast<const std::string *>(function);
  launch.context = contextOf(*fake_context());
  for (size_t i = 0; i < fake.parameterSizes.size(); ++i) {
    auto *bytes = static_cast<const char *>(parameters[i]);
    launch.parameters.emplace_back(bytes, bytes + fake.parameterSizes[i]);
    launch.pointers.push_back(parameters[i]);
  }
  fake.launches.push_back(launch);
}

EXPORT Result NAME(cuLaunchKernel, hipModuleLaunchKernel)(
    Function function, unsigned gridX, unsigned gridY, unsigned gridZ,
    unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,
    Stream stream, void **parameters, void **) {
  ENTER
  FakeLaunch launch;
  launch.grid = {gridX, gridY, gridZ};
  launch.block = {blockX, blockY, blockZ};
  launch.sharedBytes = sharedBytes;
  launch.stream = stream;
  noteLaunch(fake, function, launch, parameters);
  return kSuccess;
}

// NOLINTEND(readability-identifier-naming)
