//===- Clock.h - what happened before what -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Vector clocks (Mattern, "Virtual Time and Global States of Distributed
// Systems", 1989), as race detectors use them (Flanagan and Freund,
// "FastTrack", PLDI 2009). An agent does one thing after another: a warp, or
// one warp's asynchronous copies, or the copies that one barrier counts.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_SIMULATOR_CLOCK_H
#define FOVEA_LIB_SIMULATOR_CLOCK_H

#include <algorithm>
#include <cstdint>
#include <vector>

namespace fovea::sim {

using Agent = uint32_t;
/// An agent's accesses are numbered 1, 2, ...
using Event = uint32_t;

/// For each agent, its last event that is known to be over.
class Clock {
public:
  Event operator[](Agent agent) const {
    return agent < events.size() ? events[agent] : 0;
  }
  void advance(Agent agent, Event event) {
    if (agent >= events.size())
      events.resize(agent + 1);
    events[agent] = std::max(events[agent], event);
  }
  /// Nothing is known of the agent's events behind `event`.
  void retreat(Agent agent, Event event) {
    if (agent < events.size())
      events[agent] = std::min(events[agent], event);
  }
  void join(const Clock &other) {
    if (other.events.size() > events.size())
      events.resize(other.events.size());
    for (size_t i = 0; i < other.events.size(); ++i)
      events[i] = std::max(events[i], other.events[i]);
  }
  void clear() { events.clear(); }

private:
  std::vector<Event> events;
};

/// What is over, for each of the two ways to memory. The asynchronous proxy
/// (TMA, wgmma) sees what threads wrote only behind a proxy fence (PTX ISA 9.0,
/// "Proxies"); other agents' events are the same in both.
struct View {
  Clock generic, async;

  void join(const View &other) {
    generic.join(other.generic);
    async.join(other.async);
  }
  void advance(Agent agent, Event event) {
    generic.advance(agent, event);
    async.advance(agent, event);
  }
  void retreat(Agent agent, Event event) {
    generic.retreat(agent, event);
    async.retreat(agent, event);
  }
  /// fence.proxy.async: all that is over for threads is so for both.
  void fence() { async.join(generic); }
  void clear() {
    generic.clear();
    async.clear();
  }
};

} // namespace fovea::sim

#endif
