//===- Warp.cpp - a subgroup that runs a program
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Warp.h"

#include "Workgroup.h"

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
  for (int lane = 0; lane < size; ++lane) {
    if (!isActive(lane) || !r.poison[lane])
      continue;
    fail(i, "has an undefined " + what + " in lane " + Twine(lane));
    return false;
  }
  return true;
}

bool Warp::requireFinished(const Instruction &i) {
  for (Slot operand : i.operands)
    if (!reg(operand).isClean && reg(operand).group) {
      fail(i, "reads the result of a product in flight, expected a "
              "fovea_nvgpu.wgmma_wait between them");
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

void Warp::copyState(Register &to, const Register &from) {
  if (!from.isClean)
    std::memcpy(to.poison, from.poison, sizeof(to.poison));
  to.isClean = from.isClean;
  to.group = from.group;
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
  bool isClean = !from.group;
  for (int lane = 0; lane < size; ++lane) {
    if (isActive(lane)) {
      std::memcpy(r.bytes + lane * width, from.bytes + lane * width, width);
      r.poison[lane] = from.isClean ? 0 : from.poison[lane];
    }
    isClean &= r.poison[lane] == 0;
  }
  r.isClean = isClean;
  r.group = from.group;
  r.written = steps;
}

Event Warp::begin(const Instruction &i) {
  Event event = workgroup.record(number, i);
  view.generic.advance(number, event);
  return event;
}

Event Warp::begin(const Instruction &i, Agent agent) {
  return workgroup.record(agent, i);
}

void Warp::wait(Groups &groups, uint32_t pending) {
  // Of each active lane: all of its groups but the youngest `pending`.
  uint32_t left[kMaxLanes] = {};
  for (auto group = groups.running.rbegin(); group != groups.running.rend();
       ++group)
    for (int lane = 0; lane < size; ++lane)
      if (isActive(lane) && group->lanes >> lane & 1 && left[lane]++ >= pending)
        group->lanes &= ~(LaneMask(1) << lane);
  Event over = 0;
  bool isFirst = true;
  erase_if(groups.running, [&](const Groups::Group &group) {
    isFirst &= group.lanes == 0;
    if (isFirst)
      over = std::max(over, group.last);
    return isFirst;
  });
  if (over)
    view.advance(groups.agent, over);
}

View Warp::published() const {
  View known = view;
  if (isWave)
    known.retreat(localMemory.agent, localMemory.over);
  return known;
}

std::string Warp::explainBlock() {
  return (isWave ? "wave " : "warp ") + std::to_string(number) + " waits for " +
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
