//===- Memory.cpp - what a warp does to memory, checked
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Memory.h"

#include "Cluster.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace llvm;
using namespace fovea::sim;

Access fovea::sim::accessOf(Warp &warp, const Instruction &i) {
  return {warp.agent, warp.begin(i), &warp.view, /*isAsync=*/false};
}

Access fovea::sim::accessOf(Warp &warp, const Instruction &i, Agent agent,
                            bool isAsync) {
  return {agent, warp.begin(i, agent), &warp.view, isAsync};
}

/// The same address in several lanes: LLVM may take a scalar load for it, which
/// vmcnt does not count.
static bool mayBeScalar(const Warp &warp, const uint64_t *addresses) {
  int first = warp.firstLane();
  if (warp.mask == LaneMask(1) << first)
    return false;
  for (int lane = first; lane < warp.size; ++lane)
    if (warp.isActive(lane) && addresses[lane] != addresses[first])
      return false;
  return true;
}

Access fovea::sim::beginLoad(Warp &warp, const Instruction &i, bool isShared,
                             const uint64_t *addresses) {
  if (warp.isWave && isShared)
    warp.localMemory.add();
  else if (warp.isWave && !mayBeScalar(warp, addresses))
    warp.vectorMemory.add();
  return accessOf(warp, i);
}

/// LLVM waits for the results of loads where they are used, but for no store to
/// LDS at a barrier without a fence. The wave sees its own ones in order.
Access fovea::sim::beginStore(Warp &warp, const Instruction &i, bool isShared) {
  if (!warp.isWave || !isShared) {
    if (warp.isWave)
      warp.vectorMemory.add();
    return accessOf(warp, i);
  }
  Counter &counter = warp.localMemory;
  Access access = accessOf(warp, i, counter.agent, /*isAsync=*/false);
  counter.add(access.event);
  warp.view.advance(counter.agent, access.event);
  return access;
}

void fovea::sim::gatherLane(const Warp &warp, ArrayRef<Slot> slots, int lane,
                            uint8_t *bytes, uint8_t *poison) {
  for (Slot slot : slots) {
    unsigned width = warp.program.widths[slot];
    const Register &r = warp.reg(slot);
    std::memcpy(bytes, r.bytes + lane * width, width);
    for (unsigned b = 0; b < width; ++b)
      poison[b] = !r.isClean && r.poison[lane] >> b & 1 ? 0xff : 0;
    bytes += width;
    poison += width;
  }
}

