//===- DeviceLaunchTest.cpp - fovea_device_launch ---------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include <cstring>

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

TEST_F(DeviceTest, ParametersInOrder) {
  alignas(16) char memory[4096];
  arguments = {{2, 2, 0}, {-1, 4, 0}, {0, 4, 0}, {-1, 8, 0}};
  maps = {{0, 9, 128, 32, 64}};
  Memref m(memory, {5, 8}, {16, 1}, 24), scalarMemref(memory + 4, {}, {});
  float scale = 0.5f;
  double other = 0.25;
  fake().parameterSizes = {8, 4, 4, 8, 8, 4, 8, 8, 128, 4, 4};
  ASSERT_EQ(launch({7, 3}, {m, &scale, scalarMemref, &other}), FOVEA_OK)
      << fovea_last_error();

  ASSERT_EQ(fake().launches.size(), 1u);
  const auto &p = fake().launches[0].parameters;
  EXPECT_EQ(as<char *>(p[0]), memory + 48);
  EXPECT_EQ(as<int32_t>(p[1]), 5);
  EXPECT_EQ(as<int32_t>(p[2]), 8);
  EXPECT_EQ(as<int64_t>(p[3]), 16);
  EXPECT_EQ(as<int64_t>(p[4]), 1);
  EXPECT_EQ(as<float>(p[5]), 0.5f);
  EXPECT_EQ(as<char *>(p[6]), memory + 4);
  EXPECT_EQ(as<double>(p[7]), 0.25);
  EXPECT_EQ(p[8], std::vector<char>(128, 0x40));
  EXPECT_EQ(as<int32_t>(p[9]), 7);
  EXPECT_EQ(as<int32_t>(p[10]), 3);
}

/// One pointer into memory per parameter, each with its natural alignment, and
/// laid out as the kernel's own parameter block.
TEST_F(DeviceTest, ParametersAreLaidOutAsTheKernelsBlock) {
  alignas(16) char memory[64];
  arguments = {{-1, 4, 0}, {-1, 8, 0}, {-1, 2, 0}, {2, 2, 0}};
  maps = {{3, 9, 32, 8, 16}, {3, 9, 32, 8, 16}};
  int32_t a = 1;
  int64_t b = 2;
  int16_t c = 3;
  Memref m(memory, {2, 8}, {8, 1});
  fake().parameterSizes = {4, 8, 2, 8, 4, 4, 8, 8, 128, 128, 4};
  ASSERT_EQ(launch({1}, {&a, &b, &c, m}), FOVEA_OK) << fovea_last_error();
  const std::vector<void *> &pointers = fake().launches.at(0).pointers;
  std::vector<size_t> offsets;
  for (void *pointer : pointers)
    offsets.push_back(static_cast<char *>(pointer) -
                      static_cast<char *>(pointers[0]));
  EXPECT_EQ(offsets,
            (std::vector<size_t>{0, 8, 16, 24, 32, 36, 40, 48, 64, 192, 320}));
}

TEST_F(DeviceTest, SizeBeyondInt32) {
  arguments = {{2, 2, 0}};
  Memref m(nullptr, {int64_t(1) << 31, 8}, {8, 1});
  expectRefused({1}, {m},
                "fwd: kernel 'k': argument 0: found size 2147483648 in "
                "dimension 0, at most 2^31 - 1 is legal");
}

