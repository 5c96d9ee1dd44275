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

#include <cstring>

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

/// Shared memory: bounds and alignment, and whose it is. Null: an error was
/// reported.
Workgroup *requireShared(Warp &warp, const Instruction &i, uint64_t address,
                         uint32_t size, uint32_t alignment);
/// Order with what went before, in the warp's workgroup or in `owner`.
bool recordSharedRead(Warp &warp, const Instruction &i, uint32_t address,
                      uint32_t size, const Access &access,
                      Workgroup *owner = nullptr);
bool recordSharedWrite(Warp &warp, const Instruction &i, uint32_t address,
                       uint32_t size, const Access &access,
                       Workgroup *owner = nullptr);

/// Global memory: bounds, alignment, order with what went before, and defined
/// bytes; reads into `bytes` and `poison` (0 or 255 for each byte), or writes
/// from there.
bool readGlobal(Warp &warp, const Instruction &i, uint64_t address,
                uint32_t size, uint32_t alignment, const Access &access,
                uint8_t *bytes, uint8_t *poison);
bool writeGlobal(Warp &warp, const Instruction &i, uint64_t address,
                 uint32_t size, uint32_t alignment, const Access &access,
                 const uint8_t *bytes, const uint8_t *poison);
/// Bounds and alignment alone.
Extent *requireGlobal(Warp &warp, const Instruction &i, uint64_t address,
                      uint32_t size, uint32_t alignment);

/// A load: each active lane's `read(lane, bytes, poison)` fills its part of the
/// results, of at most kMaxAccessBytes; the others get nothing.
template <typename F>
Step loadLanes(Warp &warp, const Instruction &i, F read) {
  uint8_t bytes[kMaxAccessBytes], poison[kMaxAccessBytes];
  for (Slot slot : i.results)
    std::memset(warp.reg(slot).poison, 0xff, sizeof(Register::poison));
  for (int lane = 0; lane < warp.size; ++lane) {
    if (!warp.isActive(lane))
      continue;
    if (!read(lane, bytes, poison))
      return Step::Failed;
    scatterLane(warp, i.results, lane, bytes, poison);
  }
  for (Slot slot : i.results)
    warp.defineByPoison(slot);
  return Step::Next;
}

/// A store of `value`: `write(lane, bytes, poison)` takes each active lane's
/// part.
template <typename F>
Step storeLanes(Warp &warp, llvm::ArrayRef<Slot> value, F write) {
  uint8_t bytes[kMaxAccessBytes], poison[kMaxAccessBytes];
  for (int lane = 0; lane < warp.size; ++lane) {
    if (!warp.isActive(lane))
      continue;
    gatherLane(warp, value, lane, bytes, poison);
    if (!write(lane, bytes, poison))
      return Step::Failed;
  }
  return Step::Next;
}

} // namespace fovea::sim

#endif
