//===- FakeEntry.h - A hand-written entry to call ---------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// fake(q: float32[2, ?0, 4], k: bfloat16[?1, ?0], s: float32[]) ->
//     (o: float32[2, ?1], n: int64[?0])
//
// It computes nothing and remembers what it was called with.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TEST_UNIT_RUNTIME_FAKEENTRY_H
#define FOVEA_TEST_UNIT_RUNTIME_FAKEENTRY_H

#include "fovea/Runtime/Entry.h"

#include "gtest/gtest.h"

#include <array>
#include <string>
#include <vector>

/// A DLTensor with its own shape, strides and memory.
struct TestTensor {
  TestTensor(DLDataType type, std::vector<int64_t> sizes)
      : shape(std::move(sizes)), strides(shape.size()) {
    int64_t count = 1;
    for (size_t d = shape.size(); d-- > 0;) {
      strides[d] = count;
      count *= shape[d];
    }
    memory.resize(count * type.bits / 8 + 16);
    tensor.device = {kDLCPU, 0};
    tensor.dtype = type;
    tensor.byte_offset = 0;
    refresh();
  }
  TestTensor(const TestTensor &) = delete;

  /// After shape, strides or memory have changed.
  void refresh() {
    tensor.data = memory.data();
    tensor.ndim = static_cast<int32_t>(shape.size());
    tensor.shape = shape.data();
    tensor.strides = strides.data();
  }

  std::vector<int64_t> shape, strides;
  std::vector<char> memory;
  DLTensor tensor{};
};

constexpr DLDataType kF32{kDLFloat, 32, 1};
constexpr DLDataType kBF16{kDLBfloat, 16, 1};
constexpr DLDataType kI64{kDLInt, 64, 1};

/// A strided memref descriptor, copied while its memory lives.
struct SeenDescriptor {
  void *allocated, *aligned;
  int64_t offset;
  std::vector<int64_t> sizes, strides;

  SeenDescriptor(const void *descriptor, int rank);
};

class FakeEntryTest : public testing::Test {
protected:
  FakeEntryTest();

  /// The arguments of the next call.
  std::vector<const DLTensor *> arguments() const {
    return {&q.tensor, &k.tensor, &s.tensor, &o.tensor, &n.tensor};
  }
  int call() { return fovea_runtime_call(&entry, arguments().data()); }

  /// Expects that the call is refused with this message, without a call.
  void expectRefused(FoveaStatus status, const std::string &message);

  static void invoke(void **descriptors);
  static std::vector<SeenDescriptor> seen;
  static int invocations;

  std::array<int64_t, 3> qShape{2, -1, 4};
  std::array<int64_t, 2> kShape{-2, -1};
  std::array<int64_t, 2> oShape{2, -2};
  std::array<int64_t, 1> nShape{-1};
  std::array<FoveaParam, 5> params;
  FoveaEntry entry;
  TestTensor q{kF32, {2, 3, 4}}, k{kBF16, {5, 3}}, s{kF32, {}}, o{kF32, {2, 5}},
      n{kI64, {3}};
};

#endif // FOVEA_TEST_UNIT_RUNTIME_FAKEENTRY_H
