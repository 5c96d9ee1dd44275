//===- FakeCudaImpl.h - What the fake driver is made with -----*- C++ -*- ===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The signatures are those of lib/Runtime/CudaDriver.h.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TEST_UNIT_RUNTIME_INPUTS_FAKECUDAIMPL_H
#define FOVEA_TEST_UNIT_RUNTIME_INPUTS_FAKECUDAIMPL_H

#include "../FakeCuda.h"

#include "../../../../lib/Runtime/CudaDriver.h"

using namespace fovea::runtime::cuda;
using Lock = std::lock_guard<std::mutex>;

#define EXPORT extern "C" FOVEA_EXPORT

EXPORT FakeCuda *fake_cuda(); // NOLINT(readability-identifier-naming)

/// Remembers the call, and says what it returns.
inline Result note(const char *name) {
  FakeCuda &fake = *fake_cuda();
  fake.calls.push_back(name);
  auto failure = fake.failures.find(name);
  return failure == fake.failures.end() ? kSuccess : failure->second;
}

/// Starts a function: remembers it, and returns if it is to fail.
#define ENTER                                                                  \
  FakeCuda &fake = *fake_cuda();                                               \
  Lock lock(fake.mutex);                                                       \
  if (Result failure = note(__func__))                                         \
    return failure;

#endif // FOVEA_TEST_UNIT_RUNTIME_INPUTS_FAKECUDAIMPL_H
