//===- ProgressRule.cpp - V5: no role waits for ever -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Trace.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

namespace {

/// Subgroups that run a role's trace: a role, or one of its consumers when they
/// take turns.
struct Agent {
  RoleOp role;
  const Trace &trace;
  int64_t group, groups;
  size_t next = 0;

  bool ended() const { return next == trace.size(); }
  const Event &event() const { return trace[next]; }
};

/// A channel while the roles run.
struct Ring {
  int64_t depth = 0, puts = 0, consumers = 0;
  /// By a tile's number: its place in the order of puts, and how many consumers
  /// have given it back.
  std::map<Known, int64_t> places;
  SmallVector<int64_t> givenBack;
};

class Simulation {
public:
  explicit Simulation(Run &run) : run(run) { createAgents(); }
  LogicalResult simulate();

private:
  void createAgents();
  bool isBlocked(const Agent &agent);
  void perform(Agent &agent);
  LogicalResult report();
  void describe(const Agent &agent, Diagnostic &diagnostic);

  Run &run;
  SmallVector<Agent> agents;
  DenseMap<Value, Ring> rings;
  /// Turns that were passed to a consumer of a role and not taken.
  std::map<std::pair<Operation *, int64_t>, int64_t> turns;
};

} // namespace

static bool takesTurns(const Trace &trace) {
  return llvm::any_of(trace, [](const Event &event) {
    return event.kind == Event::TakeTurn || event.kind == Event::PassTurn;
  });
}

void Simulation::createAgents() {
  for (ChannelOp channel : run.scheduled.channels)
    rings[channel.getChannel()].depth = channel.getDepth();
  for (auto [shared, trace] : llvm::zip(run.scheduled.roles, run.traces)) {
    RoleOp role = shared;
    int64_t groups =
        takesTurns(trace)
            ? std::max<int64_t>(1, role.getWarps() /
                                       run.scheduled.target.productSubgroups)
            : 1;
    for (int64_t group = 0; group < groups; ++group)
      agents.push_back(Agent{role, trace, group, groups});
    // The last one passes the first turn.
    turns[{role, 0}] = 1;
    DenseSet<Value> got;
    for (const Event &event : trace)
      if (event.kind == Event::Get && got.insert(event.channel).second)
        rings[event.channel].consumers += groups;
  }
}

bool Simulation::isBlocked(const Agent &agent) {
  const Event &event = agent.event();
  if (event.kind == Event::TakeTurn)
    return turns[{agent.role, agent.group}] == 0;
  if (event.kind != Event::Put && event.kind != Event::Get)
    return false;
  Ring &ring = rings[event.channel];
  if (event.kind == Event::Get)
    return !ring.places.count(event.number);
  return ring.puts >= ring.depth &&
         ring.givenBack[ring.puts - ring.depth] < ring.consumers;
}

void Simulation::perform(Agent &agent) {
  const Event &event = agent.event();
  if (event.kind == Event::TakeTurn)
    --turns[{agent.role, agent.group}];
  if (event.kind == Event::PassTurn)
    ++turns[{agent.role, (agent.group + 1) % agent.groups}];
  if (event.kind == Event::Put) {
    Ring &ring = rings[event.channel];
    ring.places[event.number] = ring.puts++;
    ring.givenBack.push_back(0);
  }
  if (event.kind == Event::Consumed) {
    Ring &ring = rings[event.channel];
    ++ring.givenBack[ring.places[event.number]];
  }
  ++agent.next;
}

/// "the producer waits in put for tile 2 of channel %0 to be given back".
void Simulation::describe(const Agent &agent, Diagnostic &diagnostic) {
  const Event &event = agent.event();
  RoleOp role = agent.role;
  diagnostic << "the " << stringifyRoleKind(role.getKind());
  if (agent.groups > 1)
    diagnostic << " " << agent.group;
  diagnostic << " waits in ";
  if (event.kind == Event::TakeTurn) {
    diagnostic << "take_turn for "
               << (agent.group + agent.groups - 1) % agent.groups
               << " to pass its turn";
  } else if (event.kind == Event::Get) {
    diagnostic << "get for " << describeTile(event) << " to be put";
  } else {
    Ring &ring = rings[event.channel];
    diagnostic << "put of " << describeTile(event) << " for tile "
               << ring.puts - ring.depth << " to be given back by "
               << ring.consumers - ring.givenBack[ring.puts - ring.depth]
               << " more of its " << ring.consumers << " readers, with depth "
               << ring.depth;
  }
}

LogicalResult Simulation::report() {
  KernelOp kernel = run.scheduled.kernel;
  InFlightDiagnostic diagnostic =
      kernel.emitOpError("V5: has a cycle of waits: ");
  bool first = true;
  for (const Agent &agent : agents) {
    if (agent.ended())
      continue;
    if (!first)
      diagnostic << "; ";
    first = false;
    describe(agent, *diagnostic.getUnderlyingDiagnostic());
  }
  diagnostic << run.assumptions.describe();
  for (const Agent &agent : agents)
    if (!agent.ended())
      diagnostic.attachNote(agent.event().op->getLoc()) << "it waits here";
  return diagnostic;
}

/// Each role goes as far as it can, in turn; nothing that one does blocks
/// another one, so the order does not matter.
LogicalResult Simulation::simulate() {
  for (bool moved = true; moved;) {
    moved = false;
    for (Agent &agent : agents)
      for (; !agent.ended() && !isBlocked(agent); moved = true)
        perform(agent);
  }
  return llvm::all_of(agents, [](const Agent &agent) { return agent.ended(); })
             ? success()
             : report();
}

/// A turn that was not taken cannot be passed: there is one for all consumers.
static LogicalResult verifyTurns(Run &run, const Trace &trace) {
  bool taken = false;
  for (const Event &event : trace) {
    if (event.kind == Event::PassTurn && !taken)
      return event.op->emitOpError("V5: passes a turn that its consumer has "
                                   "not taken")
             << run.assumptions.describe();
    if (event.kind == Event::PassTurn || event.kind == Event::TakeTurn)
      taken = event.kind == Event::TakeTurn;
  }
  return success();
}

LogicalResult fovea::tile::verifyProgress(Run &run) {
  for (const Trace &trace : run.traces)
    if (failed(verifyTurns(run, trace)))
      return failure();
  return Simulation(run).simulate();
}
