//===- Barriers.cpp - named barriers, fences and register budgets
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Barrier.h"
#include "../Cluster.h"
#include "../Decoder.h"
#include "Warpgroup.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// bar.sync and bar.arrive
//===----------------------------------------------------------------------===//

/// Operands: id and threads, if given.
static Step barrier(Warp &w, const Instruction &i) {
  if (i.operands.empty())
    return syncAt(w, i, 0, w.workgroup.grid.threads);
  auto id = w.uniform<uint32_t>(i, 0, "barrier id");
  if (!id)
    return Step::Failed;
  if (i.operands.size() == 1)
    return syncAt(w, i, *id, w.workgroup.grid.threads);
  auto threads = w.uniform<uint32_t>(i, 1, "number of threads");
  return threads ? syncAt(w, i, *id, *threads) : Step::Failed;
}

static LogicalResult decodeBarrier(Decoder &d, Operation *op) {
  auto barrier = cast<NVVM::BarrierOp>(op);
  if (barrier.getReductionOp() ||
      (barrier.getNumberOfThreads() && !barrier.getBarrierId()))
    return op->emitOpError("with a reduction, or with a number of threads and "
                           "no id, is not known to the simulator");
  return d.emit(op, ::barrier);
}

/// immediate: threads.
static Step arriveOnly(Warp &w, const Instruction &i) {
  auto id = w.uniform<uint32_t>(i, 0, "barrier id");
  return id && arriveAt(w, i, *id, i.immediate, /*waits=*/false) ? Step::Next
                                                                 : Step::Failed;
}

static LogicalResult decodeArrive(Decoder &d, Operation *op) {
  auto instruction = d.emit(op, arriveOnly);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate =
      cast<fovea::nvgpu::BarrierArriveOp>(op).getThreads();
  return success();
}

//===----------------------------------------------------------------------===//
// Fences
//===----------------------------------------------------------------------===//

/// A fence orders its own lane's accesses: one lane may fence what others have
/// written and a barrier has ordered, but not what its warp has written since.
static Step fenceProxy(Warp &w, const Instruction &i) {
  bool hasFenced = w.view.async[w.agent] >= w.view.generic[w.agent];
  if (!w.isConverged() && !hasFenced)
    return w.fail(i, "runs in lanes 0x" + Twine::utohexstr(w.mask) +
                         " of a warp that has touched memory since its last "
                         "fence, expected all lanes");
  w.view.fence();
  return Step::Next;
}

static LogicalResult decodeFenceProxy(Decoder &d, Operation *op) {
  auto kind = cast<NVVM::FenceProxyOp>(op).getKind();
  if (kind != NVVM::ProxyKind::async_shared && kind != NVVM::ProxyKind::async)
    return op->emitOpError("is not known to the simulator unless it is "
                           "async or async.shared");
  return d.emit(op, fenceProxy);
}

/// The barriers that the warp has initialised are so for all proxies, for
/// whoever is ordered behind the fence.
static Step fenceInit(Warp &w, const Instruction &i) {
  Event event = w.begin(i);
  for (auto &[address, barrier] : w.workgroup.mbarriers)
    if (barrier.initialiser == w.agent && !barrier.fenced)
      barrier.fenced = event;
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// setmaxnreg
//===----------------------------------------------------------------------===//

static std::string explainRegisters(Warp &w, const Instruction &i) {
  return "registers: " + std::to_string(i.target) + " a thread, of which it " +
         "has " + std::to_string(w.registersPerThread) + ", and the pool has " +
         std::to_string(w.workgroup.freeRegisters);
}

/// target: registers a thread from now on. immediate: whether they become more
/// (PTX ISA 9.0, "setmaxnreg").
static Step setRegisters(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i))
    return Step::Failed;
  // A warp that waits for registers comes here again.
  if (!w.resume() &&
      !nvidia::requireSameInWarpgroup(w, i, i.target, i.immediate))
    return Step::Failed;
  int wanted = i.target, held = w.registersPerThread;
  bool isIncrease = i.immediate;
  if (wanted < 24 || wanted > 256 || wanted % 8 ||
      (isIncrease ? wanted < held : wanted > held))
    return w.fail(i, "changes " + Twine(held) + " registers to " +
                         Twine(wanted) + ", expected a multiple of 8 from " +
                         Twine(isIncrease ? held : 24) + " to " +
                         Twine(isIncrease ? 256 : held));
  int more = (wanted - held) * w.size;
  if (more > w.workgroup.freeRegisters)
    return w.block(explainRegisters);
  w.workgroup.freeRegisters -= more;
  w.registersPerThread = wanted;
  w.workgroup.cluster.wake();
  return Step::Next;
}

static LogicalResult decodeSetRegisters(Decoder &d, Operation *op) {
  auto set = cast<NVVM::SetMaxRegisterOp>(op);
  auto instruction = d.emit(op, setRegisters);
  if (failed(instruction))
    return failure();
  (*instruction)->target = set.getRegCount();
  (*instruction)->immediate =
      set.getAction() == NVVM::SetMaxRegisterAction::increase;
  return success();
}

void fovea::sim::nvidia::registerBarriers(Registry &r) {
  r.add<NVVM::BarrierOp>(OpDecoder(decodeBarrier));
  r.add<NVVM::Barrier0Op>(::barrier);
  r.add<fovea::nvgpu::BarrierArriveOp>(OpDecoder(decodeArrive));
  r.add<NVVM::FenceProxyOp>(OpDecoder(decodeFenceProxy));
  r.add<NVVM::FenceMbarrierInitOp>(fenceInit);
  r.add<NVVM::SetMaxRegisterOp>(OpDecoder(decodeSetRegisters));
}
