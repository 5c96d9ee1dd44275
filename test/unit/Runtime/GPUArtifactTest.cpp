//===- GPUArtifactTest.cpp - Artifacts for GPUs -----------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// With the shared objects of Inputs/FakeGPUArtifact.c and FakeArtifact.c, and
// a driver that remembers its calls.
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"
#include "fovea/Runtime/Artifact.h"

#include <dlfcn.h>

using namespace fovea::runtime;

namespace {

class GPUArtifactTest : public DeviceTest {
protected:
  explicit GPUArtifactTest(DLDeviceType type = kDLCUDA) : DeviceTest(type) {
    for (TestTensor *t : {&a, &b})
      t->tensor.device = {type, 0};
  }

  /// The artifact `name`, as a program sees it that opens it in this way.
  static void *open(const std::string &name, int mode) {
    void *library = dlopen((FAKE_DIR "/" + name + ".so").c_str(), mode);
    EXPECT_TRUE(library) << dlerror();
    return library;
  }
  int callCopy(void *library) {
    auto copy = reinterpret_cast<int (*)(const DLTensor *, DLTensor *)>(
        dlsym(library, "copy"));
    return copy ? copy(&a.tensor, &b.tensor) : -1;
  }
  static void setStream(void *library, void *stream) {
    auto set =
        reinterpret_cast<int (*)(void *)>(dlsym(library, "fovea_set_stream"));
    ASSERT_TRUE(set);
    set(stream);
  }

  /// A call goes to the stream that was set in the artifact `name`.
  void expectItsStream(const std::string &name) {
    void *library = open(name, RTLD_NOW | RTLD_LOCAL);
    setStream(library, &stream);
    EXPECT_EQ(callCopy(library), FOVEA_OK);
    EXPECT_EQ(fake().launches.at(0).stream, &stream);
    setStream(library, nullptr);
  }

  TestTensor a{kF32, {6, 4}}, b{kF32, {6, 4}};
  int stream;
};

class HipArtifactTest : public GPUArtifactTest {
protected:
  HipArtifactTest() : GPUArtifactTest(kDLROCM) {}
};

} // namespace

TEST_F(GPUArtifactTest, Loads) {
  std::string error;
  auto artifact = Artifact::open(FAKE_DIR "/CudaArtifact.so", error);
  ASSERT_TRUE(artifact) << error;
  EXPECT_EQ(artifact->device(), kDLCUDA);
  EXPECT_TRUE(fovea::runtime::call(*artifact->entries()[0],
                                   {&a.tensor, &b.tensor}, error))
      << error;
  ASSERT_EQ(fake().launches.size(), 1u);
  const FakeLaunch &seen = fake().launches[0];
  EXPECT_EQ(seen.kernel, "copy_kernel");
  EXPECT_EQ(seen.grid[0], 6u);
  EXPECT_EQ(fake().allocated.at(0).bytes, 24u);
  EXPECT_EQ(fake().freed.at(0).pointer, fake().allocated[0].pointer);
}

TEST_F(HipArtifactTest, Loads) {
  std::string error;
  auto artifact = Artifact::open(FAKE_DIR "/HipArtifact.so", error);
  ASSERT_TRUE(artifact) << error;
  EXPECT_EQ(artifact->device(), kDLROCM);
  EXPECT_EQ(artifact->target(), "gfx942");
  EXPECT_TRUE(fovea::runtime::call(*artifact->entries()[0],
                                   {&a.tensor, &b.tensor}, error))
      << error;
  ASSERT_EQ(fake().launches.size(), 1u);
  const FakeLaunch &seen = fake().launches[0];
  EXPECT_EQ(seen.kernel, "copy_kernel");
  EXPECT_EQ(seen.grid[0], 6u);
  EXPECT_EQ(fake().freed.at(0).pointer, fake().allocated.at(0).pointer);
}

TEST_F(HipArtifactTest, SetsItsStream) { expectItsStream("HipArtifact"); }

TEST_F(HipArtifactTest, RefusesTensorsOfCuda) {
  std::string error;
  auto artifact = Artifact::open(FAKE_DIR "/HipArtifact.so", error);
  ASSERT_TRUE(artifact) << error;
  a.tensor.device.device_type = kDLCUDA;
  EXPECT_FALSE(fovea::runtime::call(*artifact->entries()[0],
                                    {&a.tensor, &b.tensor}, error));
  EXPECT_EQ(error,
            "copy: input 'x' (argument 0): found a tensor on DLPack device "
            "type 2: an NVIDIA GPU, expected 10: an AMD GPU");
}

/// The message comes from the artifact's copy of the runtime.
TEST_F(GPUArtifactTest, Fails) {
  std::string error;
  auto artifact = Artifact::open(FAKE_DIR "/CudaArtifact.so", error);
  ASSERT_TRUE(artifact) << error;
  fake().failures["cuMemAllocFromPoolAsync"] = 2;
  EXPECT_FALSE(fovea::runtime::call(*artifact->entries()[0],
                                    {&a.tensor, &b.tensor}, error));
  EXPECT_EQ(error,
            "copy: cannot allocate 24 bytes of scratch memory on device "
            "0 (NVIDIA Fake, compute capability 8.6): "
            "cuMemAllocFromPoolAsync: CUDA_ERROR_OUT_OF_MEMORY: out of memory");
  EXPECT_EQ(fake().launches.size(), 0u);
}

/// Found in the artifact by dlsym.
TEST_F(GPUArtifactTest, SetsItsStream) { expectItsStream("CudaArtifact"); }

/// Two artifacts in one program have one stream, whichever of them is asked.
TEST_F(GPUArtifactTest, ShareTheStream) {
  void *first = open("CudaArtifact", RTLD_NOW | RTLD_GLOBAL);
  void *second = open("OtherCudaArtifact", RTLD_NOW | RTLD_GLOBAL);
  for (void *setter : {first, second}) {
    setStream(setter, &stream);
    EXPECT_EQ(callCopy(first), FOVEA_OK);
    EXPECT_EQ(callCopy(second), FOVEA_OK);
    setStream(setter, nullptr);
  }
  ASSERT_EQ(fake().launches.size(), 4u);
  for (const FakeLaunch &seen : fake().launches)
    EXPECT_EQ(seen.stream, &stream);
}

/// An artifact for the CPU has nothing of the CUDA runtime.
TEST_F(GPUArtifactTest, OfTheCPU) {
  void *library = open("FakeArtifact", RTLD_NOW | RTLD_LOCAL);
  EXPECT_FALSE(dlsym(library, "fovea_set_stream"));
}
