//===- AMDKernel.h - small kernels of waves, for tests -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TEST_UNIT_SIMULATOR_AMDKERNEL_H
#define FOVEA_TEST_UNIT_SIMULATOR_AMDKERNEL_H

#include "KernelRun.h"

#include "gtest/gtest.h"

#include <cstring>
#include <functional>

namespace fovea::sim {

/// Kernels on 64 x 64 words 1000, 1001, ..., one wave unless `setup` says
/// otherwise. Names that a body finds: %tid; %from and %to, the thread's word
/// of the input and of the output; %x, the former's value; %shared, and %mine,
/// the thread's word there; %c0, %c1, %c4 and %c64; %rsrc, a buffer that is the
/// input, and %bytes, the thread's offset in it.
struct AMDKernel : testing::Test {
  AMDKernel();

  KernelResult run(const std::string &body);
  /// Of thread number t, the output's word t is then `expected(t)`.
  void expectWords(const std::string &body,
                   const std::function<uint32_t(int)> &expected);
  /// What the body writes to %to is `expected(t)`, one of its values being %r.
  void expectValues(const std::string &body,
                    const std::function<uint32_t(int)> &expected) {
    expectWords(body + "\nllvm.store %r, %to : i32, !llvm.ptr<1>", expected);
  }
  /// The body is refused, with a message or a note that has `message`.
  void expectFault(const std::string &body, const std::string &message);

  KernelSetup setup;
  std::vector<uint32_t> input, output;
};

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

/// `text` with each `from` replaced, of which there is one at least.
std::string replaced(std::string text, const std::string &from,
                     const std::string &to);

} // namespace fovea::sim

#endif
