//===- Masks.cpp - interval masks and their bounds -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace fovea;

/// The position of query `d0` among the keys when both ends are aligned.
static AffineExpr alignedPosition(MLIRContext *context) {
  Builder b(context);
  return b.getAffineDimExpr(0) + b.getAffineSymbolExpr(1) -
         b.getAffineSymbolExpr(0);
}

AffineExpr CausalAttr::getLowerBound() const { return {}; }
AffineExpr CausalAttr::getUpperBound() const {
  return alignedPosition(getContext()) + 1;
}

AffineExpr WindowAttr::getLowerBound() const {
  return getLeft() ? alignedPosition(getContext()) - *getLeft() : AffineExpr();
}
AffineExpr WindowAttr::getUpperBound() const {
  return getRight() ? alignedPosition(getContext()) + *getRight() + 1
                    : AffineExpr();
}

LogicalResult WindowAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 std::optional<int64_t> left,
                                 std::optional<int64_t> right) {
  // Beyond 2^31 a side reaches over any sequence, and sums of indices stay in
  // range.
  constexpr int64_t kWidest = int64_t(1) << 31;
  for (auto [name, side] : {std::pair("left", left), std::pair("right", right)})
    if (side && (*side < 0 || *side > kWidest))
      return emitError() << "window side '" << name << "' is " << *side
                         << ", expected 0 to " << kWidest
                         << ", or leave it out for an unbounded side";
  return success();
}

int64_t fovea::evaluateBound(AffineExpr bound, int64_t i, int64_t queries,
                             int64_t keys) {
  Builder b(bound.getContext());
  AffineExpr value = bound.replaceDimsAndSymbols(
      {b.getAffineConstantExpr(i)},
      {b.getAffineConstantExpr(queries), b.getAffineConstantExpr(keys)});
  return cast<AffineConstantExpr>(value).getValue();
}
