//===- OnlineSoftmax.h - the running state of a softmax over tiles -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_FOVEATOTILE_ONLINESOFTMAX_H
#define FOVEA_LIB_CONVERSION_FOVEATOTILE_ONLINESOFTMAX_H

#include "TileBuilder.h"

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

namespace fovea {

/// Running maximum (one a row), running sum and unnormalised output of each
/// row. The sum is one a row too, or a few columns that still have to be added.
struct SoftmaxState {
  mlir::Value maximum, sum, output;
  llvm::SmallVector<mlir::Value> pack() const { return {maximum, sum, output}; }
  static SoftmaxState unpack(mlir::ValueRange v) { return {v[0], v[1], v[2]}; }
};

/// Online softmax (Milakov and Gimelshein, arXiv:1805.02867; unnormalised as in
/// FlashAttention-2, arXiv:2307.08691). Scores are in units of log2.
class OnlineSoftmax {
public:
  OnlineSoftmax(TileBuilder &b, tile::ConfigAttr config,
                mlir::FloatType accumulator);

  /// The state before any key, for outputs of `columns` columns.
  SoftmaxState begin(int64_t columns);
  /// Takes one more term a row in, before any key: its logarithm (of 2) and its
  /// value, or null for none. A term of 0 (-inf) counts for nothing, whatever
  /// its value.
  void addTerm(SoftmaxState &s, mlir::Value logarithm, mlir::Value value);
  /// Takes the tile `scores * factor` and its values in.
  SoftmaxState update(SoftmaxState s, mlir::Value scores, double factor,
                      mlir::Value values);
  /// The sum of each row.
  mlir::Value getSum(SoftmaxState s);
  /// `x * factor` for a constant.
  mlir::Value multiply(mlir::Value x, double factor);

private:
  /// The new maximum, the factor by which old terms decay, and the decayed sum.
  struct Decay {
    mlir::Value maximum, factor, sum;
    /// Null, or whether anything decays at all.
    mlir::Value any;
  };
  Decay follow(SoftmaxState s, mlir::Value scores, double factor);
  Decay followLazily(SoftmaxState s, mlir::Value scores, double factor);
  /// Both the decay, whose sum has the tile's terms, and these terms.
  std::pair<Decay, mlir::Value> speculate(SoftmaxState s, mlir::Value scores);
  /// The terms of `scores`, and `sum` with them.
  mlir::Value takeTerms(mlir::Value scores, mlir::Value maximum);
  mlir::Value addTerms(mlir::Value terms, mlir::Value sum);
  mlir::Value decayOutput(mlir::Value output, const Decay &decay);
  mlir::Value exponential(mlir::Value x);
  mlir::Value roundTerms(mlir::Value terms, mlir::Type element);

  TileBuilder &b;
  int64_t m;
  tile::ScheduleAttr schedule;
  mlir::FloatType accumulator;
  /// Columns of the sum that are kept apart in a loop; 0: none.
  int64_t foldColumns = 0;
};

} // namespace fovea

#endif
