//===- SubgroupProducts.cpp - dots of one subgroup each -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// mma.sync.m16n8k16 with operands by ldmatrix (PTX ISA, "Warp Level Matrix
// Multiply-Accumulate Instructions"). A subgroup holds 16 rows, or several
// times 16: then each right operand that it loads serves all of them.

#include "NVVMWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Of an instruction: its depth, and columns of a pair of them, which one
/// ldmatrix of four 8x8 matrices serves.
static constexpr int64_t kDepth = 16, kPairColumns = 16;

/// Four 8x8 matrices of 16-bit elements, from the rows whose addresses the
/// lanes hold: one register each.
Registers NVVMWriter::loadMatrices(Value address, bool transposed) {
  Type i32Type = b_.getI32Type();
  auto type = LLVM::LLVMStructType::getLiteral(
      b_.getContext(), {i32Type, i32Type, i32Type, i32Type});
  Value loaded = NVVM::LdMatrixOp::create(
      b_, type, sharedPointer(address), 4,
      transposed ? NVVM::MMALayout::col : NVVM::MMALayout::row,
      NVVM::LdStMatrixShapeAttr::get(b_.getContext(), 8, 8),
      NVVM::LdStMatrixEltType::B16);
  Registers matrices;
  for (int64_t i = 0; i < 4; ++i)
    matrices.push_back(LLVM::ExtractValueOp::create(b_, loaded, i));
  return matrices;
}

/// The left operand's 16 rows from `row` and 16 columns of step `k`: lanes 0 to
/// 15 name rows of the first 8 columns, the others of the next.
Registers NVVMWriter::loadLeft(Value base, int64_t rows, Value row, int64_t k) {
  Value own = add(row, band(lane, 15));
  return loadMatrices(
      getChunkAddress(base, rows, own, add(shift(lane, 4), 2 * k)),
      /*transposed=*/false);
}

/// The right operand of step `k` for 16 columns of the result from `column`:
/// registers of the first 8 columns, then of the next. Its rows in memory are
/// the result's columns (keys), or with `transposed` the contraction's
/// (values).
Registers NVVMWriter::loadRight(Value base, int64_t rows, int64_t column,
                                int64_t k, bool transposed) {
  Value low = band(lane, 7), bit3 = band(shift(lane, 3), 1),
        bit4 = shift(lane, 4);
  if (transposed)
    return loadMatrices(getChunkAddress(base, rows,
                                        add(add(low, mul(bit3, 8)), k * kDepth),
                                        add(bit4, column / 8)),
                        /*transposed=*/true);
  return loadMatrices(getChunkAddress(base, rows,
                                      add(add(low, mul(bit4, 8)), column),
                                      add(bit3, 2 * k)),
                      /*transposed=*/false);
}

/// One instruction; accumulators in `c`.
void NVVMWriter::multiply(Type element, ArrayRef<Value> left,
                          ArrayRef<Value> right, MutableArrayRef<Value> c) {
  bool isBF16 = element.isBF16();
  auto operand = [&](ArrayRef<Value> packed) {
    SmallVector<Value> values(packed);
    if (!isBF16)
      for (Value &value : values)
        value = LLVM::BitcastOp::create(b_, VectorType::get(2, element), value);
    return values;
  };
  Type f32Type = b_.getF32Type();
  auto type = LLVM::LLVMStructType::getLiteral(
      b_.getContext(), {f32Type, f32Type, f32Type, f32Type});
  auto ptx = isBF16 ? NVVM::MMATypes::bf16 : NVVM::MMATypes::f16;
  Value product = NVVM::MmaOp::create(
      b_, type, operand(left), operand(right), SmallVector<Value>(c),
      ArrayRef<int64_t>{16, 8, 16}, std::nullopt, std::nullopt,
      std::array<NVVM::MMATypes, 2>{ptx, ptx},
      std::array<NVVM::MMALayout, 2>{NVVM::MMALayout::row,
                                     NVVM::MMALayout::col});
  for (auto [i, value] : llvm::enumerate(c))
    value = LLVM::ExtractValueOp::create(b_, product, i);
}

LogicalResult NVVMWriter::writeSubgroupDot(DotOp dot) {
  auto type = cast<RankedTensorType>(dot.getAccumulator().getType());
  auto lhsType = cast<RankedTensorType>(dot.getLhs().getType());
  auto rhsType = cast<RankedTensorType>(dot.getRhs().getType());
  Type element = lhsType.getElementType();
  int64_t columns = type.getDimSize(1), depth = lhsType.getDimSize(1);
  int64_t blockRows = consumers * fragment.getRows();
  bool shared = isa_and_nonnull<SwizzleAttr>(lhsType.getEncoding());
  if (!hasMatrixOperands(dot) || depth % kDepth || columns % kPairColumns ||
      type.getDimSize(0) % blockRows)
    return dot.emitOpError("has no matrix instruction on ")
           << target.name
           << "; expected bf16 or f16 operands, the right one from a channel, "
              "an f32 result of a multiple of "
           << blockRows << " rows and of " << kPairColumns
           << " columns, and a depth that is a multiple of " << kDepth;
  int64_t repeats = type.getDimSize(0) / blockRows;
  Registers accumulator = registers(dot.getAccumulator());
  Registers &p = registers(dot.getLhs());
  auto rowOf = [&](int64_t repeat) {
    return add(mul(roleSubgroup, fragment.getRows()), repeat * blockRows);
  };
  for (int64_t k = 0; k < depth / kDepth; ++k) {
    SmallVector<Registers> lefts;
    for (int64_t j = 0; j < repeats; ++j) {
      if (shared) {
        lefts.push_back(
            loadLeft(p.front(), lhsType.getDimSize(0), rowOf(j), k));
        continue;
      }
      // Two blocks of 8 columns, each with 2 x 2 registers of two rows.
      Registers &left = lefts.emplace_back();
      for (int64_t half : {0, 1})
        for (int64_t r : {0, 2}) {
          int64_t at = 4 * ((2 * k + half) * repeats + j) + r;
          left.push_back(pack(p[at], p[at + 1]));
        }
    }
    for (int64_t column = 0; column < columns; column += kPairColumns) {
      Registers right =
          loadRight(scalar(dot.getRhs()), rhsType.getDimSize(0), column, k,
                    /*transposed=*/!dot.getTransposed());
      for (int64_t half : {0, 1})
        for (int64_t j = 0; j < repeats; ++j)
          multiply(element, lefts[j], ArrayRef(right).slice(2 * half, 2),
                   MutableArrayRef<Value>(accumulator)
                       .slice(4 * ((column / 8 + half) * repeats + j), 4));
    }
  }
  values[dot.getResult()] = accumulator;
  return success();
}
