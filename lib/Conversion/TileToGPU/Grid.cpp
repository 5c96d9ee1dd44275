//===- Grid.cpp - which part of the grid a workgroup takes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Dies take workgroups in turn. In each run of `chunk` places for each of
/// them, a die gets neighbours, which share its second-level cache: a bijection
/// for any number of places (Target/AMD/GridRemap.h; HipKittens, section 3.4).
Value KernelWriter::gatherOnDies(Value number, Value places, Value chunk) {
  auto divide = [&](Value a, Value b) -> Value {
    return arith::DivUIOp::create(b_, a, b);
  };
  auto rest = [&](Value a, Value b) -> Value {
    return arith::RemUIOp::create(b_, a, b);
  };
  auto sub = [&](Value a, Value b) -> Value {
    return arith::SubIOp::create(b_, a, b);
  };
  Value dies = i32(target.chiplets);
  Value block = arith::MulIOp::create(b_, chunk, dies);
  Value first = sub(number, rest(number, block));
  Value left = arith::MinUIOp::create(b_, sub(places, first), block);
  Value die = rest(number, dies);
  Value place = add(first, arith::MulIOp::create(b_, die, divide(left, dies)));
  place = add(place, Value(arith::MinUIOp::create(b_, die, rest(left, dies))));
  return add(place, divide(sub(number, first), dies));
}

/// Place `linear` of the grid. The last dimension counts tiles of one
/// head, the others heads. `heads` heads are walked together, tile by tile, and
/// with longest_first from the last tile, which sees most keys behind a causal
/// mask.
void KernelWriter::place(Value linear, ValueRange ids) {
  ScheduleAttr schedule = kernel.getConfig().getSchedule();
  auto divide = [&](Value a, Value b) -> Value {
    return arith::DivUIOp::create(b_, a, b);
  };
  auto rest = [&](Value a, Value b) -> Value {
    return arith::RemUIOp::create(b_, a, b);
  };
  Value tiles = gridSizes.back(), heads = i32(1);
  for (Value size : ArrayRef(gridSizes).drop_back())
    heads = arith::MulIOp::create(b_, heads, size);
  Value together = i32(schedule.getHeads());
  Value inGroup = arith::MulIOp::create(b_, tiles, together);
  if (target.chiplets > 1)
    linear =
        gatherOnDies(linear, arith::MulIOp::create(b_, tiles, heads), inGroup);
  Value group = divide(linear, inGroup), place = rest(linear, inGroup);
  Value firstHead = arith::MulIOp::create(b_, group, together);
  // The last group may have fewer heads.
  Value width = arith::MinUIOp::create(
      b_, together, arith::SubIOp::create(b_, heads, firstHead));
  Value tile = divide(place, width);
  Value head = add(firstHead, rest(place, width));
  if (schedule.getOrder() == Order::LongestFirst)
    tile = arith::SubIOp::create(b_, arith::SubIOp::create(b_, tiles, i32(1)),
                                 tile);
  values[ids.back()] = {tile};
  for (int64_t d = int64_t(ids.size()) - 2; d >= 0; --d) {
    values[ids[d]] = {d ? rest(head, gridSizes[d]) : head};
    head = divide(head, gridSizes[d]);
  }
}
