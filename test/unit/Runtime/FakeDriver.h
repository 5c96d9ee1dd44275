//===- FakeDriver.h - A GPU's driver that remembers its calls ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Two shared libraries with the symbols of CUDA and of HIP, loaded through
// FOVEA_LIBCUDA and FOVEA_LIBHIP. Their device memory is host memory. Functions
// fail as `failures` says.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TEST_UNIT_RUNTIME_FAKEDRIVER_H
#define FOVEA_TEST_UNIT_RUNTIME_FAKEDRIVER_H

#include <map>
#include <mutex>
#include <string>
#include <vector>

struct FakeLaunch {
  std::string kernel;
  std::vector<unsigned> grid, block, cluster; // cluster empty: none given
  unsigned sharedBytes;
  void *stream;
  void *context;
  std::vector<std::vector<char>> parameters; // of FakeDriver::parameterSizes
  std::vector<void *> pointers;
};

struct FakeTensorMap {
  int element;
  void *base;
  std::vector<unsigned long long> sizes, strides;
  std::vector<unsigned> box, elementStrides;
  int interleave, swizzle, l2Promotion, outOfBoundsFill;
};

struct FakeMemory {
  void *pointer;
  size_t bytes;
  void *stream;
};

struct FakeDriver {
  std::mutex mutex;
  // Set by tests.
  int devices = 2;
  int multiprocessors = 4;
  int sharedBytes;          // that a block can have
  std::string architecture; // HIP's gcnArchName
  std::map<std::string, int> failures;
  std::string jitLog;                 // of modules that fail to load
  std::vector<size_t> parameterSizes; // of the kernels that are launched
  // Seen by tests.
  std::vector<std::string> calls;
  std::vector<const void *> images;
  std::vector<FakeLaunch> launches;
  std::vector<FakeTensorMap> maps;
  std::vector<FakeMemory> allocated, freed, cleared;
  std::vector<int> pools; // by device
  unsigned long long poolThreshold = 0;
  std::map<int, int> functionAttributes;

  int count(const std::string &name) const {
    int found = 0;
    for (const std::string &call : calls)
      found += call == name;
    return found;
  }
};

/// The thread's current context or device, by device; -1 is none.
constexpr int kNoContext = -1;

/// What each library exports besides the driver's symbols: `fake_driver` and
/// `fake_context`.
using FakeDriverFunction = FakeDriver *(*)();
using FakeContextFunction = int *(*)();

#endif // FOVEA_TEST_UNIT_RUNTIME_FAKEDRIVER_H
