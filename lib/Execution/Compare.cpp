//===- Compare.cpp - results against the oracle -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/Compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace fovea;

static double difference(double x, double y) {
  if (x == y || (std::isnan(x) && std::isnan(y)))
    return 0;
  double d = std::abs(x - y);
  return std::isfinite(d) ? d : std::numeric_limits<double>::infinity();
}

Comparison fovea::compare(const std::string &name, const Array &result,
                          const Array &unfused, const Array &oracle) {
  Comparison c{name};
  double largest = 0;
  for (int64_t i = 0; i < oracle.size(); ++i) {
    double exact = oracle.get(i);
    c.maxError = std::max(c.maxError, difference(result.get(i), exact));
    c.unfusedError =
        std::max(c.unfusedError, difference(unfused.get(i), exact));
    if (std::isfinite(exact))
      largest = std::max(largest, std::abs(exact));
  }
  double unit = result.bits() == 64
                    ? std::numeric_limits<double>::epsilon()
                    : double(std::numeric_limits<float>::epsilon());
  c.tolerance = 2 * c.unfusedError + 8 * unit * largest;
  // An oracle that the unfused computation cannot follow at all proves nothing.
  if (!std::isfinite(c.unfusedError))
    c.tolerance = 0;
  c.relativeError = largest > 0 ? c.maxError / largest : c.maxError;
  return c;
}
