//===- Clusters.cpp - workgroups that see each other's memory -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// PTX ISA 9.0, "barrier.cluster" and "mapa". Clusters are one-dimensional, as
// the runtime launches them.
//
//===----------------------------------------------------------------------===//

#include "../Cluster.h"
#include "../Memory.h"

#include "../Decoder.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

static uint32_t rankOf(const Warp &w) {
  return w.workgroup.index % w.workgroup.grid.clusterSize;
}
static uint32_t clusterSizeOf(const Warp &w) {
  return w.workgroup.grid.clusterSize;
}
static uint32_t clusterOf(const Warp &w) {
  return w.workgroup.index / w.workgroup.grid.clusterSize;
}
static uint32_t clustersOf(const Warp &w) {
  return w.workgroup.grid.workgroups / w.workgroup.grid.clusterSize;
}

template <uint32_t (*Read)(const Warp &)>
static Step readPlace(Warp &w, const Instruction &i) {
  w.fill(i.results[0], Read(w));
  return Step::Next;
}

/// Operands: an address in the own workgroup, a rank.
static Step mapAddress(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "address") || !w.requireDefined(i, 1, "rank"))
    return Step::Failed;
  for (int lane = 0; lane < w.size; ++lane) {
    uint32_t rank = w.in<uint32_t>(i, 1)[lane];
    if (w.isActive(lane) && rank >= clusterSizeOf(w))
      return w.fail(i, "is for workgroup " + Twine(rank) + " of a cluster of " +
                           Twine(clusterSizeOf(w)));
    w.out<uint64_t>(i)[lane] =
        addressInCluster(w.in<uint64_t>(i, 0)[lane], rank);
  }
  return w.finish(i);
}

static LogicalResult decodeMapa(Decoder &d, Operation *op) {
  auto space = [](Value value) {
    return cast<LLVM::LLVMPointerType>(value.getType()).getAddressSpace();
  };
  if (space(op->getOperand(0)) != kSharedSpace ||
      space(op->getResult(0)) != kClusterSpace)
    return op->emitOpError("with generic addresses is not known to the "
                           "simulator");
  return d.emit(op, mapAddress);
}

//===----------------------------------------------------------------------===//
// The barrier of a cluster
//===----------------------------------------------------------------------===//

/// immediate: arrives without publishing what the warp did (.relaxed).
static Step arrive(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i))
    return Step::Failed;
  if (w.clusterRound)
    return w.fail(i, "arrives at the cluster's barrier again, expected a wait "
                     "between");
  Cluster &cluster = w.workgroup.cluster;
  NamedBarrier &barrier = cluster.barrier;
  barrier.expected = clusterSizeOf(w) * w.workgroup.grid.threads;
  w.clusterRound = barrier.round;
  barrier.arrived += w.size;
  if (!i.immediate)
    barrier.arriving.join(w.publish());
  if (barrier.arrived < barrier.expected)
    return Step::Next;
  barrier.arrived = 0;
  ++barrier.round;
  cluster.barrierOver = barrier.arriving;
  barrier.arriving.clear();
  cluster.wake();
  return Step::Next;
}

template <bool IsRelaxed>
static LogicalResult decodeArrive(Decoder &d, Operation *op) {
  d.emit(op, arrive, {}, {}).immediate = IsRelaxed;
  return success();
}

static std::string explainWait(Warp &w, const Instruction &) {
  const NamedBarrier &barrier = w.workgroup.cluster.barrier;
  return "the cluster's barrier, where " + std::to_string(barrier.arrived) +
         " of " + std::to_string(barrier.expected) + " threads are";
}

static Step wait(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i))
    return Step::Failed;
  w.resume();
  const NamedBarrier &barrier = w.workgroup.cluster.barrier;
  if (!w.clusterRound)
    return w.fail(i, "waits at the cluster's barrier, where this warp has not "
                     "arrived");
  if (barrier.round == *w.clusterRound)
    return w.block(explainWait);
  w.clusterRound.reset();
  w.learn(w.workgroup.cluster.barrierOver);
  return Step::Next;
}

void nvidia::registerClusters(Registry &r) {
  r.add<NVVM::ClusterId>(readPlace<rankOf>);
  r.add<NVVM::BlockInClusterIdXOp>(readPlace<rankOf>);
  r.add<NVVM::ClusterDim>(readPlace<clusterSizeOf>);
  r.add<NVVM::ClusterDimBlocksXOp>(readPlace<clusterSizeOf>);
  r.add<NVVM::ClusterIdXOp>(readPlace<clusterOf>);
  r.add<NVVM::ClusterDimXOp>(readPlace<clustersOf>);
  r.add<NVVM::MapaOp>(OpDecoder(decodeMapa));
  r.add<NVVM::ClusterArriveOp>(OpDecoder(decodeArrive<false>));
  r.add<NVVM::ClusterArriveRelaxedOp>(OpDecoder(decodeArrive<true>));
  r.add<NVVM::ClusterWaitOp>(wait);
}
