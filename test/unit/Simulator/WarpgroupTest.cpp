//===- WarpgroupTest.cpp - products of a warpgroup -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "fovea/Simulator/NVIDIA/Layouts.h"
#include "fovea/Simulator/Rounding.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

constexpr int kM = 64, kN = 64, kK = 16;
/// Of one operand's image in shared memory, without the address where it
/// starts.
constexpr uint32_t kImage = 2048, kSharedBase = 1024;
constexpr int kWords = 2 * kImage / 4;

/// An operand's descriptor and its order. Without a swizzle, or by 128 bytes.
struct Operand {
  bool isTransposed;
  int swizzleBytes;

  MatrixDescriptor at(uint32_t start) const {
    if (swizzleBytes == 128) // Transposed: atoms of 64 x 8, one for each 8 k.
      return {start, 16, 1024, 0, 128};
    return isTransposed ? MatrixDescriptor{start, 1024, 128, 0, 0}
                        : MatrixDescriptor{start, 128, 256, 0, 0};
  }
  uint64_t bits(uint32_t start) const {
    MatrixDescriptor d = at(start);
    return uint64_t(d.start >> 4) | uint64_t(d.leadingOffset >> 4) << 16 |
           uint64_t(d.strideOffset >> 4) << 32 |
           uint64_t(swizzleBytes == 128 ? 1 : 0) << 62;
  }
  /// Small integers, so that sums are exact.
  static int value(int mn, int k) { return (3 * mn + 5 * k) % 7 - 3; }
  void fill(std::vector<uint32_t> &words, uint32_t start) const {
    for (int mn = 0; mn < 64; ++mn)
      for (int k = 0; k < kK; ++k) {
        uint32_t offset =
            addressInDescriptor(at(start), isTransposed, mn, k) - kSharedBase;
        uint16_t bits = toF16(value(mn, k));
        std::memcpy(reinterpret_cast<char *>(words.data()) + offset, &bits, 2);
      }
  }
};

std::string list(const std::string &item, int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += (i ? ", " : "") + item;
  return text;
}

/// What one thread does; `fence`, `wait` and `proxy` may be left out.
struct ProductKernel {
  std::string fence = "nvvm.wgmma.fence.aligned\n";
  std::string proxy =
      "nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, "
      "space = #nvvm.shared_space<cta>}\n";
  std::string wait = "nvvm.wgmma.wait.group.sync.aligned 0\n";

  std::string text(const Operand &a, const Operand &b) const {
    const std::string type = "!llvm.struct<(" + list("f32", kN / 2) + ")>";
    std::string body = R"(
  %tid = nvvm.read.ptx.sreg.tid.x : i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : i32
  %c128 = arith.constant 128 : i32
  %words = arith.constant )" +
                       std::to_string(kWords) + R"( : i32
  scf.for %i = %tid to %words step %c128 : i32 {
    %p = llvm.getelementptr %a[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %q = llvm.getelementptr %shared[%i] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %x = llvm.load %p : !llvm.ptr<1> -> i32
    llvm.store %x, %q : i32, !llvm.ptr<3>
  }
)" + proxy +
                       "nvvm.barrier\n%s0 = llvm.mlir.undef : " + type + "\n";
    for (int r = 0; r < kN / 2; ++r)
      body += "%s" + std::to_string(r + 1) + " = llvm.insertvalue %zero, %s" +
              std::to_string(r) + "[" + std::to_string(r) + "] : " + type +
              "\n";
    auto layout = [](bool isRow) { return isRow ? "<row>" : "<col>"; };
    body += "%da = arith.constant " +
            std::to_string(int64_t(a.bits(kSharedBase))) + " : i64\n" +
            "%db = arith.constant " +
            std::to_string(int64_t(b.bits(kSharedBase + kImage))) + " : i64\n" +
            fence + "%d = nvvm.wgmma.mma_async %da, %db, %s32, " +
            "#nvvm.shape<m = 64, n = 64, k = 16>, D[<f32>, <zero>], " +
            "A[<f16>, <one>, " + layout(!a.isTransposed) +
            "], B[<f16>, <one>, " + layout(b.isTransposed) + "] : " + type +
            " -> " + type + "\nnvvm.wgmma.commit.group.sync.aligned\n" + wait;
    for (int r = 0; r < kN / 2; ++r) {
      std::string n = std::to_string(r);
      body += "%e" + n + " = llvm.extractvalue %d[" + n + "] : " + type +
              "\n%o" + n + " = arith.constant " + std::to_string(128 * r) +
              " : i32\n%i" + n + " = arith.addi %tid, %o" + n + " : i32\n%p" +
              n + " = llvm.getelementptr %b[%i" + n +
              "] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32\nllvm.store %e" +
              n + ", %p" + n + " : f32, !llvm.ptr<1>\n";
    }
    return body;
  }
};

