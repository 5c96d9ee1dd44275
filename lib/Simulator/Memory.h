//===- Memory.h - what a warp does to memory, checked -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// False is always: an error was reported at the instruction.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_SIMULATOR_MEMORY_H
#define FOVEA_LIB_SIMULATOR_MEMORY_H

#include "Workgroup.h"

namespace fovea::sim {

/// An access by the warp's threads, begun now.
Access accessOf(Warp &warp, const Instruction &i);
/// An access by an asynchronous agent that the warp starts now. `isAsync`: by
/// the asynchronous proxy, too.
Access accessOf(Warp &warp, const Instruction &i, Agent agent, bool isAsync);

/// Pointers to shared memory hold an address of 32 bits. In those of the
/// cluster's space the rank of its workgroup, plus one, is above it; the warp's
/// own workgroup is 0, too.
constexpr unsigned kSharedSpace = 3, kClusterSpace = 7;
inline uint64_t addressInCluster(uint32_t address, uint32_t rank) {
  return uint64_t(rank + 1) << 32 | address;
}

/// The workgroup whose shared memory the address is in, and which still runs.
/// Null: an error was reported.
Workgroup *findOwner(Warp &warp, const Instruction &i, uint64_t address);

/// The access of a plain load or store that the warp begins now; a wave counts
/// it (Counter.h). `addresses`: of each lane.
Access beginLoad(Warp &warp, const Instruction &i, bool isShared,
                 const uint64_t *addresses);
Access beginStore(Warp &warp, const Instruction &i, bool isShared);

/// The widest access of a thread, in bytes.
constexpr unsigned kMaxAccessBytes = 16;

/// One lane's part of several registers, to or from consecutive bytes.
/// `poison` is 0 or 255 for each of them.
void gatherLane(const Warp &warp, llvm::ArrayRef<Slot> slots, int lane,
                uint8_t *bytes, uint8_t *poison);
void scatterLane(Warp &warp, llvm::ArrayRef<Slot> slots, int lane,
                 const uint8_t *bytes, const uint8_t *poison);

/// Shared memory of the warp's workgroup, or of `owner`: bounds and alignment,
/// then order with what went before.
bool requireShared(Warp &warp, const Instruction &i, uint64_t address,
                   uint32_t size, uint32_t alignment);
bool recordSharedRead(Warp &warp, const Instruction &i, uint32_t address,
                      uint32_t size, const Access &access,
                      Workgroup *owner = nullptr);
bool recordSharedWrite(Warp &warp, const Instruction &i, uint32_t address,
                       uint32_t size, const Access &access,
                       Workgroup *owner = nullptr);

/// Global memory: bounds, order with what went before, and defined bytes; reads
/// into `bytes` and `poison` (0 or 255 for each byte), or writes from there.
bool readGlobal(Warp &warp, const Instruction &i, uint64_t address,
                uint32_t size, const Access &access, uint8_t *bytes,
                uint8_t *poison);
bool writeGlobal(Warp &warp, const Instruction &i, uint64_t address,
                 uint32_t size, const Access &access, const uint8_t *bytes,
                 const uint8_t *poison);
/// Bounds and alignment alone.
Extent *requireGlobal(Warp &warp, const Instruction &i, uint64_t address,
                      uint32_t size, uint32_t alignment);

} // namespace fovea::sim

#endif
