//===- KernelContext.cpp - what the emitters of one kernel share -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelContext.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea::tile;

/// A cache line, and the widest vector: buffers start on one.
static constexpr int64_t kAlignment = 64;

Value KernelContext::index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }

Value KernelContext::add(Value a, int64_t offset) {
  return offset ? Value(arith::AddIOp::create(b, a, index(offset))) : a;
}

int64_t KernelContext::paddedColumns(int64_t tileColumns) const {
  return llvm::alignTo(tileColumns, columns) + width;
}

Value KernelContext::allocate(ArrayRef<int64_t> shape, Type element) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(entry);
  auto type = MemRefType::get(shape, element);
  int64_t bytes = element.isIndex() ? 8 : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  stackBytes += llvm::alignTo(type.getNumElements() * bytes, kAlignment);
  return memref::AllocaOp::create(b, type, b.getI64IntegerAttr(kAlignment));
}

Value KernelContext::extend(Value vector) {
  auto type = cast<VectorType>(vector.getType());
  if (type.getElementType() == accumulator)
    return vector;
  return arith::ExtFOp::create(b, type.clone(accumulator), vector);
}

Value KernelContext::prefixMask(int64_t valid) {
  SmallVector<bool> bits(width, false);
  std::fill_n(bits.begin(), std::min(valid, width), true);
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(vectorOf(b.getI1Type()), ArrayRef<bool>(bits)));
}

Value KernelContext::loadVector(Value view, ValueRange indices, int64_t valid) {
  VectorType type = vectorOf(cast<MemRefType>(view.getType()).getElementType());
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  if (valid <= 0)
    return zero;
  if (valid >= width)
    return vector::LoadOp::create(b, type, view, indices);
  return vector::MaskedLoadOp::create(b, type, view, indices, prefixMask(valid), zero);
}
