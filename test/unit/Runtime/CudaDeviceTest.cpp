//===- CudaDeviceTest.cpp - Memory and clocks of a GPU ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/CudaDevice.h"
#include "DeviceTest.h"

using fovea::runtime::CudaDevice;

namespace {

class CudaDeviceTest : public DeviceTest {
protected:
  std::string error;
};

} // namespace

TEST_F(CudaDeviceTest, Opens) {
  auto device = CudaDevice::open(1, error);
  ASSERT_TRUE(device) << error;
  EXPECT_EQ(device->ordinal(), 1);
  EXPECT_EQ(device->name(), "NVIDIA Fake");
  EXPECT_EQ(device->computeCapability(), 86);
  EXPECT_EQ(device->multiprocessors(), 4);
  EXPECT_EQ(context(), 1);
}

TEST_F(CudaDeviceTest, DoesNotOpen) {
  EXPECT_FALSE(CudaDevice::open(9, error));
  EXPECT_EQ(error, "device 9: cannot be opened: CUDA_ERROR_INVALID_DEVICE");
  fake().failures["cuEventCreate"] = 2;
  EXPECT_FALSE(CudaDevice::open(0, error));
  EXPECT_EQ(error, "device 0: cannot create an event: "
                   "CUDA_ERROR_OUT_OF_MEMORY: out of memory");
}

TEST_F(CudaDeviceTest, Memory) {
  auto device = CudaDevice::open(0, error);
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

TEST_F(CudaDeviceTest, EmptyMemory) {
  auto device = CudaDevice::open(0, error);
  ASSERT_TRUE(device) << error;
  EXPECT_TRUE(device->allocate(0, error));
  EXPECT_TRUE(device->copyToDevice(nullptr, nullptr, 0, error));
  EXPECT_TRUE(device->copyFromDevice(nullptr, nullptr, 0, error));
  EXPECT_TRUE(device->fill(nullptr, 1, 0, error));
}

TEST_F(CudaDeviceTest, FreesWhatIsLeft) {
  auto device = CudaDevice::open(0, error);
  ASSERT_TRUE(device) << error;
  void *a = device->allocate(8, error), *b = device->allocate(8, error);
  EXPECT_TRUE(device->free(a, error));
  device.reset();
  ASSERT_EQ(fake().freed.size(), 2u);
  EXPECT_EQ(fake().freed[1].pointer, b);
  EXPECT_EQ(fake().count("cuEventDestroy_v2"), 2);
}

TEST_F(CudaDeviceTest, Times) {
  auto device = CudaDevice::open(0, error);
  ASSERT_TRUE(device) << error;
  std::optional<double> seconds = device->time([] { return true; }, error);
  ASSERT_TRUE(seconds) << error;
  EXPECT_NEAR(*seconds, 2.5e-3, 1e-9);
  error = "mine";
  EXPECT_FALSE(device->time([] { return false; }, error));
  EXPECT_EQ(error, "mine");
}

TEST_F(CudaDeviceTest, Fails) {
  auto device = CudaDevice::open(0, error);
  ASSERT_TRUE(device) << error;
  fake().failures = {{"cuMemAlloc_v2", 2}, {"cuCtxSynchronize", 701}};
  EXPECT_FALSE(device->allocate(64, error));
  EXPECT_EQ(error, "device 0: cannot allocate 64 bytes: "
                   "CUDA_ERROR_OUT_OF_MEMORY: out of memory");
  EXPECT_FALSE(device->synchronize(error));
  EXPECT_EQ(error, "device 0: cannot finish its work: "
                   "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES");
}
