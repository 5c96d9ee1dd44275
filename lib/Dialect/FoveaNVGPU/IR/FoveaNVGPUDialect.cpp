//===- FoveaNVGPUDialect.cpp - instructions that NVVM lacks -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace fovea::nvgpu;

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPUDialect.cpp.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPUOps.cpp.inc"

void FoveaNVGPUDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPUOps.cpp.inc"
      >();
}

/// Columns of a product (PTX ISA, wgmma shapes).
static constexpr int64_t kColumnStep = 8, kMostColumns = 256;
/// Groups that may be left running.
static constexpr int64_t kMostPending = 7;
static constexpr int64_t kWarp = 32, kMostThreads = 1024;

LogicalResult WgmmaOp::verify() {
  if (!getElement().isF16() && !getElement().isBF16())
    return emitOpError("C1: has elements of type ")
           << getElement() << ", expected f16 or bf16";
  int64_t columns = getColumns();
  if (columns < kColumnStep || columns > kMostColumns || columns % kColumnStep)
    return emitOpError("C2: has ")
           << columns << " columns, expected a multiple of " << kColumnStep
           << " from " << kColumnStep << " to " << kMostColumns;
  auto lhs = getLhs().getTypes();
  bool descriptor = lhs.size() == 1 && lhs.front().isInteger(64);
  bool registers = lhs.size() == 4 && llvm::all_of(lhs, [](Type type) {
                     return type.isInteger(32);
                   });
  if (!descriptor && !registers)
    return emitOpError("C3: has a left operand of types (")
           << lhs << "), expected one i64 or four i32";
  int64_t accumulators = getAccumulators().size();
  if (accumulators && accumulators != columns / 2)
    return emitOpError("C4: has ")
           << accumulators << " accumulators, expected none or " << columns / 2;
  if (getAccumulates() && !accumulators)
    return emitOpError("C5: has a condition without accumulators");
  return success();
}

LogicalResult WgmmaOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location>,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  // More is an error of the verifier.
  int64_t columns = std::clamp<int64_t>(adaptor.getColumns(), 0, kMostColumns);
  types.append(columns / 2, Float32Type::get(context));
  return success();
}

LogicalResult WgmmaWaitOp::verify() {
  if (getPending() > kMostPending)
    return emitOpError("C1: leaves ")
           << getPending() << " groups pending, expected 0 to " << kMostPending;
  return success();
}

LogicalResult WgmmaWaitOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location>,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  llvm::append_range(types, adaptor.getValues().getTypes());
  return success();
}

LogicalResult BarrierArriveOp::verify() {
  int64_t threads = getThreads();
  if (threads < kWarp || threads > kMostThreads || threads % kWarp)
    return emitOpError("C1: is of ")
           << threads << " threads, expected a multiple of " << kWarp
           << " from " << kWarp << " to " << kMostThreads;
  return success();
}
