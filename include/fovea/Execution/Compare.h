//===- Compare.h - results against the oracle -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_COMPARE_H
#define FOVEA_EXECUTION_COMPARE_H

#include "fovea/Execution/Array.h"

namespace fovea {

/// Largest differences of one output; infinite where one side alone is NaN or
/// infinite.
struct Comparison {
  std::string name;
  /// Of the compiled code to the f64 oracle, absolute, and relative to the
  /// oracle's largest finite element.
  double maxError = 0, relativeError = 0;
  /// Of the unfused computation in the same precision to the oracle.
  double unfusedError = 0;
  /// What maxError may be: twice unfusedError, and 8 units in the last place of
  /// the accumulator at the largest element.
  double tolerance = 0;
  bool passed() const { return maxError <= tolerance; }
};

Comparison compare(const std::string &name, const Array &result,
                   const Array &unfused, const Array &oracle);

} // namespace fovea

#endif
