//===- Warpgroup.cpp - what four warps run alike -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Warpgroup.h"

using namespace llvm;
using namespace fovea::sim;

static std::vector<Collective> &collectivesOf(Warp &w) {
  auto &all = w.workgroup.collectives;
  size_t group = w.number / nvidia::kWarpsOfWarpgroup;
  if (all.size() <= group)
    all.resize(group + 1);
  return all[group];
}

static bool reportOther(Warp &w, const Instruction &i, const Twine &message,
                        const Collective &other) {
  mlir::InFlightDiagnostic error = w.report(i, message);
  error.attachNote(other.instruction->op->getLoc())
      << "the other warps: " << describe(other.instruction->op);
  return false;
}

/// The other warps can still come to the collective that this one has begun.
static bool requireRunning(Warp &w, const Instruction &i) {
  int first = w.number / nvidia::kWarpsOfWarpgroup * nvidia::kWarpsOfWarpgroup;
  for (auto &other : w.workgroup.warps)
    if (other->isDone && other->number >= first &&
        other->number < first + nvidia::kWarpsOfWarpgroup) {
      w.fail(i, "is for a warpgroup whose warp " + Twine(other->number) +
                    " has ended without it");
      return false;
    }
  return true;
}

bool nvidia::requireSameInWarpgroup(Warp &w, const Instruction &i,
                                    uint64_t first, uint64_t second) {
  size_t warpsTo = (w.number / kWarpsOfWarpgroup + 1) * kWarpsOfWarpgroup;
  if (w.workgroup.warps.size() < warpsTo) {
    w.fail(i, "is for a warpgroup of four warps, of which the workgroup has " +
                  Twine(w.workgroup.warps.size() % kWarpsOfWarpgroup));
    return false;
  }
  std::vector<Collective> &collectives = collectivesOf(w);
  size_t number = w.numCollectives++;
  if (number == collectives.size()) {
    collectives.push_back({&i, first, second});
    return requireRunning(w, i);
  }
  const Collective &other = collectives[number];
  return (other.instruction == &i && other.first == first &&
          other.second == second) ||
         reportOther(w, i,
                     "is not what other warps of its warpgroup run as their "
                     "collective number " +
                         Twine(number),
                     other);
}

bool nvidia::requireAllOfWarpgroup(Warp &w, const Instruction &i) {
  std::vector<Collective> &collectives = collectivesOf(w);
  return w.numCollectives == collectives.size() ||
         reportOther(w, i,
                     "ends a warp that has not run what other warps of its "
                     "warpgroup have",
                     collectives[w.numCollectives]);
}
