//===- Floats.cpp - arithmetic of floats -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// f32 arithmetic is IEEE's, one rounding for each op. ptxas may contract a
// product and a sum where their flags allow it; results then differ by less
// than the rounding that it saves.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <functional>

using namespace mlir;
using namespace fovea::sim;

LogicalResult fovea::sim::requireF32(Operation *op) {
  for (Type type : op->getOperandTypes())
    if (Type element = getElementInRegister(type); !element || !element.isF32())
      return op->emitOpError("on ") << type << " is not known to the simulator";
  return success();
}

namespace {

struct DivideFloats {
  float operator()(float a, float b) const { return a / b; }
};
struct Negate {
  float operator()(float a) const { return -a; }
};
struct Absolute {
  float operator()(float a) const { return std::fabs(a); }
};
struct FusedMultiplyAdd {
  float operator()(float a, float b, float c) const {
    return std::fma(a, b, c);
  }
};
struct SquareRoot {
  float operator()(float a) const { return std::sqrt(a); }
};
/// NaN if either is; -0 is below 0.
struct Maximum {
  float operator()(float a, float b) const {
    if (a == b)
      return std::signbit(a) ? b : a;
    return a > b || std::isnan(a) ? a : b;
  }
};
struct Minimum {
  float operator()(float a, float b) const {
    if (a == b)
      return std::signbit(a) ? a : b;
    return a < b || std::isnan(a) ? a : b;
  }
};
/// The other one if one is NaN.
struct MaximumNumber {
  float operator()(float a, float b) const { return std::fmax(a, b); }
};
struct MinimumNumber {
  float operator()(float a, float b) const { return std::fmin(a, b); }
};

} // namespace

template <typename F>
static LogicalResult decodeUnary(Decoder &d, Operation *op) {
  if (failed(requireF32(op)))
    return failure();
  return d.emitElementwise(op, apply<F, float, float>);
}
template <typename F>
static LogicalResult decodeFloats(Decoder &d, Operation *op) {
  if (failed(requireF32(op)))
    return failure();
  return d.emitElementwise(op, apply<F, float, float, float>);
}
static LogicalResult decodeFMA(Decoder &d, Operation *op) {
  if (failed(requireF32(op)))
    return failure();
  return d.emitElementwise(op,
                           apply<FusedMultiplyAdd, float, float, float, float>);
}

void fovea::sim::registerFloats(Registry &r) {
  r.add<arith::AddFOp, LLVM::FAddOp>(OpDecoder(decodeFloats<std::plus<float>>));
  r.add<arith::SubFOp, LLVM::FSubOp>(
      OpDecoder(decodeFloats<std::minus<float>>));
  r.add<arith::MulFOp, LLVM::FMulOp>(
      OpDecoder(decodeFloats<std::multiplies<float>>));
  r.add<arith::DivFOp, LLVM::FDivOp>(OpDecoder(decodeFloats<DivideFloats>));
  r.add<arith::MaximumFOp>(OpDecoder(decodeFloats<Maximum>));
  r.add<arith::MinimumFOp>(OpDecoder(decodeFloats<Minimum>));
  r.add<arith::MaxNumFOp>(OpDecoder(decodeFloats<MaximumNumber>));
  r.add<arith::MinNumFOp>(OpDecoder(decodeFloats<MinimumNumber>));
  r.add<arith::NegFOp, LLVM::FNegOp>(OpDecoder(decodeUnary<Negate>));
  r.add<math::AbsFOp>(OpDecoder(decodeUnary<Absolute>));
  r.add<math::SqrtOp, LLVM::SqrtOp>(OpDecoder(decodeUnary<SquareRoot>));
  r.add<math::FmaOp>(OpDecoder(decodeFMA));
  r.add<LLVM::FMAOp>(OpDecoder(decodeFMA));
  r.add<LLVM::MaximumOp>(OpDecoder(decodeFloats<Maximum>));
  r.add<LLVM::MinimumOp>(OpDecoder(decodeFloats<Minimum>));
  r.add<LLVM::MaxNumOp>(OpDecoder(decodeFloats<MaximumNumber>));
  r.add<LLVM::MinNumOp>(OpDecoder(decodeFloats<MinimumNumber>));
  r.add<LLVM::FAbsOp>(OpDecoder(decodeUnary<Absolute>));
}
