//===- DataParallel.cpp - DPP and ds_swizzle: fixed patterns of lanes
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Decoder.h"
#include "../Warp.h"
#include "Target.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace fovea::sim;

/// DPP's rows and banks: a row is four banks.
static constexpr int kRowLanes = 16, kBankLanes = 4;

//===----------------------------------------------------------------------===//
// update.dpp
//===----------------------------------------------------------------------===//

/// DPP_CTRL's ranges (CDNA3 ISA, "DPP": quad_perm, row_shl, row_shr, row_ror;
/// LLVM's SIDefines.h has the same numbers).
enum : uint32_t {
  kQuadPermLast = 0xff,
  kRowShl = 0x100,
  kRowShr = 0x110,
  kRowRor = 0x120,
  kRowMirror = 0x140,
  kRowHalfMirror = 0x141,
  kRowBroadcast15 = 0x142,
  kRowBroadcast31 = 0x143,
  kRowNewBroadcast = 0x150,
};

static bool isKnownControl(uint32_t control) {
  uint32_t range = control & ~uint32_t(15), count = control & 15;
  if (range == kRowShl || range == kRowShr || range == kRowRor)
    return count != 0;
  return control <= kQuadPermLast || range == kRowNewBroadcast ||
         (control >= kRowMirror && control <= kRowBroadcast31);
}

/// The lane that `lane` reads, or -1: there is none.
static int sourceOf(uint32_t control, int lane) {
  if (control <= kQuadPermLast)
    return lane / 4 * 4 + (control >> lane % 4 * 2 & 3);
  int row = lane / kRowLanes * kRowLanes, place = lane % kRowLanes;
  int count = control & 15;
  switch (control & ~uint32_t(15)) {
  case kRowShl:
    return place + count < kRowLanes ? lane + count : -1;
  case kRowShr:
    return place >= count ? lane - count : -1;
  case kRowRor:
    return row + (place - count + kRowLanes) % kRowLanes;
  case kRowNewBroadcast:
    return row + count;
  }
  switch (control) {
  case kRowMirror:
    return row + kRowLanes - 1 - place;
  case kRowHalfMirror:
    return lane / 8 * 8 + 7 - lane % 8;
  case kRowBroadcast15:
    // The last lane of the row before.
    return row - 1;
  default:
    // Lane 31, for rows 2 and 3.
    return lane >= 32 ? 31 : -1;
  }
}

/// Of i.immediate: row_mask in bits 3:0, bank_mask in 7:4, bound_ctrl in 8.
static constexpr uint32_t kBoundControl = 1 << 8;

static bool isEnabled(uint32_t masks, int lane) {
  int bank = lane % kRowLanes / kBankLanes;
  return masks >> lane / kRowLanes & 1 && masks >> (4 + bank) & 1;
}

/// Operands: what disabled lanes keep, and the value. target: DPP_CTRL. A lane
/// without a source, or with one that does not run, gets 0 with bound_ctrl and
/// keeps what it has without.
static Step updateDPP(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  const Register &old = w.reg(i.operands[0]), &from = w.reg(i.operands[1]);
  Register &to = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    int source = sourceOf(i.target, lane);
    bool isValid = source >= 0 && w.isActive(source);
    bool isWritten = isEnabled(i.immediate, lane) &&
                     (isValid || i.immediate & kBoundControl);
    const Register &chosen = isWritten ? from : old;
    int place = isWritten ? source : lane;
    bool isZero = isWritten && !isValid;
    to.as<uint32_t>()[lane] = isZero ? 0 : chosen.as<uint32_t>()[place];
    to.poison[lane] = isZero || chosen.isClean ? 0 : chosen.poison[place];
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeDPP(Decoder &d, Operation *op) {
  auto dpp = cast<ROCDL::DPPUpdateOp>(op);
  uint32_t control = dpp.getDppCtrl();
  auto widths = getWidths(dpp.getSrc().getType());
  if (!isKnownControl(control) || !widths || widths->size() != 1 ||
      widths->front() != 4 || dpp.getRowMask() > 15 || dpp.getBankMask() > 15)
    return op->emitOpError("with control 0x")
           << llvm::utohexstr(control) << " of " << dpp.getSrc().getType()
           << " is not known to the simulator";
  auto instruction = d.emit(op, updateDPP);
  if (failed(instruction))
    return failure();
  (*instruction)->target = control;
  (*instruction)->immediate = dpp.getRowMask() | dpp.getBankMask() << 4 |
                              (dpp.getBoundCtrl() ? kBoundControl : 0);
  return success();
}

//===----------------------------------------------------------------------===//
// ds_swizzle
//===----------------------------------------------------------------------===//

/// A swizzle's pattern repeats after that many lanes.
static constexpr int kSwizzleLanes = 32;
static constexpr uint32_t kQuadMode = 0x8000;

/// CDNA3 ISA, "DS_SWIZZLE_B32": with bit 15 the low byte permutes quads;
/// without, lane numbers go through and, or and xor masks of 5 bits each.
static int swizzledLane(uint32_t offset, int lane) {
  if (offset & kQuadMode)
    return lane / 4 * 4 + (offset >> lane % 4 * 2 & 3);
  int place = lane % kSwizzleLanes;
  place = ((place & (offset & 31)) | (offset >> 5 & 31)) ^ (offset >> 10 & 31);
  return lane - lane % kSwizzleLanes + place;
}

/// target: the pattern. A source that does not run gives 0.
static Step swizzle(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  const Register &from = w.reg(i.operands[0]);
  Register &to = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    int source = swizzledLane(i.target, lane);
    bool isRead = w.isActive(source);
    to.as<uint32_t>()[lane] = isRead ? from.as<uint32_t>()[source] : 0;
    to.poison[lane] = isRead && !from.isClean ? from.poison[source] : 0;
  }
  w.defineByPoison(i.results[0]);
  w.localMemory.add();
  return Step::Next;
}

static LogicalResult decodeSwizzle(Decoder &d, Operation *op) {
  auto swizzleOp = cast<ROCDL::DsSwizzleOp>(op);
  std::optional<int64_t> offset = amd::getConstant(swizzleOp.getOffset());
  // The other patterns are rotations and those of the FFT.
  if (!offset || (*offset & 0xffff) > (kQuadMode | 0xff))
    return op->emitOpError("is not known to the simulator unless its offset is "
                           "a constant, of the bit mask or the quad mode");
  auto result = d.allocate(op->getResult(0));
  if (failed(result))
    return failure();
  d.emit(op, swizzle, d.get(swizzleOp.getSrc()), *result).target =
      *offset & 0xffff;
  return success();
}

void amd::registerDataParallel(Registry &r) {
  r.add<ROCDL::DPPUpdateOp>(OpDecoder(decodeDPP));
  r.add<ROCDL::DsSwizzleOp>(OpDecoder(decodeSwizzle));
}
