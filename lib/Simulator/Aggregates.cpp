//===- Aggregates.cpp - structs and arrays, in registers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Decoder.h"
#include "Warp.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;

/// Field number `index` of a struct or an array. Null: it has none.
static Type fieldOf(Type type, int64_t index) {
  if (auto array = dyn_cast<LLVM::LLVMArrayType>(type))
    return array.getElementType();
  auto structure = dyn_cast<LLVM::LLVMStructType>(type);
  return structure ? structure.getBody()[index] : Type();
}

/// The first register, and how many, of what `position` names.
static FailureOr<std::pair<unsigned, unsigned>>
findField(Operation *op, Type type, ArrayRef<int64_t> position) {
  unsigned first = 0;
  for (int64_t index : position) {
    for (int64_t before = 0; before < index && fieldOf(type, 0); ++before)
      first += getWidths(fieldOf(type, before))->size();
    Type field = fieldOf(type, index);
    if (!field)
      return op->emitOpError("of ") << type << " is not known to the simulator";
    type = field;
  }
  return std::pair(first, unsigned(getWidths(type)->size()));
}

static LogicalResult decodeExtractValue(Decoder &d, Operation *op) {
  auto extract = cast<LLVM::ExtractValueOp>(op);
  auto field =
      findField(op, extract.getContainer().getType(), extract.getPosition());
  if (failed(field))
    return failure();
  d.alias(extract,
          d.get(extract.getContainer()).slice(field->first, field->second));
  return success();
}

static LogicalResult decodeInsertValue(Decoder &d, Operation *op) {
  auto insert = cast<LLVM::InsertValueOp>(op);
  auto field =
      findField(op, insert.getContainer().getType(), insert.getPosition());
  if (failed(field))
    return failure();
  SmallVector<Slot> slots(d.get(insert.getContainer()));
  llvm::copy(d.get(insert.getValue()), slots.begin() + field->first);
  d.alias(insert, slots);
  return success();
}

static Step undefined(Warp &w, const Instruction &i) {
  for (Slot slot : i.results) {
    std::memset(w.reg(slot).poison, 0xff, sizeof(Register::poison));
    w.define(slot, /*isClean=*/false);
  }
  return Step::Next;
}

void fovea::sim::registerAggregates(Registry &r) {
  r.add<LLVM::ExtractValueOp>(OpDecoder(decodeExtractValue));
  r.add<LLVM::InsertValueOp>(OpDecoder(decodeInsertValue));
  r.add<LLVM::UndefOp>(undefined);
  r.add<LLVM::PoisonOp>(undefined);
}
