//===- Scalars.cpp - numbers of work-items, and special functions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Elementwise.h"
#include "../Numbers.h"
#include "../SpecialFunctions.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

#include <algorithm>

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Numbers. Launches have one dimension: numbers along the others are 0.
//===----------------------------------------------------------------------===//

static uint32_t waveSize(const Warp &w, int) { return w.size; }

template <uint32_t (*Read)(const Warp &, int lane)>
static LogicalResult decodeNumber(Decoder &d, Operation *op) {
  if (!op->getResult(0).getType().isInteger(32))
    return op->emitOpError("of ")
           << op->getResult(0).getType() << " is not known to the simulator";
  return d.emit(op, readNumber<Read>);
}

//===----------------------------------------------------------------------===//
// The transcendental unit. v_exp_f32, v_log_f32, v_rcp_f32 and v_sqrt_f32 do
// not handle subnormals, which LLVM scales away for llvm.exp2 and the like, but
// not for these ops ("User Guide for AMDGPU Backend", "LLVM IR Intrinsics").
//===----------------------------------------------------------------------===//

namespace {

struct SquareRoot {
  float operator()(float x) const { return std::sqrt(flush(x)); }
};
/// v_med3_f32: the smallest one if any is NaN.
struct Median {
  float operator()(float a, float b, float c) const {
    if (std::isnan(a) || std::isnan(b) || std::isnan(c))
      return std::fmin(std::fmin(a, b), c);
    return std::max(std::min(a, b), std::min(std::max(a, b), c));
  }
};

} // namespace

template <typename F, typename... A>
static LogicalResult decodeFunction(Decoder &d, Operation *op) {
  if (!op->getResult(0).getType().isF32())
    return op->emitOpError("of ")
           << op->getResult(0).getType() << " is not known to the simulator";
  return d.emit(op, apply<F, float, A...>);
}

namespace {
/// v_perm_b32 (CDNA 3 ISA, section 16.10, VOP3): each byte of the selector
/// takes one of the eight bytes of {high, low}, from 8 a sign of these two by
/// two, or a constant.
struct PermuteBytes {
  uint32_t operator()(uint32_t high, uint32_t low, uint32_t selector) const {
    uint64_t bytes = uint64_t(high) << 32 | low;
    uint32_t result = 0;
    for (int k = 0; k < 4; ++k) {
      uint32_t from = selector >> 8 * k & 0xff;
      uint32_t byte = from < 8    ? bytes >> 8 * from & 0xff
                      : from < 12 ? 0xff * (bytes >> (16 * (from - 8) + 15) & 1)
                      : from == 12 ? 0
                                   : 0xff;
      result |= byte << 8 * k;
    }
    return result;
  }
};
} // namespace

void amd::registerScalars(Registry &r) {
  r.add<ROCDL::ThreadIdXOp>(OpDecoder(decodeNumber<threadNumber<0>>));
  r.add<ROCDL::ThreadIdYOp>(OpDecoder(decodeNumber<threadNumber<1>>));
  r.add<ROCDL::ThreadIdZOp>(OpDecoder(decodeNumber<threadNumber<2>>));
  r.add<ROCDL::BlockIdXOp>(OpDecoder(decodeNumber<workgroupNumber<0>>));
  r.add<ROCDL::BlockIdYOp>(OpDecoder(decodeNumber<workgroupNumber<1>>));
  r.add<ROCDL::BlockIdZOp>(OpDecoder(decodeNumber<workgroupNumber<2>>));
  r.add<ROCDL::BlockDimXOp>(OpDecoder(decodeNumber<numThreads<0>>));
  r.add<ROCDL::BlockDimYOp>(OpDecoder(decodeNumber<numThreads<1>>));
  r.add<ROCDL::BlockDimZOp>(OpDecoder(decodeNumber<numThreads<2>>));
  r.add<ROCDL::GridDimXOp>(OpDecoder(decodeNumber<numWorkgroups<0>>));
  r.add<ROCDL::GridDimYOp>(OpDecoder(decodeNumber<numWorkgroups<1>>));
  r.add<ROCDL::GridDimZOp>(OpDecoder(decodeNumber<numWorkgroups<2>>));
  r.add<ROCDL::WavefrontSizeOp>(OpDecoder(decodeNumber<waveSize>));

  r.add<ROCDL::ROCDLExp2>(OpDecoder(decodeFunction<Exp2, float>));
  r.add<ROCDL::ROCDLLog>(OpDecoder(decodeFunction<Log2, float>));
  r.add<ROCDL::ROCDLRcp>(OpDecoder(decodeFunction<Reciprocal, float>));
  r.add<ROCDL::ROCDLSqrt>(OpDecoder(decodeFunction<SquareRoot, float>));
  r.add<ROCDL::FMed3Op>(OpDecoder(decodeFunction<Median, float, float, float>));
  r.addIntrinsic("llvm.amdgcn.exp2.f32", apply<Exp2, float, float>);
  r.addIntrinsic("llvm.amdgcn.log.f32", apply<Log2, float, float>);
  r.addIntrinsic("llvm.amdgcn.rcp.f32", apply<Reciprocal, float, float>);
  r.addIntrinsic("llvm.amdgcn.perm",
                 apply<PermuteBytes, uint32_t, uint32_t, uint32_t, uint32_t>,
                 /*operands=*/3);
}
