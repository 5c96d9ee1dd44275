//===- Elements.h - 16-bit elements, two in a register -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_ELEMENTS_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_ELEMENTS_H

#include "../Register.h"

#include "fovea/Simulator/Rounding.h"

namespace fovea::sim::nvidia {

/// Half 0 is the low one.
inline uint16_t halfOf(const Register &r, int lane, int half) {
  return r.as<uint16_t>()[lane * 2 + half];
}

inline bool isHalfUnknown(const Register &r, int lane, int half) {
  return !r.isClean && r.poison[lane] >> (2 * half) & 3;
}

} // namespace fovea::sim::nvidia

#endif
