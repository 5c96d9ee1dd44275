//===- VerifySchedule.cpp - what can be proved of a schedule -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "VerifySchedule/Rules.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

namespace fovea::tile {
#define GEN_PASS_DEF_VERIFYSCHEDULE
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

ScheduledKernel::ScheduledKernel(KernelOp kernel, const GPUTarget &target)
    : kernel(kernel), target(target), roles(kernel.getBody().getOps<RoleOp>()),
      channels(kernel.getBody().getOps<ChannelOp>()) {}

int64_t ScheduledKernel::countThreads() const {
  int64_t threads = 0;
  for (RoleOp role : roles)
    threads += countThreads(role);
  return threads;
}

int64_t ScheduledKernel::getLaunchRegisters() const {
  return target.getLaunchRegisters(
      countThreads(),
      KernelOp(kernel).getConfig().getSchedule().getWorkgroups());
}

int64_t ScheduledKernel::getSharedBytes() const {
  return target.getSharedBytes(
      KernelOp(kernel).getConfig().getSchedule().getWorkgroups());
}

int64_t ScheduledKernel::getBudget(RoleOp role) const {
  return role.getRegisters() ? int64_t(role.getRegisters())
                             : getLaunchRegisters();
}

std::string fovea::tile::getName(Value value) {
  std::string name;
  llvm::raw_string_ostream os(name);
  // Of this kernel alone: other threads may be rewriting the others.
  value.printAsOperand(os, OpPrintingFlags().useLocalScope().assumeVerified());
  return name;
}

namespace {
struct VerifySchedule : fovea::tile::impl::VerifyScheduleBase<VerifySchedule> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    KernelOp kernel = getOperation();
    // Without roles there is no schedule yet, or not one for a GPU.
    if (kernel.getBody().getOps<RoleOp>().empty())
      return;
    const GPUTarget *target = getTarget(kernel);
    if (!target || failed(verify(ScheduledKernel(kernel, *target))))
      signalPassFailure();
  }

private:
  /// Later rules take the earlier ones for granted.
  static LogicalResult verify(const ScheduledKernel &scheduled) {
    return success(succeeded(verifyThreads(scheduled)) &&
                   succeeded(verifyRegisters(scheduled)) &&
                   succeeded(verifyLiveRegisters(scheduled)) &&
                   succeeded(verifySharedMemory(scheduled)) &&
                   succeeded(verifySwizzles(scheduled)) &&
                   succeeded(verifyRuns(scheduled)));
  }
};
} // namespace
