//===- Sums.cpp - sums of matrix instructions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Sums.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace fovea::sim;
using namespace fovea::sim::nvidia;

/// Below all exponents of terms: zeros have none.
static constexpr int kNoExponent = -(1 << 20);
static constexpr int kLeastExponent = -126;

static bool isFloat8(Element element) {
  return element == Element::E4M3 || element == Element::E5M2;
}

/// Of the format's smallest normal number, which subnormals share.
static int leastExponent(Element element) {
  return element == Element::E4M3   ? -6
         : element == Element::E5M2 ? -14
                                    : kLeastExponent;
}

static int exponentOf(double value, int least) {
  return value == 0 ? kNoExponent : std::max(std::ilogb(value), least);
}

static int termBitsOf(Element element) {
  return element == Element::TF32 ? 25 : isFloat8(element) ? 13 : 0;
}

Sums::Sums(Element left, Element right, bool saturates, int rows, int columns,
           int depth)
    : left(left), right(right), saturates(saturates), rows(rows),
      columns(columns), depth(depth), termBits(termBitsOf(left)),
      sumBits(std::min(termBits, 23)) {}

void Sums::multiply() {
  if (isTruncated()) {
    for (int i = 0; i < rows * depth; ++i)
      lhsExponents[i] = exponentOf(lhs[i], leastExponent(left));
    for (int i = 0; i < depth * columns; ++i)
      rhsExponents[i] = exponentOf(rhs[i], leastExponent(right));
    return;
  }
  std::fill_n(sums, rows * columns, 0.0);
  for (int row = 0; row < rows; ++row)
    for (int k = 0; k < depth; ++k) {
      // Outside of the object, so that the loop becomes vector code.
      const double factor = lhs[row * depth + k], *of = rhs + k * columns;
      double *to = sums + row * columns;
      for (int column = 0, end = columns; column < end; ++column)
        to[column] += factor * of[column];
    }
}

/// Toward zero, to a multiple of 2^exponent.
static double truncate(double value, int exponent) {
  return std::ldexp(std::trunc(std::ldexp(value, -exponent)), exponent);
}

float Sums::addTruncated(int row, int column, float c) const {
  int largest = exponentOf(c, kLeastExponent);
  double plain = c;
  for (int k = 0; k < depth; ++k) {
    largest = std::max(largest, lhsExponents[row * depth + k] +
                                    rhsExponents[k * columns + column]);
    plain += lhs[row * depth + k] * rhs[k * columns + column];
  }
  // Zeros alone; infinities and NaNs are what IEEE makes of them.
  if (largest <= kNoExponent || !std::isfinite(plain))
    return float(plain);
  int unit = largest - termBits;
  double sum = truncate(c, unit);
  for (int k = 0; k < depth; ++k)
    sum += truncate(lhs[row * depth + k] * rhs[k * columns + column], unit);
  if (sum == 0)
    return 0;
  auto result =
      float(truncate(sum, std::max(std::ilogb(sum), kLeastExponent) - sumBits));
  // Zeros of an H100 have no sign.
  return result == 0 ? 0 : result;
}

uint32_t Sums::add(int row, int column, uint32_t c) const {
  if (isInteger(left)) {
    using Limits = std::numeric_limits<int32_t>;
    int64_t exact = int64_t(int32_t(c)) + int64_t(sums[row * columns + column]);
    if (saturates)
      exact = std::clamp<int64_t>(exact, Limits::min(), Limits::max());
    return uint32_t(exact);
  }
  float addend, result;
  std::memcpy(&addend, &c, sizeof(addend));
  result = isTruncated() ? addTruncated(row, column, addend)
                         : float(addend + sums[row * columns + column]);
  std::memcpy(&c, &result, sizeof(result));
  return c;
}
