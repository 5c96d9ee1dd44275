//===- AMDKernel.cpp - small kernels of waves, for tests -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AMDKernel.h"

#include <numeric>

using namespace fovea::sim;

static constexpr int kColumns = 64;

static const char *const kStart = R"(
  %tid = rocdl.workitem.id.x : i32
  %from = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %to = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %x = llvm.load %from : !llvm.ptr<1> -> i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %mine = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %c0 = llvm.mlir.constant(0 : i32) : i32
  %c1 = llvm.mlir.constant(1 : i32) : i32
  %c4 = llvm.mlir.constant(4 : i32) : i32
  %c64 = llvm.mlir.constant(64 : i32) : i32
  %stride = llvm.mlir.constant(0 : i16) : i16
  %records = llvm.mlir.constant(16384 : i64) : i64
  %flags = llvm.mlir.constant(159744 : i32) : i32
  %rsrc = rocdl.make.buffer.rsrc %a, %stride, %records, %flags : !llvm.ptr<1> to !llvm.ptr<8>
  %bytes = llvm.mul %tid, %c4 : i32
)";

AMDKernel::AMDKernel() : input(64 * kColumns), output(input.size(), 0) {
  std::iota(input.begin(), input.end(), 1000);
  setup.threads = 64;
  setup.attributes = "rocdl.kernel";
}

KernelResult AMDKernel::run(const std::string &body) {
  return runKernel(kStart + body, setup, input, output, input.size() / kColumns,
                   kColumns);
}

void AMDKernel::expectWords(const std::string &body,
                            const std::function<uint32_t(int)> &expected) {
  KernelResult result = run(body);
  ASSERT_TRUE(result.succeeded) << result.message();
  for (int t = 0; t < setup.threads * setup.workgroups; ++t)
    ASSERT_EQ(output[t], expected(t)) << "thread " << t;
}

void AMDKernel::expectFault(const std::string &body,
                            const std::string &message) {
  KernelResult result = run(body);
  EXPECT_FALSE(result.succeeded);
  EXPECT_TRUE(result.has(message)) << result.message();
}

std::string fovea::sim::replaced(std::string text, const std::string &from,
                                 const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  for (; at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}
