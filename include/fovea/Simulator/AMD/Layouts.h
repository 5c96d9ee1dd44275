//===- Layouts.h - where matrix instructions keep elements -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Of CDNA's instructions, for waves of 64 lanes. The sources are AMD's: the
// CDNA4 ISA guide, sections 7.1.4 ("General input and output layout") and 11.4
// ("MFMA Transpose Load from LDS"); the AMD Matrix Instruction Calculator,
// which prints CDNA1's to CDNA3's layouts; and "AMD matrix cores" (AMD lab
// notes).
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_SIMULATOR_AMD_LAYOUTS_H
#define FOVEA_SIMULATOR_AMD_LAYOUTS_H

#include "fovea/Simulator/Place.h"

namespace fovea::sim::amd {

constexpr int kWaveLanes = 64;

/// Operands of a `v_mfma` of one block, of `size` rows and columns (16 or 32)
/// and depth `k`. Elements of A and B count from the lowest bits of the lane's
/// first register on; there are `size * k / 64` of them in a lane. Those of C
/// and D are the lane's registers, `size * size / 64` of them.
Place placeInMfmaA(int size, int k, int lane, int element);
Place placeInMfmaB(int size, int k, int lane, int element);
Place placeInMfmaC(int size, int lane, int element);

/// One of the 16-bit elements that a lane's address points to.
struct Source {
  int lane, element;
};

/// `ds_read_b64_tr_b16` (gfx950): whose element a lane gets as its number
/// `element`, of 4. Each row of 16 lanes transposes on its own: its lanes read
/// a matrix of 4 rows, 4 lanes to a row, and lane i of it gets column i.
Source sourceInTransposedRead(int lane, int element);

} // namespace fovea::sim::amd

#endif
