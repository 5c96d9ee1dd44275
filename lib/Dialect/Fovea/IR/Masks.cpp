//===- Masks.cpp - masks by their bounds, and their combinations -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace fovea;

/// Beyond 2^31 a side reaches over any sequence, and sums of indices stay in
/// range.
static constexpr int64_t kWidest = int64_t(1) << 31;

/// The position of query `d0` among the keys when both ends are aligned.
static AffineExpr alignedPosition(MLIRContext *context) {
  Builder b(context);
  return b.getAffineDimExpr(0) + b.getAffineSymbolExpr(1) -
         b.getAffineSymbolExpr(0);
}

AffineExpr CausalAttr::getLowerBound() const { return {}; }
AffineExpr CausalAttr::getUpperBound() const {
  if (getAlign() == Alignment::TopLeft)
    return getAffineDimExpr(0, getContext()) + 1;
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
  for (auto [name, side] : {std::pair("left", left), std::pair("right", right)})
    if (side && (*side < 0 || *side > kWidest))
      return emitError() << "window side '" << name << "' is " << *side
                         << ", expected 0 to " << kWidest
                         << ", or leave it out for an unbounded side";
  return success();
}

AffineExpr PrefixAttr::getLowerBound() const { return {}; }
AffineExpr PrefixAttr::getUpperBound() const {
  return getAffineConstantExpr(getLength(), getContext());
}

LogicalResult PrefixAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t length) {
  if (length < 0 || length > kWidest)
    return emitError() << "prefix has a length of " << length
                       << ", expected 0 to " << kWidest;
  return success();
}

/// A single mask needs no combination, and none has no meaning.
static LogicalResult
verifyCombination(function_ref<InFlightDiagnostic()> emitError, StringRef name,
                  ArrayRef<Attribute> masks) {
  if (masks.size() < 2)
    return emitError() << name << " combines " << masks.size()
                       << " masks, expected at least 2";
  for (Attribute mask : masks)
    if (!isa<MaskAttrInterface>(mask))
      return emitError() << name << " combines " << mask
                         << ", expected mask attributes";
  return success();
}

template <typename Combine>
static Value combineVisible(ImplicitLocOpBuilder &b, ArrayRef<Attribute> masks,
                            const MaskPoint &point) {
  Value visible;
  for (Attribute mask : masks) {
    Value one = cast<MaskAttrInterface>(mask).buildVisible(b, point);
    visible = visible ? Value(Combine::create(b, visible, one)) : one;
  }
  return visible;
}

static LogicalResult
verifyAllSizes(function_ref<InFlightDiagnostic()> emitError,
               ArrayRef<Attribute> masks, int64_t heads, int64_t queries,
               int64_t keys) {
  return success(llvm::all_of(masks, [&](Attribute mask) {
    return succeeded(cast<MaskAttrInterface>(mask).verifySizes(emitError, heads,
                                                               queries, keys));
  }));
}

// The combinations' own bounds would be minima and maxima, which are not
// affine.
AffineExpr AndAttr::getLowerBound() const { return {}; }
AffineExpr AndAttr::getUpperBound() const { return {}; }
bool AndAttr::isInterval() const { return false; }
LogicalResult AndAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                              ArrayRef<Attribute> masks) {
  return verifyCombination(emitError, "and", masks);
}
Value AndAttr::buildVisible(ImplicitLocOpBuilder &b,
                            const MaskPoint &point) const {
  return combineVisible<arith::AndIOp>(b, getMasks(), point);
}
LogicalResult AndAttr::verifySizes(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t heads, int64_t queries,
                                   int64_t keys) const {
  return verifyAllSizes(emitError, getMasks(), heads, queries, keys);
}

AffineExpr OrAttr::getLowerBound() const { return {}; }
AffineExpr OrAttr::getUpperBound() const { return {}; }
bool OrAttr::isInterval() const { return false; }
LogicalResult OrAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                             ArrayRef<Attribute> masks) {
  return verifyCombination(emitError, "or", masks);
}
Value OrAttr::buildVisible(ImplicitLocOpBuilder &b,
                           const MaskPoint &point) const {
  return combineVisible<arith::OrIOp>(b, getMasks(), point);
}
LogicalResult OrAttr::verifySizes(function_ref<InFlightDiagnostic()> emitError,
                                  int64_t heads, int64_t queries,
                                  int64_t keys) const {
  return verifyAllSizes(emitError, getMasks(), heads, queries, keys);
}

Value fovea::buildWithinBounds(ImplicitLocOpBuilder &b, Attribute attribute,
                               const MaskPoint &point) {
  auto mask = cast<MaskAttrInterface>(attribute);
  auto compare = [&](arith::CmpIPredicate predicate, AffineExpr bound) {
    Value value = affine::expandAffineExpr(b, b.getLoc(), bound, point.query,
                                           {point.queries, point.keys});
    return Value(arith::CmpIOp::create(b, predicate, point.key, value));
  };
  Value visible;
  if (AffineExpr lower = mask.getLowerBound())
    visible = compare(arith::CmpIPredicate::sge, lower);
  if (AffineExpr upper = mask.getUpperBound()) {
    Value below = compare(arith::CmpIPredicate::slt, upper);
    visible = visible ? Value(arith::AndIOp::create(b, visible, below)) : below;
  }
  return visible ? visible
                 : Value(arith::ConstantIntOp::create(b, b.getI1Type(), 1));
}

int64_t fovea::evaluateBound(AffineExpr bound, int64_t i, int64_t queries,
                             int64_t keys) {
  Builder b(bound.getContext());
  AffineExpr value = bound.replaceDimsAndSymbols(
      {b.getAffineConstantExpr(i)},
      {b.getAffineConstantExpr(queries), b.getAffineConstantExpr(keys)});
  return cast<AffineConstantExpr>(value).getValue();
}
