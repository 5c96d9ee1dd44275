//===- LoadsToLocal.cpp - loads from memory straight to LDS
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The bytes are there at once, but nobody may read them, the wave itself
// neither, before the wave has waited with vmcnt: the load is an agent of its
// own. Other waves need a barrier behind that wait.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "Target.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;

/// Lanes' parts are side by side, a dword for each lane or four of them, and
/// three dwords leave the fourth (CDNA4 ISA, sections 9.1.9 and 10.3).
static unsigned strideOf(unsigned size) { return size == 4 ? 4 : 16; }

namespace {

/// A load that begins: as the wave's stores that are under way are not over for
/// others, they are not for it.
struct Load {
  Load(Warp &w, const Instruction &i)
      : known(w.publish()),
        access{w.vectorMemory.agent, w.begin(i, w.vectorMemory.agent), &known,
               /*isAsync=*/false} {
    w.vectorMemory.add(access.event);
  }

  View known;
  Access access;
};

} // namespace

static bool writeLocal(Warp &w, const Instruction &i, uint32_t to,
                       const Load &load, const uint8_t *bytes,
                       const uint8_t *poison) {
  // M0's two lowest bits do not count.
  if (!requireShared(w, i, to, i.target, 4) ||
      !recordSharedWrite(w, i, to, i.target, load.access))
    return false;
  std::memcpy(w.workgroup.shared.data(to), bytes, i.target);
  std::memcpy(w.workgroup.shared.poison(to), poison, i.target);
  return true;
}

/// Where the first lane's part goes: M0, of which there is one for the wave.
static std::optional<uint64_t> findBase(Warp &w, const Instruction &i,
                                        unsigned operand) {
  return w.uniform<uint64_t>(i, operand, "address in LDS");
}

/// Operands: address in LDS, resource, offset, scalar offset. target: bytes.
/// immediate: the instruction's offset, which both addresses get.
static Step loadBufferToLocal(Warp &w, const Instruction &i) {
  auto base = findBase(w, i, 0);
  if (!base || !w.requireDefined(i, 1, "resource") ||
      !w.requireDefined(i, 2, "resource") ||
      !w.requireDefined(i, 3, "offset") ||
      !w.requireDefined(i, 4, "scalar offset"))
    return Step::Failed;
  Load load(w, i);
  for (int lane = 0; lane < w.size; ++lane) {
    if (!w.isActive(lane))
      continue;
    amd::BufferPlace place{w.in<uint64_t>(i, 1)[lane],
                           uint32_t(w.in<uint64_t>(i, 2)[lane]),
                           uint32_t(w.in<uint32_t>(i, 3)[lane] + i.immediate),
                           w.in<uint32_t>(i, 4)[lane], i.target};
    uint8_t bytes[kMaxAccessBytes], poison[kMaxAccessBytes];
    uint32_t to = *base + i.immediate + lane * strideOf(i.target);
    if (!readBuffer(w, i, place, load.access, bytes, poison) ||
        !writeLocal(w, i, to, load, bytes, poison))
      return Step::Failed;
  }
  return Step::Next;
}

/// Operands: address in LDS, address. The rest as above.
static Step loadGlobalToLocal(Warp &w, const Instruction &i) {
  auto base = findBase(w, i, 0);
  if (!base || !w.requireDefined(i, 1, "address"))
    return Step::Failed;
  Load load(w, i);
  for (int lane = 0; lane < w.size; ++lane) {
    if (!w.isActive(lane))
      continue;
    uint64_t from = w.in<uint64_t>(i, 1)[lane] + i.immediate;
    uint8_t bytes[kMaxAccessBytes], poison[kMaxAccessBytes];
    uint32_t to = *base + i.immediate + lane * strideOf(i.target);
    if (!readGlobal(w, i, from, i.target, /*alignment=*/4, load.access, bytes,
                    poison) ||
        !writeLocal(w, i, to, load, bytes, poison))
      return Step::Failed;
  }
  return Step::Next;
}

/// Narrower loads write a dword for each lane, too; kernels have no use for
/// them. 3 and 4 dwords are gfx950's.
static LogicalResult requireSize(Operation *op, std::optional<int64_t> size) {
  StringRef chip = amd::getChip(op);
  bool hasWide = chip.empty() || chip == "gfx950";
  if (size && (*size == 4 || (hasWide && (*size == 12 || *size == 16))))
    return success();
  return op->emitOpError("is not known to the simulator unless it loads 4 "
                         "bytes a lane, or 12 or 16 on gfx950");
}

static LogicalResult decodeBufferLoad(Decoder &d, Operation *op) {
  auto load = cast<ROCDL::RawPtrBufferLoadLdsOp>(op);
  std::optional<int64_t> size = amd::getConstant(load.getSize());
  std::optional<int64_t> offset = amd::getConstant(load.getOffset());
  if (failed(requireSize(op, size)) ||
      failed(
          amd::requireBits(op, load.getAux(), "cache policy", amd::kCacheBits)))
    return failure();
  if (!offset)
    return op->emitOpError("has an offset that is not constant");
  Instruction &instruction =
      d.emit(op, loadBufferToLocal,
             d.get(ValueRange{load.getLdsPtr(), load.getRsrc(),
                              load.getVoffset(), load.getSoffset()}),
             {});
  instruction.target = *size;
  instruction.immediate = *offset;
  return success();
}

/// rocdl.load.to.lds takes any pointer; here it is one to memory.
template <typename Op>
static LogicalResult decodeGlobalLoad(Decoder &d, Operation *op) {
  auto load = cast<Op>(op);
  Type type = load.getGlobalPtr().getType();
  if (failed(requireSize(op, load.getSize())))
    return failure();
  if (cast<LLVM::LLVMPointerType>(type).getAddressSpace() > 1)
    return op->emitOpError("from ") << type << " is not known to the simulator";
  Instruction &instruction =
      d.emit(op, loadGlobalToLocal,
             d.get(ValueRange{load.getLdsPtr(), load.getGlobalPtr()}), {});
  instruction.target = load.getSize();
  instruction.immediate = int32_t(load.getOffset());
  return success();
}

void amd::registerLoadsToLocal(Registry &r) {
  r.add<ROCDL::RawPtrBufferLoadLdsOp>(OpDecoder(decodeBufferLoad));
  r.add<ROCDL::GlobalLoadLDSOp>(
      OpDecoder(decodeGlobalLoad<ROCDL::GlobalLoadLDSOp>));
  r.add<ROCDL::LoadToLDSOp>(OpDecoder(decodeGlobalLoad<ROCDL::LoadToLDSOp>));
}
