//===- Warp.cpp - a subgroup that runs a program
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Warp.h"

#include "Cluster.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace llvm;
using namespace fovea::sim;

Warp::Warp(Workgroup &workgroup, const Program &program, int number, int size)
    : workgroup(workgroup), program(program), number(number), size(size),
      mask(size == 64 ? ~LaneMask(0) : (LaneMask(1) << size) - 1),
      allLanes(mask), isWave(workgroup.grid.isWave),
      registers(program.widths.size()) {
  // Uninitialised registers are poison: the decoder gives each value its
  // register before anything reads it, so this is only a second fence.
  for (Register &r : registers)
    std::memset(r.poison, 0xff, sizeof(r.poison));
}

std::string fovea::sim::describe(mlir::Operation *op) {
  std::string text;
  raw_string_ostream os(text);
  op->print(os, mlir::OpPrintingFlags().useLocalScope().skipRegions());
  constexpr size_t kLength = 120;
  StringRef line = StringRef(text).split('\n').first;
  return line.size() > kLength ? (line.take_front(kLength) + " ...").str()
                               : line.str();
}

mlir::InFlightDiagnostic Warp::report(const Instruction &i,
                                      const Twine &message) {
  mlir::InFlightDiagnostic error = i.op->emitOpError(message);
  error.attachNote() << "in " << workgroup.describe()
                     << (isWave ? ", wave " : ", warp ") << number << ", lane "
                     << firstLane() << ", after " << steps
                     << " instructions: " << describe(i.op);
  return error;
}

Step Warp::fail(const Instruction &i, const Twine &message) {
  report(i, message);
  return Step::Failed;
}

bool Warp::requireConverged(const Instruction &i) {
  if (isConverged())
    return true;
  fail(i, "runs in lanes 0x" + Twine::utohexstr(mask) +
              " of the warp, expected all of them");
  return false;
}

bool Warp::requireDefined(const Instruction &i, unsigned operand,
                          StringRef what) {
  const Register &r = reg(i.operands[operand]);
  if (r.isClean)
    return true;
  if (!requireFinished(i))
    return false;
  if (r.isClean)
    return true;
  for (int lane = 0; lane < size; ++lane) {
    if (!isActive(lane) || !r.poison[lane])
      continue;
    fail(i, "has an undefined " + what + " in lane " + Twine(lane));
    return false;
  }
  return true;
}

bool Warp::isDefined(const Register &r) const {
  return all_of(ArrayRef(r.poison, size),
                [](uint8_t lane) { return lane == 0; });
}

bool Warp::isInFlight(Slot slot) {
  Register &r = reg(slot);
  if (r.isClean || !r.group)
    return false;
  if (r.isHeld || !products.isOver(r.group))
    return true;
  r.group = 0;
  r.isClean = isDefined(r);
  return false;
}

bool Warp::requireFinished(const Instruction &i) {
  for (Slot operand : i.operands)
    if (isInFlight(operand)) {
      fail(i, "reads the result of a product in flight, expected a wait for it "
              "between them");
      return false;
    }
  return true;
}

Step Warp::spreadPoison(const Instruction &i) {
  if (!requireFinished(i))
    return Step::Failed;
  uint8_t any[kMaxLanes] = {};
  for (Slot operand : i.operands)
    if (const Register &r = reg(operand); !r.isClean)
      for (int lane = 0; lane < kMaxLanes; ++lane)
        any[lane] |= r.poison[lane];
  for (uint8_t &lane : any)
    lane = lane ? 0xff : 0;
  for (Slot result : i.results)
    std::memcpy(reg(result).poison, any, sizeof(any));
  return Step::Next;
}

void Warp::defineActive(Slot slot) {
  Register &r = reg(slot);
  for (int lane = 0; lane < kMaxLanes; ++lane)
    r.poison[lane] = isActive(lane) ? 0 : 0xff;
  define(slot, isConverged());
}

