//===- Fovea.h - the fovea dialect: attributes, interfaces, ops -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_FOVEA_H
#define FOVEA_DIALECT_FOVEA_IR_FOVEA_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>

#include "fovea/Dialect/Fovea/IR/FoveaEnums.h.inc"

namespace fovea {

/// One query and key of a problem, all of them indices.
struct MaskPoint {
  mlir::Value batch, head, query, key;
  /// How many queries and keys there are.
  mlir::Value queries, keys;
};

/// Whether the point lies between the bounds of `mask`, as an `i1`.
mlir::Value buildWithinBounds(mlir::ImplicitLocOpBuilder &builder,
                              mlir::Attribute mask, const MaskPoint &point);

} // namespace fovea

#include "fovea/Dialect/Fovea/IR/FoveaAttrInterfaces.h.inc"
#include "fovea/Dialect/Fovea/IR/FoveaDialect.h.inc"
#include "fovea/Dialect/Fovea/IR/FoveaOpInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "fovea/Dialect/Fovea/IR/FoveaAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "fovea/Dialect/Fovea/IR/FoveaTypes.h.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/Fovea/IR/FoveaOps.h.inc"

namespace fovea {

/// The type in which scores and sums are held for tensors of `element`: f64 for
/// f64, f32 for f32, bf16 and f16.
mlir::FloatType getAccumulatorType(mlir::Type element);

/// Evaluates a mask bound at query `i` of `queries`, with `keys` keys.
int64_t evaluateBound(mlir::AffineExpr bound, int64_t i, int64_t queries,
                      int64_t keys);

} // namespace fovea

#endif
