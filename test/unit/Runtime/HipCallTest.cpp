//===- HipCallTest.cpp - Launches and scratch memory of HIP -----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What CUDA's tests say of the code that both vendors share is not repeated.
//
//===----------------------------------------------------------------------===//

#include "HipTest.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using Strings = std::vector<std::string>;

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

/// Of a device that this process has not used, so that its pool is made.
TEST_F(HipTest, CallsInOrder) {
  fake().devices = 100;
  x.tensor.device.device_id = 51;
  kernel.persistent = 1;
  ASSERT_EQ(launch({100}, {}), FOVEA_OK) << fovea_last_error();
  auto first = std::find(fake().calls.begin(), fake().calls.end(),
                         "hipGetDevice"); // behind the driver's start
  EXPECT_EQ(
      Strings(first, fake().calls.end()),
      (Strings{"hipGetDevice", "hipSetDevice", "hipGetDevicePropertiesR0600",
               "hipModuleLoadData", "hipModuleGetFunction",
               "hipDeviceGetAttribute", "hipDeviceGetAttribute",
               "hipMemPoolCreate", "hipMemPoolSetAttribute",
               "hipMallocFromPoolAsync", "hipMemsetD32Async",
               "hipModuleLaunchKernel", "hipFreeAsync", "hipSetDevice"}));
  EXPECT_EQ(fake().pools, std::vector<int>{51});
  EXPECT_EQ(fake().poolThreshold, 256u << 20);
}

TEST_F(HipTest, Launch) {
  alignas(16) char memory[256];
  arguments = {{2, 2, 16}, {-1, 4, 0}};
  Memref m(memory, {5, 8}, {16, 1}, 24);
  float scale = 0.5f;
  kernel.shared_bytes = 1024;
  fake().parameterSizes = {8, 4, 4, 8, 8, 4, 4, 4};
  int stream;
  fovea_set_stream(&stream);
  ASSERT_EQ(launch({7, 3}, {m, &scale}), FOVEA_OK) << fovea_last_error();

  const FakeLaunch &seen = fake().launches.at(0);
  EXPECT_EQ(seen.kernel, "k");
  EXPECT_EQ(seen.grid, (Unsigned{21, 1, 1}));
  EXPECT_EQ(seen.block, (Unsigned{128, 1, 1}));
  EXPECT_EQ(seen.sharedBytes, 1024u);
  EXPECT_EQ(seen.stream, &stream);
  const auto &p = seen.parameters;
  EXPECT_EQ(as<char *>(p[0]), memory + 48);
  EXPECT_EQ(as<int32_t>(p[1]), 5);
  EXPECT_EQ(as<int32_t>(p[2]), 8);
  EXPECT_EQ(as<int64_t>(p[3]), 16);
  EXPECT_EQ(as<int64_t>(p[4]), 1);
  EXPECT_EQ(as<float>(p[5]), 0.5f);
  EXPECT_EQ(as<int32_t>(p[6]), 7);
  EXPECT_EQ(as<int32_t>(p[7]), 3);
  EXPECT_EQ(fake().allocated.size(), 0u);
}

TEST_F(HipTest, Misaligned) {
  alignas(16) char memory[64];
  arguments = {{2, 2, 16}};
  Memref m(memory, {2, 8}, {12, 1});
  expectRefused({1}, {m},
                "fwd: kernel 'k': argument 0: found stride 12 in dimension 0, "
                "expected a multiple of 8 elements");
}

/// As many per compute unit as the kernel says, with a counter that is zero.
TEST_F(HipTest, Persistent) {
  kernel.persistent = 2;
  fake().parameterSizes = {4, 8};
  int stream;
  fovea_set_stream(&stream);
  ASSERT_EQ(launch({100}, {}), FOVEA_OK) << fovea_last_error();
  const FakeLaunch &seen = fake().launches.at(0);
  EXPECT_EQ(seen.grid[0], 8u);
  auto *counter = as<int32_t *>(seen.parameters[1]);
  EXPECT_EQ(*counter, 0);
  for (const auto &list : {fake().allocated, fake().cleared, fake().freed}) {
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].pointer, counter);
    EXPECT_EQ(list[0].stream, &stream);
  }
}

TEST_F(HipTest, TooManyThreads) {
  kernel.threads = 1024;
  expectRefused({4194304}, {},
                "fwd: kernel 'k': found a grid of [4194304] workgroups, at "
                "most so many are legal with its threads: 4194303");
  EXPECT_EQ(launch({4194303}, {}), FOVEA_OK) << fovea_last_error();
}

TEST_F(HipTest, LaunchFails) {
  fake().failures["hipModuleLaunchKernel"] = 1;
  kernel.persistent = 1;
  kernel.shared_bytes = 64;
  expectRefused({5}, {},
                "fwd: kernel 'k': cannot launch 4 blocks of 128 threads with "
                "64 bytes of shared memory in clusters of 1: "
                "hipModuleLaunchKernel: hipErrorInvalidValue: invalid "
                "argument");
  EXPECT_EQ(fake().freed.size(), 1u);
}

