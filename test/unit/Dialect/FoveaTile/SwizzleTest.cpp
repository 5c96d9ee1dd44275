//===- SwizzleTest.cpp - flips of chunks and how they are computed -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace fovea::tile;

namespace {

class SwizzleTest : public testing::Test {
protected:
  SwizzleTest() { context.loadDialect<FoveaTileDialect>(); }

  SwizzleAttr get(int64_t bytes, ArrayRef<int64_t> rows = {}) {
    return SwizzleAttr::get(&context, bytes, rows);
  }

  MLIRContext context;
};

TEST_F(SwizzleTest, IdentityFlipsTheRowsLowestBits) {
  for (int64_t bytes : {32, 64, 128})
    for (int64_t row = 0; row < 256; ++row)
      EXPECT_EQ(get(bytes).getFlips(row), row % (bytes / 16));
}

TEST_F(SwizzleTest, IdentityHasOneSpelling) {
  EXPECT_EQ(get(128, {1, 2, 4}), get(128));
  EXPECT_EQ(get(32, {1}), get(32));
  EXPECT_NE(get(128, {0, 0, 0}), get(128));
  EXPECT_FALSE(get(128, {2, 4, 8}).isIdentity());
}

TEST_F(SwizzleTest, MasksOfOneBitMove) {
  SwizzleAttr swizzle = get(128, {2, 4, 8});
  for (int64_t row = 0; row < 256; ++row)
    EXPECT_EQ(swizzle.getFlips(row), (row >> 1) % 8);
  ASSERT_EQ(swizzle.getTerms().size(), 1u);
  EXPECT_EQ(swizzle.getTerms()[0].shift, 1);
  EXPECT_EQ(swizzle.getTerms()[0].mask, 7);
}

TEST_F(SwizzleTest, TermsAreTheFlips) {
  std::vector<std::vector<int64_t>> all = {
      {0, 0, 0}, {1, 2, 4}, {0, 5, 2}, {255, 128, 129}, {8, 13, 2}, {4, 2, 1}};
  for (const auto &rows : all) {
    SwizzleAttr swizzle = get(128, rows);
    for (int64_t row = 0; row < 256; ++row) {
      int64_t flips = 0;
      for (SwizzleTerm term : swizzle.getTerms())
        flips ^= (term.shift < 0 ? row << -term.shift : row >> term.shift) &
                 term.mask;
      EXPECT_EQ(flips, swizzle.getFlips(row)) << row;
      EXPECT_EQ(swizzle.getFlips(row ^ 37),
                swizzle.getFlips(row) ^ swizzle.getFlips(37));
    }
  }
}

} // namespace
