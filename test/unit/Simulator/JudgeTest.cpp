//===- JudgeTest.cpp - what the simulator must not let pass -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace fovea::sim;

namespace {

constexpr int kRows = 4, kColumns = 64;

/// Runs on 4 x 64 numbers 0, 1, ...
struct Judge : testing::Test {
  Judge() : input(kRows * kColumns), output(input.size(), 0xdeadbeef) {
    std::iota(input.begin(), input.end(), 0);
  }
  KernelResult run(const std::string &body) {
    return runKernel(body, setup, input, output, kRows, kColumns);
  }
  void expect(const std::string &body, const std::string &message) {
    KernelResult result = run(body);
    EXPECT_FALSE(result.succeeded);
    EXPECT_TRUE(result.has(message)) << result.message();
  }

  KernelSetup setup;
  std::vector<uint32_t> input, output;
};

/// The thread's number, its element of %a and of %b, and shared memory.
const char *const kStart = R"(
  %tid = nvvm.read.ptx.sreg.tid.x : i32
  %from = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %to = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %mine = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c32 = arith.constant 32 : i32
  %ticks = arith.constant 1000 : i32
)";

TEST_F(Judge, RunsACopy) {
  KernelResult result = run(std::string(kStart) + R"(
  %x = llvm.load %from : !llvm.ptr<1> -> i32
  %y = arith.addi %x, %c1 : i32
  llvm.store %y, %to : i32, !llvm.ptr<1>)");
  EXPECT_TRUE(result.succeeded) << result.message();
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(output[i], uint32_t(i + 1));
  EXPECT_EQ(output[32], 0xdeadbeef);
}

} // namespace
