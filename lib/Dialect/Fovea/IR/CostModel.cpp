//===- CostModel.cpp - FLOPs, least bytes and I/O bounds of the ops
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace fovea;

/// Bytes of all operands and results, each counted once.
static FailureOr<double> sumBytes(Operation *op) {
  double bytes = 0;
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    // An index has no size of its own.
    if (!tensor || !tensor.hasStaticShape())
      return failure();
    bytes +=
        double(tensor.getNumElements()) * tensor.getElementTypeBitWidth() / 8;
  }
  return bytes;
}

/// Pairs (i, j) that the mask attributes leave visible in one head.
static double countVisiblePairs(AttentionOp op, int64_t queries, int64_t keys) {
  double pairs = 0;
  for (int64_t i = 0; i < queries; ++i) {
    int64_t first = 0, last = keys;
    for (Attribute attribute : op.getMasks()) {
      auto mask = cast<MaskAttrInterface>(attribute);
      if (AffineExpr lower = mask.getLowerBound())
        first = std::max(first, evaluateBound(lower, i, queries, keys));
      if (AffineExpr upper = mask.getUpperBound())
        last = std::min(last, evaluateBound(upper, i, queries, keys));
    }
    pairs += std::max<int64_t>(last - first, 0);
  }
  return pairs;
}

FailureOr<double> AttentionOp::getFlops() {
  RankedTensorType q = getQueryType(), k = getKeyType(), v = getValueType();
  if (!q.hasStaticShape() || !k.hasStaticShape() || !v.hasStaticShape())
    return failure();
  double pairs = countVisiblePairs(*this, q.getDimSize(2), k.getDimSize(2));
  return 2.0 * q.getDimSize(0) * q.getDimSize(1) * pairs *
         (q.getDimSize(3) + v.getDimSize(3));
}

FailureOr<double> AttentionOp::getLeastBytes() { return sumBytes(*this); }

/// Saha and Ye, "The I/O complexity of attention" (arXiv:2402.07443): for N
/// queries and keys of width d and a fast memory of F elements, N^2 d^2 / F
/// when F >= d^2, and N^2 d / sqrt(F) below that; never less than reading once.
FailureOr<double> AttentionOp::getIOBound(int64_t fastMemoryElements) {
  FailureOr<double> bytes = getLeastBytes();
  FailureOr<double> flops = getFlops();
  if (failed(bytes) || failed(flops) || fastMemoryElements < 1)
    return failure();
  double d =
      std::max(getQueryType().getDimSize(3), getValueType().getDimSize(3));
  double pairs =
      *flops /
      (2.0 * (getQueryType().getDimSize(3) + getValueType().getDimSize(3)));
  double fast = double(fastMemoryElements);
  double traffic =
      fast >= d * d ? pairs * d * d / fast : pairs * d / std::sqrt(fast);
  double once = *bytes * 8 / getQueryType().getElementTypeBitWidth();
  return std::max(traffic, once);
}

FailureOr<double> MergeStatesOp::getFlops() {
  int64_t states = getNumStates();
  if (!getOutputType().hasStaticShape() || ShapedType::isDynamic(states))
    return failure();
  // One exponential weight a row and state, one multiply-add an element.
  return double(states) * (2.0 * getOutputType().getNumElements() +
                           4.0 * getLseType().getNumElements());
}

FailureOr<double> MergeStatesOp::getLeastBytes() { return sumBytes(*this); }

FailureOr<double> MergeStatesOp::getIOBound(int64_t) {
  FailureOr<double> bytes = getLeastBytes();
  if (failed(bytes))
    return failure();
  return *bytes * 8 / getOutputType().getElementTypeBitWidth();
}