struct Warpgroup : testing::Test {
  Warpgroup() : input(kM * kN), output(kM * kN) {
    setup.threads = 128;
    setup.sharedBytes = 2 * kImage;
  }
  KernelResult run(const ProductKernel &kernel, const Operand &a,
                   const Operand &b) {
    a.fill(input, kSharedBase);
    b.fill(input, kSharedBase + kImage);
    return runKernel(kernel.text(a, b), setup, input, output, kM, kN);
  }
  void expectProduct() {
    for (int thread = 0; thread < 128; ++thread)
      for (int r = 0; r < kN / 2; ++r) {
        Place place = placeInWgmmaD(thread / 32, thread % 32, r);
        float sum = 0, got;
        for (int k = 0; k < kK; ++k)
          sum += Operand::value(place.row, k) * Operand::value(place.column, k);
        std::memcpy(&got, &output[128 * r + thread], 4);
        ASSERT_EQ(got, sum)
            << "row " << place.row << ", column " << place.column;
      }
  }

  KernelSetup setup;
  std::vector<uint32_t> input, output;
};

TEST_F(Warpgroup, MultipliesInAllOrders) {
  for (bool isLeftTransposed : {false, true})
    for (bool isRightTransposed : {false, true}) {
      KernelResult result =
          run({}, {isLeftTransposed, 0}, {isRightTransposed, 0});
      EXPECT_TRUE(result.succeeded) << result.message();
      expectProduct();
    }
  KernelResult result = run({}, {true, 128}, {true, 128});
  EXPECT_TRUE(result.succeeded) << result.message();
  expectProduct();
}

TEST_F(Warpgroup, NeedsAWait) {
  ProductKernel kernel;
  kernel.wait = "";
  EXPECT_TRUE(
      run(kernel, {}, {}).has("reads the result of a product in flight"));
  kernel.wait = "nvvm.wgmma.wait.group.sync.aligned 1\n";
  EXPECT_TRUE(
      run(kernel, {}, {}).has("reads the result of a product in flight"));
}

TEST_F(Warpgroup, NeedsFences) {
  ProductKernel kernel;
  kernel.fence = "";
  EXPECT_TRUE(run(kernel, {}, {}).has("expected a fence between"));
  kernel = {};
  kernel.proxy = "";
  EXPECT_TRUE(run(kernel, {}, {}).has("without a fence.proxy between them"));
}

TEST_F(Warpgroup, NeedsADescriptor) {
  ProductKernel kernel;
  std::string text = kernel.text({}, {});
  // Bits 14 and 15 have no use.
  Operand a{};
  std::string good =
      "arith.constant " + std::to_string(int64_t(a.bits(kSharedBase)));
  std::string bad = "arith.constant " +
                    std::to_string(int64_t(a.bits(kSharedBase) | 1 << 14));
  text.replace(text.find(good), good.size(), bad);
  EXPECT_TRUE(runKernel(text, setup, input, output, kM, kN)
                  .has("has no matrix descriptor as its lhs"));
}

} // namespace
