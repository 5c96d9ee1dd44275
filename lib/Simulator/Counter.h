//===- Counter.h - operations that a wave counts -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_COUNTER_H
#define FOVEA_LIB_SIMULATOR_COUNTER_H

#include "Clock.h"

#include <deque>

namespace fovea::sim {

/// One of the counters that s_waitcnt waits for (AMD CDNA4 ISA, section 12.5,
/// "S_WAITCNT"). Operations of one kind end in the order in which they began,
/// so that "at most n are under way" says which ones are over.
struct Counter {
  /// Whose accesses those operations are that others may see too early.
  Agent agent = 0;
  /// The agent's last event that is over.
  Event over = 0;

  /// An operation began. `event`: its access, if it is one of the agent's.
  void add(Event event = 0) {
    ++begun;
    if (event)
      running.push_back({begun, event});
  }
  /// At most `pending` operations are under way.
  void wait(uint64_t pending) {
    while (!running.empty() && running.front().number + pending <= begun) {
      over = running.front().event;
      running.pop_front();
    }
  }

private:
  struct Operation {
    uint64_t number;
    Event event;
  };
  std::deque<Operation> running;
  uint64_t begun = 0;
};

} // namespace fovea::sim

#endif
