//===- UpstreamKernel.cpp - kernels in upstream's dialects
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "UpstreamKernel.h"

using namespace fovea::sim;

UpstreamKernel::UpstreamKernel() : input(64 * 64), output(64 * 64) {
  for (size_t i = 0; i < input.size(); ++i) {
    float value = i % 64;
    std::memcpy(&input[i], &value, sizeof(value));
  }
}

KernelResult UpstreamKernel::run(const std::string &body) {
  std::string constants;
  for (int n : {0, 1, 2, 3, 4, 8, 16, 32, 64})
    constants += "%c" + std::to_string(n) + " = arith.constant " +
                 std::to_string(n) + " : index\n";
  std::string text =
      "gpu.module @k " + (target.empty() ? "" : "[" + target + "] ") +
      attributes +
      " {\ngpu.func @k(%a: memref<64x64xf32>, %b: memref<64x64xf32>" +
      parameters + ") " + attributions + " kernel" +
      (block.empty()
           ? ""
           : " attributes {known_block_size = array<i32: " + block + ">}") +
      " {\n%tid = gpu.thread_id x\n" + constants + body + "\ngpu.return\n}\n}";
  return runModule(text, options, grid, input, output, 64, 64);
}

void UpstreamKernel::expectFloats(const std::string &body, int count,
                                  const std::function<float(int)> &expected) {
  KernelResult result = run(body);
  ASSERT_TRUE(result.succeeded) << result.message();
  for (int i = 0; i < count; ++i) {
    float value;
    std::memcpy(&value, &output[i], sizeof(value));
    ASSERT_EQ(value, expected(i)) << "word " << i;
  }
}

void UpstreamKernel::expectFault(const std::string &body,
                                 const std::string &message) {
  KernelResult result = run(body);
  EXPECT_FALSE(result.succeeded);
  EXPECT_TRUE(result.has(message)) << result.message();
}
