//===- Lanes.cpp - lanes of a wave, and its functions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// ds_bpermute: DPP does not reach the other half of a wave.
Value ROCDLWriter::exchange(Value value, int64_t distance) {
  Type i32Type = b_.getI32Type();
  Value source = arith::XOrIOp::create(b_, lane, i32(distance));
  Value bits = LLVM::BitcastOp::create(b_, i32Type, value);
  bits = ROCDL::DsBpermuteOp::create(b_, i32Type, mul(source, 4), bits);
  return LLVM::BitcastOp::create(b_, value.getType(), bits);
}

Value ROCDLWriter::anyLane(Value condition) {
  Value lanes = ROCDL::BallotOp::create(b_, b_.getI64Type(), condition);
  return compare(arith::CmpIPredicate::ne, lanes,
                 arith::ConstantIntOp::create(b_, 0, 64));
}

/// v_max_f32 leaves NaN out; a row with one has it in its terms.
Value ROCDLWriter::maximum(Value a, Value b) {
  if (!exponentialsFirst)
    exponentialsFirst = false;
  return LLVM::MaxNumOp::create(b_, a, b);
}

// v_exp_f32, v_log_f32 and v_rcp_f32: 1 ulp, denormals flushed (CDNA 3 ISA,
// section 16.8, VOP1).
Value ROCDLWriter::exp2(Value x) {
  if (!exponentialsFirst)
    exponentialsFirst = products > 0;
  ++exponentials;
  return callIntrinsic("llvm.amdgcn.exp2.f32", x);
}
Value ROCDLWriter::log2(Value x) {
  return callIntrinsic("llvm.amdgcn.log.f32", x);
}
Value ROCDLWriter::reciprocal(Value x) {
  return callIntrinsic("llvm.amdgcn.rcp.f32", x);
}

/// Two floats to bf16, ties away from zero: half a unit is added to the bits,
/// and the upper halves are taken together (v_perm_b32).
Value ROCDLWriter::roundAway(Value low, Value high) {
  Type i32Type = b_.getI32Type();
  auto addHalf = [&](Value x) {
    return add(Value(LLVM::BitcastOp::create(b_, i32Type, x)), 0x8000);
  };
  constexpr int64_t kUpperHalves = 0x07060302;
  Value both = LLVM::CallIntrinsicOp::create(
                   b_, i32Type, b_.getStringAttr("llvm.amdgcn.perm"),
                   {addHalf(high), addHalf(low), i32(kUpperHalves)})
                   .getResult(0);
  return LLVM::BitcastOp::create(b_, VectorType::get(2, b_.getBF16Type()),
                                 both);
}

/// In pairs, which products and stores take as they are.
LogicalResult ROCDLWriter::writeRound(arith::TruncFOp round) {
  Type element = getElementTypeOrSelf(round.getType());
  Registers &in = registers(round.getIn());
  if (!getElementTypeOrSelf(round.getIn()).isF32() || in.size() % 2 ||
      !(element.isBF16() || element.isF16()))
    return writeElementwise(*round);
  bool away = round.getRoundingmode() == arith::RoundingMode::to_nearest_away;
  if (away && !element.isBF16())
    return round.emitOpError("rounds to ")
           << element << " with ties away from zero, expected bf16";
  Registers results;
  for (size_t i = 0; i < in.size(); i += 2) {
    Value pair =
        away ? roundAway(in[i], in[i + 1])
             : Value(LLVM::FPTruncOp::create(b_, VectorType::get(2, element),
                                             makeVector({in[i], in[i + 1]})));
    appendElements(pair, results);
  }
  values[round.getResult()] = results;
  return success();
}
