//===- NarrowProductsTest.cpp - products of tf32, FP8 and integers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Places.h"

#include "KernelRun.h"

#include "fovea/Simulator/NVIDIA/Layouts.h"
#include "fovea/Simulator/Rounding.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

Places fragment(Place (*place)(int, int, int), int bytes, int lane, int count) {
  Places result;
  for (int e = 0; e < count; ++e)
    result.push_back(place(bytes, lane, e));
  return result;
}

// PTX ISA, figures of "MMA .m16n8k4" and ".m16n8k8 fragment layout for matrix A
// (and B) with .tf32 type".
TEST(Fragments, TF32) {
  EXPECT_EQ(fragment(placeInFragmentA, 4, 0, 4),
            (Places{{0, 0}, {8, 0}, {0, 4}, {8, 4}}));
  EXPECT_EQ(fragment(placeInFragmentA, 4, 5, 4),
            (Places{{1, 1}, {9, 1}, {1, 5}, {9, 5}}));
  EXPECT_EQ(fragment(placeInFragmentA, 4, 31, 4),
            (Places{{7, 3}, {15, 3}, {7, 7}, {15, 7}}));
  EXPECT_EQ(fragment(placeInFragmentB, 4, 0, 2), (Places{{0, 0}, {4, 0}}));
  EXPECT_EQ(fragment(placeInFragmentB, 4, 6, 2), (Places{{2, 1}, {6, 1}}));
  EXPECT_EQ(fragment(placeInFragmentB, 4, 31, 2), (Places{{3, 7}, {7, 7}}));
}

// Figures of ".m16n8k16" and ".m16n8k32 fragment layout for matrix A (and B)
// with .u8/.s8 type"; the first half is all that k16 has.
TEST(Fragments, Bytes) {
  EXPECT_EQ(fragment(placeInFragmentA, 1, 0, 16), (Places{{0, 0},
                                                          {0, 1},
                                                          {0, 2},
                                                          {0, 3},
                                                          {8, 0},
                                                          {8, 1},
                                                          {8, 2},
                                                          {8, 3},
                                                          {0, 16},
                                                          {0, 17},
                                                          {0, 18},
                                                          {0, 19},
                                                          {8, 16},
                                                          {8, 17},
                                                          {8, 18},
                                                          {8, 19}}));
  EXPECT_EQ(fragment(placeInFragmentA, 1, 30, 5),
            (Places{{7, 8}, {7, 9}, {7, 10}, {7, 11}, {15, 8}}));
  EXPECT_EQ(
      fragment(placeInFragmentB, 1, 0, 8),
      (Places{
          {0, 0}, {1, 0}, {2, 0}, {3, 0}, {16, 0}, {17, 0}, {18, 0}, {19, 0}}));
  EXPECT_EQ(fragment(placeInFragmentB, 1, 9, 5),
            (Places{{4, 2}, {5, 2}, {6, 2}, {7, 2}, {20, 2}}));
}

