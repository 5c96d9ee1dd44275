//===- GridRemap.h - places of the grid for each chiplet ------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_GRIDREMAP_H
#define FOVEA_TARGET_AMD_GRIDREMAP_H

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace fovea::amd {

/// The place that workgroup `id` of `size` takes, so that runs of `chunk`
/// consecutive places share an XCD, and with it a second-level cache. The
/// hardware gives workgroup i to XCD i mod `xcds` (AMD's CDNA3 white paper;
/// HipKittens, arXiv 2511.08083, section on chiplets).
///
///   first = id - id % (xcds * chunk)           the block of `xcds` chunks
///   rest  = min(size - first, xcds * chunk)    less than a block at the end
///   xcd   = id % xcds
///   place = first + xcd * (rest / xcds) + min(xcd, rest % xcds)
///                 + (id - first) / xcds
///
/// In a full block XCD x takes chunk x. What remains at the end is split as
/// evenly as it can be: the first rest % xcds of the XCDs take one place more,
/// as the hardware gives them one workgroup more. So it is a bijection for any
/// size, and XCD runs stay consecutive in the remainder, too, unlike in remaps
/// that leave it alone. A chunk of ceil(size / xcds) or more gives each XCD one
/// run.
///
/// With powers of two for `xcds` and `chunk` it is shifts, masks, two minima
/// and one multiplication.
constexpr uint32_t remapWorkgroup(uint32_t id, uint32_t size, uint32_t xcds,
                                  uint32_t chunk) {
  assert(id < size && xcds && chunk && chunk <= ~0u / xcds);
  uint32_t block = xcds * chunk;
  uint32_t first = id - id % block;
  uint32_t rest = std::min(size - first, block);
  uint32_t xcd = id % xcds;
  return first + xcd * (rest / xcds) + std::min(xcd, rest % xcds) +
         (id - first) / xcds;
}

} // namespace fovea::amd

#endif