/// Threads that read several elements at once need a base and strides that are
/// multiples; strides of dimensions of one element do not matter.
TEST_F(DeviceTest, Aligned) {
  alignas(16) char memory[64];
  arguments = {{2, 2, 16}};
  Memref many(memory, {2, 8}, {8, 1}), one(memory, {1, 8}, {3, 1});
  EXPECT_EQ(launch({1}, {many}), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(launch({1}, {one}), FOVEA_OK) << fovea_last_error();
}

TEST_F(DeviceTest, MisalignedStride) {
  alignas(16) char memory[64];
  arguments = {{2, 2, 16}};
  Memref m(memory, {2, 8}, {12, 1});
  expectRefused({1}, {m},
                "fwd: kernel 'k': argument 0: found stride 12 in dimension 0, "
                "expected a multiple of 8 elements");
}

TEST_F(DeviceTest, MisalignedBase) {
  alignas(16) char memory[64];
  arguments = {{2, 2, 16}};
  Memref m(memory + 2, {2, 8}, {8, 1});
  ASSERT_NE(launch({1}, {m}), FOVEA_OK);
  std::string why = fovea_last_error();
  EXPECT_NE(why.find("expected a multiple of 16 bytes"), std::string::npos)
      << why;
  EXPECT_EQ(fake().launches.size(), 0u);
}

TEST_F(DeviceTest, TooManyParameters) {
  arguments.assign(513, {-1, 8, 0});
  int64_t value = 0;
  expectRefused({1}, std::vector<void *>(513, &value),
                "fwd: kernel 'k': malformed artifact: found parameters of more "
                "bytes than 4096");
}

TEST_F(DeviceTest, ArgumentWithoutSize) {
  arguments = {{-1, 0, 0}};
  int value = 0;
  expectRefused({1}, {&value},
                "fwd: kernel 'k': malformed artifact: found an argument's "
                "element of bytes 0");
}

//===----------------------------------------------------------------------===//
// Shape of the launch
//===----------------------------------------------------------------------===//

TEST_F(DeviceTest, LaunchShape) {
  kernel.shared_bytes = 1024;
  ASSERT_EQ(launch({7, 3, 2}, {}), FOVEA_OK) << fovea_last_error();
  const FakeLaunch &seen = fake().launches.at(0);
  EXPECT_EQ(seen.kernel, "k");
  EXPECT_EQ(seen.grid, (Unsigned{42, 1, 1}));
  EXPECT_EQ(seen.block, (Unsigned{128, 1, 1}));
  EXPECT_EQ(seen.cluster, Unsigned());
  EXPECT_EQ(seen.sharedBytes, 1024u);
  EXPECT_EQ(fake().functionAttributes.size(), 0u);
}

TEST_F(DeviceTest, MuchSharedMemoryIsAskedForOnce) {
  kernel.shared_bytes = 100000;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(fake().count("cuFuncSetAttribute"), 1);
  EXPECT_EQ(fake().functionAttributes[8], 100000);
}

TEST_F(DeviceTest, Cluster) {
  kernel.cluster = 2;
  ASSERT_EQ(launch({6}, {}), FOVEA_OK) << fovea_last_error();
  const FakeLaunch &seen = fake().launches.at(0);
  EXPECT_EQ(seen.grid, (Unsigned{6, 1, 1}));
  EXPECT_EQ(seen.block, (Unsigned{128, 1, 1}));
  EXPECT_EQ(seen.cluster, (Unsigned{2, 1, 1}));
}

TEST_F(DeviceTest, LargeClusterIsAskedFor) {
  kernel.cluster = 16;
  ASSERT_EQ(launch({16}, {}), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(fake().functionAttributes[14], 1);
}

TEST_F(DeviceTest, BrokenCluster) {
  kernel.cluster = 2;
  expectRefused({3, 1}, {},
                "fwd: kernel 'k': found a grid of [3, 1] workgroups, expected "
                "a multiple of its cluster of 2");
}

TEST_F(DeviceTest, EmptyGridLaunchesNothing) {
  kernel.persistent = 1;
  EXPECT_EQ(launch({int64_t(1) << 40, 0, int64_t(1) << 40}, {}), FOVEA_OK);
  EXPECT_EQ(fake().launches.size(), 0u);
  EXPECT_EQ(fake().images.size(), 0u);
  EXPECT_EQ(fake().allocated.size(), 0u);
}

TEST_F(DeviceTest, LargeGrids) {
  EXPECT_EQ(launch({INT32_MAX}, {}), FOVEA_OK);
  EXPECT_EQ(fake().launches.at(0).grid[0], 2147483647u);
  fake().launches.clear();
  expectRefused({65536, 32768}, {},
                "fwd: kernel 'k': found a grid of [65536, 32768] workgroups, "
                "at most 2^31 - 1 are legal");
  EXPECT_EQ(launch({INT64_MAX, INT64_MAX}, {}), FOVEA_RUNTIME_ERROR);
  expectRefused({-1}, {},
                "fwd: kernel 'k': malformed artifact: found a grid size of -1");
}

TEST_F(DeviceTest, LaunchFails) {
  fake().failures["cuLaunchKernel"] = 701;
  kernel.shared_bytes = 64;
  expectRefused({5}, {},
                "fwd: kernel 'k': cannot launch 5 blocks of 128 threads with "
                "64 bytes of shared memory in clusters of 1: "
                "cuLaunchKernel: CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES");
}

TEST_F(DeviceTest, UnknownErrorIsANumber) {
  fake().failures["cuLaunchKernelEx"] = 12345;
  kernel.cluster = 2;
  expectRefused({4}, {},
                "fwd: kernel 'k': cannot launch 4 blocks of 128 threads with "
                "0 bytes of shared memory in clusters of 2: cuLaunchKernelEx: "
                "CUDA error 12345");
}

//===----------------------------------------------------------------------===//
// Persistent kernels
//===----------------------------------------------------------------------===//

TEST_F(DeviceTest, PersistentCounter) {
  kernel.persistent = 1;
  fake().parameterSizes = {4, 8};
  int stream;
  fovea_set_stream(&stream);
  ASSERT_EQ(launch({100}, {}), FOVEA_OK) << fovea_last_error();
  const FakeLaunch &seen = fake().launches.at(0);
  EXPECT_EQ(seen.grid[0], 4u);
  EXPECT_EQ(as<int32_t>(seen.parameters[0]), 100);
  auto *counter = as<int32_t *>(seen.parameters[1]);
  EXPECT_EQ(*counter, 0);
  EXPECT_EQ(fake().allocated.at(0).pointer, counter);
  EXPECT_EQ(fake().cleared.at(0).pointer, counter);
  EXPECT_EQ(fake().freed.at(0).pointer, counter);
  for (const auto &list : {fake().allocated, fake().cleared, fake().freed}) {
    EXPECT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].stream, &stream);
  }
  // In stream order: cleared before the launch, freed after it.
  std::vector<std::string> tail(fake().calls.end() - 4, fake().calls.end());
  EXPECT_EQ(tail, (std::vector<std::string>{
                      "cuMemAllocFromPoolAsync", "cuMemsetD32Async",
                      "cuLaunchKernel", "cuMemFreeAsync"}));
}

