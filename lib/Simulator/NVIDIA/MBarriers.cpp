//===- MBarriers.cpp - barriers in shared memory -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MBarriers.h"

#include "../Cluster.h"
#include "../Decoder.h"
#include "../Memory.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

MBarrier *nvidia::findMBarrier(Warp &w, const Instruction &i,
                               unsigned operand) {
  auto address = w.uniform<uint64_t>(i, operand, "address of an mbarrier");
  Workgroup *owner = address ? findOwner(w, i, *address) : nullptr;
  return owner ? findMBarrier(w, i, *owner, *address) : nullptr;
}

MBarrier *nvidia::findMBarrier(Warp &w, const Instruction &i, Workgroup &owner,
                               uint32_t address) {
  auto it = owner.mbarriers.find(address);
  if (it == owner.mbarriers.end()) {
    w.fail(i, "is for an mbarrier at " + Twine(int64_t(address) - kSharedBase) +
                  " of shared memory, where none was initialised");
    return nullptr;
  }
  MBarrier &barrier = it->second;
  if (w.view.generic[barrier.initialiser] >= barrier.initialised)
    return &barrier;
  w.fail(i, "is for an mbarrier that " +
                w.workgroup.cluster.describe(barrier.initialiser) +
                " initialises: a race, no barrier orders the two");
  return nullptr;
}

/// The phase is over when all have arrived and all bytes have come.
bool nvidia::update(Warp &w, const Instruction &i, MBarrier &barrier) {
  if (barrier.pending)
    return true;
  if (barrier.transactions < 0) {
    w.fail(i, "finds an mbarrier that got " + Twine(-barrier.transactions) +
                  " bytes more than it expects");
    return false;
  }
  if (barrier.transactions)
    return true;
  ++barrier.phase;
  barrier.pending = barrier.count;
  barrier.over.join(barrier.arriving);
  barrier.over.advance(barrier.agent, barrier.last);
  barrier.arriving.clear();
  w.workgroup.cluster.wake();
  return true;
}

static bool arrive(Warp &w, const Instruction &i, MBarrier &barrier,
                   uint32_t threads) {
  if (!threads)
    return true;
  if (barrier.pending < threads) {
    w.fail(i, "arrives " + Twine(threads) + " times at an mbarrier that " +
                  "expects " + Twine(barrier.pending) + " more of " +
                  Twine(barrier.count) + " in this phase");
    return false;
  }
  barrier.pending -= threads;
  barrier.arriving.join(w.publish());
  return update(w, i, barrier);
}

/// Of arrivals, and of bytes.
static constexpr uint32_t kMaxCount = (1 << 20) - 1;

/// Operands: address, count.
static Step initialise(Warp &w, const Instruction &i) {
  auto address = w.uniform<uint64_t>(i, 0, "address of an mbarrier");
  auto count = w.uniform<uint32_t>(i, 1, "count");
  if (!address || !count ||
      !requireShared(w, i, *address, kMBarrierBytes, kMBarrierBytes))
    return Step::Failed;
  if (*count < 1 || *count > kMaxCount)
    return w.fail(i, "has a count of " + Twine(*count) +
                         ", expected 1 to 2^20 - 1");
  if (w.workgroup.mbarriers.count(*address))
    return w.fail(i, "initialises an mbarrier again");
  Access access = accessOf(w, i);
  if (!recordSharedWrite(w, i, *address, kMBarrierBytes, access))
    return Step::Failed;
  MBarrier &barrier = w.workgroup.mbarriers[*address];
  barrier.count = barrier.pending = *count;
  barrier.initialiser = w.agent;
  barrier.initialised = access.event;
  barrier.agent = w.workgroup.cluster.addAgent(
      "a copy that the mbarrier at " + std::to_string(*address - kSharedBase) +
      " counts");
  return Step::Next;
}

static LogicalResult decodeInit(Decoder &d, Operation *op) {
  auto init = cast<NVVM::MBarrierInitOp>(op);
  return emitPredicated(d, op, init.getPredicate(), [&] {
    d.emit(op, initialise, d.get({init.getAddr(), init.getCount()}), {});
    return success();
  });
}

/// Operands: address, bytes.
static Step arriveAndExpect(Warp &w, const Instruction &i) {
  MBarrier *barrier = findMBarrier(w, i, 0);
  auto bytes = w.uniform<uint32_t>(i, 1, "transaction count");
  if (!barrier || !bytes)
    return Step::Failed;
  uint32_t threads = __builtin_popcountll(w.mask);
  barrier->transactions += int64_t(*bytes) * threads;
  if (barrier->transactions > kMaxCount)
    return w.fail(i, "expects " + Twine(barrier->transactions) +
                         " bytes, at most 2^20 - 1 are legal");
  return arrive(w, i, *barrier, threads) ? Step::Next : Step::Failed;
}

/// Other workgroups' barriers need the scope of the cluster.
static LogicalResult requireScope(Operation *op, Value address,
                                  NVVM::MemScopeKind scope) {
  unsigned space =
      cast<LLVM::LLVMPointerType>(address.getType()).getAddressSpace();
  return success(scope == NVVM::MemScopeKind::CLUSTER ||
                 (scope == NVVM::MemScopeKind::CTA && space == kSharedSpace));
}

