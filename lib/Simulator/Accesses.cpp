//===- Accesses.cpp - loads, stores and atomics -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Cluster.h"
#include "Decoder.h"
#include "Memory.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;

/// Of the workgroup or of its cluster.
static bool isShared(int64_t space) {
  return space == kSharedSpace || space == kClusterSpace;
}

static unsigned sizeOf(const Warp &w, ArrayRef<Slot> slots) {
  unsigned bytes = 0;
  for (Slot slot : slots)
    bytes += w.program.widths[slot];
  return bytes;
}

/// target: bytes to which addresses must be aligned. immediate: the address
/// space.
static Step load(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "address"))
    return Step::Failed;
  const uint64_t *addresses = w.in<uint64_t>(i, 0);
  Access access = beginLoad(w, i, i.immediate == kSharedSpace, addresses);
  unsigned size = sizeOf(w, i.results);
  return loadLanes(w, i, [&](int lane, uint8_t *bytes, uint8_t *poison) {
    uint64_t address = addresses[lane];
    if (!isShared(i.immediate))
      return readGlobal(w, i, address, size, i.target, access, bytes, poison);
    Workgroup *owner = requireShared(w, i, address, size, i.target);
    if (!owner || !recordSharedRead(w, i, address, size, access, owner))
      return false;
    std::memcpy(bytes, owner->shared.data(address), size);
    std::memcpy(poison, owner->shared.poison(address), size);
    return true;
  });
}

/// Operands: the address, then the value.
static Step store(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "address") || !w.requireFinished(i))
    return Step::Failed;
  const uint64_t *addresses = w.in<uint64_t>(i, 0);
  Access access = beginStore(w, i, i.immediate == kSharedSpace);
  ArrayRef<Slot> value = i.operands.drop_front();
  unsigned size = sizeOf(w, value);
  auto write = [&](int lane, const uint8_t *bytes, const uint8_t *poison) {
    uint64_t address = addresses[lane];
    if (!isShared(i.immediate))
      return writeGlobal(w, i, address, size, i.target, access, bytes, poison);
    Workgroup *owner = requireShared(w, i, address, size, i.target);
    if (!owner || !recordSharedWrite(w, i, address, size, access, owner))
      return false;
    std::memcpy(owner->shared.data(address), bytes, size);
    std::memcpy(owner->shared.poison(address), poison, size);
    return true;
  };
  return storeLanes(w, value, write);
}

static LogicalResult requireAccess(Operation *op, Type type, unsigned space) {
  // Structs and arrays of them have padding, and i1 is of one bit.
  bool isPlain = !isa<LLVM::LLVMStructType, LLVM::LLVMArrayType>(type) &&
                 !type.isInteger(1);
  unsigned bytes = isPlain ? sizeOf(type) : 0;
  if (bytes && bytes <= kMaxAccessBytes &&
      llvm::is_contained({0u, 1u, kSharedSpace, kClusterSpace}, space))
    return success();
  return op->emitOpError("of ") << type << " in address space " << space
                                << " is not known to the simulator";
}

/// Without an alignment of its own, an access has that of its type.
static unsigned alignmentOf(Type type, std::optional<uint64_t> given) {
  return given && *given ? *given : llvm::PowerOf2Ceil(sizeOf(type));
}

static LogicalResult decodeLoad(Decoder &d, Operation *op) {
  auto load = cast<LLVM::LoadOp>(op);
  Type type = load.getType();
  unsigned space = load.getAddr().getType().getAddressSpace();
  if (failed(requireAccess(op, type, space)))
    return failure();
  auto instruction = d.emit(op, ::load);
  if (failed(instruction))
    return failure();
  (*instruction)->target = alignmentOf(type, load.getAlignment());
  (*instruction)->immediate = space;
  return success();
}

static LogicalResult decodeStore(Decoder &d, Operation *op) {
  auto store = cast<LLVM::StoreOp>(op);
  Type type = store.getValue().getType();
  unsigned space = store.getAddr().getType().getAddressSpace();
  if (failed(requireAccess(op, type, space)))
    return failure();
  Instruction &instruction = d.emit(
      op, ::store, d.get(ValueRange{store.getAddr(), store.getValue()}), {});
  instruction.target = alignmentOf(type, store.getAlignment());
  instruction.immediate = space;
  return success();
}

/// One lane after the other. Atomic accesses race with nothing.
static Step addAtomically(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "address") || !w.requireDefined(i, 1, "addend"))
    return Step::Failed;
  if (w.isWave)
    w.vectorMemory.add();
  for (int lane = 0; lane < w.size; ++lane) {
    if (!w.isActive(lane))
      continue;
    uint64_t address = w.in<uint64_t>(i, 0)[lane];
    if (!requireGlobal(w, i, address, 4, 4))
      return Step::Failed;
    auto *place = reinterpret_cast<uint32_t *>(address);
    uint32_t addend = w.in<uint32_t>(i, 1)[lane];
    w.out<uint32_t>(i)[lane] = *place;
    *place += addend;
  }
  w.defineActive(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeAtomic(Decoder &d, Operation *op) {
  auto atomic = cast<LLVM::AtomicRMWOp>(op);
  if (atomic.getBinOp() != LLVM::AtomicBinOp::add ||
      !atomic.getVal().getType().isInteger(32) ||
      atomic.getPtr().getType().getAddressSpace() != 1)
    return op->emitOpError("is not known to the simulator unless it adds i32 "
                           "in address space 1");
  return d.emit(op, addAtomically);
}

void fovea::sim::registerAccesses(Registry &r) {
  r.add<LLVM::LoadOp>(OpDecoder(decodeLoad));
  r.add<LLVM::StoreOp>(OpDecoder(decodeStore));
  r.add<LLVM::AtomicRMWOp>(OpDecoder(decodeAtomic));
}