// Core matrices are 8 rows of 16 bytes, whatever the elements.
TEST(DescriptorOfBytes, KMajor) {
  MatrixDescriptor plain{0x2000, 128, 256, 0, 0};
  EXPECT_EQ(addressInDescriptor(plain, false, 0, 3, 4), 0x200cu);
  EXPECT_EQ(addressInDescriptor(plain, false, 0, 4, 4), 0x2080u);
  EXPECT_EQ(addressInDescriptor(plain, false, 9, 5, 4),
            0x2000u + 256 + 16 + 132);
  EXPECT_EQ(addressInDescriptor(plain, false, 0, 15, 1), 0x200fu);
  EXPECT_EQ(addressInDescriptor(plain, false, 7, 16, 1),
            0x2000u + 7 * 16 + 128);
  // Rows of 128 bytes, whose second one has its chunks swapped in pairs.
  MatrixDescriptor swizzled{0x2000, 16, 1024, 0, 128};
  EXPECT_EQ(addressInDescriptor(swizzled, false, 0, 17, 1), 0x2011u);
  EXPECT_EQ(addressInDescriptor(swizzled, false, 1, 17, 1), 0x2081u);
  EXPECT_EQ(addressInDescriptor(swizzled, false, 1, 4, 4), 0x2080u);
  EXPECT_EQ(addressInDescriptor(swizzled, false, 9, 0, 4), 0x2490u);
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

/// One mma.sync: A's and B's registers are the lane's words of rows 0, 1, ...
/// of the input, then C's. D's element 0 goes to row 0 of the output, and so
/// on.
struct Product : testing::Test {
  Product() : input(32 * 16), output(32 * 16) {}

  KernelResult run(const std::string &type, int depth, int numA, int numB,
                   const std::string &kind, const std::string &more = "") {
    std::string body = "%tid = nvvm.read.ptx.sreg.tid.x : i32\n", operands[3];
    int counts[] = {numA, numB, 4};
    for (int list = 0, row = 0; list < 3; ++list)
      for (int r = 0; r < counts[list]; ++r, ++row) {
        std::string n = std::to_string(row);
        body += "%o" + n + " = arith.constant " + std::to_string(32 * row) +
                " : i32\n%i" + n + " = arith.addi %tid, %o" + n + " : i32\n%p" +
                n + " = llvm.getelementptr %a[%i" + n +
                "] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32\n%x" + n +
                " = llvm.load %p" + n + " : !llvm.ptr<1> -> " +
                (list == 2 ? kind : "i32") + "\n";
        operands[list] += (r ? ", %x" : "%x") + n;
      }
    std::string result = "!llvm.struct<(" + kind + ", " + kind + ", " + kind +
                         ", " + kind + ")>";
    body +=
        "%d = nvvm.mma.sync A[" + operands[0] + "] B[" + operands[1] + "] C[" +
        operands[2] + "] {" + more +
        "layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, "
        "multiplicandAPtxType = #nvvm.mma_type<" +
        type + ">, multiplicandBPtxType = #nvvm.mma_type<" + type +
        ">, shape = #nvvm.shape<m = 16, n = 8, k = " + std::to_string(depth) +
        ">} : (i32, i32, " + kind + ") -> " + result + "\n";
    for (int r = 0; r < 4; ++r) {
      std::string n = std::to_string(r);
      body += "%d" + n + " = llvm.extractvalue %d[" + n + "] : " + result +
              "\n%q" + n + " = llvm.getelementptr %b[%i" + n +
              "] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32\nllvm.store %d" +
              n + ", %q" + n + " : " + kind + ", !llvm.ptr<1>\n";
    }
    return runKernel(body, {}, input, output, 16, 32);
  }
  void fill(int row, uint32_t bits) {
    for (int lane = 0; lane < 32; ++lane)
      input[32 * row + lane] = bits;
  }

  std::vector<uint32_t> input, output;
};

TEST_F(Product, OfTF32DropsThirteenBits) {
  // A is 1 + 2^-13 all over, whose last bits are not read, and B 1.
  fill(0, bitsOf(1 + 0x1p-13f));
  fill(1, bitsOf(1 + 0x1p-13f));
  fill(2, bitsOf(1));
  fill(3, bitsOf(0.5f));
  KernelResult result = run("tf32", 4, 2, 1, "f32");
  ASSERT_TRUE(result.succeeded) << result.message();
  EXPECT_EQ(output[0], bitsOf(4.5f));
  EXPECT_EQ(output[32], bitsOf(4));
}

TEST_F(Product, OfTF32Truncates) {
  // 4 * 2^24 + 1: the addend is above 2^(24 - 25) and below a last bit of the
  // sum's 23.
  fill(0, bitsOf(0x1p12f));
  fill(1, bitsOf(0x1p12f));
  fill(2, bitsOf(0x1p12f));
  fill(3, bitsOf(7));
  KernelResult result = run("tf32", 4, 2, 1, "f32");
  ASSERT_TRUE(result.succeeded) << result.message();
  // Nearest even would be 2^26 + 8.
  EXPECT_EQ(output[0], bitsOf(0x1p26f));
}

TEST_F(Product, OfIntegersWrapsOrSaturates) {
  for (int r = 0; r < 6; ++r)
    fill(r, 0x7f7f7f7f);
  fill(6, 0x7fffffff);
  fill(7, 0x80000000);
  KernelResult result =
      run("s8", 32, 4, 2, "i32",
          "intOverflowBehavior = #nvvm.mma_int_overflow<satfinite>, ");
  ASSERT_TRUE(result.succeeded) << result.message();
  EXPECT_EQ(output[0], 0x7fffffffu);
  EXPECT_EQ(output[32], 0x80000000u + 32 * 127 * 127);
  result = run("s8", 32, 4, 2, "i32",
               "intOverflowBehavior = #nvvm.mma_int_overflow<wrapped>, ");
  ASSERT_TRUE(result.succeeded) << result.message();
  EXPECT_EQ(output[0], 0x7fffffffu + 32 * 127 * 127);
  // Bytes above 127 are negative, or not.
  for (int r = 0; r < 4; ++r)
    fill(r, 0xffffffff);
  fill(6, 0);
  const std::string wraps =
      "intOverflowBehavior = #nvvm.mma_int_overflow<wrapped>, ";
  result = run("s8", 32, 4, 2, "i32", wraps);
  ASSERT_TRUE(result.succeeded) << result.message();
  EXPECT_EQ(int32_t(output[0]), -32 * 127);
  result = run("u8", 32, 4, 2, "i32", wraps);
  ASSERT_TRUE(result.succeeded) << result.message();
  EXPECT_EQ(int32_t(output[0]), 32 * 255 * 127);
}

/// MLIR's op has no FP8 in its dense form.
TEST_F(Product, OfFloat8IsRefusedByMLIR) {
  EXPECT_TRUE(run("e4m3", 32, 4, 2, "f32")
                  .has("invalid shape or multiplicand type: e4m3"));
}

} // namespace
