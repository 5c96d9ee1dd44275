//===- Scalars.cpp - special registers, functions and conversions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Numbers.h"
#include "../Packing.h"
#include "../SpecialFunctions.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"
#include "fovea/Simulator/Rounding.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Special registers
//===----------------------------------------------------------------------===//

static uint32_t laneId(const Warp &, int lane) { return lane; }

namespace {
struct Tanh {
  float operator()(float x) const { return std::tanh(x); }
};

} // namespace

template <typename Op, uint16_t (*Round)(float)>
static LogicalResult decodePack(Decoder &d, Operation *op) {
  auto convert = cast<Op>(op);
  if (convert.getRnd() != NVVM::FPRoundingMode::RN ||
      convert.getSat() != NVVM::SaturationMode::NONE || convert.getRelu() ||
      convert.getRandomBits())
    return op->emitOpError("is not known to the simulator unless it rounds to "
                           "nearest even, without relu and saturation");
  return d.emit(op, pack<Round>);
}

//===----------------------------------------------------------------------===//
// Narrow formats
//===----------------------------------------------------------------------===//

namespace {

struct ToTF32 {
  float operator()(float x) const { return roundToTF32(x); }
};

/// .satfinite, the only conversion to 8 bits that PTX has.
template <Float8 Format>
struct PackF8 {
  uint16_t operator()(float high, float low) const {
    return uint16_t(toF8(high, Format, /*saturate=*/true)) << 8 |
           toF8(low, Format, /*saturate=*/true);
  }
};

template <Float8 Format>
struct UnpackF8 {
  uint32_t operator()(uint16_t pair) const {
    return uint32_t(toF16(fromF8(pair >> 8, Format))) << 16 |
           toF16(fromF8(pair & 0xff, Format));
  }
};

} // namespace

static LogicalResult decodeToTF32(Decoder &d, Operation *op) {
  auto convert = cast<NVVM::ConvertFloatToTF32Op>(op);
  if (convert.getRnd() != NVVM::FPRoundingMode::RNA || convert.getRelu() ||
      convert.getSat() != NVVM::SaturationMode::NONE)
    return op->emitOpError("is not known to the simulator unless it rounds to "
                           "nearest, ties away, without relu and saturation");
  return d.emit(op, apply<ToTF32, float, float>);
}

/// Nothing for another type than OCP's two.
static std::optional<Float8> getFloat8(Type type) {
  if (isa<Float8E4M3FNType>(type))
    return Float8::E4M3;
  if (isa<Float8E5M2Type>(type))
    return Float8::E5M2;
  return std::nullopt;
}

static LogicalResult decodePackF8(Decoder &d, Operation *op) {
  auto convert = cast<NVVM::ConvertF32x2ToF8x2Op>(op);
  std::optional<Float8> format = getFloat8(convert.getDstTy());
  if (!format || convert.getRelu() ||
      convert.getRnd() != NVVM::FPRoundingMode::RN ||
      convert.getSat() != NVVM::SaturationMode::SATFINITE)
    return op->emitOpError("is not known to the simulator unless it rounds to "
                           "nearest even and saturates, without relu");
  return d.emit(op, *format == Float8::E4M3
                        ? apply<PackF8<Float8::E4M3>, uint16_t, float, float>
                        : apply<PackF8<Float8::E5M2>, uint16_t, float, float>);
}

static LogicalResult decodeUnpackF8(Decoder &d, Operation *op) {
  auto convert = cast<NVVM::ConvertF8x2ToF16x2Op>(op);
  std::optional<Float8> format = getFloat8(convert.getSrcType());
  if (!format || convert.getRelu())
    return op->emitOpError("is not known to the simulator with relu");
  return d.emit(op, *format == Float8::E4M3
                        ? apply<UnpackF8<Float8::E4M3>, uint32_t, uint16_t>
                        : apply<UnpackF8<Float8::E5M2>, uint32_t, uint16_t>);
}

void fovea::sim::nvidia::registerScalars(Registry &r) {
  r.add<NVVM::ThreadIdXOp>(readNumber<threadNumber<0>>);
  r.add<NVVM::ThreadIdYOp>(readNumber<threadNumber<1>>);
  r.add<NVVM::ThreadIdZOp>(readNumber<threadNumber<2>>);
  r.add<NVVM::LaneIdOp>(readNumber<laneId>);
  r.add<NVVM::BlockIdXOp>(readNumber<workgroupNumber<0>>);
  r.add<NVVM::BlockIdYOp>(readNumber<workgroupNumber<1>>);
  r.add<NVVM::BlockIdZOp>(readNumber<workgroupNumber<2>>);
  r.add<NVVM::BlockDimXOp>(readNumber<numThreads<0>>);
  r.add<NVVM::BlockDimYOp>(readNumber<numThreads<1>>);
  r.add<NVVM::BlockDimZOp>(readNumber<numThreads<2>>);
  r.add<NVVM::GridDimXOp>(readNumber<numWorkgroups<0>>);
  r.add<NVVM::GridDimYOp>(readNumber<numWorkgroups<1>>);
  r.add<NVVM::GridDimZOp>(readNumber<numWorkgroups<2>>);
  r.addIntrinsic("llvm.nvvm.ex2.approx.ftz.f", apply<Exp2, float, float>);
  r.addIntrinsic("llvm.nvvm.lg2.approx.ftz.f", apply<Log2, float, float>);
  r.addIntrinsic("llvm.nvvm.rcp.approx.ftz.f", apply<Reciprocal, float, float>);
  r.add<NVVM::RcpApproxFtzF32Op>(apply<Reciprocal, float, float>);
  r.add<nvgpu::TanhOp>(apply<Tanh, float, float>);
  r.add<NVVM::ConvertFloatToTF32Op>(OpDecoder(decodeToTF32));
  r.add<NVVM::ConvertF32x2ToF8x2Op>(OpDecoder(decodePackF8));
  r.add<NVVM::ConvertF8x2ToF16x2Op>(OpDecoder(decodeUnpackF8));
  r.add<NVVM::ConvertF32x2ToF16x2Op>(
      OpDecoder(decodePack<NVVM::ConvertF32x2ToF16x2Op, toF16>));
  r.add<NVVM::ConvertF32x2ToBF16x2Op>(
      OpDecoder(decodePack<NVVM::ConvertF32x2ToBF16x2Op, toBF16>));
}
