//===- Phases.cpp - phases of waves that compute and read in turn
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// HipKittens (arXiv:2511.08083), section 3.3: waves that compute go first
// (s_setprio), and neither LLVM nor the hardware moves work from one phase to
// another.

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

bool ROCDLWriter::hasPhases() const {
  return KernelOp(kernel).getConfig().getSchedule().getPhases() !=
         Phases::Together;
}

void ROCDLWriter::meet(int64_t priority) {
  if (!hasPhases()) {
    ROCDL::SBarrierOp::create(b_);
    return;
  }
  ROCDL::SetPrioOp::create(b_, uint16_t(0));
  ROCDL::SchedBarrier::create(b_, uint32_t(0));
  ROCDL::SBarrierOp::create(b_);
  ROCDL::SchedBarrier::create(b_, uint32_t(0));
  products = exponentials = vectors = 0;
  startsWithExponentials = false;
  if (priority)
    ROCDL::SetPrioOp::create(b_, uint16_t(priority));
}

/// Tells LLVM's scheduler how to mix a phase's instructions: matrix
/// instructions run for long, and leave room for others.
void ROCDLWriter::interleave() {
  ArrayRef<int64_t> counts =
      KernelOp(kernel).getConfig().getSchedule().getInterleave();
  if (counts.empty())
    return;
  constexpr uint32_t kVector = 2, kMatrix = 8, kTranscendental = 0x400;
  bool first = startsWithExponentials;
  int64_t k = counts[first ? 0 : 3], v = counts[first ? 1 : 2];
  if (k == 0)
    return;
  int64_t withExp =
      std::min<int64_t>(products, llvm::divideCeil(exponentials, k));
  uint32_t group = first ? 0 : 1;
  auto add = [&](int64_t count, uint32_t mask, int64_t size) {
    for (int64_t i = 0; i < count; ++i) {
      ROCDL::SchedGroupBarrier::create(b_, kMatrix, uint32_t(1), group);
      ROCDL::SchedGroupBarrier::create(b_, mask, uint32_t(size), group);
    }
  };
  if (first)
    add(withExp, kTranscendental, k);
  add(products - withExp, kVector, v);
  if (!first)
    add(withExp, kTranscendental, k);
}

LogicalResult ROCDLWriter::writeNextPhase(NextPhaseOp) {
  interleave();
  meet(/*priority=*/0);
  return success();
}

LogicalResult ROCDLWriter::writeStagger(StaggerOp stagger) {
  auto predicate =
      stagger.getEnd() ? arith::CmpIPredicate::slt : arith::CmpIPredicate::sge;
  when(compare(predicate, roleSubgroup, i32(consumers / 2)),
       [&] { ROCDL::SBarrierOp::create(b_); });
  return success();
}
