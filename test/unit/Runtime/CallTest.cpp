//===- CallTest.cpp - fovea_runtime_call ------------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeEntry.h"

#include <cstring>
#include <thread>

using Sizes = std::vector<int64_t>;

//===----------------------------------------------------------------------===//
// Calls that are made
//===----------------------------------------------------------------------===//

TEST_F(FakeEntryTest, BuildsDescriptors) {
  ASSERT_EQ(call(), FOVEA_OK);
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(seen[0].sizes, (Sizes{2, 3, 4}));
  EXPECT_EQ(seen[0].strides, (Sizes{12, 4, 1}));
  EXPECT_EQ(seen[1].sizes, (Sizes{5, 3}));
  EXPECT_EQ(seen[1].strides, (Sizes{3, 1}));
  EXPECT_EQ(seen[3].sizes, (Sizes{2, 5}));
  EXPECT_EQ(seen[4].sizes, (Sizes{3}));
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].allocated, arguments()[i]->data);
    EXPECT_EQ(seen[i].aligned, arguments()[i]->data);
    EXPECT_EQ(seen[i].offset, 0);
  }
}

TEST_F(FakeEntryTest, ByteOffsetMovesTheAlignedPointer) {
  q.tensor.byte_offset = 8;
  ASSERT_EQ(call(), FOVEA_OK);
  EXPECT_EQ(seen[0].allocated, q.tensor.data);
  EXPECT_EQ(seen[0].aligned, static_cast<char *>(q.tensor.data) + 8);
  EXPECT_EQ(seen[0].offset, 0);
}

TEST_F(FakeEntryTest, NullStridesAreRowMajor) {
  q.tensor.strides = nullptr;
  ASSERT_EQ(call(), FOVEA_OK);
  EXPECT_EQ(seen[0].strides, (Sizes{12, 4, 1}));
}

TEST_F(FakeEntryTest, StrideOfSizeOneIsIgnored) {
  TestTensor q1(kF32, {2, 1, 4}), k1(kBF16, {5, 1}), n1(kI64, {1});
  q1.strides[1] = 77;
  k1.strides[1] = 0;
  const DLTensor *tensors[] = {&q1.tensor, &k1.tensor, &s.tensor, &o.tensor,
                               &n1.tensor};
  ASSERT_EQ(fovea_runtime_call(&entry, tensors), FOVEA_OK);
  EXPECT_EQ(seen[0].strides, (Sizes{4, 4, 1}));
  EXPECT_EQ(seen[1].strides, (Sizes{1, 1}));
}

TEST_F(FakeEntryTest, EmptyTensorsMayBeNull) {
  TestTensor q0(kF32, {2, 0, 4}), k0(kBF16, {5, 0}), n0(kI64, {0});
  q0.tensor.data = nullptr;
  q0.strides = {9, 9, 9};
  const DLTensor *tensors[] = {&q0.tensor, &k0.tensor, &s.tensor, &o.tensor,
                               &n0.tensor};
  ASSERT_EQ(fovea_runtime_call(&entry, tensors), FOVEA_OK)
      << fovea_last_error();
  EXPECT_EQ(seen[0].aligned, nullptr);
  EXPECT_EQ(seen[0].sizes, (Sizes{2, 0, 4}));
}

TEST_F(FakeEntryTest, RankZeroMayLackShape) {
  s.tensor.shape = s.tensor.strides = nullptr;
  EXPECT_EQ(call(), FOVEA_OK);
}

TEST_F(FakeEntryTest, SymbolsTakeAnySizeInEachCall) {
  TestTensor q7(kF32, {2, 7, 4}), k7(kBF16, {5, 7}), n7(kI64, {7});
  const DLTensor *tensors[] = {&q7.tensor, &k7.tensor, &s.tensor, &o.tensor,
                               &n7.tensor};
  EXPECT_EQ(call(), FOVEA_OK);
  EXPECT_EQ(fovea_runtime_call(&entry, tensors), FOVEA_OK);
  EXPECT_EQ(invocations, 2);
}