void fovea::sim::scatterLane(Warp &warp, ArrayRef<Slot> slots, int lane,
                             const uint8_t *bytes, const uint8_t *poison) {
  for (Slot slot : slots) {
    unsigned width = warp.program.widths[slot];
    Register &r = warp.reg(slot);
    std::memcpy(r.bytes + lane * width, bytes, width);
    r.poison[lane] = 0;
    for (unsigned b = 0; b < width; ++b)
      r.poison[lane] |= (poison[b] & 1) << b;
    bytes += width;
    poison += width;
  }
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

Workgroup *fovea::sim::findOwner(Warp &warp, const Instruction &i,
                                 uint64_t address) {
  uint64_t rank = address >> 32;
  auto &workgroups = warp.workgroup.cluster.workgroups;
  if (rank > workgroups.size()) {
    warp.fail(i, "has an address of workgroup " + Twine(rank - 1) +
                     " of its cluster, which has " + Twine(workgroups.size()));
    return nullptr;
  }
  if (rank == 0)
    return &warp.workgroup;
  Workgroup *owner = workgroups[rank - 1].get();
  if (any_of(owner->warps, [](auto &other) { return !other->isDone; }))
    return owner;
  warp.fail(i, "touches shared memory of " + owner->describe() +
                   ", which has ended");
  return nullptr;
}

Workgroup *fovea::sim::requireShared(Warp &warp, const Instruction &i,
                                     uint64_t address, uint32_t size,
                                     uint32_t alignment) {
  // All workgroups of a cluster have as much.
  const SharedMemory &shared = warp.workgroup.shared;
  uint32_t offset = address;
  if (!shared.contains(offset, size)) {
    warp.fail(i, "touches " + Twine(size) + " bytes at " +
                     Twine(int64_t(offset) - kSharedBase) +
                     " of shared memory, which has " +
                     Twine(shared.getEnd() - kSharedBase));
    return nullptr;
  }
  if (offset % alignment == 0)
    return findOwner(warp, i, address);
  warp.fail(i, "touches shared memory at " + Twine(offset - kSharedBase) +
                   ", expected a multiple of " + Twine(alignment) + " bytes");
  return nullptr;
}

static bool reportRace(Warp &warp, const Instruction &i,
                       const Conflict &conflict, StringRef verb) {
  const Workgroup &workgroup = warp.workgroup;
  const Instruction &other =
      workgroup.cluster.lookup(conflict.agent, conflict.event);
  mlir::InFlightDiagnostic error = warp.report(
      i, verb + " the byte at " + Twine(conflict.address - kSharedBase) +
             " of shared memory, which " +
             workgroup.cluster.describe(conflict.agent) +
             (conflict.isWrite ? " writes" : " reads") +
             (conflict.lacksFence
                  ? ": ordered, but without a fence.proxy between them"
                  : ": a race, no wait or barrier orders the two"));
  error.attachNote(other.op->getLoc())
      << "the other access: " << describe(other.op);
  return false;
}

bool fovea::sim::recordSharedRead(Warp &warp, const Instruction &i,
                                  uint32_t address, uint32_t size,
                                  const Access &access, Workgroup *owner) {
  Workgroup &of = owner ? *owner : warp.workgroup;
  auto conflict = of.shared.read(address, size, access);
  return !conflict || reportRace(warp, i, *conflict, "reads");
}

bool fovea::sim::recordSharedWrite(Warp &warp, const Instruction &i,
                                   uint32_t address, uint32_t size,
                                   const Access &access, Workgroup *owner) {
  // The barrier after the last byte may start below it.
  Workgroup &of = owner ? *owner : warp.workgroup;
  auto barrier = of.mbarriers.lower_bound(address + size);
  if (barrier != of.mbarriers.begin() &&
      std::prev(barrier)->first + kMBarrierBytes > address) {
    warp.fail(i, "writes " + Twine(size) + " bytes at " +
                     Twine(address - kSharedBase) +
                     " of shared memory, over the mbarrier at " +
                     Twine(std::prev(barrier)->first - kSharedBase));
    return false;
  }
  auto conflict = of.shared.write(address, size, access);
  return !conflict || reportRace(warp, i, *conflict, "writes");
}

//===----------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------===//

Extent *fovea::sim::requireGlobal(Warp &warp, const Instruction &i,
                                  uint64_t address, uint32_t size,
                                  uint32_t alignment) {
  const GlobalMemory &memory = warp.workgroup.grid.memory;
  Extent *extent = warp.workgroup.grid.memory.find(address, size);
  if (extent && address % alignment == 0)
    return extent;
  warp.fail(i, "touches " + Twine(size) + " bytes " + memory.describe(address) +
                   (extent ? ", expected an address that is a multiple of " +
                                 std::to_string(alignment) + " bytes"
                           : ", expected all of them within a tensor"));
  return nullptr;
}

static Store storeOf(Warp &warp, const Instruction &i, const Access &access) {
  const Workgroup &workgroup = warp.workgroup;
  return {workgroup.grid.firstNumber + workgroup.index, access.agent,
          access.event, &i};
}

static bool reportGlobalRace(Warp &warp, const Instruction &i,
                             const Store &other, StringRef verb) {
  const Workgroup &workgroup = warp.workgroup;
  std::string who =
      other.workgroup == workgroup.grid.firstNumber + workgroup.index
          ? workgroup.cluster.describe(other.agent)
          : "workgroup " +
                std::to_string(other.workgroup - workgroup.grid.firstNumber);
  mlir::InFlightDiagnostic error =
      warp.report(i, verb + " bytes of a tensor that " + who +
                         " writes: a race, no wait or barrier orders the two");
  error.attachNote(other.instruction->op->getLoc())
      << "the other access: " << describe(other.instruction->op);
  return false;
}

bool fovea::sim::readGlobal(Warp &warp, const Instruction &i, uint64_t address,
                            uint32_t size, uint32_t alignment,
                            const Access &access, uint8_t *bytes,
                            uint8_t *poison) {
  Extent *extent = requireGlobal(warp, i, address, size, alignment);
  if (!extent)
    return false;
  const auto *from = reinterpret_cast<const uint8_t *>(address);
  uint64_t offset = from - reinterpret_cast<uint8_t *>(extent->base);
  if (const Store *other = warp.workgroup.grid.memory.read(
          *extent, offset, size, storeOf(warp, i, access), warp.view))
    return reportGlobalRace(warp, i, *other, "reads");
  std::memcpy(bytes, from, size);
  if (extent->poison.empty())
    std::memset(poison, 0, size);
  else
    std::memcpy(poison, extent->poison.data() + offset, size);
  return true;
}

bool fovea::sim::writeGlobal(Warp &warp, const Instruction &i, uint64_t address,
                             uint32_t size, uint32_t alignment,
                             const Access &access, const uint8_t *bytes,
                             const uint8_t *poison) {
  Extent *extent = requireGlobal(warp, i, address, size, alignment);
  if (!extent)
    return false;
  if (any_of(ArrayRef(poison, size), [](uint8_t byte) { return byte != 0; })) {
    warp.fail(i, "writes undefined bytes to a tensor");
    return false;
  }
  auto *to = reinterpret_cast<uint8_t *>(address);
  uint64_t offset = to - reinterpret_cast<uint8_t *>(extent->base);
  if (const Store *other = warp.workgroup.grid.memory.write(
          *extent, offset, size, storeOf(warp, i, access), warp.view))
    return reportGlobalRace(warp, i, *other, "writes");
  std::memcpy(to, bytes, size);
  if (!extent->poison.empty())
    std::memset(extent->poison.data() + offset, 0, size);
  return true;
}