TEST_F(HipTest, UnknownErrorHasItsNumber) {
  fake().failures["hipModuleLaunchKernel"] = 12345;
  EXPECT_EQ(launch({4}, {}), FOVEA_RUNTIME_ERROR);
  EXPECT_STREQ(fovea_last_error(),
               "fwd: kernel 'k': cannot launch 4 blocks of 128 threads with 0 "
               "bytes of shared memory in clusters of 1: "
               "hipModuleLaunchKernel: hipErrorUnknown (12345): unknown "
               "error");
}

//===----------------------------------------------------------------------===//
// Scratch memory
//===----------------------------------------------------------------------===//

TEST_F(HipTest, ScratchMemory) {
  int stream;
  void *memory = nullptr;
  fovea_set_stream(&stream);
  EXPECT_EQ(call([&] {
              memory = fovea_device_alloc(1000);
              fovea_device_free(memory);
            }),
            FOVEA_OK);
  EXPECT_EQ(fake().allocated.at(0).bytes, 1000u);
  EXPECT_EQ(fake().allocated[0].stream, &stream);
  EXPECT_EQ(fake().freed.at(0).pointer, memory);
  EXPECT_EQ(fake().freed[0].stream, &stream);
}

TEST_F(HipTest, DeviceWithoutPools) {
  fake().devices = 100;
  x.tensor.device.device_id = 52;
  fake().failures["hipMemPoolCreate"] = 801;
  EXPECT_EQ(call([] { EXPECT_TRUE(fovea_device_alloc(8)); }), FOVEA_OK);
  EXPECT_EQ(fake().count("hipMallocAsync"), 1);
}

TEST_F(HipTest, MemoryFails) {
  fake().failures["hipMallocFromPoolAsync"] = 2;
  EXPECT_EQ(call([] { EXPECT_FALSE(fovea_device_alloc(1 << 20)); }),
            FOVEA_RUNTIME_ERROR);
  EXPECT_STREQ(fovea_last_error(),
               "fwd: cannot allocate 1048576 bytes of scratch memory on device "
               "0 (AMD Fake, gfx942:sramecc+:xnack-): hipMallocFromPoolAsync: "
               "hipErrorOutOfMemory: out of memory");
  fake().failures = {{"hipFreeAsync", 1}};
  EXPECT_EQ(call([] { fovea_device_free(fovea_device_alloc(8)); }),
            FOVEA_RUNTIME_ERROR);
  EXPECT_STREQ(fovea_last_error(),
               "fwd: cannot free scratch memory: hipFreeAsync: "
               "hipErrorInvalidValue: invalid argument");
  fake().failures = {{"hipMemsetD32Async", 1}};
  kernel.persistent = 1;
  expectRefused({1}, {},
                "fwd: kernel 'k': cannot clear its scratch memory: "
                "hipMemsetD32Async: hipErrorInvalidValue: invalid argument");
  EXPECT_EQ(fake().freed.size(), 1u);
}

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

TEST_F(HipTest, TheThreadsDeviceStays) {
  EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(fake().count("hipSetDevice"), 0);
}

TEST_F(HipTest, RestoresAnotherDevice) {
  x.tensor.device.device_id = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(fake().launches.at(0).context,
            reinterpret_cast<void *>(uintptr_t(0x1001)));
  EXPECT_EQ(context(), 0);
  fake().failures["hipModuleLaunchKernel"] = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_RUNTIME_ERROR);
  EXPECT_EQ(context(), 0);
}

TEST_F(HipTest, NoSuchDevice) {
  x.tensor.device.device_id = 7;
  expectRefused({1}, {},
                "fwd: cannot use device 7: hipSetDevice: "
                "hipErrorInvalidDevice: invalid device ordinal");
  EXPECT_EQ(context(), 0);
  fake().failures["hipGetDevice"] = 100;
  expectRefused({1}, {},
                "fwd: cannot use device 7: hipGetDevice: hipErrorNoDevice: no "
                "ROCm-capable device is detected");
}

/// Both vendors' modules and pools in one process.
TEST_F(HipTest, BesideCuda) {
  EXPECT_EQ(call([] { EXPECT_TRUE(fovea_device_alloc(8)); }), FOVEA_OK);
  size_t before = fake().allocated.size();
  entry.device_type = kDLCUDA;
  x.tensor.device.device_type = kDLCUDA;
  void *memory = nullptr;
  EXPECT_EQ(call([&] { memory = fovea_device_alloc(8); }), FOVEA_OK);
  EXPECT_TRUE(memory);
  EXPECT_EQ(fake().allocated.size(), before);
  free(memory); // of the other fake, which is not cleared here
}
