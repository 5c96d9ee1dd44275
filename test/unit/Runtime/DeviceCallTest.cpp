//===- DeviceCallTest.cpp - Streams, contexts, scratch memory ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This program plays tvm-ffi: it exports what the runtime looks up.
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include "tvm/ffi/extra/c_env_api.h"

#include <thread>

static std::string raised;
static int environmentStreams[4];
static int32_t environmentType; // of the device that was last asked for

void TVMFFIErrorSetRaisedFromCStr(const char *kind, const char *message) {
  raised = std::string(kind) + ": " + message;
}

TVMFFIStreamHandle TVMFFIEnvGetStream(int32_t deviceType, int32_t deviceId) {
  environmentType = deviceType;
  return &environmentStreams[deviceId];
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

TEST_F(DeviceTest, DefaultStream) {
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(fake().launches.at(0).stream, nullptr);
}

TEST_F(DeviceTest, EachThreadHasItsStream) {
  int mine, other;
  EXPECT_EQ(fovea_set_stream(&mine), FOVEA_OK);
  std::thread([&] {
    EXPECT_EQ(launch({1}, {}), FOVEA_OK);
    fovea_set_stream(&other);
    EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  }).join();
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  ASSERT_EQ(fake().launches.size(), 3u);
  EXPECT_EQ(fake().launches[0].stream, nullptr);
  EXPECT_EQ(fake().launches[1].stream, &other);
  EXPECT_EQ(fake().launches[2].stream, &mine);
}

namespace {

/// Calls through TVM-FFI.
class TVMFFIDeviceTest : public DeviceTest {
protected:
  using DeviceTest::DeviceTest;

  int callThroughTVMFFI() {
    entry.invoke = [](void **) {
      const int64_t grid[] = {1};
      fovea_device_launch(launched, grid, nullptr);
    };
    launched = &kernel;
    kernel.grid_rank = 1;
    TVMFFIAny argument{}, result{};
    argument.type_index = kTVMFFIDLTensorPtr;
    argument.v_ptr = &x.tensor;
    return fovea_runtime_tvm_ffi_call(&entry, &argument, 1, &result);
  }

  static FoveaDeviceKernel *launched;
};

FoveaDeviceKernel *TVMFFIDeviceTest::launched;

class TVMFFIHipTest : public TVMFFIDeviceTest {
protected:
  TVMFFIHipTest() : TVMFFIDeviceTest(kDLROCM) {
    kernel.image = codeObject.data();
    kernel.image_bytes = codeObject.size();
  }
};

} // namespace

TEST_F(TVMFFIDeviceTest, StreamOfTheEnvironment) {
  int mine;
  fovea_set_stream(&mine);
  x.tensor.device.device_id = 1;
  EXPECT_EQ(callThroughTVMFFI(), 0) << raised;
  EXPECT_EQ(fake().launches.at(0).stream, &environmentStreams[1]);
  EXPECT_EQ(environmentType, kDLCUDA);
  // C callers keep theirs.
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
}

TEST_F(TVMFFIHipTest, StreamOfTheEnvironment) {
  x.tensor.device.device_id = 1;
  EXPECT_EQ(callThroughTVMFFI(), 0) << raised;
  EXPECT_EQ(fake().launches.at(0).stream, &environmentStreams[1]);
  EXPECT_EQ(environmentType, kDLROCM);
}

TEST_F(TVMFFIHipTest, RefusesTensorsOfCuda) {
  x.tensor.device.device_type = kDLCUDA;
  EXPECT_EQ(callThroughTVMFFI(), -1);
  EXPECT_EQ(raised,
            "TypeError: fwd: input 'x' (argument 0): found a tensor on DLPack "
            "device type 2: an NVIDIA GPU, expected 10: an AMD GPU");
}

TEST_F(TVMFFIDeviceTest, RaisesDeviceErrors) {
  fake().failures["cuLaunchKernel"] = 1;
  EXPECT_EQ(callThroughTVMFFI(), -1);
  EXPECT_EQ(raised,
            "RuntimeError: fwd: kernel 'k': cannot launch 1 blocks of "
            "128 threads with 0 bytes of shared memory in clusters of "
            "1: cuLaunchKernel: CUDA_ERROR_INVALID_VALUE: invalid argument");
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

TEST_F(DeviceTest, UsesTheThreadsContext) {
  context() = 0;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(fake().count("cuDevicePrimaryCtxRetain"), 0);
  EXPECT_EQ(fake().count("cuCtxSetCurrent"), 0);
}

TEST_F(DeviceTest, MakesAContextOnce) {
  x.tensor.device.device_id = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(fake().count("cuDevicePrimaryCtxRetain"), 1);
  EXPECT_EQ(context(), 1);
}

TEST_F(DeviceTest, RestoresTheContextOfAnotherDevice) {
  context() = 0;
  x.tensor.device.device_id = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
  EXPECT_EQ(fake().launches.at(0).context,
            reinterpret_cast<void *>(uintptr_t(0x1001)));
  EXPECT_EQ(context(), 0);
  fake().failures["cuLaunchKernel"] = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_RUNTIME_ERROR);
  EXPECT_EQ(context(), 0);
}

TEST_F(DeviceTest, NoSuchDevice) {
  x.tensor.device.device_id = 7;
  expectRefused(
      {1}, {},
      "fwd: cannot use device 7: cuDeviceGet: CUDA_ERROR_INVALID_DEVICE");
}

TEST_F(DeviceTest, NoContext) {
  fake().failures["cuDevicePrimaryCtxRetain"] = 2;
  expectRefused({1}, {},
                "fwd: cannot use device 0: cuDevicePrimaryCtxRetain: "
                "CUDA_ERROR_OUT_OF_MEMORY: out of "
                "memory");
}

//===----------------------------------------------------------------------===//
// Scratch memory and errors
//===----------------------------------------------------------------------===//

TEST_F(DeviceTest, ScratchMemory) {
  int stream;
  void *memory = nullptr;
  fovea_set_stream(&stream);
  EXPECT_EQ(call([&] {
              memory = fovea_device_alloc(1000);
              EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 256, 0u);
              fovea_device_free(memory);
              fovea_device_free(nullptr);
              EXPECT_TRUE(fovea_device_alloc(0));
            }),
            FOVEA_OK);
  EXPECT_EQ(fake().allocated.at(0).bytes, 1000u);
  EXPECT_EQ(fake().allocated[0].stream, &stream);
  EXPECT_EQ(fake().allocated.at(1).bytes, 1u);
  ASSERT_EQ(fake().freed.size(), 1u);
  EXPECT_EQ(fake().freed[0].pointer, memory);
  EXPECT_EQ(fake().freed[0].stream, &stream);
}

