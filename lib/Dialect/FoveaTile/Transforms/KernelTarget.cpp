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

FragmentAttr fovea::tile::getLeftFragment(const GPUTarget &target,
                                          MLIRContext *context) {
  if (!*target.leftFragment)
    return FragmentAttr();
  return cast<FragmentAttr>(parseAttribute(target.leftFragment, context));
}

/// The t-th neighbours of each lane make one block of the result.
FragmentAttr fovea::tile::getValuesFragment(const GPUTarget &target,
                                            int64_t columns,
                                            MLIRContext *context) {
  FragmentAttr unit = getFragment(target, context);
  int64_t neighbours = target.countNeighbours(columns / unit.getColumns());
  if (neighbours < 2)
    return unit;
  auto spread = [&](ArrayRef<FragmentDigit> digits) {
    SmallVector<FragmentDigit> all(digits);
    for (FragmentDigit &digit : all)
      digit.column *= neighbours;
    return all;
  };
  SmallVector<FragmentDigit> registers = spread(unit.getRegisters());
  registers.push_back({neighbours, 0, 1});
  return FragmentAttr::get(context, unit.getRows(),
                           unit.getColumns() * neighbours, registers,
                           spread(unit.getLanes()));
}

FragmentAttr fovea::tile::getLayout(ScheduleAttr schedule,
                                    const GPUTarget &target) {
  if (FragmentAttr layout = schedule.getLayout())
    return layout;
  return getFragment(target, schedule.getContext());
}