TEST(Call, LargestEntry) {
  std::vector<int64_t> shape(FOVEA_MAX_RANK, 2);
  std::vector<FoveaParam> params(
      FOVEA_MAX_PARAMS,
      {"x", kDLFloat, 32, 0, 0, FOVEA_MAX_RANK, shape.data()});
  static std::vector<Sizes> strides;
  FoveaEntry entry{
      "large",
      FOVEA_MAX_PARAMS,
      FOVEA_MAX_PARAMS,
      kDLCPU,
      params.data(),
      [](void **descriptors) {
        for (int i = 0; i < FOVEA_MAX_PARAMS; ++i)
          strides.push_back(
              SeenDescriptor(descriptors[i], FOVEA_MAX_RANK).strides);
      },
      fovea_runtime_call,
      fovea_last_error};
  TestTensor x(kF32, shape);
  std::vector<const DLTensor *> tensors(FOVEA_MAX_PARAMS, &x.tensor);
  ASSERT_EQ(fovea_runtime_call(&entry, tensors.data()), FOVEA_OK);
  EXPECT_EQ(strides, std::vector<Sizes>(FOVEA_MAX_PARAMS, x.strides));
}

//===----------------------------------------------------------------------===//
// Calls that are refused
//===----------------------------------------------------------------------===//

TEST_F(FakeEntryTest, NullTensor) {
  std::vector<const DLTensor *> tensors = arguments();
  tensors[1] = nullptr;
  EXPECT_EQ(fovea_runtime_call(&entry, tensors.data()), FOVEA_TYPE_ERROR);
  EXPECT_STREQ(fovea_last_error(),
               "fake: input 'k' (argument 1): found a null DLTensor pointer, "
               "expected a tensor");
  EXPECT_EQ(invocations, 0);
}

TEST_F(FakeEntryTest, Device) {
  q.tensor.device.device_type = kDLCUDA;
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: input 'q' (argument 0): found a tensor on DLPack device "
                "type 2: an NVIDIA GPU, expected 1: the CPU");
}

TEST_F(FakeEntryTest, TypeCode) {
  k.tensor.dtype = {kDLFloat, 16, 1};
  expectRefused(FOVEA_TYPE_ERROR, "fake: input 'k' (argument 1): found dtype "
                                  "float16, expected bfloat16");
}

TEST_F(FakeEntryTest, TypeBits) {
  n.tensor.dtype = {kDLInt, 32, 1};
  expectRefused(FOVEA_TYPE_ERROR, "fake: output 'n' (argument 4): found dtype "
                                  "int32, expected int64");
}

TEST_F(FakeEntryTest, TypeLanes) {
  q.tensor.dtype.lanes = 4;
  expectRefused(FOVEA_TYPE_ERROR, "fake: input 'q' (argument 0): found dtype "
                                  "float32x4, expected float32");
}

TEST_F(FakeEntryTest, TypeWithoutName) {
  q.tensor.dtype = {kDLFloat8_e4m3fn, 8, 1};
  expectRefused(FOVEA_TYPE_ERROR,
                "fake: input 'q' (argument 0): found dtype DLPack type 10 of 8 "
                "bits, expected float32");
}

TEST_F(FakeEntryTest, Rank) {
  q.tensor.ndim = 2;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'q' (argument 0): found rank 2, expected rank 3, "
                "shape [2, ?0, 4]");
}

TEST_F(FakeEntryTest, NullShape) {
  q.tensor.shape = nullptr;
  expectRefused(FOVEA_VALUE_ERROR, "fake: input 'q' (argument 0): found a null "
                                   "shape, expected 3 sizes");
}

TEST_F(FakeEntryTest, StaticSize) {
  q.shape[2] = 8;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'q' (argument 0): found shape [2, 3, 8], expected "
                "[2, ?0, 4]");
}

TEST_F(FakeEntryTest, NegativeSize) {
  q.shape[1] = -3;
  expectRefused(
      FOVEA_VALUE_ERROR,
      "fake: input 'q' (argument 0): found shape [2, -3, 4], expected "
      "[2, ?0, 4]");
}

TEST_F(FakeEntryTest, SymbolOfAnotherInput) {
  k.shape[1] = 4;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'k' (argument 1): found size 4 in dimension 1 "
                "(?0), expected 3: the size of dimension 1 of input 'q' "
                "(argument 0)");
}

TEST_F(FakeEntryTest, SymbolOfAnOutput) {
  o.shape[1] = 6;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: output 'o' (argument 3): found size 6 in dimension 1 "
                "(?1), expected 5: the size of dimension 0 of input 'k' "
                "(argument 1)");
}

