//===- CodeMemory.h - one region for all sections of a JIT's code
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_CODEMEMORY_H
#define FOVEA_EXECUTION_CODEMEMORY_H

#include "llvm/ExecutionEngine/SectionMemoryManager.h"

namespace fovea {

/// Hands out pieces of one reserved region. Code reaches its constants by
/// offsets of 32 bits. LLVM's own mapper asks the system for each section, may
/// be given places further apart, and RuntimeDyld then cuts the offset off
/// without a word.
class CodeMemory : public llvm::SectionMemoryManager::MemoryMapper {
public:
  static constexpr size_t kBytes = size_t(256) << 20;

  explicit CodeMemory(size_t bytes = kBytes);
  ~CodeMemory() override;
  CodeMemory(const CodeMemory &) = delete;
  CodeMemory &operator=(const CodeMemory &) = delete;

  llvm::sys::MemoryBlock
  allocateMappedMemory(llvm::SectionMemoryManager::AllocationPurpose purpose,
                       size_t bytes, const llvm::sys::MemoryBlock *near,
                       unsigned flags, std::error_code &error) override;
  std::error_code protectMappedMemory(const llvm::sys::MemoryBlock &block,
                                      unsigned flags) override;
  /// The region goes as a whole.
  std::error_code releaseMappedMemory(llvm::sys::MemoryBlock &block) override;

private:
  char *region;
  size_t size, used = 0;
};

} // namespace fovea

#endif
