//===- WaitRules.cpp - V6: asynchronous products are awaited -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Trace.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

namespace {
/// The products of a role, in one run. They end in the order of their issue.
class Products {
public:
  Products(Run &run, const Trace &trace)
      : trace(trace), when(run.assumptions.describe()) {}
  LogicalResult verify();

private:
  LogicalResult issue(const Event &event, int64_t place);
  LogicalResult await(const Event &event);
  LogicalResult read(const Event &event);
  LogicalResult release(const Event &event);
  LogicalResult reportRunning(const Event &event, int64_t product);

  const Trace &trace;
  std::string when;
  /// Events that issued products, and how many of these have ended for sure.
  SmallVector<int64_t> issued;
  int64_t ended = 0;
  /// By the place of a dot, its number; of a get, the last dot that reads it.
  DenseMap<int64_t, int64_t> numbers, readers;
  /// Places of the last gets.
  std::map<std::pair<void *, Known>, int64_t> gets;
};
} // namespace

/// The accumulator may still be computed by the product before.
LogicalResult Products::issue(const Event &event, int64_t place) {
  for (Known known : ArrayRef(event.operands).drop_front())
    if (known.kind == Known::Product)
      return reportRunning(event, known.value);
    else if (known.kind == Known::Tile)
      readers[known.value] = issued.size();
  numbers[place] = issued.size();
  issued.push_back(place);
  return success();
}

LogicalResult Products::reportRunning(const Event &event, int64_t product) {
  int64_t younger = issued.size() - 1 - numbers.lookup(product);
  return event.op
             ->emitOpError("V6: reads the result of a dot that was not "
                           "awaited; expected an await with at most ")
             .append(younger, " pending", when)
             .attachNote(trace[product].op->getLoc())
         << "the dot is issued here";
}

LogicalResult Products::await(const Event &event) {
  int64_t pending = cast<AwaitOp>(event.op).getPending();
  ended = std::max(ended, int64_t(issued.size()) - pending);
  for (Known known : event.operands) {
    if (known.kind != Known::Product)
      continue;
    int64_t number = numbers.lookup(known.value);
    int64_t younger = issued.size() - 1 - number;
    if (number >= ended)
      return event.op->emitOpError("V6: leaves ")
                 .append(pending, " dots pending, but only ", younger,
                         " are younger than the one that it awaits: too many "
                         "by ",
                         pending - younger, when)
                 .attachNote(trace[known.value].op->getLoc())
             << "the dot is issued here";
  }
  return success();
}

LogicalResult Products::read(const Event &event) {
  for (Known known : event.operands)
    if (known.kind == Known::Product)
      return reportRunning(event, known.value);
  return success();
}

/// The producer, or a store, may overwrite the tile.
LogicalResult Products::release(const Event &event) {
  auto get = gets.find({event.channel.getAsOpaquePointer(), event.number});
  auto reader = get == gets.end() ? readers.end() : readers.find(get->second);
  if (reader == readers.end() || reader->second < ended)
    return success();
  return event.op->emitOpError("V6: lets ")
             .append(describeTile(event),
                     " be overwritten while a dot may still read it; expected "
                     "an await before, with at most ",
                     int64_t(issued.size()) - 1 - reader->second, " pending",
                     when)
             .attachNote(trace[issued[reader->second]].op->getLoc())
         << "the dot is issued here";
}

LogicalResult Products::verify() {
  for (auto [place, event] : llvm::enumerate(trace)) {
    LogicalResult result = success();
    switch (event.kind) {
    case Event::Get:
      gets[{event.channel.getAsOpaquePointer(), event.number}] = place;
      break;
    case Event::Dot:
      result = issue(event, place);
      break;
    case Event::Await:
      result = await(event);
      break;
    case Event::Read:
      result = read(event);
      break;
    case Event::Consumed:
      result = release(event);
      break;
    case Event::Store:
      result = success(succeeded(read(event)) && succeeded(release(event)));
      break;
    case Event::Put:
    case Event::AwaitCopies:
    case Event::TakeTurn:
    case Event::PassTurn:
      break;
    }
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult fovea::tile::verifyWaits(Run &run) {
  if (!run.scheduled.target.asynchronousProducts)
    return success();
  for (const Trace &trace : run.traces)
    if (failed(Products(run, trace).verify()))
      return failure();
  return success();
}
