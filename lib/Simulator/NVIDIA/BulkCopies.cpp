//===- BulkCopies.cpp - TMA: copies of boxes of tensors -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// PTX ISA 9.0, "cp.async.bulk.tensor". The bytes move when the copy is issued,
// but the agents and the barriers see to it that nobody may look before it has
// come.
//
//===----------------------------------------------------------------------===//

#include "../Cluster.h"
#include "../Decoder.h"
#include "../Memory.h"
#include "MBarriers.h"
#include "TensorMap.h"

#include "fovea/Simulator/NVIDIA/Layouts.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

/// A box of a tensor, to or from shared memory.
class Box {
public:
  Box(Warp &w, const Instruction &i, const Access &access, Workgroup &owner)
      : w(w), i(i), access(access), owner(owner) {}

  /// Operands `first`, ...: the coordinates, innermost first.
  bool find(unsigned mapOperand, unsigned first, unsigned count,
            uint32_t address);
  bool load();
  /// `writer`: who writes the tensor.
  bool store(const Access &writer);
  uint32_t bytes() const { return map->boxBytes(); }

private:
  bool require();
  /// Calls `copy(shared memory's address, tensor's address)` for each element;
  /// the latter is 0 where it is out of bounds.
  template <typename F>
  bool forEachElement(F copy);

  Warp &w;
  const Instruction &i;
  const Access &access;
  /// Whose shared memory it is.
  Workgroup &owner;
  const TensorMap *map = nullptr;
  SmallVector<int64_t, 5> start;
  uint32_t address = 0;
};

} // namespace

bool Box::find(unsigned mapOperand, unsigned first, unsigned count,
               uint32_t sharedAddress) {
  auto pointer = w.uniform<uint64_t>(i, mapOperand, "tensor map");
  if (!pointer)
    return false;
  for (const TensorMap &candidate : w.workgroup.grid.tensorMaps)
    if (reinterpret_cast<uint64_t>(&candidate) == *pointer)
      map = &candidate;
  if (!map) {
    w.fail(i, "has no tensor map of the launch as its descriptor");
    return false;
  }
  for (unsigned k = 0; k < count; ++k) {
    auto coordinate = w.uniform<int32_t>(i, first + k, "coordinate");
    if (!coordinate)
      return false;
    start.push_back(*coordinate);
  }
  address = sharedAddress;
  return require();
}

/// Bytes that TMA copies at once.
static constexpr int64_t kRowAlignment = 16;

bool Box::require() {
  if (start.size() != map->sizes.size()) {
    w.fail(i, "has " + Twine(start.size()) +
                  " coordinates in a tensor of rank " +
                  Twine(map->sizes.size()));
    return false;
  }
  // Others are an illegal instruction on an H100, whatever the box holds.
  if (start[0] * int64_t(map->elementBytes) % kRowAlignment) {
    w.fail(i, "starts at element " + Twine(start[0]) +
                  " of a row, expected a multiple of " + Twine(kRowAlignment) +
                  " bytes");
    return false;
  }
  // Where narrower rows go is not documented.
  uint32_t row = map->box[0] * map->elementBytes;
  if (map->swizzleBytes && row != uint32_t(map->swizzleBytes)) {
    w.fail(i, "has rows of " + Twine(row) + " bytes, expected the " +
                  Twine(map->swizzleBytes) + " of its swizzle");
    return false;
  }
  constexpr uint32_t kAlignment = 128;
  return requireShared(w, i, address, map->boxBytes(), kAlignment) != nullptr;
}

template <typename F>
bool Box::forEachElement(F copy) {
  uint32_t rowBytes = map->box[0] * map->elementBytes;
  uint32_t rows = map->boxBytes() / rowBytes;
  for (uint32_t row = 0; row < rows; ++row) {
    // The row's indices in the dimensions but the innermost.
    uint32_t rest = row;
    bool isInside = true;
    uint64_t source = map->base;
    for (size_t d = 1; d < start.size(); ++d) {
      int64_t index = start[d] + rest % map->box[d];
      rest /= map->box[d];
      isInside &= index >= 0 && index < map->sizes[d];
      source += index * map->strides[d];
    }
    for (uint32_t column = 0; column < map->box[0]; ++column) {
      int64_t index = start[0] + column;
      uint64_t element = isInside && index >= 0 && index < map->sizes[0]
                             ? source + index * map->elementBytes
                             : 0;
      uint32_t place =
          swizzle(address + row * rowBytes + column * map->elementBytes,
                  map->swizzleBytes);
      if (!copy(place, element))
        return false;
    }
  }
  return true;
}

