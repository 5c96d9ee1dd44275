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

#define GET_ATTRDEF_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileOps.cpp.inc"

void FoveaTileDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "fovea/Dialect/FoveaTile/IR/FoveaTileOps.cpp.inc"
      >();
}

/// Sizes are bounded so that products of two stay far from overflow.
static constexpr int64_t kLargestTile = 1 << 16;

LogicalResult ConfigAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t m, int64_t n, int64_t rows,
                                 int64_t columns) {
  for (auto [name, size] :
       {std::pair("m", m), std::pair("n", n), std::pair("rows", rows),
        std::pair("columns", columns)})
    if (size < 1 || size > kLargestTile)
      return emitError() << "config '" << name << "' is " << size
                         << ", expected 1 to " << kLargestTile;
  if (m % rows)
    return emitError() << "config 'm' is " << m
                       << ", expected a multiple of 'rows', " << rows;
  if (n % columns)
    return emitError() << "config 'n' is " << n
                       << ", expected a multiple of 'columns', " << columns;
  return success();
}

LogicalResult PanelsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t columns) {
  if (columns < 1 || columns > kLargestTile)
    return emitError() << "panels of " << columns << " columns, expected 1 to "
                       << kLargestTile;
  return success();
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
