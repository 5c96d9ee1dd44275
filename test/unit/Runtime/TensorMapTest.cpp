//===- TensorMapTest.cpp - TMA tensor maps of arguments ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include "gmock/gmock.h"

#include <algorithm>

using Longs = std::vector<unsigned long long>;
using Unsigned = std::vector<unsigned>;
using testing::HasSubstr;

namespace {

/// One bf16 argument with one map of it.
class TensorMapTest : public DeviceTest {
protected:
  TensorMapTest() { maps = {{0, 9, 128, 96, 64}}; }

  /// Launches with a memref, and returns its map.
  FakeTensorMap encode(std::vector<int64_t> sizes, std::vector<int64_t> strides,
                       int64_t offset = 0) {
    arguments = {{int32_t(sizes.size()), 2, 0}};
    Memref m(memory, std::move(sizes), std::move(strides), offset);
    EXPECT_EQ(launch({1}, {m}), FOVEA_OK) << fovea_last_error();
    EXPECT_EQ(fake().maps.size(), 1u);
    return fake().maps.empty() ? FakeTensorMap() : fake().maps[0];
  }

  void expectMapRefused(std::vector<int64_t> sizes,
                        std::vector<int64_t> strides,
                        const std::string &message) {
    arguments = {{int32_t(sizes.size()), 2, 0}};
    Memref m(memory, std::move(sizes), std::move(strides));
    expectRefused({1}, {m}, "fwd: kernel 'k': argument 0: " + message);
    EXPECT_EQ(fake().count("cuTensorMapEncodeTiled"), 0);
  }

  alignas(64) char memory[4096];
};

} // namespace

TEST_F(TensorMapTest, Contiguous) {
  FakeTensorMap map = encode({2, 3, 40, 64}, {7680, 2560, 64, 1}, 8);
  EXPECT_EQ(map.element, 9);
  EXPECT_EQ(map.base, memory + 16);
  EXPECT_EQ(map.sizes, (Longs{64, 40, 3, 2}));
  EXPECT_EQ(map.strides, (Longs{128, 5120, 15360}));
  EXPECT_EQ(map.box, (Unsigned{64, 96, 1, 1}));
  EXPECT_EQ(map.elementStrides, (Unsigned{1, 1, 1, 1}));
  EXPECT_EQ(map.interleave, 0);
  EXPECT_EQ(map.swizzle, 3);
  EXPECT_EQ(map.l2Promotion, 3);
  EXPECT_EQ(map.outOfBoundsFill, 0);
  EXPECT_EQ(fake().allocated.size(), 0u);
}

/// [B, H, S, d] as a view of [B, S, H, d].
TEST_F(TensorMapTest, Permuted) {
  FakeTensorMap map = encode({2, 3, 40, 64}, {7680, 64, 192, 1});
  EXPECT_EQ(map.sizes, (Longs{64, 40, 3, 2}));
  EXPECT_EQ(map.strides, (Longs{384, 128, 15360}));
}

TEST_F(TensorMapTest, Broadcast) {
  FakeTensorMap map = encode({2, 3, 40, 64}, {0, 0, 64, 1});
  EXPECT_EQ(map.strides, (Longs{128, 0, 0}));
}

TEST_F(TensorMapTest, Ranks) {
  EXPECT_EQ(encode({40, 64}, {64, 1}).strides, (Longs{128}));
  fake().maps.clear();
  FakeTensorMap map = encode({2, 3, 4, 5, 8}, {480, 160, 40, 8, 1});
  EXPECT_EQ(map.strides, (Longs{16, 80, 320, 960}));
  EXPECT_EQ(map.box, (Unsigned{64, 96, 1, 1, 1}));
}

TEST_F(TensorMapTest, Swizzles) {
  std::vector<int> modes;
  for (int32_t bytes : {0, 32, 64, 128}) {
    fake().maps.clear();
    maps[0].swizzle_bytes = bytes;
    modes.push_back(encode({4, 8}, {8, 1}).swizzle);
  }
  EXPECT_EQ(modes, (std::vector<int>{0, 1, 2, 3}));
}

/// Strides of dimensions of size 1 may be anything, the driver's may not.
TEST_F(TensorMapTest, SizeOne) {
  FakeTensorMap map = encode({1, 3, 1, 64}, {-7, 64, 3, 1});
  EXPECT_EQ(map.sizes, (Longs{64, 1, 3, 1}));
  EXPECT_EQ(map.strides, (Longs{128, 128, 384}));
  fake().maps.clear();
  map = encode({1, 1, 3, 1}, {int64_t(1) << 60, 1, 8, 77});
  EXPECT_EQ(map.sizes, (Longs{1, 3, 1, 1}));
  EXPECT_EQ(map.strides, (Longs{16, 48, 48}));
  fake().maps.clear();
  // Rows that would end beyond 2^40 bytes.
  map = encode({1, 100, 64}, {1, int64_t(1) << 38, 1});
  EXPECT_EQ(map.strides, (Longs{(1ull << 39), 16}));
}

