//===- Lanes.cpp - lanes of a warp, and its functions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "NVVMWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

Value NVVMWriter::exchange(Value value, int64_t distance) {
  return NVVM::ShflOp::create(b_, value.getType(), i32(-1), value,
                              i32(distance), i32(31), NVVM::ShflKind::bfly,
                              UnitAttr());
}

Value NVVMWriter::anyLane(Value condition) {
  return NVVM::VoteSyncOp::create(b_, b_.getI1Type(), i32(-1), condition,
                                  NVVM::VoteSyncKind::any);
}

/// One instruction that keeps NaN.
Value NVVMWriter::maximum(Value a, Value b) {
  return LLVM::MaximumOp::create(b_, a, b);
}

// ex2.approx: 2 ulp; lg2.approx: 2^-22 absolute; rcp.approx: 1 ulp (PTX ISA,
// floating-point instructions).
Value NVVMWriter::exp2(Value x) {
  return callIntrinsic("llvm.nvvm.ex2.approx.ftz.f", x);
}
Value NVVMWriter::log2(Value x) {
  return callIntrinsic("llvm.nvvm.lg2.approx.ftz.f", x);
}
Value NVVMWriter::reciprocal(Value x) {
  return callIntrinsic("llvm.nvvm.rcp.approx.ftz.f", x);
}
Value NVVMWriter::approximateTanh(Value x) {
  return nvgpu::TanhOp::create(b_, x);
}

/// Two registers at once: cvt.rn.bf16x2.f32 and cvt.rn.f16x2.f32.
LogicalResult NVVMWriter::writeRound(arith::TruncFOp round) {
  auto type = cast<RankedTensorType>(round.getType());
  auto from = getElementTypeOrSelf(round.getIn());
  Type element = type.getElementType();
  if (!from.isF32() || !(element.isBF16() || element.isF16()) ||
      registers(round.getIn()).size() % 2)
    return writeElementwise(*round);
  Registers &in = registers(round.getIn());
  Registers results;
  auto pairType = VectorType::get(2, element);
  for (size_t i = 0; i < in.size(); i += 2) {
    Value pair;
    auto nearest = NVVM::FPRoundingMode::RN;
    auto saturate = NVVM::SaturationMode::NONE;
    if (element.isBF16())
      pair = NVVM::ConvertF32x2ToBF16x2Op::create(
          b_, pairType, in[i + 1], in[i], Value(), nearest, saturate, false);
    else
      pair = NVVM::ConvertF32x2ToF16x2Op::create(
          b_, pairType, in[i + 1], in[i], Value(), nearest, saturate, false);
    for (int64_t k : {0, 1})
      results.push_back(LLVM::ExtractElementOp::create(b_, pair, i32(k)));
  }
  values[round.getResult()] = results;
  return success();
}
