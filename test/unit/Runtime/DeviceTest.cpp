//===- DeviceTest.cpp - Calls of a GPU's entry, faked ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "DeviceTest.h"

#include "../../../lib/Runtime/DeviceCall.h"

#include <cstdlib>
#include <dlfcn.h>

/// Of the calling thread: threads call at the same time.
static thread_local std::function<void()> currentCode;

/// Of the current test: an AMD GPU's.
static bool isHIP = false;

static void *findSymbol(const char *name) {
  static void *libraries[2];
  void *&library = libraries[isHIP];
  if (!library)
    library = dlopen(isHIP ? FAKE_HIP_LIBRARY : FAKE_CUDA_LIBRARY,
                     RTLD_NOW | RTLD_LOCAL);
  EXPECT_TRUE(library) << dlerror();
  return dlsym(library, name);
}

FakeDriver &DeviceTest::fake() {
  return *reinterpret_cast<FakeDriverFunction>(findSymbol("fake_driver"))();
}

int &DeviceTest::context() {
  return *reinterpret_cast<FakeContextFunction>(findSymbol("fake_context"))();
}

DeviceTest::DeviceTest(DLDeviceType type)
    : entry{"fwd",
            1,
            1,
            type,
            &param,
            [](void **) { currentCode(); },
            fovea_runtime_call,
            fovea_last_error} {
  isHIP = type == kDLROCM;
  setenv("FOVEA_LIBCUDA", FAKE_CUDA_LIBRARY, 1);
  setenv("FOVEA_LIBHIP", FAKE_HIP_LIBRARY, 1);
  FakeDriver &f = fake();
  f.devices = 2;
  f.multiprocessors = 4;
  f.sharedBytes = isHIP ? 65536 : 101376;
  f.architecture = "gfx942:sramecc+:xnack-";
  f.failures.clear();
  f.jitLog.clear();
  f.parameterSizes.clear();
  f.calls.clear();
  f.images.clear();
  f.launches.clear();
  f.maps.clear();
  f.allocated.clear();
  f.freed.clear();
  f.cleared.clear();
  f.pools.clear();
  f.functionAttributes.clear();
  context() = isHIP ? 0 : kNoContext;
  fovea_set_stream(nullptr);
  fovea_set_last_error("");
  x.tensor.device = {type, 0};
  kernel.name = "k";
  kernel.image = ptx.c_str();
  kernel.image_bytes = ptx.size() + 1;
  kernel.threads = 128;
}

DeviceTest::~DeviceTest() {
  unload();
  for (const FakeMemory &memory : fake().allocated)
    free(memory.pointer);
}

std::string DeviceTest::makeElf(int machine, int abiVersion, unsigned flags) {
  std::string header(64, 0);
  header.replace(0, 4, "\177ELF");
  header[8] = char(abiVersion);
  header[18] = char(machine);
  for (int i = 0; i < 4; ++i)
    header[48 + i] = char(flags >> 8 * i);
  return header;
}

std::string DeviceTest::makeCodeObject(const std::string &target) {
  return makeElf(224, 4, 0) +
         "\xb9"
         "amdgcn-amd-amdhsa--" +
         target +
         "\xae"
         "amdhsa.version";
}

void DeviceTest::unload() {
  auto *loaded = static_cast<fovea::runtime::LoadedKernel *>(kernel.state);
  while (loaded) {
    auto *next = loaded->next;
    free(loaded);
    loaded = next;
  }
  kernel.state = nullptr;
}

int DeviceTest::call(std::function<void()> code) {
  currentCode = std::move(code);
  const DLTensor *tensors[] = {&x.tensor};
  return fovea_runtime_call(&entry, tensors);
}

int DeviceTest::launch(const std::vector<int64_t> &grid,
                       const std::vector<void *> &values) {
  kernel.grid_rank = static_cast<int32_t>(grid.size());
  kernel.num_arguments = static_cast<int32_t>(arguments.size());
  kernel.arguments = arguments.data();
  kernel.num_tensor_maps = static_cast<int32_t>(maps.size());
  kernel.tensor_maps = maps.data();
  return call([&] {
    std::vector<void *> pointers(values);
    fovea_device_launch(&kernel, grid.data(), pointers.data());
  });
}

void DeviceTest::expectRefused(const std::vector<int64_t> &grid,
                               const std::vector<void *> &values,
                               const std::string &message) {
  EXPECT_EQ(launch(grid, values), FOVEA_RUNTIME_ERROR);
  EXPECT_EQ(fovea_last_error(), message);
  EXPECT_EQ(fake().launches.size(), 0u);
}
