//===- Packing.h - two 16-bit numbers in a register -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_PACKING_H
#define FOVEA_LIB_SIMULATOR_PACKING_H

#include "Elementwise.h"

namespace fovea::sim {

template <uint16_t (*Round)(float)>
struct Pack {
  uint32_t operator()(float high, float low) const {
    return uint32_t(Round(high)) << 16 | Round(low);
  }
};

/// Poison is by byte: one half may be defined.
inline void spreadHalves(Warp &w, const Instruction &i) {
  const Register &high = w.reg(i.operands[0]), &low = w.reg(i.operands[1]);
  Register &r = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    bool isHighUnknown = !high.isClean && high.poison[lane];
    bool isLowUnknown = !low.isClean && low.poison[lane];
    r.poison[lane] = (isHighUnknown ? 0xc : 0) | (isLowUnknown ? 0x3 : 0);
  }
}

/// Operands: the f32 for the high half, then the one for the low half.
template <uint16_t (*Round)(float)>
Step pack(Warp &w, const Instruction &i) {
  Step step = apply<Pack<Round>, uint32_t, float, float>(w, i);
  if (step == Step::Next && !w.reg(i.results[0]).isClean)
    spreadHalves(w, i);
  return step;
}

} // namespace fovea::sim

#endif
