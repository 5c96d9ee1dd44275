//===- DeviceCheckTest.cpp - Checks of tensors on a GPU ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeEntry.h"

#include <cstdlib>

using Sizes = std::vector<int64_t>;

namespace {

/// fake(...) of FakeEntry.h, with all tensors on one GPU.
class DeviceCheckTest : public FakeEntryTest {
protected:
  DeviceCheckTest() {
    setenv("FOVEA_LIBCUDA", FAKE_CUDA_LIBRARY, 1);
    entry.device_type = kDLCUDA;
    for (TestTensor *t : {&q, &k, &s, &o, &n})
      t->tensor.device = {kDLCUDA, 1};
    for (TestTensor *t : {&q, &o})
      t->memory.resize(4096);
    for (TestTensor *t : {&q, &o})
      t->refresh();
  }
};

} // namespace

TEST_F(DeviceCheckTest, RealStrides) {
  q.strides = {4, 8, 1};
  o.strides = {50, 1};
  ASSERT_EQ(call(), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(seen[0].strides, (Sizes{4, 8, 1}));
  EXPECT_EQ(seen[3].strides, (Sizes{50, 1}));
}

TEST_F(DeviceCheckTest, NullStridesAreRowMajor) {
  q.tensor.strides = nullptr;
  ASSERT_EQ(call(), FOVEA_OK) << fovea_last_error();
  EXPECT_EQ(seen[0].strides, (Sizes{12, 4, 1}));
}

TEST_F(DeviceCheckTest, InputsMayBeBroadcastAndAlias) {
  q.strides = {0, 4, 1};
  k.tensor.data = q.tensor.data;
  EXPECT_EQ(call(), FOVEA_OK) << fovea_last_error();
}

TEST_F(DeviceCheckTest, StrideOfSizeOneIsIgnored) {
  TestTensor q1(kF32, {2, 1, 4}), k1(kBF16, {5, 1}), n1(kI64, {1});
  for (TestTensor *t : {&q1, &k1, &n1})
    t->tensor.device = {kDLCUDA, 1};
  q1.strides[1] = -77;
  k1.strides[1] = 3;
  n1.strides[0] = 0;
  const DLTensor *tensors[] = {&q1.tensor, &k1.tensor, &s.tensor, &o.tensor,
                               &n1.tensor};
  ASSERT_EQ(fovea_runtime_call(&entry, tensors), FOVEA_OK)
      << fovea_last_error();
  EXPECT_EQ(seen[0].strides, (Sizes{4, -77, 1}));
}

TEST_F(DeviceCheckTest, DeviceType) {
  k.tensor.device = {kDLCPU, 0};
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: input 'k' (argument 1): found a tensor on DLPack device "
                "type 1: the CPU, expected 2: an NVIDIA GPU");
}

/// An artifact for one vendor's GPUs refuses the other's tensors.
TEST_F(DeviceCheckTest, OtherVendor) {
  for (TestTensor *t : {&q, &k, &s, &o, &n})
    t->tensor.device.device_type = kDLROCM;
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: input 'q' (argument 0): found a tensor on DLPack device "
                "type 10: an AMD GPU, expected 2: an NVIDIA GPU");
  entry.device_type = kDLROCM;
  q.tensor.device.device_type = kDLCUDA;
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: input 'q' (argument 0): found a tensor on DLPack device "
                "type 2: an NVIDIA GPU, expected 10: an AMD GPU");
  q.tensor.device.device_type = kDLMetal;
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: input 'q' (argument 0): found a tensor on DLPack device "
                "type 8, expected 10: an AMD GPU");
}

TEST_F(DeviceCheckTest, OneDevice) {
  o.tensor.device.device_id = 0;
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: output 'o' (argument 3): found a tensor on device 0, "
                "expected device 1: that of input 'q' (argument 0)");
}

TEST_F(DeviceCheckTest, LastStride) {
  q.strides = {24, 8, 2};
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'q' (argument 0): found strides [24, 8, 2] of "
                "shape [2, 3, 4], expected 1 in the last dimension and none "
                "below 0: pass a contiguous copy");
}

TEST_F(DeviceCheckTest, NegativeStride) {
  q.strides = {12, -4, 1};
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'q' (argument 0): found strides [12, -4, 1] of "
                "shape [2, 3, 4], expected 1 in the last dimension and none "
                "below 0: pass a contiguous copy");
}

TEST_F(DeviceCheckTest, SpanOverflows) {
  for (int64_t stride : {INT64_MAX, INT64_MAX / 4}) {
    q.strides = {stride, 4, 1};
    expectRefused(FOVEA_VALUE_ERROR,
                  "fake: input 'q' (argument 0): found strides [" +
                      std::to_string(stride) +
                      ", 4, 1], expected a span of at most 2^63 - 1 bytes");
  }
}

TEST_F(DeviceCheckTest, OutputOverlapsItself) {
  for (int64_t stride : {0, 4}) {
    o.strides = {stride, 1};
    expectRefused(FOVEA_VALUE_ERROR,
                  "fake: output 'o' (argument 3): found strides [" +
                      std::to_string(stride) +
                      ", 1] of shape [2, 5], expected memory of its own for "
                      "each element");
  }
  o.strides = {5, 1};
  EXPECT_EQ(call(), FOVEA_OK);
}

TEST_F(DeviceCheckTest, OverlapIsOfTheSpan) {
  // q spans elements 0 to 123, o begins at element 120.
  q.strides = {112, 4, 1};
  o.tensor.data = q.memory.data() + 480;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: output 'o' (argument 3): found memory that overlaps "
                "input 'q' (argument 0), expected memory of its own");
  o.tensor.data = q.memory.data() + 496;
  EXPECT_EQ(call(), FOVEA_OK) << fovea_last_error();
}

TEST_F(DeviceCheckTest, UnknownDevice) {
  entry.device_type = kDLMetal;
  expectRefused(FOVEA_RUNTIME_ERROR,
                "fake: malformed artifact: it is for DLPack device type 8, "
                "legal are 1: the CPU, 2: NVIDIA GPUs, and 10: AMD GPUs");
}