TEST_F(TensorMapTest, OddRowsOfSizeOne) {
  FakeTensorMap map = encode({1, 5}, {5, 1});
  EXPECT_EQ(map.strides, (Longs{16}));
}

/// Nothing to read: the kernel sees zeros, from memory of our own.
TEST_F(TensorMapTest, Empty) {
  arguments = {{3, 2, 0}};
  fake().parameterSizes = {8};
  Memref m(nullptr, {2, 0, 64}, {0, 3, 1});
  ASSERT_EQ(launch({1}, {m}), FOVEA_OK) << fovea_last_error();
  const FakeTensorMap &map = fake().maps.at(0);
  EXPECT_EQ(map.sizes, (Longs{1, 1, 1}));
  EXPECT_EQ(map.strides, (Longs{16, 16}));
  EXPECT_EQ(map.box, (Unsigned{64, 96, 1}));
  EXPECT_EQ(fake().launches.size(), 1u);
  EXPECT_EQ(fake().launches[0].parameters[0], std::vector<char>(8, 0));
  auto *scratch = static_cast<char *>(fake().allocated.at(0).pointer);
  auto *zeros = static_cast<char *>(map.base);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(zeros) % 16, 0u);
  EXPECT_GE(zeros, scratch);
  EXPECT_LE(zeros + 16, scratch + fake().allocated[0].bytes);
  EXPECT_TRUE(std::all_of(zeros, zeros + 16, [](char c) { return c == 0; }));
  EXPECT_EQ(fake().freed.size(), 1u);
}

TEST_F(TensorMapTest, Misaligned) {
  arguments = {{2, 2, 0}};
  Memref m(memory, {4, 8}, {8, 1}, 4);
  EXPECT_EQ(launch({1}, {m}), FOVEA_RUNTIME_ERROR);
  EXPECT_THAT(fovea_last_error(),
              HasSubstr("fwd: kernel 'k': argument 0: found data at 0x"));
  EXPECT_THAT(fovea_last_error(),
              HasSubstr(", TMA loads need 16-byte alignment"));
}

TEST_F(TensorMapTest, IllegalStrides) {
  expectMapRefused({4, 8}, {12, 1},
                   "found stride 12 (elements of 2 bytes) in dimension 0, TMA "
                   "loads need a multiple of 16 bytes below 2^40");
  expectMapRefused({4, 8}, {-8, 1},
                   "found stride -8 (elements of 2 bytes) in dimension 0, TMA "
                   "loads need a multiple of 16 bytes below 2^40");
  expectMapRefused({4, 8}, {int64_t(1) << 39, 1},
                   "found stride 549755813888 (elements of 2 bytes) in "
                   "dimension 0, TMA loads need a multiple of 16 bytes below "
                   "2^40");
  expectMapRefused({4, 8}, {INT64_MAX, 1},
                   "found stride 9223372036854775807 (elements of 2 bytes) in "
                   "dimension 0, TMA loads need a multiple of 16 bytes below "
                   "2^40");
  expectMapRefused({4, 8}, {8, 2},
                   "found stride 2 in the last dimension, TMA loads need 1");
}

TEST_F(TensorMapTest, MalformedMaps) {
  arguments = {{1, 2, 0}};
  Memref m(memory, {4}, {1});
  expectRefused({1}, {m},
                "fwd: kernel 'k': malformed artifact: found a tensor map of "
                "rank 1");
  maps[0].argument = 1;
  expectRefused({1}, {m},
                "fwd: kernel 'k': malformed artifact: found a tensor map of "
                "argument 1");
}

TEST_F(TensorMapTest, DriverRefuses) {
  fake().failures["cuTensorMapEncodeTiled"] = 1;
  arguments = {{2, 2, 0}};
  Memref m(memory, {4, 8}, {8, 1});
  expectRefused({1}, {m},
                "fwd: kernel 'k': argument 0: cannot encode a tensor map of "
                "element type 9, swizzle 128, sizes [8, 4], strides [16] "
                "bytes, box [64, 96]: cuTensorMapEncodeTiled: "
                "CUDA_ERROR_INVALID_VALUE: invalid "
                "argument");
}
