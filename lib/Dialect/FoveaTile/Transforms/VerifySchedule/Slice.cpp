//===- Slice.cpp - which ops a run has to follow -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Trace.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

bool fovea::tile::isEvent(Operation *op) {
  if (auto store = dyn_cast<StoreOp>(op))
    return bool(store.getChannel());
  return isa<PutOp, GetOp, ConsumedOp, DotOp, AwaitOp, AwaitCopiesOp,
             TakeTurnOp, PassTurnOp>(op);
}

/// Numbers of tiles, and what control flow depends on and passes on. A
/// condition around tiles alone may stay unknown.
static SmallVector<Value> collectRoots(Operation *op, const Slice &slice) {
  if (auto get = dyn_cast<GetOp>(op))
    return {get.getNumber()};
  if (auto put = dyn_cast<PutOp>(op))
    return {put.getNumber()};
  if (auto consumed = dyn_cast<ConsumedOp>(op))
    return {consumed.getNumber()};
  if (auto store = dyn_cast<StoreOp>(op))
    return SmallVector<Value>(store.getNumber() ? 1 : 0, store.getNumber());
  bool unknown = isa<scf::IfOp>(op) && !slice.eventful.contains(op) &&
                 llvm::all_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
  if (unknown ||
      !(op->getNumRegions() || op->hasTrait<OpTrait::IsTerminator>()))
    return {};
  return llvm::to_vector(op->getOperands());
}

Slice::Slice(KernelOp kernel) {
  kernel.walk([&](Operation *op) {
    if (isEvent(op))
      for (Operation *parent = op; parent && parent != kernel;
           parent = parent->getParentOp())
        eventful.insert(parent);
  });
  SmallVector<Value> worklist;
  kernel.walk([&](Operation *op) {
    llvm::append_range(worklist, collectRoots(op, *this));
  });
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (op && !isa<TensorType>(value.getType()) && !op->getNumRegions() &&
        needed.insert(op).second)
      llvm::append_range(worklist, op->getOperands());
  }
}
