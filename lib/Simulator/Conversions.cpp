//===- Conversions.cpp - integers and floats of other widths -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Elementwise.h"

#include "fovea/Simulator/Rounding.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

template <typename T>
using Signed = std::make_signed_t<T>;

namespace {

template <typename To, typename From>
struct Convert {
  To operator()(From a) const { return To(a); }
};

} // namespace

template <typename To, typename From>
static Handler convert() {
  return apply<Convert<To, From>, To, From>;
}

/// From an integer of `from` bytes to one of `to` bytes.
template <bool IsSigned, typename From>
static Handler pickResize(unsigned to) {
  using Source = std::conditional_t<IsSigned, Signed<From>, From>;
  switch (to) {
  case 1:
    return convert<uint8_t, Source>();
  case 2:
    return convert<uint16_t, Source>();
  case 4:
    return convert<uint32_t, Source>();
  default:
    return convert<uint64_t, Source>();
  }
}

template <bool IsSigned>
static Handler pickResize(unsigned from, unsigned to) {
  switch (from) {
  case 1:
    return pickResize<IsSigned, uint8_t>(to);
  case 2:
    return pickResize<IsSigned, uint16_t>(to);
  case 4:
    return pickResize<IsSigned, uint32_t>(to);
  default:
    return pickResize<IsSigned, uint64_t>(to);
  }
}

template <bool IsSigned>
static LogicalResult decodeResize(Decoder &d, Operation *op) {
  Type from = getElementInRegister(op->getOperand(0).getType());
  Type to = getElementInRegister(op->getResult(0).getType());
  if (!from || !to || !from.isIntOrIndex() || !to.isIntOrIndex() ||
      (from.isInteger(1) && IsSigned) || to.isInteger(1))
    return op->emitOpError("from ")
           << op->getOperand(0).getType() << " to "
           << op->getResult(0).getType() << " is not known to the simulator";
  FailureOr<unsigned> source = getWidth(op, from), result = getWidth(op, to);
  if (failed(source) || failed(result))
    return failure();
  return d.emitElementwise(op, pickResize<IsSigned>(*source, *result));
}

template <bool IsSigned>
static LogicalResult decodeToFloat(Decoder &d, Operation *op) {
  Type from = op->getOperand(0).getType();
  if (!op->getResult(0).getType().isF32() ||
      !(from.isInteger(32) || from.isInteger(64)))
    return op->emitOpError("from ")
           << from << " to " << op->getResult(0).getType()
           << " is not known to the simulator";
  if (from.isInteger(32))
    return d.emit(op, IsSigned ? convert<float, int32_t>()
                               : convert<float, uint32_t>());
  return d.emit(op, IsSigned ? convert<float, int64_t>()
                             : convert<float, uint64_t>());
}

namespace {
struct F16ToF32 {
  float operator()(uint16_t a) const { return fromF16(a); }
};
struct BF16ToF32 {
  float operator()(uint16_t a) const { return fromBF16(a); }
};
struct F32ToF16 {
  uint16_t operator()(float a) const { return toF16(a); }
};
struct F32ToBF16 {
  uint16_t operator()(float a) const { return toBF16(a); }
};
} // namespace

static LogicalResult decodeWiden(Decoder &d, Operation *op) {
  Type from = op->getOperand(0).getType();
  if (isa<VectorType>(from))
    return emitPackedWidening(d, op);
  if (!op->getResult(0).getType().isF32() || !(from.isF16() || from.isBF16()))
    return op->emitOpError("from ") << from << " is not known to the simulator";
  return d.emit(op, from.isF16() ? apply<F16ToF32, float, uint16_t>
                                 : apply<BF16ToF32, float, uint16_t>);
}

static LogicalResult decodeNarrow(Decoder &d, Operation *op) {
  Type to = op->getResult(0).getType();
  if (isa<VectorType>(to))
    return emitPackedNarrowing(d, op);
  if (!op->getOperand(0).getType().isF32() || !(to.isF16() || to.isBF16()))
    return op->emitOpError("to ") << to << " is not known to the simulator";
  return d.emit(op, to.isF16() ? apply<F32ToF16, uint16_t, float>
                               : apply<F32ToBF16, uint16_t, float>);
}

void fovea::sim::registerConversions(Registry &r) {
  r.add<arith::ExtSIOp, LLVM::SExtOp>(OpDecoder(decodeResize<true>));
  r.add<arith::ExtUIOp, LLVM::ZExtOp>(OpDecoder(decodeResize<false>));
  r.add<arith::TruncIOp, LLVM::TruncOp>(OpDecoder(decodeResize<false>));
  r.add<arith::IndexCastOp>(OpDecoder(decodeResize<true>));
  r.add<arith::SIToFPOp, LLVM::SIToFPOp>(OpDecoder(decodeToFloat<true>));
  r.add<arith::UIToFPOp, LLVM::UIToFPOp>(OpDecoder(decodeToFloat<false>));
  r.add<arith::ExtFOp, LLVM::FPExtOp>(OpDecoder(decodeWiden));
  r.add<arith::TruncFOp, LLVM::FPTruncOp>(OpDecoder(decodeNarrow));
}
