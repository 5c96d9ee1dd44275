//===- TileBuilder.cpp - arithmetic on tiles -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TileBuilder.h"

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;

ArrayRef<int64_t> TileBuilder::shapeOf(Value value) {
  if (auto tile = dyn_cast<RankedTensorType>(value.getType()))
    return tile.getShape();
  return {};
}

Value TileBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value TileBuilder::constantTile(ArrayRef<int64_t> shape, Type element,
                                double value) {
  auto attr = DenseElementsAttr::get(RankedTensorType::get(shape, element),
                                     getFloatAttr(element, value));
  return arith::ConstantOp::create(*this, attr);
}

Value TileBuilder::constantLike(Value like, double value) {
  Type element = getElementTypeOrSelf(like);
  if (!shapeOf(like).empty())
    return constantTile(shapeOf(like), element, value);
  return arith::ConstantOp::create(*this, getFloatAttr(element, value));
}

Value TileBuilder::repeat(Value value, ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> own = shapeOf(value);
  if (own == shape)
    return value;
  auto type = RankedTensorType::get(shape, getElementTypeOrSelf(value));
  if (own.empty())
    return tensor::SplatOp::create(*this, value, type);
  return tile::BroadcastOp::create(*this, type, value);
}

Value TileBuilder::convert(Value x, FloatType type) {
  auto own = cast<FloatType>(getElementTypeOrSelf(x));
  if (own == type)
    return x;
  Type result = type;
  if (!shapeOf(x).empty())
    result = RankedTensorType::get(shapeOf(x), type);
  if (own.getWidth() > type.getWidth())
    return arith::TruncFOp::create(*this, result, x);
  return arith::ExtFOp::create(*this, result, x);
}

/// The value of a scalar constant, or of a splat of one.
static std::optional<double> matchConstant(Value x) {
  if (auto splat = x.getDefiningOp<tensor::SplatOp>())
    x = splat.getInput();
  DenseElementsAttr elements;
  FloatAttr scalar;
  if (matchPattern(x, m_Constant(&scalar)))
    return scalar.getValueAsDouble();
  if (matchPattern(x, m_Constant(&elements)) && elements.isSplat() &&
      isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().convertToDouble();
  return std::nullopt;
}

double TileBuilder::peelFactor(Value &x) {
  auto product = x.getDefiningOp<arith::MulFOp>();
  if (!product)
    return 1.0;
  for (auto [factor, other] : {std::pair(product.getRhs(), product.getLhs()),
                               std::pair(product.getLhs(), product.getRhs())})
    if (std::optional<double> value = matchConstant(factor)) {
      x = other;
      return *value;
    }
  return 1.0;
}

Value TileBuilder::evaluate(AffineExpr expr, Value dim, ValueRange symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return index(constant.getValue());
  if (isa<AffineDimExpr>(expr))
    return dim;
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value lhs = evaluate(binary.getLHS(), dim, symbols);
  Value rhs = evaluate(binary.getRHS(), dim, symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return apply<arith::AddIOp>(lhs, rhs);
  case AffineExprKind::Mul:
    return apply<arith::MulIOp>(lhs, rhs);
  case AffineExprKind::FloorDiv:
    return apply<arith::FloorDivSIOp>(lhs, rhs);
  case AffineExprKind::CeilDiv:
    return apply<arith::CeilDivSIOp>(lhs, rhs);
  default:
    return apply<arith::RemSIOp>(lhs, rhs);
  }
}
