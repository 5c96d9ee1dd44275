//===- DeviceTest.h - Calls of a GPU's entry, faked -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TEST_UNIT_RUNTIME_DEVICETEST_H
#define FOVEA_TEST_UNIT_RUNTIME_DEVICETEST_H

#include "FakeDriver.h"
#include "FakeEntry.h"
#include "fovea/Runtime/Device.h"

#include <cstring>
#include <functional>

using Unsigned = std::vector<unsigned>;

/// The value whose bytes a launch has passed.
template <typename T>
T as(const std::vector<char> &bytes) {
  T value;
  EXPECT_EQ(bytes.size(), sizeof(T));
  memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

/// A strided memref descriptor.
struct Memref {
  std::vector<int64_t> words;

  Memref(const void *base, std::vector<int64_t> sizes,
         std::vector<int64_t> strides, int64_t offset = 0) {
    words = {0x5eed, reinterpret_cast<int64_t>(base), offset};
    words.insert(words.end(), sizes.begin(), sizes.end());
    words.insert(words.end(), strides.begin(), strides.end());
  }
  operator void *() { return words.data(); }
};

/// fwd(x: float32[?0]) on the GPU, whose code is a function of the test.
class DeviceTest : public testing::Test {
protected:
  explicit DeviceTest(DLDeviceType type = kDLCUDA);
  ~DeviceTest() override;

  /// Calls the entry with `code`.
  int call(std::function<void()> code);
  /// Calls it with a launch of `kernel`.
  int launch(const std::vector<int64_t> &grid,
             const std::vector<void *> &arguments);
  /// Expects that a launch fails with this message.
  void expectRefused(const std::vector<int64_t> &grid,
                     const std::vector<void *> &arguments,
                     const std::string &message);

  /// The header of an ELF file of that machine, ABI version and flags.
  static std::string makeElf(int machine, int abiVersion, unsigned flags);
  /// One of AMD's, and what its metadata says of the target.
  static std::string makeCodeObject(const std::string &target);

  /// Forgets that the kernel was loaded.
  void unload();

  /// The driver of this test's vendor.
  static FakeDriver &fake();
  /// The thread's current context, or device.
  static int &context();

  const std::string ptx = ".version 8.0\n.target sm_90a\n.address_size 64\n";
  std::string codeObject = makeCodeObject("gfx942");
  std::vector<FoveaKernelArgument> arguments;
  std::vector<FoveaTensorMap> maps;
  FoveaDeviceKernel kernel{};
  TestTensor x{kF32, {3}};
  std::array<int64_t, 1> shape{-1};
  FoveaParam param{"x", kDLFloat, 32, 0, 0, 1, shape.data()};
  FoveaEntry entry;
};

#endif // FOVEA_TEST_UNIT_RUNTIME_DEVICETEST_H
