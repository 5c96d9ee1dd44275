//===- Workgroup.cpp - subgroups that share memory and barriers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Workgroup.h"

#include "Cluster.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace fovea::sim;

Workgroup::Workgroup(Cluster &cluster, const Program &program, const Grid &grid,
                     uint32_t index)
    : cluster(cluster), grid(grid), index(index), shared(grid.sharedBytes) {
  // Agents of several workgroups need their names.
  std::string suffix = grid.clusterSize > 1 ? " of " + describe() : "";
  for (int w = 0; w < grid.threads / grid.subgroupSize; ++w) {
    std::string name =
        (grid.isWave ? "wave " : "warp ") + std::to_string(w) + suffix;
    warps.push_back(
        std::make_unique<Warp>(*this, program, w, grid.subgroupSize));
    Warp &warp = *warps.back();
    warp.agent = cluster.addAgent(name);
    addAsynchronousAgents(warp, name);
    warp.registersPerThread = grid.registersPerThread;
    for (auto [slot, value] : zip_equal(program.arguments, grid.arguments))
      warp.fill(slot, value);
  }
}

void Workgroup::addAsynchronousAgents(Warp &warp, const std::string &name) {
  auto add = [&](const char *what) {
    return cluster.addAgent(what + (" of " + name));
  };
  if (grid.isWave) {
    warp.vectorMemory.agent = add("a load to LDS");
    warp.localMemory.agent = add("a store to LDS");
    return;
  }
  warp.copies.agent = add("a copy (cp.async)");
  warp.bulkCopies.agent = add("a copy (cp.async.bulk)");
  warp.bulkStores.agent = add("a store (cp.async.bulk)");
  warp.products.agent = add("a product (wgmma)");
}
