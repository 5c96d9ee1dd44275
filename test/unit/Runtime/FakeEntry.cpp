//===- FakeEntry.cpp - A hand-written entry to call -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeEntry.h"

#include <cstring>

std::vector<SeenDescriptor> FakeEntryTest::seen;
int FakeEntryTest::invocations = 0;

SeenDescriptor::SeenDescriptor(const void *descriptor, int rank)
    : sizes(rank), strides(rank) {
  struct Head {
    void *allocated, *aligned;
    int64_t offset;
  } head;
  static_assert(sizeof(Head) == 24, "the memref descriptor's head");
  memcpy(&head, descriptor, sizeof(head));
  allocated = head.allocated;
  aligned = head.aligned;
  offset = head.offset;
  if (rank) {
    const char *words = static_cast<const char *>(descriptor) + sizeof(head);
    memcpy(sizes.data(), words, rank * sizeof(int64_t));
    memcpy(strides.data(), words + rank * sizeof(int64_t),
           rank * sizeof(int64_t));
  }
}

FakeEntryTest::FakeEntryTest()
    : params{{{"q", kDLFloat, 32, 0, 0, 3, qShape.data()},
              {"k", kDLBfloat, 16, 0, 0, 2, kShape.data()},
              {"s", kDLFloat, 32, 0, 0, 0, nullptr},
              {"o", kDLFloat, 32, 1, 0, 2, oShape.data()},
              {"n", kDLInt, 64, 1, 0, 1, nShape.data()}}},
      entry{"fake",
            5,
            3,
            kDLCPU,
            params.data(),
            invoke,
            fovea_runtime_call,
            fovea_last_error} {
  seen.clear();
  invocations = 0;
}

void FakeEntryTest::invoke(void **descriptors) {
  const int ranks[] = {3, 2, 0, 2, 1};
  ++invocations;
  for (int i = 0; i < 5; ++i)
    seen.emplace_back(descriptors[i], ranks[i]);
}

void FakeEntryTest::expectRefused(FoveaStatus status,
                                  const std::string &message) {
  fovea_set_last_error("");
  EXPECT_EQ(call(), status);
  EXPECT_EQ(fovea_last_error(), message);
  EXPECT_EQ(invocations, 0);
}
