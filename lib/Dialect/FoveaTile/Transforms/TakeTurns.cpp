//===- TakeTurns.cpp - consumers multiply one after the other -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace fovea::tile {
#define GEN_PASS_DEF_TAKETURNS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea::tile;

namespace {
struct TakeTurns : fovea::tile::impl::TakeTurnsBase<TakeTurns> {
  void runOnOperation() override {
    ConfigAttr config = getOperation().getConfig();
    ScheduleAttr schedule = config.getSchedule();
    if (!schedule || !schedule.getTurns() || config.getM() == config.getRows())
      return;
    getOperation()->walk([](scf::ForOp loop) {
      auto dots = llvm::to_vector(loop.getBody()->getOps<DotOp>());
      if (dots.size() < 2)
        return;
      OpBuilder b(dots.front());
      TakeTurnOp::create(b, loop.getLoc());
      b.setInsertionPointAfter(dots.back());
      PassTurnOp::create(b, loop.getLoc());
    });
  }
};
} // namespace
