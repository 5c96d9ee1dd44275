//===- GridRemap.h - places of the grid for each die ------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_GPU_GRIDREMAP_H
#define FOVEA_TARGET_GPU_GRIDREMAP_H

#include <algorithm>

namespace fovea {

/// The place that workgroup `id` of `size` takes, so that runs of `chunk`
/// consecutive places share a die, and with it a second-level cache. The
/// hardware gives workgroup i to die i mod `dies` (AMD's CDNA3 white paper;
/// HipKittens, arXiv 2511.08083, section on chiplets).
///
///   first = id - id % (dies * chunk)           the block of `dies` chunks
///   rest  = min(size - first, dies * chunk)    less than a block at the end
///   die   = id % dies
///   place = first + die * (rest / dies) + min(die, rest % dies)
///                 + (id - first) / dies
///
/// In a full block die x takes chunk x. What remains at the end is split as
/// evenly as it can be: the first rest % dies of the dies take one place more,
/// as the hardware gives them one workgroup more. So it is a bijection for any
/// size, and runs stay consecutive in the remainder, too, unlike in remaps
/// that leave it alone. A chunk of ceil(size / dies) or more gives each die one
/// run.
///
/// With powers of two for `dies` and `chunk` it is shifts, masks, two minima
/// and one multiplication. `Number` is an unsigned integer, or what computes
/// with the operators and `min` of one: a kernel's code is written by the same
/// formula.
template <typename Number>
constexpr Number remapWorkgroup(Number id, Number size, Number dies,
                                Number chunk) {
  using std::min;
  Number block = dies * chunk;
  Number first = id - id % block;
  Number rest = min(size - first, block);
  Number die = id % dies;
  return first + die * (rest / dies) + min(die, rest % dies) +
         (id - first) / dies;
}

} // namespace fovea

#endif
