//===- Register.h - one value of all lanes of a subgroup -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_REGISTER_H
#define FOVEA_LIB_SIMULATOR_REGISTER_H

#include <cstdint>

namespace fovea::sim {

/// Of the widest subgroup: a wave of CDNA. Warps use the lower half.
constexpr int kMaxLanes = 64;
/// Handlers loop over lanes in steps of this constant, so that the C++ compiler
/// makes vector code of them.
constexpr int kLaneStep = 32;

/// Bit l is lane l.
using LaneMask = uint64_t;

/// A scalar of at most 8 bytes, or 32 bits' worth of a vector, in every lane.
/// Lane l's element is number l of an array of the element's type.
struct Register {
  alignas(64) uint8_t bytes[kMaxLanes * 8];
  /// Bit b of poison[l]: byte b of lane l's element is not defined.
  uint8_t poison[kMaxLanes];
  /// No lane has poison, and no product in flight writes it: all that most
  /// handlers need to know.
  bool isClean = false;
  /// Of the asynchronous product that writes this register, 1, 2, ...; 0: there
  /// is none, or it was waited for.
  uint32_t group = 0;
  /// Which result of the product it is, and how many those are.
  uint16_t result = 0, numResults = 0;
  /// A wait must pass such a result on; else it is defined when its group is
  /// over.
  bool isHeld = false;
  /// The warp's step that defined the value; copies keep it.
  uint64_t written = 0;

  template <typename T>
  T *as() {
    static_assert(sizeof(T) <= 8);
    return reinterpret_cast<T *>(bytes);
  }
  template <typename T>
  const T *as() const {
    return reinterpret_cast<const T *>(bytes);
  }
};

} // namespace fovea::sim

#endif
