//===- ChunkCopies.cpp - cp.async: copies by threads -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The bytes are there at once, but nobody may read them before the thread that
// copied them has waited: the copy is an agent of its own.
//
//===----------------------------------------------------------------------===//

#include "../Decoder.h"
#include "../Memory.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;

static constexpr unsigned kMaxBytes = 16;

/// One lane's copy of `size` bytes, of which `given` come from the tensor and
/// the rest are zeros (PTX ISA 9.0, "cp.async").
static bool copyChunk(Warp &w, const Instruction &i, uint32_t to, uint64_t from,
                      uint32_t size, uint32_t given, const Access &access) {
  uint8_t bytes[kMaxBytes] = {}, poison[kMaxBytes] = {};
  if (!requireShared(w, i, to, size, size))
    return false;
  if (from % size) {
    w.fail(i, "copies from an address that is no multiple of the " +
                  Twine(size) + " bytes that it copies");
    return false;
  }
  if (given &&
      !readGlobal(w, i, from, given, /*alignment=*/1, access, bytes, poison))
    return false;
  if (!recordSharedWrite(w, i, to, size, access))
    return false;
  std::memcpy(w.workgroup.shared.data(to), bytes, size);
  std::memcpy(w.workgroup.shared.poison(to), poison, size);
  return true;
}

/// Operands: where to, where from, and how many bytes come from there if that
/// is given. target: bytes.
static Step copy(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "address") || !w.requireDefined(i, 1, "address"))
    return Step::Failed;
  bool isGiven = i.operands.size() > 2;
  if (isGiven && !w.requireDefined(i, 2, "number of bytes"))
    return Step::Failed;
  Access access = accessOf(w, i, w.copies.agent, /*isAsync=*/false);
  for (int lane = 0; lane < w.size; ++lane) {
    if (!w.isActive(lane))
      continue;
    uint32_t given = isGiven ? w.in<uint32_t>(i, 2)[lane] : i.target;
    if (given > i.target)
      return w.fail(i, "takes " + Twine(given) + " bytes from the tensor, " +
                           "expected at most " + Twine(i.target));
    if (!copyChunk(w, i, w.in<uint64_t>(i, 0)[lane], w.in<uint64_t>(i, 1)[lane],
                   i.target, given, access))
      return Step::Failed;
  }
  w.copies.add(w.mask, access.event);
  return Step::Next;
}

static LogicalResult decodeCopy(Decoder &d, Operation *op) {
  auto instruction = d.emit(op, copy);
  if (failed(instruction))
    return failure();
  (*instruction)->target = cast<NVVM::CpAsyncOp>(op).getSize();
  return success();
}

static Step commit(Warp &w, const Instruction &) {
  w.copies.commit(w.mask);
  return Step::Next;
}

/// target: groups that may still run.
static Step wait(Warp &w, const Instruction &i) {
  w.wait(w.copies, i.target);
  return Step::Next;
}

static LogicalResult decodeWait(Decoder &d, Operation *op) {
  d.emit(op, wait, {}, {}).target = cast<NVVM::CpAsyncWaitGroupOp>(op).getN();
  return success();
}

void nvidia::registerChunkCopies(Registry &r) {
  r.add<NVVM::CpAsyncOp>(OpDecoder(decodeCopy));
  r.add<NVVM::CpAsyncCommitGroupOp>(commit);
  r.add<NVVM::CpAsyncWaitGroupOp>(OpDecoder(decodeWait));
}
