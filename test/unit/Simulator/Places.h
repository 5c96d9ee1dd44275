//===- Places.h - places of elements in expectations -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TEST_UNIT_SIMULATOR_PLACES_H
#define FOVEA_TEST_UNIT_SIMULATOR_PLACES_H

#include "fovea/Simulator/Place.h"

#include <ostream>
#include <vector>

namespace fovea::sim {

using Places = std::vector<Place>;

inline bool operator==(const Place &a, const Place &b) {
  return a.row == b.row && a.column == b.column;
}
inline std::ostream &operator<<(std::ostream &os, const Place &place) {
  return os << place.row << "," << place.column;
}

} // namespace fovea::sim

#endif
