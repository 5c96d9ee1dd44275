//===- Scalars.cpp - the numbers that a role computes in a run -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Scalars.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace fovea::tile;

/// Integers of 64 bits at most, and indices.
static bool isScalar(Type type) {
  return type.isIndex() ||
         (type.isSignlessInteger() && type.getIntOrFloatBitWidth() <= 64);
}

static Known readAttribute(Attribute attribute) {
  auto integer = dyn_cast_or_null<IntegerAttr>(attribute);
  if (!integer || !isScalar(integer.getType()))
    return {};
  return {Known::Number, integer.getType().isInteger(1)
                             ? int64_t(integer.getValue().getZExtValue())
                             : integer.getValue().getSExtValue()};
}

Known Scalars::readFold(OpFoldResult result) const {
  if (auto attribute = dyn_cast_if_present<Attribute>(result))
    return readAttribute(attribute);
  return get(cast<Value>(result));
}

/// Arithmetic on integers: it folds wherever it stands.
static bool isArithmetic(Operation &op) {
  return op.getNumRegions() == 0 && op.getNumOperands() &&
         isMemoryEffectFree(&op) &&
         llvm::all_of(op.getOperandTypes(), isScalar) &&
         llvm::all_of(op.getResultTypes(), isScalar);
}

/// Folds a copy: folders may change the op. A folder that only puts operands in
/// order is asked again.
bool Scalars::fold(Operation &op) {
  if (!isArithmetic(op))
    return false;
  Operation *copy = op.clone();
  SmallVector<OpFoldResult> results;
  bool folded = false;
  for (int attempt = 0; attempt < 2 && !folded; ++attempt) {
    SmallVector<Attribute> operands;
    for (Value operand : copy->getOperands()) {
      Known known = get(operand);
      operands.push_back(known.isNumber()
                             ? IntegerAttr::get(operand.getType(), known.value)
                             : Attribute());
    }
    if (failed(copy->fold(operands, results)))
      break;
    folded = results.size() == op.getNumResults();
  }
  for (auto [result, value] : llvm::zip(results, op.getResults())) {
    Known known = readFold(result);
    folded &= known.isNumber() || known.kind == Known::Symbol;
    set(value, known);
  }
  copy->destroy();
  return folded;
}

/// An op without effects on known operands is determined by them. Any other op
/// gives in all roles the same the n-th time: roles that disagree on it have no
/// way to work together.
void Scalars::evaluate(Operation &op) {
  Attribute constant;
  if (matchPattern(&op, m_Constant(&constant))) {
    Known known = readAttribute(constant);
    if (!known.isNumber())
      known = assumptions.intern(uint64_t(constant.getAsOpaquePointer()));
    return set(op.getResult(0), known);
  }
  if (fold(op))
    return;
  SmallVector<uint64_t> key;
  key.push_back(uint64_t(op.getName().getAsOpaquePointer()));
  key.push_back(uint64_t(op.getAttrDictionary().getAsOpaquePointer()));
  bool determined =
      isMemoryEffectFree(&op) || hasSingleEffect<MemoryEffects::Read>(&op);
  for (Value operand : op.getOperands()) {
    Known known = get(operand);
    determined &= known.kind != Known::Nothing;
    assumptions.append(known, key);
  }
  if (!determined)
    key.push_back(count(op.getName().getStringRef()));
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    key.push_back(i);
    set(result,
        isa<TensorType>(result.getType()) ? Known() : assumptions.intern(key));
    key.pop_back();
  }
}

Known Scalars::symbolize(StringRef name, ArrayRef<Known> from) {
  // Names are literals: each has one place.
  SmallVector<uint64_t> key = {uint64_t(name.data())};
  for (Known known : from)
    assumptions.append(known, key);
  return assumptions.intern(key);
}
