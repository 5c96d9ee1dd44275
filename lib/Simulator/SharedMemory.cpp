//===- SharedMemory.cpp - a workgroup's memory, and who touched it
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SharedMemory.h"

using namespace fovea::sim;

SharedMemory::SharedMemory(uint32_t size)
    : end(kSharedBase + size), bytes(size), undefined(size, 0xff),
      writers((size + kGranule - 1) / kGranule), writes(writers.size()) {}

Conflict SharedMemory::describeWrite(uint32_t granule,
                                     const Access &access) const {
  Agent agent = writers[granule];
  Event event = writes[granule];
  return {granule * kGranule + kSharedBase, agent, event, /*isWrite=*/true,
          /*lacksFence=*/access.view->generic[agent] >= event};
}

std::optional<Conflict> SharedMemory::findWrite(uint32_t first, uint32_t last,
                                                const Access &access) const {
  const Clock &over =
      access.isAsync ? access.view->async : access.view->generic;
  // Neighbours were mostly written at once.
  Agent agent = ~0u;
  Event event = 0;
  for (uint32_t g = first; g <= last; ++g) {
    if (writers[g] == agent && writes[g] <= event)
      continue;
    agent = writers[g];
    event = over[agent];
    if (writes[g] > event)
      return describeWrite(g, access);
  }
  return std::nullopt;
}

std::optional<Conflict> SharedMemory::findRead(uint32_t first, uint32_t last,
                                               const Access &access) const {
  for (Agent agent = 0; agent < reads.size(); ++agent) {
    if (reads[agent].empty() || agent == access.agent)
      continue;
    Event over = access.view->generic[agent];
    for (uint32_t g = first; g <= last; ++g)
      if (reads[agent][g] > over)
        return Conflict{g * kGranule + kSharedBase, agent, reads[agent][g],
                        /*isWrite=*/false, /*lacksFence=*/false};
  }
  return std::nullopt;
}

std::optional<Conflict> SharedMemory::read(uint32_t address, uint32_t size,
                                           const Access &access) {
  uint32_t first = (address - kSharedBase) / kGranule;
  uint32_t last = (address - kSharedBase + size - 1) / kGranule;
  if (auto conflict = findWrite(first, last, access))
    return conflict;
  if (access.agent >= reads.size())
    reads.resize(access.agent + 1);
  std::vector<Event> &mine = reads[access.agent];
  if (mine.empty())
    mine.resize(writes.size());
  std::fill(mine.begin() + first, mine.begin() + last + 1, access.event);
  return std::nullopt;
}

std::optional<Conflict> SharedMemory::write(uint32_t address, uint32_t size,
                                            const Access &access) {
  uint32_t first = (address - kSharedBase) / kGranule;
  uint32_t last = (address - kSharedBase + size - 1) / kGranule;
  if (auto conflict = findWrite(first, last, access))
    return conflict;
  if (auto conflict = findRead(first, last, access))
    return conflict;
  std::fill(writers.begin() + first, writers.begin() + last + 1, access.agent);
  std::fill(writes.begin() + first, writes.begin() + last + 1, access.event);
  return std::nullopt;
}
