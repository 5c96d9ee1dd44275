//===- FoveaTile.h - the fovea_tile dialect: attributes and ops -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_FOVEATILE_H
#define FOVEA_DIALECT_FOVEATILE_IR_FOVEATILE_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "fovea/Dialect/FoveaTile/IR/FoveaTileDialect.h.inc"
#include "fovea/Dialect/FoveaTile/IR/FoveaTileEnums.h.inc"

namespace fovea::tile {

/// One digit of a register's or lane's number: `extent` values, each `row` rows
/// and `column` columns further.
struct FragmentDigit {
  int64_t extent, row, column;
  bool operator==(const FragmentDigit &other) const {
    return extent == other.extent && row == other.row && column == other.column;
  }
};
inline llvm::hash_code hash_value(const FragmentDigit &digit) {
  return llvm::hash_combine(digit.extent, digit.row, digit.column);
}

/// Row bits, moved to the bits of a chunk's index that they flip.
struct SwizzleTerm {
  int64_t shift, mask;
};

} // namespace fovea::tile

#define GET_ATTRDEF_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileTypes.h.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileOps.h.inc"

namespace fovea::tile {

/// The type of a kernel's parameter for an argument of type `type`: tensors and
/// memrefs become memrefs of the same shape with unknown strides and offset and
/// unit stride in the last dimension; scalars stay.
mlir::Type getParameterType(mlir::Type type);

/// Lets one-shot bufferization see through launches.
void registerBufferizableOpInterfaceModels(mlir::DialectRegistry &registry);

} // namespace fovea::tile

#endif
