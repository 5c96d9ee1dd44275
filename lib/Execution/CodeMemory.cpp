//===- CodeMemory.cpp - one region for all sections of a JIT's code
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/CodeMemory.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Process.h"

#include <sys/mman.h>

using namespace llvm;
using namespace fovea;

static size_t roundToPages(size_t bytes) {
  return alignTo(bytes, sys::Process::getPageSizeEstimate());
}

CodeMemory::CodeMemory(size_t bytes) : size(roundToPages(bytes)) {
  // Addresses alone: a page takes memory when it is first written.
  void *start = mmap(nullptr, size, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  region = start == MAP_FAILED ? nullptr : static_cast<char *>(start);
}

CodeMemory::~CodeMemory() {
  if (region)
    munmap(region, size);
}

sys::MemoryBlock
CodeMemory::allocateMappedMemory(SectionMemoryManager::AllocationPurpose,
                                 size_t bytes, const sys::MemoryBlock *,
                                 unsigned flags, std::error_code &error) {
  size_t rounded = roundToPages(bytes);
  if (!region || rounded < bytes || rounded > size - used) {
    error = std::make_error_code(std::errc::not_enough_memory);
    return {};
  }
  sys::MemoryBlock block(region + used, rounded);
  error = protectMappedMemory(block, flags);
  if (error)
    return {};
  used += rounded;
  return block;
}

std::error_code CodeMemory::protectMappedMemory(const sys::MemoryBlock &block,
                                                unsigned flags) {
  return sys::Memory::protectMappedMemory(block, flags);
}

std::error_code CodeMemory::releaseMappedMemory(sys::MemoryBlock &block) {
  block = {};
  return {};
}
