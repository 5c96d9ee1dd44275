//===- DeviceModuleTest.cpp - Loading a kernel's code -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include <thread>

TEST_F(DeviceTest, ModuleIsLoadedOnce) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(fake().images, (std::vector<const void *>{ptx.c_str()}));
  EXPECT_EQ(fake().launches.size(), 3u);
}

TEST_F(DeviceTest, ModuleIsLoadedOnceUnderThreads) {
  constexpr int numThreads = 16;
  kernel.shared_bytes = 1 << 16;
  launch({0}, {}); // fills in the kernel
  std::vector<std::thread> threads;
  for (int i = 0; i < numThreads; ++i)
    threads.emplace_back([&] {
      EXPECT_EQ(call([&] {
                  const int64_t grid[] = {1};
                  fovea_device_launch(&kernel, grid, nullptr);
                }),
                FOVEA_OK);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(fake().images.size(), 1u);
  EXPECT_EQ(fake().count("cuFuncSetAttribute"), 1);
  EXPECT_EQ(fake().launches.size(), size_t(numThreads));
}

TEST_F(DeviceTest, ModuleIsLoadedOncePerDevice) {
  for (int32_t device : {0, 1, 0, 1}) {
    context() = kNoContext;
    x.tensor.device.device_id = device;
    EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
  }
  EXPECT_EQ(fake().images.size(), 2u);
  EXPECT_NE(fake().launches[0].context, fake().launches[1].context);
  EXPECT_EQ(fake().launches[0].context, fake().launches[2].context);
}

TEST_F(DeviceTest, OtherTarget) {
  fake().failures["cuModuleLoadDataEx"] = 209;
  expectRefused({1}, {},
                "fwd: kernel 'k' was compiled for sm_90a, and cannot run on "
                "device 0 (NVIDIA Fake, compute capability 8.6): "
                "cuModuleLoadDataEx: CUDA_ERROR_NO_BINARY_FOR_GPU");
}

TEST_F(DeviceTest, OtherTargetOfACubin) {
  // ELF headers of the two versions of the ABI.
  struct Case {
    unsigned char version;
    unsigned flags;
    const char *target;
  };
  for (const Case &c : {Case{7, 0x05a055a, "sm_90"},
                        {7, 0x05a0d5a, "sm_90a"},
                        {8, 0x6006408, "sm_100a"},
                        {8, 0x6007802, "sm_120"}}) {
    std::string cubin = makeElf(190, c.version, c.flags);
    kernel.image = cubin.data();
    kernel.image_bytes = cubin.size();
    fake().failures["cuModuleLoadDataEx"] = 209;
    expectRefused({1}, {},
                  std::string("fwd: kernel 'k' was compiled for ") + c.target +
                      ", and cannot run on device 0 (NVIDIA Fake, compute "
                      "capability 8.6): cuModuleLoadDataEx: "
                      "CUDA_ERROR_NO_BINARY_FOR_GPU");
  }
}

TEST_F(DeviceTest, JitFails) {
  fake().failures["cuModuleLoadDataEx"] = 218;
  fake().jitLog = "ptxas fatal: line 3";
  expectRefused(
      {1}, {},
      "fwd: kernel 'k' was compiled for sm_90a, and cannot be loaded "
      "on device 0 (NVIDIA Fake, compute capability 8.6): "
      "cuModuleLoadDataEx: CUDA_ERROR_INVALID_PTX: ptxas fatal: line 3");
}

TEST_F(DeviceTest, ImageWithoutTarget) {
  const std::string image = "nothing";
  kernel.image = image.data();
  for (size_t bytes : {image.size(), image.size() + 1}) {
    kernel.image_bytes = bytes;
    fake().failures["cuModuleLoadDataEx"] = 218;
    expectRefused({1}, {},
                  "fwd: kernel 'k' was compiled for unknown target, and cannot "
                  "be loaded on device 0 (NVIDIA Fake, compute capability "
                  "8.6): cuModuleLoadDataEx: CUDA_ERROR_INVALID_PTX");
  }
}

TEST_F(DeviceTest, KernelIsNotInItsImage) {
  fake().failures["cuModuleGetFunction"] = 500;
  expectRefused({1}, {},
                "fwd: kernel 'k': is not in its image: cuModuleGetFunction: "
                "CUDA_ERROR_NOT_FOUND");
  EXPECT_EQ(fake().count("cuModuleUnload"), 1);
  // The next call tries again.
  fake().failures.clear();
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
}

TEST_F(DeviceTest, TooMuchSharedMemory) {
  kernel.shared_bytes = 200000;
  fake().failures["cuFuncSetAttribute"] = 1;
  expectRefused({1}, {},
                "fwd: kernel 'k' needs 200000 bytes of shared memory per "
                "block, device 0 (NVIDIA Fake, compute capability 8.6) has at "
                "most 101376: cuFuncSetAttribute: CUDA_ERROR_INVALID_VALUE: "
                "invalid argument");
}