/// What lies outside of the tensor is zero.
bool Box::load() {
  if (!recordSharedWrite(w, i, address, bytes(), access, &owner))
    return false;
  SharedMemory &shared = owner.shared;
  std::memset(shared.poison(address), 0, bytes());
  return forEachElement([&](uint32_t place, uint64_t element) {
    if (!element) {
      std::memset(shared.data(place), 0, map->elementBytes);
      return true;
    }
    return readGlobal(w, i, element, map->elementBytes, /*alignment=*/1, access,
                      shared.data(place), shared.poison(place));
  });
}

/// What lies outside is not written, and may be undefined.
bool Box::store(const Access &writer) {
  // An illegal instruction on an H100; loads may start below 0.
  for (auto [d, index] : llvm::enumerate(start))
    if (index < 0) {
      w.fail(i, "stores a box that starts at " + Twine(index) +
                    " in dimension " + Twine(d) + ", expected 0 or more");
      return false;
    }
  if (!recordSharedRead(w, i, address, bytes(), access, &owner))
    return false;
  SharedMemory &shared = owner.shared;
  return forEachElement([&](uint32_t place, uint64_t element) {
    return !element ||
           writeGlobal(w, i, element, map->elementBytes, /*alignment=*/1,
                       access, shared.data(place), shared.poison(place));
  });
}

//===----------------------------------------------------------------------===//
// Loads, which a barrier counts
//===----------------------------------------------------------------------===//

static bool requireOneLane(Warp &w, const Instruction &i) {
  if (__builtin_popcountll(w.mask) == 1)
    return true;
  w.fail(i, "runs in lanes 0x" + Twine::utohexstr(w.mask) +
                ", expected one: each lane would copy");
  return false;
}

/// The copy's bytes have come.
static LogicalResult complete(Warp &w, const Instruction &i, MBarrier &barrier,
                              uint64_t phase, uint32_t bytes, Event event) {
  if (barrier.phase != phase) {
    w.fail(i, "is issued in phase " + Twine(phase) +
                  " of its mbarrier, which ends without it: it expects too few "
                  "bytes");
    return failure();
  }
  barrier.transactions -= bytes;
  barrier.last = std::max(barrier.last, event);
  return success(update(w, i, barrier));
}

/// A copy to the shared memory of one workgroup, counted by its barrier.
static bool loadInto(Warp &w, const Instruction &i, Workgroup &owner,
                     uint32_t address, uint32_t barrierAddress) {
  MBarrier *barrier = findMBarrier(w, i, owner, barrierAddress);
  if (!barrier)
    return false;
  if (!barrier->fenced ||
      w.view.generic[barrier->initialiser] < barrier->fenced) {
    w.fail(i, "is counted by an mbarrier whose initialisation the asynchronous "
              "proxy may not see, expected an nvvm.fence.mbarrier.init behind "
              "it");
    return false;
  }
  Access access = accessOf(w, i, barrier->agent, /*isAsync=*/true);
  Box box(w, i, access, owner);
  if (!box.find(1, 2, i.target, address) || !box.load())
    return false;
  uint64_t phase = barrier->phase;
  uint32_t bytes = box.bytes();
  w.workgroup.cluster.defer(
      {&w, &i, [&w, &i, barrier, phase, bytes, event = access.event] {
         return complete(w, i, *barrier, phase, bytes, event);
       }});
  return true;
}

/// Operands: where to, the map, the coordinates, the barrier, and with
/// multicast the ranks of the workgroups that get it. target: how many
/// coordinates. immediate: multicast.
static Step load(Warp &w, const Instruction &i) {
  if (!requireOneLane(w, i))
    return Step::Failed;
  auto barrier = w.uniform<uint64_t>(i, 2 + i.target, "address of an mbarrier");
  auto address = w.uniform<uint64_t>(i, 0, "address");
  if (!barrier || !address)
    return Step::Failed;
  if (!i.immediate) {
    Workgroup *owner = findOwner(w, i, *address);
    return owner && loadInto(w, i, *owner, *address, *barrier) ? Step::Next
                                                               : Step::Failed;
  }
  auto ranks = w.uniform<uint16_t>(i, 3 + i.target, "multicast mask");
  if (!ranks)
    return Step::Failed;
  size_t count = w.workgroup.cluster.workgroups.size();
  if (*ranks == 0 || *ranks >> count)
    return w.fail(i, "is for workgroups 0x" + Twine::utohexstr(*ranks) +
                         " of a cluster of " + Twine(count));
  // At the same addresses in each.
  for (uint32_t rank = 0; rank < count; ++rank) {
    if (!(*ranks >> rank & 1))
      continue;
    Workgroup *owner =
        findOwner(w, i, addressInCluster(uint32_t(*address), rank));
    if (!owner || !loadInto(w, i, *owner, *address, *barrier))
      return Step::Failed;
  }
  return Step::Next;
}

