//===- AttentionOp.cpp - verification and shapes of fovea.attention
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AttentionVerifier.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace fovea;

FloatType AttentionOp::getAccumulatorType() {
  return ::fovea::getAccumulatorType(getQueryType().getElementType());
}

double AttentionOp::getEffectiveScale() {
  if (std::optional<APFloat> scale = getScale())
    return scale->convertToDouble();
  return 1.0 / std::sqrt(double(getQueryType().getDimSize(3)));
}

int64_t AttentionOp::getGroupSize() {
  int64_t queryHeads = getQueryType().getDimSize(1);
  int64_t keyHeads = getKeyType().getDimSize(1);
  if (ShapedType::isDynamic(queryHeads) || ShapedType::isDynamic(keyHeads))
    return ShapedType::kDynamic;
  return keyHeads ? queryHeads / keyHeads : 1;
}

namespace {
/// One verified tensor, with the name that diagnostics use.
struct Named {
  StringRef name;
  RankedTensorType type;
};

LogicalResult verifyRanksAndElements(AttentionOp op, ArrayRef<Named> tensors) {
  for (const Named &t : tensors)
    if (t.type.getRank() != 4)
      return op.emitOpError("C1: ")
             << t.name << " has rank " << t.type.getRank()
             << ", expected 4: [batch, heads, sequence, head dimension]";
  Type element = op.getQueryType().getElementType();
  for (const Named &t : tensors)
    if (t.type.getElementType() != element)
      return op.emitOpError("C2: ")
             << t.name << " has element type " << t.type.getElementType()
             << ", expected q's " << element;
  return success();
}

LogicalResult verifySameDim(AttentionOp op, StringRef constraint, Named a,
                            Named b, unsigned dim, StringRef what) {
  int64_t x = a.type.getDimSize(dim), y = b.type.getDimSize(dim);
  if (ShapedType::isDynamic(x) || ShapedType::isDynamic(y) || x == y)
    return success();
  return op.emitOpError() << constraint << ": " << a.name << " and " << b.name
                          << " differ in " << what << " (dimension " << dim
                          << "): " << x << " and " << y;
}

LogicalResult verifyShapes(AttentionOp op, Named q, Named k, Named v, Named o) {
  // The first dimension of pages is their number.
  if ((!op.isPaged() &&
       failed(verifySameDim(op, "C3", q, k, 0, "batch size"))) ||
      failed(verifySameDim(op, "C3", k, v, 0, "batch size")) ||
      failed(verifySameDim(op, "C3", q, o, 0, "batch size")) ||
      failed(verifySameDim(op, "C3", k, v, 1, "heads")) ||
      failed(verifySameDim(op, "C3", k, v, 2, "keys")) ||
      failed(verifySameDim(op, "C4", q, k, 3, "head dimension dk")) ||
      failed(verifySameDim(op, "C4", v, o, 3, "head dimension dv")) ||
      failed(verifySameDim(op, "C4", q, o, 1, "heads")) ||
      failed(verifySameDim(op, "C4", q, o, 2, "queries")))
    return failure();
  int64_t hq = q.type.getDimSize(1), hk = k.type.getDimSize(1);
  if (!ShapedType::isDynamic(hk) && !ShapedType::isDynamic(hq) &&
      (hk == 0 ? hq != 0 : hq % hk != 0))
    return op.emitOpError("C5: ")
           << hq << " query heads are not a multiple of " << hk << " key heads";
  for (const Named &t : {q, k, v, o})
    if (t.type.getDimSize(3) == 0)
      return op.emitOpError("C6: ")
             << t.name << " has head dimension 0, expected at least 1";
  return success();
}

LogicalResult verifyLse(AttentionOp op) {
  if (!op.getLse())
    return success();
  auto lse = cast<RankedTensorType>(op.getLse().getType());
  auto expected = RankedTensorType::get(
      op.getOutputType().getShape().drop_back(), op.getAccumulatorType());
  if (lse.getElementType() != expected.getElementType() ||
      failed(verifyCompatibleShape(lse, expected)))
    return op.emitOpError("C7: lse has type ")
           << lse << ", expected " << expected;
  return success();
}

LogicalResult verifyAttributes(AttentionOp op) {
  for (Attribute mask : op.getMasks())
    if (!isa<MaskAttrInterface>(mask))
      return op.emitOpError("C8: ")
             << mask << " is not a mask; expected "
             << "#fovea.causal, #fovea.window<left = L, right = R>, "
                "#fovea.prefix, #fovea.nd_window, #fovea.local_stride, "
                "#fovea.and or #fovea.or";
  if (!op.getScale() && ShapedType::isDynamic(op.getQueryType().getDimSize(3)))
    return op.emitOpError("C9: dk is dynamic, so the scale must be given");
  if (op.getScale() && !op.getScale()->isFinite())
    return op.emitOpError("C9: the scale must be finite");
  return success();
}
} // namespace

LogicalResult AttentionOp::verify() {
  Named q{"q", getQueryType()}, k{"k", getKeyType()}, v{"v", getValueType()},
      o{"o", getOutputType()};
  if (failed(verifyRanksAndElements(*this, {q, k, v, o})) ||
      failed(verifyShapes(*this, q, k, v, o)) || failed(verifyLse(*this)))
    return failure();
  if (failed(verifyAttributes(*this)))
    return failure();
  return verifyClauses(*this);
}

/// Checks one region's signature, its yield and its effects.
static LogicalResult verifyScoreRegion(AttentionOp op, Region &region,
                                       StringRef constraint, StringRef name,
                                       ArrayRef<Type> inputs, Type output) {
  if (region.empty())
    return success();
  if (region.getArgumentTypes() != TypeRange(inputs))
    return op.emitOpError()
           << constraint << ": " << name << " takes ("
           << region.getArgumentTypes() << "), expected (" << inputs << ")";
  auto yield = dyn_cast<YieldOp>(region.front().getTerminator());
  if (!yield || yield.getValue().getType() != output)
    return op.emitOpError() << constraint << ": " << name
                            << " must end in fovea.yield of one " << output;
  for (Operation &inner : region.front())
    if (!isMemoryEffectFree(&inner))
      return inner.emitOpError("C12: has memory effects, which a ")
             << name << " region of fovea.attention must not have";
  return success();
}

LogicalResult AttentionOp::verifyRegions() {
  Builder b(getContext());
  Type index = b.getIndexType();
  Type score = getAccumulatorType();
  if (failed(verifyScoreRegion(*this, getScore(), "C10", "score",
                               {score, index, index, index, index}, score)))
    return failure();
  return verifyScoreRegion(*this, getWhere(), "C11", "where",
                           {index, index, index, index}, b.getI1Type());
}

LogicalResult
AttentionOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  auto dim = [&](Value tensor, int64_t d) {
    return tensor::getMixedSize(builder, getLoc(), tensor, d);
  };
  SmallVector<OpFoldResult> rows = {dim(getQuery(), 0), dim(getQuery(), 1),
                                    dim(getQuery(), 2)};
  if (getLse())
    shapes.push_back(rows);
  rows.push_back(dim(getValue(), 3));
  shapes.insert(shapes.begin(), rows);
  return success();
}