TEST_F(DeviceTest, PersistentBlocks) {
  kernel.persistent = 1;
  EXPECT_EQ(launch({3}, {}), FOVEA_OK);
  kernel.cluster = 2;
  fake().multiprocessors = 5;
  unload();
  EXPECT_EQ(launch({3}, {}), FOVEA_OK);
  EXPECT_EQ(launch({50}, {}), FOVEA_OK);
  kernel.cluster = 8;
  EXPECT_EQ(launch({50}, {}), FOVEA_OK);
  std::vector<unsigned> blocks;
  for (const FakeLaunch &seen : fake().launches)
    blocks.push_back(seen.grid[0]);
  EXPECT_EQ(blocks, (Unsigned{3, 4, 4, 8}));
}

// On each of four multiprocessors, but no more than there are workgroups.
TEST_F(DeviceTest, PersistentBlocksOfSharedMultiprocessors) {
  kernel.persistent = 2;
  EXPECT_EQ(launch({3}, {}), FOVEA_OK);
  EXPECT_EQ(launch({8}, {}), FOVEA_OK);
  EXPECT_EQ(launch({100}, {}), FOVEA_OK);
  kernel.persistent = 3;
  EXPECT_EQ(launch({100}, {}), FOVEA_OK);
  // Whole clusters: 4 of 3 in the places of 12 blocks, 1 of 8.
  kernel.cluster = 3;
  EXPECT_EQ(launch({99}, {}), FOVEA_OK);
  kernel.cluster = 8;
  EXPECT_EQ(launch({96}, {}), FOVEA_OK);
  std::vector<unsigned> blocks;
  for (const FakeLaunch &seen : fake().launches)
    blocks.push_back(seen.grid[0]);
  EXPECT_EQ(blocks, (Unsigned{3, 8, 8, 12, 12, 8}));
}

TEST_F(DeviceTest, CounterFails) {
  kernel.persistent = 1;
  fake().failures["cuMemsetD32Async"] = 1;
  expectRefused({1}, {},
                "fwd: kernel 'k': cannot clear its scratch memory: "
                "cuMemsetD32Async: CUDA_ERROR_INVALID_VALUE: invalid argument");
  EXPECT_EQ(fake().freed.size(), 1u);
  fake().failures = {{"cuMemAllocFromPoolAsync", 2}};
  expectRefused(
      {1}, {},
      "fwd: cannot allocate 256 bytes of scratch memory on device 0 "
      "(NVIDIA Fake, compute capability 8.6): "
      "cuMemAllocFromPoolAsync: CUDA_ERROR_OUT_OF_MEMORY: out of memory");
  EXPECT_EQ(fake().freed.size(), 1u);
}

TEST_F(DeviceTest, LaunchFailureFreesScratch) {
  kernel.persistent = 1;
  fake().failures["cuLaunchKernel"] = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_RUNTIME_ERROR);
  EXPECT_EQ(fake().freed.size(), 1u);
}
