//===- NarrowWarpgroupTest.cpp - wgmma of tf32 and FP8 -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "fovea/Simulator/Rounding.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>

using namespace fovea::sim;

namespace {

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

/// All elements of A are `a`, those of B `b`, and the accumulators `c`; returns
/// an element of D.
float warpgroupProduct(const std::string &left, const std::string &right,
                       int depth, uint32_t a, uint32_t b, float c) {
  std::string type = "!llvm.struct<(f32, f32, f32, f32)>";
  std::string body = R"(
  %tid = nvvm.read.ptx.sreg.tid.x : i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %c0 = arith.constant 0 : i32
  %c512 = arith.constant 512 : i32
  %c576 = arith.constant 576 : i32
  %c128 = arith.constant 128 : i32
  %wa = arith.constant )" +
                     std::to_string(int32_t(a)) + R"( : i32
  %wb = arith.constant )" +
                     std::to_string(int32_t(b)) + R"( : i32
  scf.for %i = %tid to %c576 step %c128 : i32 {
    %q = llvm.getelementptr %shared[%i] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %isA = arith.cmpi slt, %i, %c512 : i32
    %w = arith.select %isA, %wa, %wb : i32
    llvm.store %w, %q : i32, !llvm.ptr<3>
  }
  nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
  nvvm.barrier
  %wc = arith.constant )" +
                     std::to_string(int32_t(bitsOf(c))) + R"( : i32
  %c = arith.bitcast %wc : i32 to f32
  %s0 = llvm.mlir.undef : )" +
                     type + "\n";
  for (int r = 0; r < 4; ++r)
    body += "%s" + std::to_string(r + 1) + " = llvm.insertvalue %c, %s" +
            std::to_string(r) + "[" + std::to_string(r) + "] : " + type + "\n";
  // A at 1024, 128 and 256 bytes to the next core matrix; B behind its 2048.
  int64_t da = 1024 >> 4 | 8 << 16 | int64_t(16) << 32, db = da + (2048 >> 4);
  body += "%da = arith.constant " + std::to_string(da) +
          " : i64\n%db = arith.constant " + std::to_string(db) +
          " : i64\nnvvm.wgmma.fence.aligned\n"
          "%d = nvvm.wgmma.mma_async %da, %db, %s4, "
          "#nvvm.shape<m = 64, n = 8, k = " +
          std::to_string(depth) + ">, D[<f32>, <one>], A[<" + left +
          ">, <one>, <row>], B[<" + right + ">, <one>, <col>] : " + type +
          " -> " + type + R"(
  nvvm.wgmma.commit.group.sync.aligned
  nvvm.wgmma.wait.group.sync.aligned 0
  %e = llvm.extractvalue %d[3] : )" +
          type + R"(
  %p = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
  llvm.store %e, %p : f32, !llvm.ptr<1>)";
  KernelSetup setup;
  setup.threads = 128;
  setup.sharedBytes = 4096;
  std::vector<uint32_t> input(128), output(128);
  KernelResult result = runKernel(body, setup, input, output, 1, 128);
  EXPECT_TRUE(result.succeeded) << result.message();
  for (uint32_t word : output)
    EXPECT_EQ(word, output[0]);
  float value;
  std::memcpy(&value, &output[0], 4);
  return value;
}

uint32_t four(uint8_t byte) { return byte * 0x01010101u; }

TEST(NarrowWarpgroup, Multiplies) {
  EXPECT_EQ(warpgroupProduct("tf32", "tf32", 8, bitsOf(1.5f), bitsOf(-2), 1),
            -23);
  uint32_t e4m3 = four(toF8(1.5f, Float8::E4M3, true)),
           e5m2 = four(toF8(0.25f, Float8::E5M2, true));
  EXPECT_EQ(warpgroupProduct("e4m3", "e4m3", 32, e4m3, e4m3, 1), 73);
  EXPECT_EQ(warpgroupProduct("e5m2", "e5m2", 32, e5m2, e5m2, 0), 2);
  EXPECT_EQ(warpgroupProduct("e4m3", "e5m2", 32, e4m3, e5m2, 0), 12);
  EXPECT_EQ(warpgroupProduct("e5m2", "e4m3", 32, e5m2, e4m3, 0), 12);
}

/// Of FP8, terms have 13 bits behind the leading one of the largest, and so has
/// the sum: 2^13 takes an addend of 1, and no other.
TEST(NarrowWarpgroup, SumsOfFloat8HaveFourteenBits) {
  uint32_t one = four(toF8(1, Float8::E4M3, true)), zero = 0;
  EXPECT_EQ(warpgroupProduct("e4m3", "e4m3", 32, one, one, 0x1p13f), 8224);
  EXPECT_EQ(warpgroupProduct("e4m3", "e4m3", 32, one, one, 0x1p14f), 16384);
  EXPECT_EQ(warpgroupProduct("e4m3", "e4m3", 32, one, zero, 1 + 0x1p-13f),
            1 + 0x1p-13f);
  EXPECT_EQ(warpgroupProduct("e4m3", "e4m3", 32, one, zero, 1 + 0x1p-14f), 1);
  // A NaN stays one.
  EXPECT_TRUE(
      std::isnan(warpgroupProduct("e4m3", "e4m3", 32, four(0x7f), one, 0)));
}

} // namespace
