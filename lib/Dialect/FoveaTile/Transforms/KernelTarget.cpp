//===- KernelTarget.cpp - the GPU that a kernel is scheduled for
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"

#include "mlir/AsmParser/AsmParser.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

FailureOr<ScheduleAttr> fovea::tile::getSchedule(KernelOp kernel) {
  if (ScheduleAttr schedule = kernel.getConfig().getSchedule())
    return schedule;
  return kernel.emitOpError("has no schedule in its config, expected one for a "
                            "GPU: choose it with fovea-choose-config, or write "
                            "schedule = <target = NAME, ...> with one of ")
         << listGPUTargets();
}

const GPUTarget *fovea::tile::getTarget(KernelOp kernel) {
  FailureOr<ScheduleAttr> schedule = getSchedule(kernel);
  if (failed(schedule))
    return nullptr;
  if (const GPUTarget *target = lookupGPUTarget(schedule->getTarget()))
    return target;
  kernel.emitOpError("is scheduled for '")
      << schedule->getTarget() << "', expected one of " << listGPUTargets();
  return nullptr;
}

FragmentAttr fovea::tile::getFragment(const GPUTarget &target,
                                      MLIRContext *context) {
  return cast<FragmentAttr>(parseAttribute(target.fragment, context));
}

FragmentAttr fovea::tile::getLayout(ScheduleAttr schedule,
                                    const GPUTarget &target) {
  if (FragmentAttr layout = schedule.getLayout())
    return layout;
  return getFragment(target, schedule.getContext());
}
