//===- Products.cpp - dots on the matrix unit -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// wgmma (PTX ISA 9.0, "Asynchronous Warpgroup Level Matrix Multiply-Accumulate
// Instructions").

#include "NVVMWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Rows after which the 128-byte swizzle repeats, and their bytes.
static constexpr int64_t kSwizzleRows = 8;

/// A matrix descriptor of a 128-byte swizzled tile, whose rows lie 128 bytes
/// apart (PTX ISA, "Matrix Descriptor Format"): address and offsets in units of
/// 16 bytes, and 1 in the topmost bits for the swizzle.
Value NVVMWriter::createDescriptor(Value address, int64_t leadingBytes) {
  Type i64 = b_.getI64Type();
  int64_t high = (int64_t(1) << 62) |
                 ((kSwizzleRows * target.swizzle / 16) << 32) |
                 ((leadingBytes / 16) << 16);
  Value low = arith::ExtUIOp::create(b_, i64, band(shift(address, 4), 0x3fff));
  return arith::OrIOp::create(b_, low,
                              arith::ConstantIntOp::create(b_, high, 64));
}

LogicalResult NVVMWriter::writeDot(DotOp dot) {
  return target.asynchronousProducts ? writeGroupDot(dot)
                                     : writeSubgroupDot(dot);
}

LogicalResult NVVMWriter::writeGroupDot(DotOp dot) {
  auto type = cast<RankedTensorType>(dot.getAccumulator().getType());
  auto lhsType = cast<RankedTensorType>(dot.getLhs().getType());
  auto rhsType = cast<RankedTensorType>(dot.getRhs().getType());
  Type element = lhsType.getElementType();
  int64_t columns = type.getDimSize(1), depth = lhsType.getDimSize(1);
  bool shared = isa_and_nonnull<SwizzleAttr>(lhsType.getEncoding());
  if (!hasMatrixOperands(dot) || depth % target.productDepth ||
      columns % target.productColumnStep ||
      columns > target.largestProductColumns ||
      type.getDimSize(0) * target.productSubgroups !=
          consumers * target.productRows)
    return dot.emitOpError("has no matrix instruction on ")
           << target.name
           << "; expected bf16 or f16 operands, the right one from a channel, "
              "an "
              "f32 result of "
           << target.productRows << " rows for each " << target.productSubgroups
           << " subgroups and at most " << target.largestProductColumns
           << " columns, and a depth that is a multiple of "
           << target.productDepth;

  // Bytes between blocks of columns, which are as wide as a swizzled line.
  int64_t line = target.swizzle, step = target.productDepth * 2;
  int64_t stepsOfLine = line / step;
  int64_t lhsBlock = lhsType.getDimSize(0) * line;
  int64_t rhsBlock = rhsType.getDimSize(0) * line;
  Value group = shift(roleSubgroup, llvm::Log2_32(target.productSubgroups));
  Value lhs;
  if (shared)
    lhs = createDescriptor(
        add(scalar(dot.getLhs()), mul(group, target.productRows * line)),
        /*leadingBytes=*/16);
  // The keys' rows are the result's columns and contiguous in the contraction;
  // values are contiguous in the result's columns.
  bool transposed = dot.getTransposed();
  Value rhs =
      createDescriptor(scalar(dot.getRhs()), transposed ? 16 : rhsBlock);
  auto advance = [&](Value descriptor, int64_t bytes) -> Value {
    return bytes ? Value(arith::AddIOp::create(
                       b_, descriptor,
                       arith::ConstantIntOp::create(b_, bytes / 16, 64)))
                 : descriptor;
  };

  Registers accumulator = registers(dot.getAccumulator());
  if (matchPattern(dot.getAccumulator(), m_AnyZeroFloat()))
    accumulator.clear();
  // What registers the products read is written before the fence.
  int64_t products = depth / target.productDepth;
  std::vector<Registers> fragments(shared ? 0 : products);
  for (int64_t k = 0; k < int64_t(fragments.size()); ++k) {
    Registers &p = registers(dot.getLhs());
    for (int64_t r = 0; r < 4; ++r)
      fragments[k].push_back(pack(p[8 * k + 2 * r], p[8 * k + 2 * r + 1]));
  }
  NVVM::WgmmaFenceAlignedOp::create(b_);
  for (int64_t k = 0; k < products; ++k) {
    int64_t inLine = k / stepsOfLine, within = k % stepsOfLine * step;
    Registers left = shared
                         ? Registers{advance(lhs, inLine * lhsBlock + within)}
                         : fragments[k];
    int64_t rhsOffset = transposed ? inLine * rhsBlock + within
                                   : k * target.productDepth * line;
    auto product = nvgpu::WgmmaOp::create(
        b_, element, columns, left, advance(rhs, rhsOffset),
        /*transposed=*/!transposed, accumulator, /*accumulates=*/Value());
    accumulator.assign(product.result_begin(), product.result_end());
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b_);
  values[dot.getResult()] = accumulator;
  return success();
}

/// The values pass through the wait, so that nothing that uses them can be
/// moved before it.
LogicalResult NVVMWriter::writeAwait(AwaitOp await) {
  Registers held = flatten(await.getTiles());
  // 16-bit values pass in pairs, if at all.
  if (!llvm::all_of(held, [](Value v) { return v.getType().isF32(); }))
    return await.emitOpError("holds back other tiles than of f32");
  auto wait = nvgpu::WgmmaWaitOp::create(b_, await.getPending(), held);
  define(await.getResults(), wait.getResults());
  return success();
}
