//===- Grid.cpp - which part of the grid a workgroup takes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

#include "fovea/Target/GPU/GridRemap.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

namespace {
/// Unsigned arithmetic that is written into the kernel.
struct Unsigned {
  ImplicitLocOpBuilder *b;
  Value value;

  template <typename Op>
  Unsigned apply(Unsigned other) const {
    return {b, Op::create(*b, value, other.value)};
  }
  Unsigned operator+(Unsigned o) const { return apply<arith::AddIOp>(o); }
  Unsigned operator-(Unsigned o) const { return apply<arith::SubIOp>(o); }
  Unsigned operator*(Unsigned o) const { return apply<arith::MulIOp>(o); }
  Unsigned operator/(Unsigned o) const { return apply<arith::DivUIOp>(o); }
  Unsigned operator%(Unsigned o) const { return apply<arith::RemUIOp>(o); }
  friend Unsigned min(Unsigned x, Unsigned y) {
    return x.apply<arith::MinUIOp>(y);
  }
};
} // namespace

/// Place `linear` of the grid. The last dimension counts tiles of one
/// head, the others heads. `heads` heads are walked together, tile by tile, and
/// with longest_first from the last tile, which sees most keys behind a causal
/// mask.
void KernelWriter::place(Value linear, ValueRange ids) {
  ScheduleAttr schedule = kernel.getConfig().getSchedule();
  auto number = [&](Value value) { return Unsigned{&b_, value}; };
  Unsigned tiles = number(gridSizes.back()), heads = number(i32(1));
  for (Value size : ArrayRef(gridSizes).drop_back())
    heads = heads * number(size);
  Unsigned together = number(i32(schedule.getHeads()));
  Unsigned inGroup = tiles * together, id = number(linear);
  // A group's workgroups share keys: they stay on one die.
  if (target.chiplets > 1)
    id = remapWorkgroup(id, tiles * heads, number(i32(target.chiplets)),
                        inGroup);
  Unsigned group = id / inGroup, place = id % inGroup;
  Unsigned firstHead = group * together;
  // The last group may have fewer heads.
  Unsigned width = min(together, heads - firstHead);
  Unsigned tile = place / width, head = firstHead + place % width;
  if (schedule.getOrder() == Order::LongestFirst)
    tile = tiles - number(i32(1)) - tile;
  values[ids.back()] = {tile.value};
  for (int64_t d = int64_t(ids.size()) - 2; d >= 0; --d) {
    Unsigned size = number(gridSizes[d]);
    values[ids[d]] = {(d ? head % size : head).value};
    head = head / size;
  }
}
