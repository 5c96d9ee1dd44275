//===- UpstreamKernel.h - kernels in upstream's dialects -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TEST_UNIT_SIMULATOR_UPSTREAMKERNEL_H
#define FOVEA_TEST_UNIT_SIMULATOR_UPSTREAMKERNEL_H

#include "KernelRun.h"

#include "gtest/gtest.h"

#include <cstring>
#include <functional>

namespace fovea::sim {

/// A gpu.func @k of %a and %b, both memref<64x64xf32>, in a module with
/// `target`. Names that a body finds: %tid, %c0 to %c4, %c8, %c16, %c32 and
/// %c64 of type index; the input's number i is float(i % 64).
struct UpstreamKernel : testing::Test {
  UpstreamKernel();

  KernelResult run(const std::string &body);
  /// Then the output's word number t is `expected(t)`, as a float.
  void expectFloats(const std::string &body, int count,
                    const std::function<float(int)> &expected);
  /// The body is refused, with a message or a note that has `message`.
  void expectFault(const std::string &body, const std::string &message);

  float inputAt(int i) const {
    float value;
    std::memcpy(&value, &input[i], sizeof(value));
    return value;
  }

  std::string target = "#nvvm.target<chip = \"sm_90a\">";
  /// Between the target and the body, and behind the parameters.
  std::string attributes, parameters, attributions, block = "32, 1, 1";
  std::vector<int64_t> grid{1, 1, 1};
  SimulatorOptions options;
  std::vector<uint32_t> input, output;
};

} // namespace fovea::sim

#endif
