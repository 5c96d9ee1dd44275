//===- FakeDriverImpl.h - What the fake drivers are made with -*- C++ -*- ===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The signatures are those of lib/Runtime/Driver.h, and of the header of each
// vendor beside it. What both vendors have is written once, and compiled for
// each: FAKE_HIP says for which.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TEST_UNIT_RUNTIME_INPUTS_FAKEDRIVERIMPL_H
#define FOVEA_TEST_UNIT_RUNTIME_INPUTS_FAKEDRIVERIMPL_H

#include "../FakeDriver.h"

#include "../../../../lib/Runtime/Driver.h"

using namespace fovea::runtime;
using Lock = std::lock_guard<std::mutex>;

#define EXPORT extern "C" FOVEA_EXPORT

#ifdef FAKE_HIP
#define NAME(cuda, hip) hip
#else
#define NAME(cuda, hip) cuda
#endif

// NOLINTBEGIN(readability-identifier-naming)
EXPORT FakeDriver *fake_driver();
EXPORT int *fake_context();
// NOLINTEND(readability-identifier-naming)

constexpr Result kErrorInvalidDevice = 101; // of both vendors

/// What stands for the context of a device.
inline void *contextOf(int device) {
  return device == kNoContext
             ? nullptr
             : reinterpret_cast<void *>(uintptr_t(0x1000 + device));
}

/// Remembers the call, and says what it returns.
inline Result note(const char *name) {
  FakeDriver &fake = *fake_driver();
  fake.calls.push_back(name);
  auto failure = fake.failures.find(name);
  return failure == fake.failures.end() ? kSuccess : failure->second;
}

/// Starts a function: remembers it, and returns if it is to fail.
#define ENTER                                                                  \
  FakeDriver &fake = *fake_driver();                                           \
  Lock lock(fake.mutex);                                                       \
  if (Result failure = note(__func__))                                         \
    return failure;

/// Remembers a launch, and says what it returns. With the lock held.
void noteLaunch(FakeDriver &fake, Function function, FakeLaunch launch,
                void **parameters);

/// Remembers the image; the caller says under which name it is called. Takes
/// the time that other threads need to arrive meanwhile.
Result noteModule(const char *name, Module *module, const void *image);

#endif // FOVEA_TEST_UNIT_RUNTIME_INPUTS_FAKEDRIVERIMPL_H
