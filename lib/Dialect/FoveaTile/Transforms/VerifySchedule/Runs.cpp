//===- Runs.cpp - the runs that a schedule is tried on -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Trace.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Trips of loops whose number is not known. None at all is tried where the
/// kernel itself asks for the number; others may never meet it.
static constexpr int64_t kTrips[] = {1, 2, 3, 5, 8};
static constexpr int64_t kNoTrips[] = {0, 2};
/// A run starts again for each assumption, at most.
static constexpr int kMostRestarts = 64;

/// Channels have one place that makes them, and roles alone use them.
static LogicalResult verifyChannelUses(const ScheduledKernel &scheduled) {
  KernelOp kernel = scheduled.kernel;
  auto verifyUse = [](Operation *op) -> LogicalResult {
    if (isa<PutOp, GetOp, ConsumedOp>(op) && !op->getParentOfType<RoleOp>())
      return op->emitOpError("V4: is outside of roles; run "
                             "fovea-tile-split-roles");
    for (Value operand : op->getOperands())
      if (isa<ChannelType>(operand.getType()) &&
          !operand.getDefiningOp<ChannelOp>())
        return op->emitOpError(
            "V4: uses a channel that is not the result of fovea_tile.channel");
    if (isa<ChannelOp>(op) && !isa<KernelOp>(op->getParentOp()))
      return op->emitOpError("V4: is not in the kernel's body, where all roles "
                             "see it");
    return success();
  };
  return failure(kernel
                     .walk([&](Operation *op) {
                       return failed(verifyUse(op)) ? WalkResult::interrupt()
                                                    : WalkResult::advance();
                     })
                     .wasInterrupted());
}

/// Follows all roles, again and again until what they assume is known from the
/// beginning.
static Outcome follow(Run &run) {
  for (int attempt = 0; attempt < kMostRestarts; ++attempt) {
    Outcome outcome = Outcome::Done;
    run.traces.clear();
    run.assumptions.restart();
    for (RoleOp role : run.scheduled.roles)
      if (outcome == Outcome::Done)
        outcome = followRole(run, role);
    if (outcome != Outcome::Restart)
      return outcome;
  }
  return Outcome::TooLong;
}

namespace {
/// Tries runs, and remembers which more are to be tried.
struct Runs {
  const ScheduledKernel &scheduled;
  const Slice &slice;
  bool guarded = false;

  LogicalResult tryChoices(ArrayRef<int64_t> trips, unsigned first);
  /// Whether the last run assumed anything.
  bool assumed = false;
};
} // namespace

/// All answers to the first conditions that the runs meet.
LogicalResult Runs::tryChoices(ArrayRef<int64_t> trips, unsigned first) {
  unsigned conditions = 0;
  for (unsigned choices = 0; choices < 1u << conditions || !choices;
       ++choices) {
    Run run{scheduled, slice, Assumptions(trips, first, ~choices), {}};
    switch (follow(run)) {
    case Outcome::Error:
      return failure();
    case Outcome::TooLong: {
      KernelOp kernel = scheduled.kernel;
      emitRemark(kernel.getLoc(),
                 "V4 to V6 and V8 are not proved: the roles take too "
                 "many steps to follow");
      return success();
    }
    case Outcome::Restart:
    case Outcome::Impossible:
      break;
    case Outcome::Done:
      if (failed(verifyChannels(run)) || failed(verifyWaits(run)) ||
          failed(verifyCopies(run)) || failed(verifyProgress(run)))
        return failure();
    }
    guarded |= run.guarded;
    assumed |= run.assumptions.any();
    conditions = std::max(conditions, run.assumptions.countChoices());
  }
  return success();
}

LogicalResult fovea::tile::verifyRuns(const ScheduledKernel &scheduled) {
  if (failed(verifyChannelUses(scheduled)))
    return failure();
  Slice slice(scheduled.kernel);
  Runs runs{scheduled, slice};
  for (unsigned first = 0; first < std::size(kTrips); ++first)
    if (first == 0 || runs.assumed)
      if (failed(runs.tryChoices(kTrips, first)))
        return failure();
  for (unsigned first = 0; first < std::size(kNoTrips); ++first)
    if (runs.guarded && runs.assumed)
      if (failed(runs.tryChoices(kNoTrips, first)))
        return failure();
  return success();
}