TEST_F(FakeEntryTest, SymbolTwiceInOneParameter) {
  kShape = {-1, -1};
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'k' (argument 1): found size 5 in dimension 0 "
                "(?0), expected 3: the size of dimension 1 of input 'q' "
                "(argument 0)");
}

TEST_F(FakeEntryTest, SizeOverflows) {
  q.shape[1] = INT64_MAX / 4;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'q' (argument 0): found shape [2, "
                "2305843009213693951, 4], expected at most 2^63 - 1 bytes");
}

TEST_F(FakeEntryTest, TransposedStrides) {
  k.strides = {1, 5};
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'k' (argument 1): found strides [1, 5], expected "
                "the row-major [3, 1]: pass a contiguous copy");
}

TEST_F(FakeEntryTest, BroadcastStrides) {
  q.strides[0] = 0;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: input 'q' (argument 0): found strides [0, 4, 1], "
                "expected the row-major [12, 4, 1]: pass a contiguous copy");
}

TEST_F(FakeEntryTest, NullData) {
  o.tensor.data = nullptr;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: output 'o' (argument 3): found null data, legal only in "
                "an empty tensor");
}

TEST_F(FakeEntryTest, Alignment) {
  q.tensor.byte_offset = 2;
  fovea_set_last_error("");
  EXPECT_EQ(call(), FOVEA_VALUE_ERROR);
  EXPECT_TRUE(strstr(fovea_last_error(), "fake: input 'q' (argument 0): found "
                                         "data at 0x"));
  EXPECT_TRUE(strstr(fovea_last_error(),
                     ", expected alignment to the element: 4 bytes"));
  EXPECT_EQ(invocations, 0);
}

TEST_F(FakeEntryTest, OutputOverlapsInput) {
  o.tensor.data = q.memory.data() + 64;
  expectRefused(FOVEA_VALUE_ERROR,
                "fake: output 'o' (argument 3): found memory that overlaps "
                "input 'q' (argument 0), expected memory of its own");
}

TEST_F(FakeEntryTest, NeighboursDoNotOverlap) {
  std::vector<char> memory(96 + 40);
  q.tensor.data = memory.data();
  o.tensor.data = memory.data() + 96;
  EXPECT_EQ(call(), FOVEA_OK);
}

TEST_F(FakeEntryTest, MalformedEntries) {
  params[0].bits = 4;
  expectRefused(FOVEA_RUNTIME_ERROR,
                "fake: malformed artifact: parameter 0 has 4 bits, rank 3; "
                "legal are 8, 16, 32, 64 or 128 bits, rank 0 to 8, and inputs "
                "before outputs");
  params[0].bits = 32;
  params[0].is_output = 1;
  EXPECT_EQ(call(), FOVEA_RUNTIME_ERROR);
  params[0].is_output = 0;
  entry.num_params = FOVEA_MAX_PARAMS + 1;
  EXPECT_EQ(call(), FOVEA_RUNTIME_ERROR);
  entry.num_params = 5;
  entry.invoke = nullptr;
  EXPECT_EQ(call(), FOVEA_RUNTIME_ERROR);
  EXPECT_EQ(fovea_runtime_call(nullptr, nullptr), FOVEA_RUNTIME_ERROR);
}

//===----------------------------------------------------------------------===//
// The message
//===----------------------------------------------------------------------===//

TEST_F(FakeEntryTest, LongMessageIsCut) {
  std::string name(5000, 'x');
  entry.name = name.c_str();
  q.tensor.device.device_type = kDLCUDA;
  EXPECT_EQ(call(), FOVEA_TYPE_ERROR);
  EXPECT_EQ(std::string(fovea_last_error()), std::string(1023, 'x'));
}

TEST_F(FakeEntryTest, EachThreadHasItsMessage) {
  q.tensor.device.device_type = kDLCUDA;
  fovea_set_last_error("mine");
  std::thread([&] {
    EXPECT_STREQ(fovea_last_error(), "");
    EXPECT_EQ(call(), FOVEA_TYPE_ERROR);
    EXPECT_STRNE(fovea_last_error(), "");
  }).join();
  EXPECT_STREQ(fovea_last_error(), "mine");
}
