//===- Sums.h - sums of matrix instructions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_SUMS_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_SUMS_H

#include "Elements.h"

namespace fovea::sim::nvidia {

/// The products of two matrices, a of `rows` by `depth` and b of `depth` by
/// `columns`, each added to a number of 32 bits, as `mma.sync` and `wgmma` do.
///
/// PTX leaves open how sums are rounded. Those of 16-bit floats are exact here,
/// and rounded once. Those of tf32 and FP8 are an H100's, bit by bit in all
/// that was measured (docs/simulator.md): every term, the addend among them,
/// becomes a multiple of 2^(e - 25), or 2^(e - 13) for FP8, e being the largest
/// exponent of a term, which for a product is the sum of its factors'
/// exponents; their exact sum becomes one of 23, or 13, bits behind the leading
/// one. All of that is toward zero. Integers wrap around, or saturate.
class Sums {
public:
  Sums(Element left, Element right, bool saturates, int rows, int columns,
       int depth);

  double &a(int row, int k) { return lhs[row * depth + k]; }
  double &b(int k, int column) { return rhs[k * columns + column]; }

  /// After all of a and b are set.
  void multiply();
  /// The sum in the bits of an f32 or an s32, as `c` is.
  uint32_t add(int row, int column, uint32_t c) const;

private:
  bool isTruncated() const { return termBits != 0; }
  float addTruncated(int row, int column, float c) const;

  const Element left, right;
  const bool saturates;
  const int rows, columns, depth;
  /// Of a term and of a sum, behind the leading one; 0: all.
  const int termBits, sumBits;
  /// Of the largest instruction; on the stack, and not filled in advance.
  static constexpr int kMaxRows = 16, kMaxColumns = 256, kMaxDepth = 32;
  double lhs[kMaxRows * kMaxDepth], rhs[kMaxDepth * kMaxColumns];
  double sums[kMaxRows * kMaxColumns];
  int lhsExponents[kMaxRows * kMaxDepth], rhsExponents[kMaxDepth * kMaxColumns];
};

} // namespace fovea::sim::nvidia

#endif
