//===- ChannelRules.cpp - V4 and V8: puts, gets and consumed -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Trace.h"

#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

std::string fovea::tile::describeTile(const Event &event) {
  std::string text = "tile ";
  auto store = dyn_cast<StoreOp>(event.op);
  Value number = store ? store.getNumber() : event.op->getOperand(1);
  // A number that no run knows is named by what computes it.
  text += event.number.isNumber() ? std::to_string(event.number.value)
                                  : getName(number);
  return text + " of channel " + getName(event.channel);
}

/// The role's events of one kind on a channel.
static SmallVector<const Event *> select(const Trace &trace, Event::Kind kind,
                                         Value channel) {
  SmallVector<const Event *> events;
  for (const Event &event : trace)
    if (event.kind == kind && event.channel == channel)
      events.push_back(&event);
  return events;
}

//===----------------------------------------------------------------------===//
// Both ends of a channel
//===----------------------------------------------------------------------===//

/// Tiles are numbered in the order of their puts: buffers take turns.
static LogicalResult verifyNumbers(Run &run, ArrayRef<const Event *> puts) {
  for (auto [i, put] : llvm::enumerate(puts))
    if (put->number.isNumber() && put->number.value != int64_t(i))
      return put->op->emitOpError("V4: puts ")
             << describeTile(*put) << ", expected tile " << i
             << run.assumptions.describe();
  return success();
}

/// Where copies are counted they go on beyond the last tile, and bring nothing
/// that is read; no more of them than there are buffers.
static size_t countSpare(Run &run, ArrayRef<const Event *> puts) {
  if (!run.scheduled.target.countsCopies || puts.empty())
    return 0;
  return puts.front()->channel.getDefiningOp<ChannelOp>().getDepth();
}

/// What is put is got, in the same order.
static LogicalResult verifyEnds(Run &run, ArrayRef<const Event *> puts,
                                ArrayRef<const Event *> gets) {
  std::string when = run.assumptions.describe();
  size_t spare = countSpare(run, puts);
  for (size_t i = 0; i < std::max(puts.size(), gets.size()); ++i) {
    if (i >= gets.size() && puts.size() - gets.size() <= spare)
      return success();
    if (i >= gets.size())
      return puts[i]
                 ->op->emitOpError("V4: puts ")
                 .append(describeTile(*puts[i]), ", but consumers get only ", i,
                         " of ", puts.size(), " tiles", when)
                 .attachNote(
                     (gets.empty() ? puts[i] : gets.back())->op->getLoc())
             << (gets.empty() ? "no role gets one"
                              : "the last one is got here");
    if (i >= puts.size())
      return gets[i]
                 ->op->emitOpError("V4: gets ")
                 .append(describeTile(*gets[i]),
                         ", but the producer puts only ", i, " of ",
                         gets.size(), " tiles", when)
                 .attachNote(
                     (puts.empty() ? gets[i] : puts.back())->op->getLoc())
             << (puts.empty() ? "no role puts one"
                              : "the last one is put here");
    if (!(puts[i]->number == gets[i]->number))
      return gets[i]
                 ->op->emitOpError("V4: gets ")
                 .append(describeTile(*gets[i]), " where the producer puts ",
                         describeTile(*puts[i]), when)
                 .attachNote(puts[i]->op->getLoc())
             << "it is put here";
  }
  return success();
}

static LogicalResult verifyChannel(Run &run, ChannelOp channel) {
  SmallVector<const Event *> puts;
  for (const Trace &trace : run.traces) {
    auto more = select(trace, Event::Put, channel.getChannel());
    if (!puts.empty() && !more.empty())
      return more.front()
                 ->op->emitOpError("V4: puts into channel ")
                 .append(getName(channel.getChannel()),
                         ", into which another role puts too")
                 .attachNote(puts.front()->op->getLoc())
             << "the other role puts here";
    llvm::append_range(puts, more);
  }
  if (failed(verifyNumbers(run, puts)))
    return failure();
  bool got = false;
  for (const Trace &trace : run.traces) {
    auto gets = select(trace, Event::Get, channel.getChannel());
    if (gets.empty())
      continue;
    got = true;
    if (failed(verifyEnds(run, puts, gets)))
      return failure();
  }
  return got ? success() : verifyEnds(run, puts, {});
}

