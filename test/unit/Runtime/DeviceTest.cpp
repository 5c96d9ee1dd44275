//===- DeviceTest.cpp - Calls of a GPU's entry, with a fake driver
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "DeviceTest.h"

#include "../../../lib/Runtime/DeviceCall.h"

#include <cstdlib>
#include <dlfcn.h>

/// Of the calling thread: threads call at the same time.
static thread_local std::function<void()> currentCode;

static void *findSymbol(const char *name) {
  static void *library = dlopen(FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
  EXPECT_TRUE(library) << dlerror();
  return dlsym(library, name);
}

FakeCuda &DeviceTest::fake() {
  return *reinterpret_cast<FakeCudaFunction>(findSymbol("fake_cuda"))();
}

int &DeviceTest::context() {
  return *reinterpret_cast<FakeCudaContextFunction>(
      findSymbol("fake_cuda_context"))();
}

DeviceTest::DeviceTest()
    : entry{"fwd",
            1,
            1,
            kDLCUDA,
            &param,
            [](void **) { currentCode(); },
            fovea_runtime_call,
            fovea_last_error} {
  setenv("FOVEA_LIBCUDA", FAKE_CUDA, 1);
  FakeCuda &f = fake();
  f.devices = 2;
  f.multiprocessors = 4;
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
  context() = kNoContext;
  fovea_set_stream(nullptr);
  fovea_set_last_error("");
  x.tensor.device = {kDLCUDA, 0};
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
