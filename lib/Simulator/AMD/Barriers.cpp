//===- Barriers.cpp - s_barrier, s_waitcnt and fences -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A barrier orders the waves and waits for no counter (CDNA4 ISA, section 12.5,
// "S_BARRIER"), and from gfx90a on LLVM puts no s_waitcnt in front of
// llvm.amdgcn.s.barrier (SIInsertWaitcnts, hasBackOffBarrier). What a wave has
// under way, its stores to LDS and its loads to there, is over for the others
// only if the wave had waited, by an s_waitcnt or a fence, before it came.
//
//===----------------------------------------------------------------------===//

#include "../Barrier.h"
#include "../Decoder.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace fovea::sim;

/// The hardware does not wait for waves that have ended; here that is an error,
/// as the kernel's waves do not agree on how often they meet.
static Step barrier(Warp &w, const Instruction &i) {
  return syncAt(w, i, 0, w.workgroup.grid.threads);
}

//===----------------------------------------------------------------------===//
// s_waitcnt
//===----------------------------------------------------------------------===//

static void wait(Warp &w, uint64_t vectorMemory, uint64_t localMemory) {
  w.vectorMemory.wait(vectorMemory);
  w.localMemory.wait(localMemory);
  w.view.advance(w.vectorMemory.agent, w.vectorMemory.over);
}

/// target: vmcnt. immediate: lgkmcnt.
static Step waitForCounters(Warp &w, const Instruction &i) {
  wait(w, i.target, i.immediate);
  return Step::Next;
}

/// The fields of gfx9's immediate (CDNA4 ISA, section 12.5, "S_WAITCNT"; LLVM,
/// "AMDGPU/gfx90a_waitcnt"): vmcnt in bits 3:0 and 15:14, expcnt in 6:4, which
/// counts nothing here, lgkmcnt in 11:8. The others, which gfx10 has for
/// lgkmcnt, do not count.
static LogicalResult decodeWait(Decoder &d, Operation *op) {
  uint32_t bits = cast<ROCDL::SWaitcntOp>(op).getBitfield();
  if (bits > UINT16_MAX)
    return op->emitOpError("has the counts 0x")
           << llvm::utohexstr(bits) << ", expected 16 bits";
  Instruction &instruction = d.emit(op, waitForCounters, {}, {});
  instruction.target = (bits & 0xf) | (bits >> 14 & 3) << 4;
  instruction.immediate = bits >> 8 & 0xf;
  return success();
}

//===----------------------------------------------------------------------===//
// Fences
//===----------------------------------------------------------------------===//

static Step waitForAll(Warp &w, const Instruction &) {
  wait(w, 0, 0);
  return Step::Next;
}

/// Of LDS alone.
static Step waitForLocal(Warp &w, const Instruction &) {
  w.localMemory.wait(0);
  return Step::Next;
}

static Step nothing(Warp &, const Instruction &) { return Step::Next; }

/// A release fence of a workgroup or more waits for the wave's stores to LDS
/// and its loads there (SIMemoryLegalizer and SIInsertWaitcnts of LLVM 22:
/// lgkmcnt(0), and vmcnt for the youngest load to LDS). An acquire fence alone
/// waits for atomic loads before it, of which there are none, and smaller
/// scopes for nothing. That the vendor's caches need no more inside of a
/// workgroup holds without tgsplit ("Memory Model gfx942").
static LogicalResult decodeFence(Decoder &d, Operation *op) {
  if (!d.isWave())
    return op->emitOpError("is not known to the simulator unless the kernel is "
                           "AMD's");
  auto fence = cast<LLVM::FenceOp>(op);
  StringRef scope = fence.getSyncscope().value_or("");
  bool isInWave =
      scope.starts_with("wavefront") || scope.starts_with("singlethread");
  bool isKnown = isInWave || scope.empty() || scope.starts_with("workgroup") ||
                 scope.starts_with("agent");
  // Fences of one address space alone say nothing about loads from one to the
  // other.
  isKnown &= isInWave || !scope.ends_with("one-as");
  if (!isKnown)
    return op->emitOpError("of scope '")
           << scope << "' is not known to the simulator";
  // amdgpu.lds_barrier's fences are of LDS alone (LLVM, "User Guide for AMDGPU
  // Backend", "amdgpu-synchronize-as"), and a load to there is one of vmcnt: no
  // document promises that they wait for it.
  Handler wait = waitForAll;
  if (Attribute tags = op->getAttr(LLVM::LLVMDialect::getMmraAttrName())) {
    auto tag = dyn_cast<LLVM::MMRATagAttr>(tags);
    if (!tag || tag.getPrefix() != "amdgpu-synchronize-as" ||
        tag.getSuffix() != "local")
      return op->emitOpError("with the tags ")
             << tags << " is not known to the simulator";
    wait = waitForLocal;
  }
  bool isRelease = fence.getOrdering() != LLVM::AtomicOrdering::acquire;
  d.emit(op, isRelease && !isInWave ? wait : nothing, {}, {});
  return success();
}

/// rocdl.barrier is a release fence, s_barrier and an acquire fence.
static LogicalResult decodeFencedBarrier(Decoder &d, Operation *op) {
  d.emit(op, waitForAll, {}, {});
  d.emit(op, barrier, {}, {});
  return success();
}

void amd::registerBarriers(Registry &r) {
  r.add<ROCDL::SBarrierOp>(barrier);
  r.add<ROCDL::BarrierOp>(OpDecoder(decodeFencedBarrier));
  r.add<ROCDL::SWaitcntOp>(OpDecoder(decodeWait));
  r.add<LLVM::FenceOp>(OpDecoder(decodeFence));
  // They tell the compiler's or the hardware's scheduler something, and change
  // no values.
  r.add<ROCDL::SchedBarrier>(nothing);
  r.add<ROCDL::SchedGroupBarrier>(nothing);
  r.add<ROCDL::IglpOpt>(nothing);
  r.add<ROCDL::SetPrioOp>(nothing);
  r.add<ROCDL::SNopOp>(nothing);
  r.add<ROCDL::SSleepOp>(nothing);
}
