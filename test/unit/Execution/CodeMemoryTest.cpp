//===- CodeMemoryTest.cpp - sections of a JIT's code stay close together
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/CodeMemory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <sys/mman.h>
#include <vector>

using namespace fovea;
using llvm::sys::Memory;
using llvm::sys::MemoryBlock;
using Purpose = llvm::SectionMemoryManager::AllocationPurpose;

namespace {

constexpr unsigned kReadWrite = Memory::MF_READ | Memory::MF_WRITE;

MemoryBlock allocate(CodeMemory &memory, Purpose purpose, size_t bytes) {
  std::error_code error;
  MemoryBlock block =
      memory.allocateMappedMemory(purpose, bytes, nullptr, kReadWrite, error);
  EXPECT_FALSE(error) << error.message();
  return block;
}

TEST(CodeMemory, SectionsAreWithinReachWhateverElseIsMapped) {
  CodeMemory memory;
  std::vector<MemoryBlock> blocks;
  std::vector<void *> others;
  for (Purpose purpose : {Purpose::Code, Purpose::ROData, Purpose::RWData}) {
    blocks.push_back(allocate(memory, purpose, 10000));
    // What another allocation in between would push apart.
    others.push_back(mmap(nullptr, size_t(4) << 30, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  }
  for (MemoryBlock &a : blocks) {
    std::memset(a.base(), 1, a.allocatedSize());
    for (MemoryBlock &b : blocks)
      EXPECT_LT(std::abs(static_cast<char *>(a.base()) -
                         static_cast<char *>(b.base())),
                ptrdiff_t(CodeMemory::kBytes));
  }
  EXPECT_LT(CodeMemory::kBytes, size_t(std::numeric_limits<int32_t>::max()));
  for (void *other : others)
    munmap(other, size_t(4) << 30);
}

TEST(CodeMemory, PiecesDoNotOverlap) {
  CodeMemory memory;
  MemoryBlock a = allocate(memory, Purpose::Code, 1);
  MemoryBlock b = allocate(memory, Purpose::ROData, 1);
  EXPECT_GE(static_cast<char *>(b.base()),
            static_cast<char *>(a.base()) + a.allocatedSize());
}

TEST(CodeMemory, WhatDoesNotFitIsRefused) {
  CodeMemory memory(1 << 16);
  allocate(memory, Purpose::Code, 1 << 15);
  std::error_code error;
  for (size_t bytes : {(size_t(1) << 15) + 1, ~size_t(0)}) {
    EXPECT_EQ(memory
                  .allocateMappedMemory(Purpose::Code, bytes, nullptr,
                                        kReadWrite, error)
                  .base(),
              nullptr);
    EXPECT_EQ(error, std::errc::not_enough_memory);
  }
  allocate(memory, Purpose::Code, 1 << 15);
}

} // namespace