void Warp::fill(Slot slot, uint64_t value) {
  for (int lane = 0; lane < size; ++lane)
    std::memcpy(reg(slot).bytes + lane * program.widths[slot], &value,
                program.widths[slot]);
  define(slot, /*isClean=*/true);
}

void Warp::copyState(Register &to, const Register &from) {
  if (!from.isClean)
    std::memcpy(to.poison, from.poison, sizeof(to.poison));
  to.isClean = from.isClean;
  to.group = from.group;
  to.isHeld = from.isHeld;
  to.result = from.result;
  to.numResults = from.numResults;
  to.written = from.written;
}

void Warp::copy(Slot to, const Register &from) {
  Register &r = reg(to);
  unsigned width = program.widths[to];
  if (isConverged()) {
    std::memcpy(r.bytes, from.bytes, size * width);
    copyState(r, from);
    return;
  }
  if (r.isClean)
    std::memset(r.poison, 0, sizeof(r.poison));
  for (int lane = 0; lane < size; ++lane) {
    if (!isActive(lane))
      continue;
    std::memcpy(r.bytes + lane * width, from.bytes + lane * width, width);
    r.poison[lane] = from.isClean ? 0 : from.poison[lane];
  }
  // No product in flight comes here: see requireCopyable.
  defineByPoison(to);
}

bool Warp::requireCopyable(const Instruction &i) {
  return isConverged() || requireFinished(i);
}

Event Warp::begin(const Instruction &i) {
  Event event = workgroup.cluster.record(this->agent, i);
  view.generic.advance(this->agent, event);
  return event;
}

Event Warp::begin(const Instruction &i, Agent agent) {
  return workgroup.cluster.record(agent, i);
}

Event Groups::wait(LaneMask mask, uint32_t pending) {
  uint32_t younger[kMaxLanes] = {};
  for (Group &group : reverse(committed))
    for (LaneMask lanes = group.counting & mask; lanes; lanes &= lanes - 1) {
      int lane = __builtin_ctzll(lanes);
      if (younger[lane]++ < pending)
        continue;
      group.counting &= ~(LaneMask(1) << lane);
      group.working &= ~(LaneMask(1) << lane);
    }
  // The first event that is not over ends what is.
  Event over = 0, limit = open ? first : ~Event(0);
  for (const Group &group : committed) {
    if (group.working)
      limit = std::min(limit, group.first);
    else
      over = std::max(over, group.last);
  }
  over = std::min(over, limit - 1);
  erase_if(committed, [](const Group &group) {
    return !group.working && !group.counting;
  });
  return over;
}

bool Groups::isOver(uint32_t g) const {
  for (const Group &group : committed)
    if (group.number == g)
      return group.working == 0;
  return g < number;
}

bool Groups::isIdle() const {
  return !open && all_of(committed,
                         [](const Group &group) { return group.working == 0; });
}

void Warp::wait(Groups &groups, uint32_t pending) {
  if (Event over = groups.wait(mask, pending))
    view.advance(groups.agent, over);
}

View Warp::publish() {
  held.join(view);
  View known = held;
  if (isWave)
    known.retreat(localMemory.agent, localMemory.over);
  return known;
}

void Warp::leaveBranch() {
  held.join(view);
  Event own = view.generic[agent];
  view = std::move(views.back());
  views.pop_back();
  view.generic.advance(agent, own);
}

std::string Warp::explainBlock() {
  return workgroup.cluster.describe(agent) + " waits for " +
         (explain ? explain(*this, program.code[pc]) : "its turn");
}

Step Warp::run(uint64_t quantum) {
  const Instruction *code = program.code.data();
  while (quantum--) {
    const Instruction &i = code[pc++];
    ++steps;
    Step step = i.run(*this, i);
    if (LLVM_LIKELY(step == Step::Next))
      continue;
    if (step == Step::Blocked) {
      --pc;
      --steps;
    }
    return step;
  }
  return Step::Next;
}
