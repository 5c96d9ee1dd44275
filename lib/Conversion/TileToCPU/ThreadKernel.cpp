//===- ThreadKernel.cpp - kernels without tiles on a CPU --------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace fovea::tile;

func::FuncOp fovea::tile::emitThreadKernel(KernelOp kernel) {
  ImplicitLocOpBuilder b(kernel.getLoc(), kernel);
  auto function = func::FuncOp::create(
      b, kernel.getSymName(),
      b.getFunctionType(kernel.getBody().getArgumentTypes(), {}));
  function.setPrivate();
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  auto index = [&](int64_t x) { return arith::ConstantIndexOp::create(b, x); };
  auto threads = scf::ForOp::create(b, index(0),
                                    index(kernel.getConfig().getM()), index(1));
  func::ReturnOp::create(b);
  b.setInsertionPointToStart(threads.getBody());
  IRMapping map;
  map.map(kernel.getBody().getArguments(), entry->getArguments());
  for (Operation &op : kernel.getBody().front().without_terminator())
    b.clone(op, map);
  threads.walk([&](ThreadOp op) {
    op.replaceAllUsesWith(threads.getInductionVar());
    op.erase();
  });
  return function;
}
