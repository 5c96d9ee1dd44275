//===- AMDLayoutsTest.cpp - layouts against AMD's tables -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Rows are those that the AMD Matrix Instruction Calculator prints
// (github.com/ROCm/amd_matrix_instruction_calculator at 2ef9189, --architecture
// cdna3 --matrix-layout), unless another source is named.
//
//===----------------------------------------------------------------------===//

#include "Places.h"

#include "fovea/Simulator/AMD/Layouts.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

using namespace fovea::sim;
using namespace fovea::sim::amd;

namespace {

Places a(int size, int k, int lane) {
  Places result;
  for (int e = 0; e < size * k / 64; ++e)
    result.push_back(placeInMfmaA(size, k, lane, e));
  return result;
}
Places b(int size, int k, int lane) {
  Places result;
  for (int e = 0; e < size * k / 64; ++e)
    result.push_back(placeInMfmaB(size, k, lane, e));
  return result;
}
Places c(int size, int lane) {
  Places result;
  for (int e = 0; e < size * size / 64; ++e)
    result.push_back(placeInMfmaC(size, lane, e));
  return result;
}

// v_mfma_f32_32x32x8_f16, and _bf16 (the _1k form).
TEST(Mfma, Of32x32x8) {
  EXPECT_EQ(a(32, 8, 0), (Places{{0, 0}, {0, 1}, {0, 2}, {0, 3}}));
  EXPECT_EQ(a(32, 8, 31), (Places{{31, 0}, {31, 1}, {31, 2}, {31, 3}}));
  EXPECT_EQ(a(32, 8, 32), (Places{{0, 4}, {0, 5}, {0, 6}, {0, 7}}));
  EXPECT_EQ(a(32, 8, 63), (Places{{31, 4}, {31, 5}, {31, 6}, {31, 7}}));
  EXPECT_EQ(b(32, 8, 5), (Places{{0, 5}, {1, 5}, {2, 5}, {3, 5}}));
  EXPECT_EQ(b(32, 8, 38), (Places{{4, 6}, {5, 6}, {6, 6}, {7, 6}}));
}

// v_mfma_f32_16x16x16_f16, and _bf16 (the _1k form).
TEST(Mfma, Of16x16x16) {
  EXPECT_EQ(a(16, 16, 0), (Places{{0, 0}, {0, 1}, {0, 2}, {0, 3}}));
  EXPECT_EQ(a(16, 16, 17), (Places{{1, 4}, {1, 5}, {1, 6}, {1, 7}}));
  EXPECT_EQ(a(16, 16, 38), (Places{{6, 8}, {6, 9}, {6, 10}, {6, 11}}));
  EXPECT_EQ(a(16, 16, 63), (Places{{15, 12}, {15, 13}, {15, 14}, {15, 15}}));
  EXPECT_EQ(b(16, 16, 5), (Places{{0, 5}, {1, 5}, {2, 5}, {3, 5}}));
  EXPECT_EQ(b(16, 16, 63), (Places{{12, 15}, {13, 15}, {14, 15}, {15, 15}}));
}

// v_mfma_f32_32x32x2_f32 and v_mfma_f32_16x16x4_f32.
TEST(Mfma, OfF32) {
  EXPECT_EQ(a(32, 2, 31), (Places{{31, 0}}));
  EXPECT_EQ(a(32, 2, 32), (Places{{0, 1}}));
  EXPECT_EQ(a(32, 2, 63), (Places{{31, 1}}));
  EXPECT_EQ(b(16, 4, 0), (Places{{0, 0}}));
  EXPECT_EQ(b(16, 4, 17), (Places{{1, 1}}));
  EXPECT_EQ(b(16, 4, 47), (Places{{2, 15}}));
  EXPECT_EQ(b(16, 4, 63), (Places{{3, 15}}));
}

// v_mfma_f32_32x32x16_fp8_fp8; on gfx950 also _f16 and _bf16, of which a lane
// holds 8 k as well (CDNA4 ISA, section 7.1.4.1: K_L is 8; section 11.4:
// the two reads of a row of lanes fetch K = 0..3 and 4..7, or 8..11
// and 12..15).
TEST(Mfma, Of32x32x16) {
  EXPECT_EQ(a(32, 16, 31), (Places{{31, 0},
                                   {31, 1},
                                   {31, 2},
                                   {31, 3},
                                   {31, 4},
                                   {31, 5},
                                   {31, 6},
                                   {31, 7}}));
  EXPECT_EQ(a(32, 16, 32), (Places{{0, 8},
                                   {0, 9},
                                   {0, 10},
                                   {0, 11},
                                   {0, 12},
                                   {0, 13},
                                   {0, 14},
                                   {0, 15}}));
}

// v_mfma_f32_16x16x32_fp8_fp8.
TEST(Mfma, Of16x16x32) {
  EXPECT_EQ(
      a(16, 32, 7),
      (Places{{7, 0}, {7, 1}, {7, 2}, {7, 3}, {7, 4}, {7, 5}, {7, 6}, {7, 7}}));
  EXPECT_EQ(a(16, 32, 29), (Places{{13, 8},
                                   {13, 9},
                                   {13, 10},
                                   {13, 11},
                                   {13, 12},
                                   {13, 13},
                                   {13, 14},
                                   {13, 15}}));
  EXPECT_EQ(b(16, 32, 39), (Places{{16, 7},
                                   {17, 7},
                                   {18, 7},
                                   {19, 7},
                                   {20, 7},
                                   {21, 7},
                                   {22, 7},
                                   {23, 7}}));
}

TEST(Mfma, C) {
  EXPECT_EQ(c(32, 2), (Places{{0, 2},
                              {1, 2},
                              {2, 2},
                              {3, 2},
                              {8, 2},
                              {9, 2},
                              {10, 2},
                              {11, 2},
                              {16, 2},
                              {17, 2},
                              {18, 2},
                              {19, 2},
                              {24, 2},
                              {25, 2},
                              {26, 2},
                              {27, 2}}));
  EXPECT_EQ(c(32, 61), (Places{{4, 29},
                               {5, 29},
                               {6, 29},
                               {7, 29},
                               {12, 29},
                               {13, 29},
                               {14, 29},
                               {15, 29},
                               {20, 29},
                               {21, 29},
                               {22, 29},
                               {23, 29},
                               {28, 29},
                               {29, 29},
                               {30, 29},
                               {31, 29}}));
  EXPECT_EQ(c(16, 0), (Places{{0, 0}, {1, 0}, {2, 0}, {3, 0}}));
  EXPECT_EQ(c(16, 21), (Places{{4, 5}, {5, 5}, {6, 5}, {7, 5}}));
  EXPECT_EQ(c(16, 42), (Places{{8, 10}, {9, 10}, {10, 10}, {11, 10}}));
  EXPECT_EQ(c(16, 63), (Places{{12, 15}, {13, 15}, {14, 15}, {15, 15}}));
}

/// All of `count` elements in each lane fill the matrix, none twice.
void expectFilled(int count, int rows, int columns,
                  const std::function<Place(int lane, int element)> &place) {
  std::vector<int> seen(rows * columns);
  for (int lane = 0; lane < 64; ++lane)
    for (int element = 0; element < count; ++element) {
      Place p = place(lane, element);
      ASSERT_TRUE(0 <= p.row && p.row < rows) << p;
      ASSERT_TRUE(0 <= p.column && p.column < columns) << p;
      ++seen[p.row * columns + p.column];
    }
  EXPECT_EQ(seen, std::vector<int>(rows * columns, 1));
}

TEST(Mfma, FillsMatrices) {
  for (int size : {16, 32}) {
    for (int k : {4, 8, 16, 32})
      expectFilled(size * k / 64, size, k, [=](int lane, int element) {
        return placeInMfmaA(size, k, lane, element);
      });
    expectFilled(size * size / 64, size, size, [=](int lane, int element) {
      return placeInMfmaC(size, lane, element);
    });
  }
}

// The figure in Triton's pull request 8525: lanes 0, 4, 8 and 12 hold M0 to M3
// of K0, K1, K2 and K3, lane 1 M4 to M7 of K0; lane 0 gets K0 to K3 of M0, lane
// 1 those of M1, and so on.
TEST(TransposedRead, Sources) {
  auto of = [](int lane) {
    std::vector<int> result;
    for (int e = 0; e < 4; ++e) {
      Source s = sourceInTransposedRead(lane, e);
      result.push_back(s.lane * 4 + s.element);
    }
    return result;
  };
  EXPECT_EQ(of(0), (std::vector<int>{0, 16, 32, 48}));
  EXPECT_EQ(of(1), (std::vector<int>{1, 17, 33, 49}));
  EXPECT_EQ(of(4), (std::vector<int>{4, 20, 36, 52}));
  EXPECT_EQ(of(15), (std::vector<int>{15, 31, 47, 63}));
  EXPECT_EQ(of(16), (std::vector<int>{64, 80, 96, 112}));
  EXPECT_EQ(of(63), (std::vector<int>{207, 223, 239, 255}));
}

} // namespace
