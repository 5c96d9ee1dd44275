//===- KernelContext.cpp - what the emitters of one kernel share
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelContext.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea::tile;

/// A cache line, and the widest vector: buffers start on one.
static constexpr int64_t kAlignment = 64;

Value KernelContext::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

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
  int64_t bytes = element.isIndex()
                      ? 8
                      : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  stackBytes += llvm::alignTo(type.getNumElements() * bytes, kAlignment);
  return memref::AllocaOp::create(b, type, b.getI64IntegerAttr(kAlignment));
}

Value KernelContext::extend(Value vector) {
  auto type = cast<VectorType>(vector.getType());
  if (type.getElementType() == accumulator)
    return vector;
  return arith::ExtFOp::create(b, type.clone(accumulator), vector);
}

/// LLVM widens masked operations on bf16, and its scalars, through calls of
/// conversion routines: where a vector is not whole, narrow floats go element
/// by element, as integers.
static bool needsScalars(Type element) {
  return element.getIntOrFloatBitWidth() < 32;
}

Value KernelContext::loadPart(Value view, ValueRange indices, Value valid) {
  VectorType type = vectorOf(cast<MemRefType>(view.getType()).getElementType());
  if (!needsScalars(type.getElementType())) {
    Value mask =
        vector::CreateMaskOp::create(b, vectorOf(b.getI1Type()), valid);
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
    return vector::MaskedLoadOp::create(b, type, view, indices, mask, zero);
  }
  Type integer = b.getIntegerType(type.getElementTypeBitWidth());
  Value none = arith::ConstantOp::create(b, b.getZeroAttr(integer));
  SmallVector<Value> elements, at(indices);
  for (int64_t lane = 0; lane < width; ++lane) {
    Value exists =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, valid, index(lane));
    at.back() = add(indices.back(), lane);
    auto branch = scf::IfOp::create(b, TypeRange(integer), exists,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value element = memref::LoadOp::create(b, view, at);
    scf::YieldOp::create(
        b, arith::BitcastOp::create(b, integer, element).getResult());
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, none);
    elements.push_back(branch.getResult(0));
  }
  Value bits = vector::FromElementsOp::create(b, vectorOf(integer), elements);
  return arith::BitcastOp::create(b, type, bits);
}

void KernelContext::storePart(Value vector, Value view, ValueRange indices,
                              Value valid) {
  if (!needsScalars(getElementTypeOrSelf(vector))) {
    Value mask =
        vector::CreateMaskOp::create(b, vectorOf(b.getI1Type()), valid);
    vector::MaskedStoreOp::create(b, view, indices, mask, vector);
    return;
  }
  Type element = getElementTypeOrSelf(vector);
  Value bits = arith::BitcastOp::create(
      b, vectorOf(b.getIntegerType(element.getIntOrFloatBitWidth())), vector);
  SmallVector<Value> at(indices);
  for (int64_t lane = 0; lane < width; ++lane) {
    Value exists =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, valid, index(lane));
    at.back() = add(indices.back(), lane);
    auto branch = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value scalar = vector::ExtractOp::create(b, bits, lane);
    memref::StoreOp::create(b, arith::BitcastOp::create(b, element, scalar),
                            view, at);
  }
}

Value KernelContext::loadVector(Value view, ValueRange indices, int64_t valid) {
  VectorType type = vectorOf(cast<MemRefType>(view.getType()).getElementType());
  if (valid <= 0)
    return arith::ConstantOp::create(b, b.getZeroAttr(type));
  if (valid >= width)
    return vector::LoadOp::create(b, type, view, indices);
  return loadPart(view, indices, index(valid));
}
