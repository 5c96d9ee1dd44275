//===- Place.h - an element of an instruction's matrix -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_SIMULATOR_PLACE_H
#define FOVEA_SIMULATOR_PLACE_H

namespace fovea::sim {

/// A is m by k, B is k by n, C and D are m by n.
struct Place {
  int row, column;
};

} // namespace fovea::sim

#endif
