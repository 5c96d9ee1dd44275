//===- SharedMemory.h - a workgroup's memory, and who touched it -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_SHAREDMEMORY_H
#define FOVEA_LIB_SIMULATOR_SHAREDMEMORY_H

#include "Clock.h"

#include <memory>
#include <optional>

namespace fovea::sim {

struct Instruction;

/// Where the workgroup's dynamic shared memory starts: not at 0, so that a null
/// pointer is out of bounds; a multiple of every alignment in use.
constexpr uint32_t kSharedBase = 1024;

/// Someone touches shared memory.
struct Access {
  Agent agent;
  Event event;
  /// What is over for that agent.
  const View *view;
  /// By the asynchronous proxy.
  bool isAsync;
};

/// An earlier access that is not ordered before a later one.
struct Conflict {
  uint32_t address;
  Agent agent;
  Event event;
  bool isWrite;
  /// It is over, but not for the asynchronous proxy: a fence is missing.
  bool lacksFence;
};

/// Bytes, which of them are poison, and for each pair of bytes the last write
/// and each agent's last read. Addresses are those of the kernel.
class SharedMemory {
public:
  explicit SharedMemory(uint32_t size);

  bool contains(uint32_t address, uint32_t size) const {
    return address >= kSharedBase && size <= end - kSharedBase &&
           address - kSharedBase <= end - kSharedBase - size;
  }
  uint32_t getEnd() const { return end; }
  uint8_t *data(uint32_t address) {
    return bytes.data() + address - kSharedBase;
  }
  /// 0 or 255 for each byte.
  uint8_t *poison(uint32_t address) {
    return undefined.data() + address - kSharedBase;
  }

  /// Records the access to [address, address + size), which is in bounds.
  std::optional<Conflict> read(uint32_t address, uint32_t size,
                               const Access &access);
  std::optional<Conflict> write(uint32_t address, uint32_t size,
                                const Access &access);

private:
  /// Two bytes: the smallest elements that different agents write side by side.
  static constexpr uint32_t kGranule = 2;

  std::optional<Conflict> findWrite(uint32_t first, uint32_t last,
                                    const Access &access) const;
  std::optional<Conflict> findRead(uint32_t first, uint32_t last,
                                   const Access &access) const;
  Conflict describeWrite(uint32_t granule, const Access &access) const;

  uint32_t end;
  std::vector<uint8_t> bytes, undefined;
  std::vector<Agent> writers;
  std::vector<Event> writes;
  /// By agent; empty until it reads.
  std::vector<std::vector<Event>> reads;
};

} // namespace fovea::sim

#endif
