//===- Numbers.h - the numbers of threads and workgroups -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NUMBERS_H
#define FOVEA_LIB_SIMULATOR_NUMBERS_H

#include "Workgroup.h"

namespace fovea::sim {

/// A handler that gives each lane an i32 of its place.
template <uint32_t (*Read)(const Warp &, int lane)>
Step readNumber(Warp &w, const Instruction &i) {
  for (int lane = 0; lane < w.size; ++lane)
    w.out<uint32_t>(i)[lane] = Read(w, lane);
  return w.finish(i);
}

/// In dimension `D`, x first, of a number that counts x fastest.
template <int D>
uint32_t placeIn(uint32_t number, const Dimensions &sizes) {
  for (int d = 0; d < D; ++d)
    number /= sizes[d];
  return number % sizes[D];
}

template <int D>
uint32_t threadNumber(const Warp &w, int lane) {
  return placeIn<D>(w.number * w.size + lane, w.workgroup.grid.blockSizes);
}
template <int D>
uint32_t workgroupNumber(const Warp &w, int) {
  return placeIn<D>(w.workgroup.index, w.workgroup.grid.gridSizes);
}
template <int D>
uint32_t numThreads(const Warp &w, int) {
  return w.workgroup.grid.blockSizes[D];
}
template <int D>
uint32_t numWorkgroups(const Warp &w, int) {
  return w.workgroup.grid.gridSizes[D];
}

} // namespace fovea::sim

#endif