/// Operands: address, and how often each lane arrives if that is given. A
/// result is the phase that the arrival is in.
static Step arriveTimes(Warp &w, const Instruction &i) {
  MBarrier *barrier = findMBarrier(w, i, 0);
  if (barrier && !i.results.empty()) {
    std::fill_n(w.out<uint64_t>(i), w.size, barrier->phase);
    w.defineActive(i.results[0]);
  }
  std::optional<uint32_t> times = 1;
  if (i.operands.size() > 1)
    times = w.uniform<uint32_t>(i, 1, "count");
  if (!barrier || !times)
    return Step::Failed;
  return arrive(w, i, *barrier, *times * __builtin_popcountll(w.mask))
             ? Step::Next
             : Step::Failed;
}

static LogicalResult decodeArrive(Decoder &d, Operation *op) {
  auto arrive = cast<NVVM::MBarrierArriveOp>(op);
  if (arrive.getRelaxed() ||
      failed(requireScope(op, arrive.getAddr(), arrive.getScope())))
    return op->emitOpError("without order or with the scope of one workgroup "
                           "for another's barrier is not known to the "
                           "simulator");
  return d.emit(op, arriveTimes);
}

static LogicalResult decodeExpect(Decoder &d, Operation *op) {
  auto expect = cast<NVVM::MBarrierArriveExpectTxOp>(op);
  if (expect.getRelaxed() || op->getNumResults() ||
      failed(requireScope(op, expect.getAddr(), expect.getScope())))
    return op->emitOpError("with a result, without order or with the scope of "
                           "one workgroup for another's barrier is not known "
                           "to the simulator");
  return emitPredicated(d, op, expect.getPredicate(), [&] {
    d.emit(op, arriveAndExpect, d.get({expect.getAddr(), expect.getTxcount()}),
           {});
    return success();
  });
}

/// Operands: address, and a predicate if there is one.
static Step arriveIf(Warp &w, const Instruction &i) {
  MBarrier *barrier = findMBarrier(w, i, 0);
  if (!barrier)
    return Step::Failed;
  LaneMask lanes = w.mask;
  if (i.operands.size() > 1) {
    if (!w.requireDefined(i, 1, "predicate"))
      return Step::Failed;
    for (int lane = 0; lane < w.size; ++lane)
      if (!w.in<uint8_t>(i, 1)[lane])
        lanes &= ~(LaneMask(1) << lane);
  }
  return arrive(w, i, *barrier, __builtin_popcountll(lanes)) ? Step::Next
                                                             : Step::Failed;
}

static std::string explainWait(Warp &w, const Instruction &i) {
  uint32_t address = w.in<uint64_t>(i, 0)[w.firstLane()];
  const MBarrier &barrier = w.workgroup.mbarriers.at(address);
  return "the phase of parity " +
         std::to_string(w.in<uint32_t>(i, 1)[w.firstLane()]) +
         " of the mbarrier at " + std::to_string(address - kSharedBase) +
         ", which is in phase " + std::to_string(barrier.phase) +
         " and lacks " + std::to_string(barrier.pending) + " of " +
         std::to_string(barrier.count) + " arrivals and " +
         std::to_string(barrier.transactions) + " bytes";
}

/// Operands: address, parity, a hint. Returns when the phase of that parity is
/// over: when the current one has the other.
static Step wait(Warp &w, const Instruction &i) {
  MBarrier *barrier = findMBarrier(w, i, 0);
  auto parity = w.uniform<uint32_t>(i, 1, "parity");
  if (!barrier || !parity)
    return Step::Failed;
  if (*parity > 1)
    return w.fail(i, "has a parity of " + Twine(*parity) + ", expected 0 or 1");
  w.resume();
  if ((barrier->phase & 1) == *parity)
    return w.block(explainWait);
  w.learn(barrier->over);
  return Step::Next;
}

/// Operands: address, the phase that an arrival was in. It may be over at any
/// time: here when the next copy would have to come for it.
static Step test(Warp &w, const Instruction &i) {
  MBarrier *barrier = findMBarrier(w, i, 0);
  auto phase = w.uniform<uint64_t>(i, 1, "state");
  if (!barrier || !phase)
    return Step::Failed;
  // PTX ISA, "mbarrier.test_wait": of the current phase or the one before.
  if (barrier->phase != *phase && barrier->phase != *phase + 1)
    return w.fail(i, "has the state of phase " + Twine(*phase) +
                         " of an mbarrier in phase " + Twine(barrier->phase));
  if (barrier->phase == *phase && failed(w.workgroup.cluster.completeOldest()))
    return Step::Failed;
  bool isOver = barrier->phase != *phase;
  if (isOver)
    w.learn(barrier->over);
  std::fill_n(w.out<uint8_t>(i), w.size, isOver);
  w.defineActive(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeTest(Decoder &d, Operation *op) {
  auto test = cast<NVVM::MBarrierTestWaitOp>(op);
  if (test.getRelaxed() || !test.getStateOrPhase().getType().isInteger(64))
    return op->emitOpError("without order or of a parity is not known to the "
                           "simulator");
  return d.emit(op, ::test);
}

void nvidia::registerMBarriers(Registry &r) {
  r.add<NVVM::MBarrierInitOp>(OpDecoder(decodeInit));
  r.add<NVVM::MBarrierArriveOp>(OpDecoder(decodeArrive));
  r.add<NVVM::MBarrierArriveExpectTxOp>(OpDecoder(decodeExpect));
  r.add<fovea::nvgpu::MBarrierArriveOp>(arriveIf);
  r.add<NVVM::MBarrierTryWaitParityOp>(wait);
  r.add<NVVM::MBarrierTestWaitOp>(OpDecoder(decodeTest));
}