static LogicalResult decodeLoad(Decoder &d, Operation *op) {
  auto load = cast<NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp>(op);
  if (!load.getIm2colOffsets().empty() || load.getGroup() ||
      load.getIsCTAOnly() || load.getMode() != NVVM::TMALoadMode::TILE)
    return op->emitOpError("is not known to the simulator unless it is of a "
                           "tile");
  SmallVector<Value> operands{load.getDstMem(), load.getTmaDescriptor()};
  llvm::append_range(operands, load.getCoordinates());
  operands.push_back(load.getMbar());
  if (load.getMulticastMask())
    operands.push_back(load.getMulticastMask());
  return emitPredicated(d, op, load.getPredicate(), [&] {
    Instruction &instruction = d.emit(op, ::load, d.get(operands), {});
    instruction.target = load.getCoordinates().size();
    instruction.immediate = load.getMulticastMask() ? 1 : 0;
    return success();
  });
}

//===----------------------------------------------------------------------===//
// Stores, in groups
//===----------------------------------------------------------------------===//

/// Operands: the map, where from, the coordinates.
static Step store(Warp &w, const Instruction &i) {
  if (!requireOneLane(w, i))
    return Step::Failed;
  auto address = w.uniform<uint64_t>(i, 1, "address");
  if (!address)
    return Step::Failed;
  Access access = accessOf(w, i, w.bulkCopies.agent, /*isAsync=*/true);
  Box box(w, i, access, w.workgroup);
  Access writer = accessOf(w, i, w.bulkStores.agent, /*isAsync=*/true);
  if (!box.find(0, 2, i.operands.size() - 2, *address) || !box.store(writer))
    return Step::Failed;
  w.bulkCopies.add(w.mask, access.event);
  w.bulkStores.add(w.mask, writer.event);
  return Step::Next;
}

static LogicalResult decodeStore(Decoder &d, Operation *op) {
  auto store = cast<NVVM::CpAsyncBulkTensorSharedCTAToGlobalOp>(op);
  if (store.getMode() != NVVM::TMAStoreMode::TILE)
    return op->emitOpError("is not known to the simulator unless it is of a "
                           "tile");
  SmallVector<Value> operands{store.getTmaDescriptor(), store.getSrcMem()};
  llvm::append_range(operands, store.getCoordinates());
  return emitPredicated(d, op, store.getPredicate(), [&] {
    d.emit(op, ::store, d.get(operands), {});
    return success();
  });
}

static Step commit(Warp &w, const Instruction &) {
  w.bulkCopies.commit(w.mask);
  w.bulkStores.commit(w.mask);
  return Step::Next;
}

/// target: groups that may still run. immediate: .read, which is until shared
/// memory has been read, not until the tensor is written.
static Step wait(Warp &w, const Instruction &i) {
  w.wait(w.bulkCopies, i.target);
  if (!i.immediate)
    w.wait(w.bulkStores, i.target);
  return Step::Next;
}

static LogicalResult decodeWait(Decoder &d, Operation *op) {
  auto wait = cast<NVVM::CpAsyncBulkWaitGroupOp>(op);
  Instruction &instruction = d.emit(op, ::wait, {}, {});
  instruction.target = wait.getGroup();
  instruction.immediate = wait.getRead().value_or(false);
  return success();
}

void nvidia::registerBulkCopies(Registry &r) {
  r.add<NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp>(OpDecoder(decodeLoad));
  r.add<NVVM::CpAsyncBulkTensorSharedCTAToGlobalOp>(OpDecoder(decodeStore));
  r.add<NVVM::CpAsyncBulkCommitGroupOp>(commit);
  r.add<NVVM::CpAsyncBulkWaitGroupOp>(OpDecoder(decodeWait));
}
