//===- Loops.h - loops written by hand, and their judgement -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TEST_UNIT_TARGET_AMD_LOOPS_H
#define FOVEA_TEST_UNIT_TARGET_AMD_LOOPS_H

#include "fovea/Target/AMD/MachineCode/Judgement.h"

#include "gtest/gtest.h"

#include <string>

/// The value, or a failure of the test that names the error.
template <typename T>
T take(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  ADD_FAILURE() << llvm::toString(value.takeError());
  return T();
}

template <typename T>
void expectError(llvm::Expected<T> value, const std::string &part) {
  ASSERT_FALSE(bool(value));
  std::string message = llvm::toString(value.takeError());
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

/// Of code without functions.
inline fovea::amd::Function parseCode(const std::string &text) {
  auto assembly = take(fovea::amd::parseAssembly(text));
  EXPECT_EQ(assembly.functions.size(), 1u);
  return assembly.functions.empty() ? fovea::amd::Function()
                                    : std::move(assembly.functions[0]);
}

/// The shape of one wave, and of two in one workgroup, on each SIMD.
inline fovea::amd::WaveShape makeShape(unsigned waves, unsigned workgroups = 1,
                                       bool staggered = false) {
  fovea::amd::WaveShape shape;
  shape.wavesPerWorkgroup = waves;
  shape.workgroups = workgroups;
  shape.staggered = staggered;
  return shape;
}

/// The estimate of "LOOP: body, branch back" on gfx942 or `chip`.
inline llvm::Expected<fovea::amd::IssueEstimate>
tryEstimate(const std::string &body, const fovea::amd::WaveShape &shape,
            const fovea::amd::ChipParameters *chip = nullptr) {
  auto function = parseCode("LOOP:\n" + body + "\ns_cbranch_scc1 LOOP\n");
  auto loop = take(fovea::amd::findSteadyLoop(function));
  if (!loop)
    return llvm::createStringError("no loop");
  return fovea::amd::estimateIssue(
      *loop, chip ? *chip : *fovea::amd::lookupParameters("gfx942"), shape);
}

inline fovea::amd::IssueEstimate
estimate(const std::string &body, const fovea::amd::WaveShape &shape,
         const fovea::amd::ChipParameters *chip = nullptr) {
  return take(tryEstimate(body, shape, chip));
}

/// Some that the tests' answers count with: 32 and 16 clocks on gfx942.
inline const std::string kLargeProduct =
    "v_mfma_f32_32x32x8_bf16 v[0:15], v[32:33], v[34:35], v[0:15]\n";
inline const std::string kSmallProduct =
    "v_mfma_f32_16x16x16_f16 v[0:3], v[32:33], v[34:35], v[0:3]\n";

inline std::string repeat(const std::string &text, unsigned times) {
  std::string result;
  while (times--)
    result += text;
  return result;
}

#endif