/// Once per context; the process keeps it, so these contexts are new ones.
TEST_F(DeviceTest, ScratchPool) {
  fake().devices = 100;
  x.tensor.device.device_id = 42;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(call([] { EXPECT_TRUE(fovea_device_alloc(8)); }), FOVEA_OK);
  EXPECT_EQ(fake().pools, std::vector<int>{42});
  EXPECT_EQ(fake().poolThreshold, 256u << 20);
  EXPECT_EQ(fake().count("cuMemAllocFromPoolAsync"), 2);
}

TEST_F(DeviceTest, DeviceWithoutPools) {
  fake().devices = 100;
  x.tensor.device.device_id = 43;
  fake().failures["cuMemPoolCreate"] = 801;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(call([] { EXPECT_TRUE(fovea_device_alloc(8)); }), FOVEA_OK);
  EXPECT_EQ(fake().count("cuMemPoolCreate"), 1);
  EXPECT_EQ(fake().count("cuMemAllocAsync"), 2);
}

TEST_F(DeviceTest, TheFirstErrorStays) {
  EXPECT_EQ(call([&] {
              void *memory = fovea_device_alloc(64);
              fake().failures["cuMemAllocFromPoolAsync"] = 2;
              EXPECT_EQ(fovea_device_alloc(1 << 20), nullptr);
              fake().failures = {{"cuMemFreeAsync", 1}};
              EXPECT_EQ(fovea_device_alloc(32), nullptr);
              kernel.grid_rank = 0;
              fovea_device_launch(&kernel, nullptr, nullptr);
              fovea_device_free(memory);
            }),
            FOVEA_RUNTIME_ERROR);
  EXPECT_STREQ(
      fovea_last_error(),
      "fwd: cannot allocate 1048576 bytes of scratch memory on device "
      "0 (NVIDIA Fake, compute capability 8.6): "
      "cuMemAllocFromPoolAsync: CUDA_ERROR_OUT_OF_MEMORY: out of memory");
  EXPECT_EQ(fake().launches.size(), 0u);
  EXPECT_EQ(fake().count("cuMemFreeAsync"), 1);
  // The next call is a new one.
  fake().failures.clear();
  EXPECT_EQ(launch({1}, {}), FOVEA_OK);
}

TEST_F(DeviceTest, FreeFails) {
  fake().failures["cuMemFreeAsync"] = 1;
  EXPECT_EQ(call([&] { fovea_device_free(fovea_device_alloc(8)); }),
            FOVEA_RUNTIME_ERROR);
  EXPECT_STREQ(fovea_last_error(), "fwd: cannot free scratch memory: "
                                   "cuMemFreeAsync: CUDA_ERROR_INVALID_VALUE: "
                                   "invalid argument");
}

TEST_F(DeviceTest, OutsideOfACall) {
  const char *message = "a kernel was launched, or device memory asked for, "
                        "outside of the call of an entry for a GPU";
  EXPECT_EQ(fovea_device_alloc(8), nullptr);
  EXPECT_STREQ(fovea_last_error(), message);
  fovea_set_last_error("");
  fovea_device_launch(&kernel, nullptr, nullptr);
  EXPECT_STREQ(fovea_last_error(), message);
  EXPECT_EQ(fake().launches.size(), 0u);
}
