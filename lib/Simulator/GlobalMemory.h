//===- GlobalMemory.h - the tensors that kernels may touch -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_GLOBALMEMORY_H
#define FOVEA_LIB_SIMULATOR_GLOBALMEMORY_H

#include "SharedMemory.h"

#include <map>
#include <string>

namespace fovea::sim {

/// Who wrote bytes of a tensor in this launch.
struct Store {
  /// Of all launches, from 1.
  uint64_t workgroup = 0;
  Agent agent = 0;
  Event event = 0;
  const Instruction *instruction = nullptr;
};

/// One stretch of the host's memory.
struct Extent {
  char *base = nullptr;
  uint64_t size = 0;
  /// 0 or 255 for each byte; empty: all are defined.
  std::vector<uint8_t> poison;
  /// For each byte; empty until something is written.
  std::vector<Store> stores;
};

/// The stretches of the host's memory that the kernels of a module may touch.
/// Memory that only one workgroup writes needs no order; what two of them
/// touch, one of them writing, is a race, whatever barriers they have.
class GlobalMemory {
public:
  /// Makes [base, base + size) accessible for this launch; stretches that
  /// overlap become one. What lies in gaps of a strided view is accessible,
  /// too.
  void admit(void *base, uint64_t size);
  /// Scratch of the host's code: accessible until `release`, undefined at
  /// first.
  void *allocate(uint64_t size);
  /// False: `base` was not allocated.
  bool release(void *base);
  /// Forgets what was admitted, and who wrote.
  void endLaunch();

  /// The extent that holds all of [address, address + size), or null.
  Extent *find(uint64_t address, uint64_t size);

  /// Where an address that is in no extent lies, without the host's numbers.
  std::string describe(uint64_t address) const;

  /// An earlier store to those bytes that is not ordered before, or null.
  const Store *read(Extent &extent, uint64_t offset, uint64_t size,
                    const Store &by, const View &view) const;
  /// The same; records the store if there is none.
  const Store *write(Extent &extent, uint64_t offset, uint64_t size,
                     const Store &by, const View &view) const;

private:
  /// By address, disjoint.
  std::map<uint64_t, Extent> admitted, allocated;
  std::map<uint64_t, std::unique_ptr<char[]>> storage;
  Extent *last = nullptr;
};

} // namespace fovea::sim

#endif
