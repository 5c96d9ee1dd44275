//===- Barrier.h - where subgroups of a workgroup meet -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_BARRIER_H
#define FOVEA_LIB_SIMULATOR_BARRIER_H

#include "Workgroup.h"

namespace fovea::sim {

/// Counts the warp at barrier `id`, which is for `threads` threads. `waits`: it
/// does not go on before the rest has come. Null: an error was reported, as for
/// divergent lanes or other numbers of threads.
NamedBarrier *arriveAt(Warp &w, const Instruction &i, uint32_t id,
                       uint32_t threads, bool waits);

/// Arrives, and blocks until all of `threads` threads have. A handler ends with
/// it.
Step syncAt(Warp &w, const Instruction &i, uint32_t id, uint32_t threads);

} // namespace fovea::sim

#endif
