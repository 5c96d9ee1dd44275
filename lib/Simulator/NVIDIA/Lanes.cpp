//===- Lanes.cpp - shuffles, votes and elections -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Decoder.h"
#include "../Warp.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

/// .sync: the lanes that the mask names are those that run.
static bool requireMembers(Warp &w, const Instruction &i, unsigned operand) {
  std::optional<uint32_t> members =
      w.uniform<uint32_t>(i, operand, "member mask");
  if (!members)
    return false;
  // Lanes above the workgroup's last thread do not exist.
  if (LaneMask(*members & uint32_t(w.allLanes)) == w.mask)
    return true;
  w.fail(i, "names lanes 0x" + Twine::utohexstr(*members) + " and runs in 0x" +
                Twine::utohexstr(w.mask) + ", expected the same");
  return false;
}

/// The source lane, or -1 where the lane keeps its own value (PTX ISA 9.0,
/// "shfl.sync").
static int sourceOf(NVVM::ShflKind kind, int lane, uint32_t b, uint32_t c) {
  int segment = c >> 8 & 31, clamp = c & 31, offset = b & 31;
  int last = (lane & segment) | (clamp & ~segment);
  int source = lane;
  switch (kind) {
  case NVVM::ShflKind::up:
    source = lane - offset;
    return source >= last ? source : -1;
  case NVVM::ShflKind::down:
    source = lane + offset;
    break;
  case NVVM::ShflKind::bfly:
    source = lane ^ offset;
    break;
  case NVVM::ShflKind::idx:
    source = (lane & segment) | (offset & ~segment);
    break;
  }
  return source <= last ? source : -1;
}

/// Operands: member mask, value, offset, clamp. immediate: the kind.
static Step shuffle(Warp &w, const Instruction &i) {
  if (!requireMembers(w, i, 0) || !w.requireDefined(i, 2, "offset") ||
      !w.requireDefined(i, 3, "clamp"))
    return Step::Failed;
  const Register &from = w.reg(i.operands[1]);
  Register &to = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    int source =
        sourceOf(NVVM::ShflKind(i.immediate), lane, w.in<uint32_t>(i, 2)[lane],
                 w.in<uint32_t>(i, 3)[lane]);
    if (source < 0)
      source = lane;
    to.as<uint32_t>()[lane] = from.as<uint32_t>()[source];
    // What a lane that does not run holds is undefined.
    to.poison[lane] = !w.isActive(source) ? 0xff
                      : from.isClean      ? 0
                                          : from.poison[source];
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeShuffle(Decoder &d, Operation *op) {
  auto shuffle = cast<NVVM::ShflOp>(op);
  if (shuffle.getReturnValueAndIsValid())
    return op->emitOpError("with a predicate as its result is not known to the "
                           "simulator");
  auto instruction = d.emit(op, ::shuffle);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = int64_t(shuffle.getKind());
  return success();
}

/// Operands: member mask, predicate. immediate: the kind.
static Step vote(Warp &w, const Instruction &i) {
  if (!requireMembers(w, i, 0) || !w.requireDefined(i, 1, "predicate"))
    return Step::Failed;
  LaneMask yes = 0;
  for (int lane = 0; lane < w.size; ++lane)
    yes |= LaneMask(w.in<uint8_t>(i, 1)[lane] != 0) << lane;
  yes &= w.mask;
  bool answer = false;
  switch (NVVM::VoteSyncKind(i.immediate)) {
  case NVVM::VoteSyncKind::any:
    answer = yes != 0;
    break;
  case NVVM::VoteSyncKind::all:
    answer = yes == w.mask;
    break;
  case NVVM::VoteSyncKind::uni:
    answer = yes == 0 || yes == w.mask;
    break;
  case NVVM::VoteSyncKind::ballot:
    std::fill_n(w.out<uint32_t>(i), w.size, uint32_t(yes));
    w.defineActive(i.results[0]);
    return Step::Next;
  }
  std::fill_n(w.out<uint8_t>(i), w.size, answer);
  w.defineActive(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeVote(Decoder &d, Operation *op) {
  auto instruction = d.emit(op, vote);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = int64_t(cast<NVVM::VoteSyncOp>(op).getKind());
  return success();
}

/// PTX leaves open which lane; this takes the first.
static Step elect(Warp &w, const Instruction &i) {
  if (!i.operands.empty() && !requireMembers(w, i, 0))
    return Step::Failed;
  if (i.operands.empty() && !w.requireConverged(i))
    return Step::Failed;
  for (int lane = 0; lane < w.size; ++lane)
    w.out<uint8_t>(i)[lane] = lane == w.firstLane();
  w.defineActive(i.results[0]);
  return Step::Next;
}

/// bar.warp.sync orders memory among the lanes.
static Step meet(Warp &w, const Instruction &i) {
  if (!requireMembers(w, i, 0))
    return Step::Failed;
  if (w.isConverged())
    w.meet();
  return Step::Next;
}

void fovea::sim::nvidia::registerLanes(Registry &r) {
  r.add<NVVM::ShflOp>(OpDecoder(decodeShuffle));
  r.add<NVVM::VoteSyncOp>(OpDecoder(decodeVote));
  r.add<NVVM::ElectSyncOp>(elect);
  r.add<NVVM::SyncWarpOp>(meet);
}
