//===- Elements.h - elements of matrix instructions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_ELEMENTS_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_ELEMENTS_H

#include "../Register.h"

#include "fovea/Simulator/Rounding.h"

namespace fovea::sim::nvidia {

/// What `mma.sync` and `wgmma` multiply. All their values and all products of
/// two of them are exact in f64.
enum class Element { F16, BF16, TF32, E4M3, E5M2, S8, U8 };

constexpr int bytesOf(Element element) {
  return element == Element::TF32                              ? 4
         : element == Element::F16 || element == Element::BF16 ? 2
                                                               : 1;
}

constexpr bool isInteger(Element element) {
  return element == Element::S8 || element == Element::U8;
}

/// The values of `count` elements side by side, the lowest address first.
void widen(Element element, const uint8_t *bytes, int count, double *values);

/// Bytes first to first + count - 1 of the lane's 32 bits have poison.
inline bool isUnknown(const Register &r, int lane, int first, int count) {
  return !r.isClean && r.poison[lane] >> first & ((1 << count) - 1);
}

} // namespace fovea::sim::nvidia

#endif
