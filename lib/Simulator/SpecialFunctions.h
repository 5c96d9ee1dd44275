//===- SpecialFunctions.h - what units of approximations give -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Functors of f32. The vendors give bounds of errors and not bits: these are
// the correctly rounded values, where subnormals are zeros of their sign.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_SIMULATOR_SPECIALFUNCTIONS_H
#define FOVEA_LIB_SIMULATOR_SPECIALFUNCTIONS_H

#include <cmath>

namespace fovea::sim {

inline float flush(float x) {
  return std::fabs(x) < 0x1p-126f ? std::copysign(0.f, x) : x;
}

struct Exp2 {
  float operator()(float x) const { return flush(std::exp2(flush(x))); }
};
struct Log2 {
  float operator()(float x) const {
    x = flush(x);
    return x < 0 ? std::nanf("") : std::log2(x);
  }
};
struct Reciprocal {
  float operator()(float x) const { return flush(1 / flush(x)); }
};

} // namespace fovea::sim

#endif
