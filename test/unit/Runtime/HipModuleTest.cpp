//===- HipModuleTest.cpp - Loading a kernel's code by HIP -------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "HipTest.h"

#include "../../../lib/Runtime/DeviceModule.h"

//===----------------------------------------------------------------------===//
// Architectures
//===----------------------------------------------------------------------===//

TEST_F(HipTest, ModuleIsLoadedOncePerDevice) {
  for (int32_t device : {0, 1, 0, 1}) {
    x.tensor.device.device_id = device;
    EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
  }
  EXPECT_EQ(fake().images,
            (std::vector<const void *>{codeObject.data(), codeObject.data()}));
  EXPECT_NE(fake().launches[0].context, fake().launches[1].context);
}

TEST_F(HipTest, OtherArchitecture) {
  fake().architecture = "gfx90a:sramecc+:xnack-";
  expectRefused({1}, {},
                "fwd: kernel 'k' was compiled for gfx942, and cannot run on "
                "device 0 (AMD Fake, gfx90a:sramecc+:xnack-)");
  EXPECT_EQ(fake().images.size(), 0u);
  // Not one that it begins with, either.
  fake().architecture = "gfx9420";
  EXPECT_EQ(launch({1}, {}), FOVEA_RUNTIME_ERROR);
  fake().architecture = "gfx942";
  EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
}

/// Features are left to the driver; the message shows them.
TEST_F(HipTest, OtherFeature) {
  std::string image = makeCodeObject("gfx942:xnack+");
  setImage(image);
  fake().failures["hipModuleLoadData"] = 209;
  expectRefused({1}, {},
                "fwd: kernel 'k' was compiled for gfx942:xnack+, and cannot "
                "run on device 0 (AMD Fake, gfx942:sramecc+:xnack-): "
                "hipModuleLoadData: hipErrorNoBinaryForGpu: no kernel image "
                "is available for execution on the device");
}

TEST_F(HipTest, LoadFails) {
  fake().failures["hipModuleLoadData"] = 2;
  expectRefused({1}, {},
                "fwd: kernel 'k' was compiled for gfx942, and cannot be loaded "
                "on device 0 (AMD Fake, gfx942:sramecc+:xnack-): "
                "hipModuleLoadData: hipErrorOutOfMemory: out of memory");
}

TEST_F(HipTest, TargetsOfImages) {
  const std::pair<std::string, const char *> cases[] = {
      {makeCodeObject("gfx90a"), "gfx90a"},
      {makeCodeObject("gfx950:sramecc+:xnack-"), "gfx950:sramecc+:xnack-"},
      {makeElf(224, 4, 0), "an unknown AMD GPU"},
      {makeElf(224, 4, 0) + "amdgcn-amd-amdhsa--", "an unknown AMD GPU"},
      {makeElf(224, 4, 0) + "amdgcn-amd-amdhsa--gfx942", "gfx942"},
      {makeElf(190, 7, 0x05a0d5a), "sm_90a"}};
  for (const auto &[image, target] : cases) {
    setImage(image);
    fovea::runtime::Message found;
    fovea::runtime::appendImageTarget(found, kernel);
    EXPECT_STREQ(found.text, target);
    EXPECT_EQ(fovea::runtime::isCodeObject(kernel), image[18] != char(190));
  }
}

/// The driver is not given what is no code object.
TEST_F(HipTest, ImageOfNVIDIA) {
  std::string cubin = makeElf(190, 7, 0x05a0d5a);
  for (const std::string &image : {ptx, cubin}) {
    setImage(image);
    kernel.image_bytes += image == ptx;
    expectRefused({1}, {},
                  "fwd: kernel 'k' was compiled for sm_90a, and cannot run on "
                  "device 0 (AMD Fake, gfx942:sramecc+:xnack-)");
  }
  EXPECT_EQ(fake().images.size(), 0u);
}

TEST_F(HipTest, UnknownArchitectureIsLeftToTheDriver) {
  fake().failures["hipGetDevicePropertiesR0600"] = 1;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
  unload();
  fake().failures["hipModuleLoadData"] = 209;
  EXPECT_EQ(launch({1}, {}), FOVEA_RUNTIME_ERROR);
  EXPECT_STREQ(fovea_last_error(),
               "fwd: kernel 'k' was compiled for gfx942, and cannot run on "
               "device 0 (AMD Fake, unknown architecture): hipModuleLoadData: "
               "hipErrorNoBinaryForGpu: no kernel image is available for "
               "execution on the device");
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

TEST_F(HipTest, KernelIsNotInItsImage) {
  fake().failures["hipModuleGetFunction"] = 500;
  expectRefused({1}, {},
                "fwd: kernel 'k': is not in its image: hipModuleGetFunction: "
                "hipErrorNotFound: named symbol not found");
  EXPECT_EQ(fake().count("hipModuleUnload"), 1);
}

TEST_F(HipTest, TooMuchSharedMemory) {
  kernel.shared_bytes = 65537;
  expectRefused({1}, {},
                "fwd: kernel 'k' needs 65537 bytes of shared memory (LDS) per "
                "block, device 0 (AMD Fake, gfx942:sramecc+:xnack-) has at "
                "most 65536");
  EXPECT_EQ(fake().count("hipModuleUnload"), 1);
}

/// What the device has needs no asking, on gfx950 as elsewhere.
TEST_F(HipTest, MuchSharedMemory) {
  std::string image = makeCodeObject("gfx950");
  setImage(image);
  fake().architecture = "gfx950:sramecc+:xnack-";
  fake().sharedBytes = kernel.shared_bytes = 160 << 10;
  EXPECT_EQ(launch({1}, {}), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(fake().launches.at(0).sharedBytes, 160u << 10);
}

TEST_F(HipTest, NoTensorMaps) {
  alignas(16) char memory[64];
  arguments = {{2, 2, 0}};
  maps = {{0, 9, 128, 32, 64}};
  Memref m(memory, {2, 8}, {8, 1});
  expectRefused({1}, {m},
                "fwd: kernel 'k': malformed artifact: it takes tensor maps, "
                "which AMD GPUs do not have");
}

TEST_F(HipTest, NoClusters) {
  kernel.cluster = 2;
  expectRefused({2}, {},
                "fwd: kernel 'k': malformed artifact: it is launched in "
                "clusters of 2, which AMD GPUs do not have");
  kernel.cluster = 1;
  EXPECT_EQ(launch({2}, {}), FOVEA_OK) << fovea_last_error();
}
