//===- Budgets.cpp - V1 and V2: registers and threads of roles -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Rules.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// The fewest registers that a role can ask for (PTX ISA, setmaxnreg).
static constexpr int64_t kFewestRegisters = 24;

/// Sums up what the roles ask for together.
static LogicalResult verifySum(const ScheduledKernel &scheduled) {
  KernelOp kernel = scheduled.kernel;
  int64_t threads = scheduled.countThreads(), asked = 0;
  int64_t given = scheduled.getLaunchRegisters() * threads;
  for (RoleOp role : scheduled.roles)
    asked += scheduled.countThreads(role) * scheduled.getBudget(role);
  if (asked <= given)
    return success();
  InFlightDiagnostic diagnostic = kernel.emitOpError("V1: asks for ")
                                  << asked << " registers, but its launch of "
                                  << threads << " threads has " << given
                                  << ": too many by " << asked - given;
  for (RoleOp role : scheduled.roles)
    diagnostic.attachNote(role.getLoc())
        << scheduled.countThreads(role) << " threads ask for "
        << scheduled.getBudget(role) << " registers each";
  return diagnostic;
}

LogicalResult fovea::tile::verifyRegisters(const ScheduledKernel &scheduled) {
  const GPUTarget &target = scheduled.target;
  int64_t launch = scheduled.getLaunchRegisters();
  int64_t largest = llvm::alignTo(target.largestRegisters, target.registerStep);
  for (RoleOp role : scheduled.roles) {
    int64_t registers = role.getRegisters();
    if (registers == 0)
      continue;
    if (registers < kFewestRegisters || registers > largest ||
        registers % target.registerStep)
      return role.emitOpError("V1: asks for ")
             << registers
             << " registers a thread, expected 0, or a multiple of "
             << target.registerStep << " from " << kFewestRegisters << " to "
             << largest;
    if (!target.movesRegisters && registers > launch)
      return role.emitOpError("V1: asks for ")
             << registers << " registers a thread, but " << target.name
             << " cannot move registers between roles, and its launch gives "
             << launch << ": too many by " << registers - launch;
  }
  return verifySum(scheduled);
}

LogicalResult fovea::tile::verifyThreads(const ScheduledKernel &scheduled) {
  const GPUTarget &target = scheduled.target;
  KernelOp kernel = scheduled.kernel;
  int64_t threads = scheduled.countThreads(), consumers = 0;
  if (threads > target.maxThreads)
    return kernel.emitOpError("V2: has ")
           << threads << " threads, but a workgroup of " << target.name
           << " has at most " << target.maxThreads << ": too many by "
           << threads - target.maxThreads;
  for (RoleOp role : scheduled.roles) {
    if (target.movesRegisters && role.getRegisters() &&
        role.getWarps() % target.productSubgroups)
      return role.emitOpError("V2: has ")
             << role.getWarps() << " warps, expected a multiple of "
             << target.productSubgroups << ", which change registers together";
    if (role.getKind() == RoleKind::Consumer)
      consumers += role.getWarps();
  }
  ConfigAttr config = kernel.getConfig();
  int64_t expected = config.getM() / config.getRows() * target.productSubgroups;
  if (consumers != expected)
    return kernel.emitOpError("V2: has ")
           << consumers << " warps of consumers, expected " << expected << ": "
           << target.productSubgroups << " for each " << config.getRows()
           << " of " << config.getM() << " rows";
  return success();
}
