//===- Lanes.cpp - reads of other lanes, votes and counts
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Decoder.h"
#include "../Warp.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Of one lane for all
//===----------------------------------------------------------------------===//

/// The value of lane `source` in all of them. What a lane that does not run
/// holds is undefined: LLVM may keep something else there.
static Step broadcast(Warp &w, const Instruction &i, ArrayRef<Slot> values,
                      int source) {
  if (!w.requireFinished(i))
    return Step::Failed;
  for (auto [from, to] : llvm::zip_equal(values, i.results)) {
    const Register &value = w.reg(from);
    Register &result = w.reg(to);
    unsigned width = w.program.widths[from];
    uint8_t poison = !w.isActive(source) ? 0xff
                     : value.isClean     ? 0
                                         : value.poison[source];
    for (int lane = 0; lane < w.size; ++lane)
      std::memcpy(result.bytes + lane * width, value.bytes + source * width,
                  width);
    std::memset(result.poison, poison, sizeof(result.poison));
    w.define(to, poison == 0);
  }
  return Step::Next;
}

static Step readFirstLane(Warp &w, const Instruction &i) {
  return broadcast(w, i, i.operands, w.firstLane());
}

/// Operands: the value, then the lane's number.
static Step readLane(Warp &w, const Instruction &i) {
  auto lane = w.uniform<uint32_t>(i, i.operands.size() - 1, "lane's number");
  if (!lane)
    return Step::Failed;
  if (*lane >= uint32_t(w.size))
    return w.fail(i, "reads lane " + Twine(*lane) + ", expected one below " +
                         Twine(w.size));
  return broadcast(w, i, i.operands.drop_back(), *lane);
}

//===----------------------------------------------------------------------===//
// ds_bpermute
//===----------------------------------------------------------------------===//

/// Operands: four times the source lane's number, of which other bits do not
/// count, then the value. A source that does not run gives 0 (CDNA3 ISA,
/// "DS_BPERMUTE_B32").
static Step backwardPermute(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "index"))
    return Step::Failed;
  const Register &from = w.reg(i.operands[1]);
  Register &to = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    int source = w.in<uint32_t>(i, 0)[lane] / 4 % w.size;
    bool isRead = w.isActive(source);
    to.as<uint32_t>()[lane] = isRead ? from.as<uint32_t>()[source] : 0;
    to.poison[lane] = isRead && !from.isClean ? from.poison[source] : 0;
  }
  w.defineByPoison(i.results[0]);
  w.localMemory.add();
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Votes and counts
//===----------------------------------------------------------------------===//

static Step ballot(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "predicate"))
    return Step::Failed;
  LaneMask yes = 0;
  for (int lane = 0; lane < w.size; ++lane)
    yes |= LaneMask(w.in<uint8_t>(i, 0)[lane] != 0) << lane;
  std::fill_n(w.out<uint64_t>(i), w.size, yes & w.mask);
  w.defineActive(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeBallot(Decoder &d, Operation *op) {
  if (!op->getResult(0).getType().isInteger(64))
    return op->emitOpError("of ")
           << op->getResult(0).getType() << " is not for a wave of 64 lanes";
  return d.emit(op, ballot);
}

/// Operands: a mask of 32 lanes, and a number to add. Counts the lanes below
/// this one that the mask names (CDNA3 ISA, "V_MBCNT_LO_U32_B32"); immediate:
/// the first of the mask's lanes.
static Step countBelow(Warp &w, const Instruction &i) {
  for (int lane = 0; lane < w.size; ++lane) {
    uint64_t below = (uint64_t(1) << lane) - 1;
    uint32_t lanes =
        w.in<uint32_t>(i, 0)[lane] & uint32_t(below >> i.immediate);
    w.out<uint32_t>(i)[lane] =
        __builtin_popcount(lanes) + w.in<uint32_t>(i, 1)[lane];
  }
  return w.finish(i);
}

static LogicalResult decodeCount(Decoder &d, Operation *op) {
  auto instruction = d.emit(op, countBelow);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = isa<ROCDL::MbcntHiOp>(op) ? 32 : 0;
  return success();
}

//===----------------------------------------------------------------------===//
// Swaps (gfx950)
//===----------------------------------------------------------------------===//

/// Two registers swap the upper half of each block of lanes of the first with
/// the lower half of that block of the second (CDNA4 ISA,
/// "V_PERMLANE32_SWAP_B32"). immediate: lanes of a half.
static Step swapHalves(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i) || !w.requireFinished(i))
    return Step::Failed;
  const Register *from[] = {&w.reg(i.operands[0]), &w.reg(i.operands[1])};
  int half = i.immediate;
  for (int r = 0; r < 2; ++r) {
    Register &to = w.reg(i.results[r]);
    for (int lane = 0; lane < w.size; ++lane) {
      bool isUpper = lane / half % 2;
      // The lanes that stay are the first's lower and the second's upper ones.
      bool stays = isUpper == (r == 1);
      const Register &source = *from[stays ? r : 1 - r];
      int sourceLane = stays ? lane : isUpper ? lane - half : lane + half;
      to.as<uint32_t>()[lane] = source.as<uint32_t>()[sourceLane];
      to.poison[lane] = source.isClean ? 0 : source.poison[sourceLane];
    }
    w.defineByPoison(i.results[r]);
  }
  return Step::Next;
}

template <typename Op, int Half>
static LogicalResult decodeSwap(Decoder &d, Operation *op) {
  auto swap = cast<Op>(op);
  if (swap.getFi() || swap.getBoundControl())
    return op->emitOpError("is not known to the simulator unless fi and "
                           "bound_control are false");
  auto instruction = d.emit(op, swapHalves);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = Half;
  return success();
}

void amd::registerLanes(Registry &r) {
  r.add<ROCDL::ReadfirstlaneOp>(readFirstLane);
  r.add<ROCDL::ReadlaneOp>(readLane);
  r.add<ROCDL::DsBpermuteOp>(backwardPermute);
  r.add<ROCDL::BallotOp>(OpDecoder(decodeBallot));
  r.add<ROCDL::MbcntLoOp, ROCDL::MbcntHiOp>(OpDecoder(decodeCount));
  r.add<ROCDL::Permlane16SwapOp>(
      OpDecoder(decodeSwap<ROCDL::Permlane16SwapOp, 16>));
  r.add<ROCDL::Permlane32SwapOp>(
      OpDecoder(decodeSwap<ROCDL::Permlane32SwapOp, 32>));
}
