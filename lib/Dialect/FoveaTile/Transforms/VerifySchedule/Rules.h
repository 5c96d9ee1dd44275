//===- Rules.h - what a scheduled kernel has to keep to -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_RULES_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_RULES_H

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"

namespace fovea::tile {

/// A kernel split into roles, and what all rules ask of it.
struct ScheduledKernel {
  KernelOp kernel;
  const GPUTarget &target;
  llvm::SmallVector<RoleOp> roles;
  llvm::SmallVector<ChannelOp> channels;

  ScheduledKernel(KernelOp kernel, const GPUTarget &target);

  /// Threads of a role, and of all roles.
  int64_t countThreads(RoleOp role) const {
    return role.getWarps() * target.subgroupSize;
  }
  int64_t countThreads() const;
  /// Registers that the launch gives to a thread, and its shared memory.
  int64_t getLaunchRegisters() const;
  int64_t getSharedBytes() const;
  /// Registers of one of the role's threads: its own, or what the launch gives.
  int64_t getBudget(RoleOp role) const;
};

/// The name under which a value is printed, for messages.
std::string getName(mlir::Value value);

// One function for each rule, which reports the first violation. The rules
// themselves stand in the pass's description (Passes.td).

mlir::LogicalResult verifyRegisters(const ScheduledKernel &scheduled);     // V1
mlir::LogicalResult verifyLiveRegisters(const ScheduledKernel &scheduled); // V1
mlir::LogicalResult verifyThreads(const ScheduledKernel &scheduled);       // V2
mlir::LogicalResult verifySharedMemory(const ScheduledKernel &scheduled);  // V3
mlir::LogicalResult verifySwizzles(const ScheduledKernel &scheduled);      // V7
/// V4, V5, V6, V8 and V9, on runs with some numbers of steps.
mlir::LogicalResult verifyRuns(const ScheduledKernel &scheduled);

} // namespace fovea::tile

#endif