//===----------------------------------------------------------------------===//
// Buffers of a consumer
//===----------------------------------------------------------------------===//

namespace {
/// The tiles that a consumer got, in one run.
class Buffers {
public:
  Buffers(Run &run, const Trace &trace)
      : trace(trace), when(run.assumptions.describe()) {}
  LogicalResult verify();

private:
  LogicalResult get(const Event &event, int64_t place);
  LogicalResult giveBack(const Event &event);
  LogicalResult storeThrough(const Event &event);
  LogicalResult read(const Event &event);

  const Trace &trace;
  std::string when;
  using Key = std::pair<Value, Known>;
  /// Places of the gets of tiles that are held, in order.
  std::map<std::pair<void *, Known>, int64_t> held;
  DenseMap<Value, int64_t> count;
  /// The event after which a tile is gone, by the place of its get.
  DenseMap<int64_t, const Event *> gone;
};
} // namespace

LogicalResult Buffers::get(const Event &event, int64_t place) {
  auto key = std::pair(event.channel.getAsOpaquePointer(), event.number);
  held[key] = place;
  int64_t depth = event.channel.getDefiningOp<ChannelOp>().getDepth();
  int64_t tiles = ++count[event.channel];
  if (tiles > depth)
    return event.op->emitOpError("V8: holds ")
           << tiles << " tiles of channel " << getName(event.channel)
           << " at once, but its depth is " << depth << ": too many by "
           << tiles - depth << when;
  return success();
}

LogicalResult Buffers::giveBack(const Event &event) {
  auto tile = held.find({event.channel.getAsOpaquePointer(), event.number});
  if (tile == held.end())
    return event.op->emitOpError("V4: gives back ")
           << describeTile(event) << ", which the role does not hold" << when;
  gone[tile->second] = &event;
  held.erase(tile);
  --count[event.channel];
  return success();
}

LogicalResult Buffers::storeThrough(const Event &event) {
  auto tile = held.find({event.channel.getAsOpaquePointer(), event.number});
  bool filled = llvm::any_of(event.channel.getUsers(), llvm::IsaPred<PutOp>);
  if (tile == held.end() && filled)
    return event.op->emitOpError("V4: stores through the buffer of ")
           << describeTile(event)
           << ", which the role does not hold: the producer may be filling it"
           << when;
  if (tile != held.end())
    gone[tile->second] = &event;
  return success();
}

LogicalResult Buffers::read(const Event &event) {
  for (Known known : event.operands) {
    auto end = known.kind == Known::Tile ? gone.find(known.value) : gone.end();
    if (end != gone.end())
      return event.op->emitOpError("V4: reads ")
                 .append(describeTile(trace[known.value]),
                         " after its buffer was ",
                         end->second->kind == Event::Store ? "overwritten"
                                                           : "given back",
                         when)
                 .attachNote(end->second->op->getLoc())
             << "see this op";
  }
  return success();
}

/// A channel that is filled again and again. Others keep their tiles.
static bool isRing(Operation *get) {
  return get->getParentOfType<LoopLikeOpInterface>() ||
         get->getParentOfType<RoundsOp>();
}

LogicalResult Buffers::verify() {
  DenseSet<Value> rings;
  for (auto [place, event] : llvm::enumerate(trace)) {
    if (failed(read(event)))
      return failure();
    if (event.kind == Event::Get && isRing(event.op))
      rings.insert(event.channel);
    LogicalResult result = event.kind == Event::Get        ? get(event, place)
                           : event.kind == Event::Consumed ? giveBack(event)
                           : event.kind == Event::Store    ? storeThrough(event)
                                                           : success();
    if (failed(result))
      return failure();
  }
  for (auto [place, event] : llvm::enumerate(trace)) {
    auto tile = held.find({event.channel.getAsOpaquePointer(), event.number});
    if (event.kind == Event::Get && rings.contains(event.channel) &&
        tile != held.end() && tile->second == int64_t(place))
      return event.op->emitOpError("V4: gets ")
             << describeTile(event) << ", whose buffer is never given back"
             << when;
  }
  return success();
}

LogicalResult fovea::tile::verifyChannels(Run &run) {
  for (ChannelOp channel : run.scheduled.channels)
    if (failed(verifyChannel(run, channel)))
      return failure();
  for (const Trace &trace : run.traces)
    if (failed(Buffers(run, trace).verify()))
      return failure();
  return success();
}
