//===- GPUDeviceTest.cpp - Memory and clocks of a GPU ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/GPUDevice.h"
#include "DeviceTest.h"

using fovea::runtime::GPUDevice;

namespace {

/// On a GPU of each vendor.
class GPUDeviceTest : public DeviceTest,
                      public testing::WithParamInterface<DLDeviceType> {
protected:
  GPUDeviceTest() : DeviceTest(GetParam()) {}

  std::unique_ptr<GPUDevice> open(int ordinal) {
    return GPUDevice::open(GetParam(), ordinal, error);
  }
  /// What differs by vendor.
  static const char *pick(const char *cuda, const char *hip) {
    return GetParam() == kDLROCM ? hip : cuda;
  }

  std::string error;
};

INSTANTIATE_TEST_SUITE_P(Vendors, GPUDeviceTest,
                         testing::Values(kDLCUDA, kDLROCM));

} // namespace

TEST_P(GPUDeviceTest, Opens) {
  auto device = open(1);
  ASSERT_TRUE(device) << error;
  EXPECT_EQ(device->ordinal(), 1);
  EXPECT_EQ(device->name(), pick("NVIDIA Fake", "AMD Fake"));
  EXPECT_EQ(device->architecture(),
            pick("compute capability 8.6", "gfx942:sramecc+:xnack-"));
  EXPECT_EQ(device->multiprocessors(), 4);
  EXPECT_EQ(context(), 1);
}

TEST_P(GPUDeviceTest, DoesNotOpen) {
  EXPECT_FALSE(open(9));
  EXPECT_EQ(error, pick("device 9: cannot be opened: cuDeviceGet: "
                        "CUDA_ERROR_INVALID_DEVICE",
                        "device 9: cannot be opened: hipSetDevice: "
                        "hipErrorInvalidDevice: invalid device ordinal"));
  fake().failures[pick("cuEventCreate", "hipEventCreateWithFlags")] = 2;
  EXPECT_FALSE(open(0));
  EXPECT_EQ(error,
            pick("device 0: cannot create an event: cuEventCreate: "
                 "CUDA_ERROR_OUT_OF_MEMORY: out of memory",
                 "device 0: cannot create an event: hipEventCreateWithFlags: "
                 "hipErrorOutOfMemory: out of memory"));
  EXPECT_FALSE(GPUDevice::open(kDLCPU, 0, error));
  EXPECT_EQ(error,
            "found DLPack device type 1, GPUs are 2 (NVIDIA) and 10 (AMD)");
}

TEST_P(GPUDeviceTest, Memory) {
  auto device = open(0);
  ASSERT_TRUE(device) << error;
  void *memory = device->allocate(8, error);
  ASSERT_TRUE(memory) << error;
  EXPECT_TRUE(device->fill(memory, 0x11, 8, error));
  EXPECT_TRUE(device->copyToDevice(memory, "abc", 3, error));
  char seen[8];
  EXPECT_TRUE(device->copyFromDevice(seen, memory, 8, error));
  EXPECT_EQ(std::string(seen, 8), "abc\x11\x11\x11\x11\x11");
  EXPECT_TRUE(device->synchronize(error));
  EXPECT_TRUE(device->free(memory, error));
  EXPECT_TRUE(device->free(nullptr, error));
  EXPECT_FALSE(device->free(memory, error));
  EXPECT_EQ(error, "device 0: cannot free memory that it has not allocated");
}

TEST_P(GPUDeviceTest, EmptyMemory) {
  auto device = open(0);
  ASSERT_TRUE(device) << error;
  EXPECT_TRUE(device->allocate(0, error));
  EXPECT_TRUE(device->copyToDevice(nullptr, nullptr, 0, error));
  EXPECT_TRUE(device->copyFromDevice(nullptr, nullptr, 0, error));
  EXPECT_TRUE(device->fill(nullptr, 1, 0, error));
}

TEST_P(GPUDeviceTest, FreesWhatIsLeft) {
  auto device = open(0);
  ASSERT_TRUE(device) << error;
  void *a = device->allocate(8, error), *b = device->allocate(8, error);
  EXPECT_TRUE(device->free(a, error));
  device.reset();
  ASSERT_EQ(fake().freed.size(), 2u);
  EXPECT_EQ(fake().freed[1].pointer, b);
  EXPECT_EQ(fake().count(pick("cuEventDestroy_v2", "hipEventDestroy")), 2);
}

TEST_P(GPUDeviceTest, Times) {
  auto device = open(0);
  ASSERT_TRUE(device) << error;
  std::optional<double> seconds = device->time([] { return true; }, error);
  ASSERT_TRUE(seconds) << error;
  EXPECT_NEAR(*seconds, 2.5e-3, 1e-9);
  error = "mine";
  EXPECT_FALSE(device->time([] { return false; }, error));
  EXPECT_EQ(error, "mine");
}

TEST_P(GPUDeviceTest, Fails) {
  auto device = open(0);
  ASSERT_TRUE(device) << error;
  fake().failures = {{pick("cuMemAlloc_v2", "hipMalloc"), 2},
                     {pick("cuCtxSynchronize", "hipDeviceSynchronize"), 701}};
  EXPECT_FALSE(device->allocate(64, error));
  EXPECT_EQ(error, pick("device 0: cannot allocate 64 bytes: cuMemAlloc_v2: "
                        "CUDA_ERROR_OUT_OF_MEMORY: out of memory",
                        "device 0: cannot allocate 64 bytes: hipMalloc: "
                        "hipErrorOutOfMemory: out of memory"));
  EXPECT_FALSE(device->synchronize(error));
  EXPECT_EQ(error,
            pick("device 0: cannot finish its work: cuCtxSynchronize: "
                 "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                 "device 0: cannot finish its work: hipDeviceSynchronize: "
                 "hipErrorUnknown (701): unknown error"));
}
