//===- CopyRules.cpp - V9: copies by threads are awaited -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Trace.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

namespace {
/// The copies of a role whose threads copy for each other, in one run.
class Copies {
public:
  Copies(Run &run, const Trace &trace)
      : trace(trace), when(run.assumptions.describe()) {}
  LogicalResult verify();

private:
  using Tile = std::pair<void *, int64_t>;
  static Tile tileOf(const Event &event, int64_t before = 0) {
    return {event.channel.getAsOpaquePointer(), event.number.value - before};
  }
  LogicalResult put(const Event &event);
  LogicalResult read(const Event &event);

  const Trace &trace;
  std::string when;
  /// Groups that were ended, and how many of them have arrived for sure. Each
  /// end is a meeting of all threads too.
  int64_t groups = 0, arrived = 0;
  /// By tile: the group of its put, and the meetings before it was given back.
  std::map<Tile, int64_t> putIn, consumedAfter;
};
} // namespace

/// Another thread may still read the buffer's last tile.
LogicalResult Copies::put(const Event &event) {
  putIn[tileOf(event)] = groups;
  int64_t depth = event.channel.getDefiningOp<ChannelOp>().getDepth();
  auto last = consumedAfter.find(tileOf(event, depth));
  if (last == consumedAfter.end() || last->second < groups)
    return success();
  return event.op->emitOpError("V9: puts ")
         << describeTile(event) << " into the buffer of tile "
         << event.number.value - depth
         << ", which other threads may still read; expected an await_copies "
            "behind its last reader"
         << when;
}

LogicalResult Copies::read(const Event &event) {
  for (Known known : event.operands) {
    if (known.kind != Known::Tile || !trace[known.value].number.isNumber())
      continue;
    auto copy = putIn.find(tileOf(trace[known.value]));
    if (copy == putIn.end() || copy->second < arrived)
      continue;
    InFlightDiagnostic diagnostic =
        event.op->emitOpError("V9: reads ")
        << describeTile(trace[known.value])
        << ", whose copy may still run; expected an await_copies before";
    if (copy->second < groups)
      diagnostic << ", with at most " << groups - 1 - copy->second
                 << " pending";
    return diagnostic << when;
  }
  return success();
}

LogicalResult Copies::verify() {
  for (const Event &event : trace) {
    bool known = event.number.isNumber();
    LogicalResult result = success();
    if (auto await = dyn_cast<AwaitCopiesOp>(event.op)) {
      ++groups;
      arrived = std::max(arrived, groups - int64_t(await.getPending()));
    } else if (event.kind == Event::Put && known) {
      result = put(event);
    } else if (event.kind == Event::Consumed && known) {
      consumedAfter[tileOf(event)] = groups;
    } else if (event.kind == Event::Dot || event.kind == Event::Read) {
      result = read(event);
    }
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult fovea::tile::verifyCopies(Run &run) {
  if (run.scheduled.target.copiesTiles || !run.scheduled.target.copiesChunks)
    return success();
  for (const Trace &trace : run.traces)
    if (failed(Copies(run, trace).verify()))
      return failure();
  return success();
}
