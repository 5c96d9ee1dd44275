//===- FoveaTileDialect.cpp - registration of the dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace fovea::tile;

#include "fovea/Dialect/FoveaTile/IR/FoveaTileDialect.cpp.inc"
#include "fovea/Dialect/FoveaTile/IR/FoveaTileEnums.cpp.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileOps.cpp.inc"

void FoveaTileDialect::initialize() {
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "fovea/Dialect/FoveaTile/IR/FoveaTileOps.cpp.inc"
      >();
}

Type fovea::tile::getParameterType(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped)
    return type;
  SmallVector<int64_t> strides(shaped.getRank(), ShapedType::kDynamic);
  if (!strides.empty())
    strides.back() = 1;
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(shaped.getShape(), shaped.getElementType(), layout);
}
