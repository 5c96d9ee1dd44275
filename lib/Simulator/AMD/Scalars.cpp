//===- Scalars.cpp - numbers of work-items, and special functions
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Elementwise.h"
#include "../Workgroup.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Numbers. Launches have one dimension: numbers along the others are 0.
//===----------------------------------------------------------------------===//

template <uint32_t (*Read)(const Warp &, int lane)>
static Step readNumber(Warp &w, const Instruction &i) {
  for (int lane = 0; lane < w.size; ++lane)
    w.out<uint32_t>(i)[lane] = Read(w, lane);
  return w.finish(i);
}

static uint32_t workitem(const Warp &w, int lane) {
  return w.number * w.size + lane;
}
static uint32_t workgroup(const Warp &w, int) { return w.workgroup.index; }
static uint32_t zero(const Warp &, int) { return 0; }
static uint32_t one(const Warp &, int) { return 1; }
static uint32_t workitems(const Warp &w, int) {
  return w.workgroup.grid.threads;
}
static uint32_t workgroups(const Warp &w, int) {
  return w.workgroup.grid.workgroups;
}
static uint32_t waveSize(const Warp &w, int) { return w.size; }

template <uint32_t (*Read)(const Warp &, int lane)>
static LogicalResult decodeNumber(Decoder &d, Operation *op) {
  if (!op->getResult(0).getType().isInteger(32))
    return op->emitOpError("of ")
           << op->getResult(0).getType() << " is not known to the simulator";
  return d.emit(op, readNumber<Read>);
}

//===----------------------------------------------------------------------===//
// The transcendental unit. CDNA3's guide gives bounds of errors and not bits:
// these are the correctly rounded values. v_exp_f32, v_log_f32, v_rcp_f32 and
// v_sqrt_f32 do not handle subnormals, which LLVM scales away for llvm.exp2 and
// the like, but not for these ops ("User Guide for AMDGPU Backend", "LLVM IR
// Intrinsics").
//===----------------------------------------------------------------------===//

static float flush(float x) {
  return std::fabs(x) < 0x1p-126f ? std::copysign(0.f, x) : x;
}

namespace {

struct Exp2 {
  float operator()(float x) const { return flush(std::exp2(flush(x))); }
};
struct Log2 {
  float operator()(float x) const {
    x = flush(x);
    return x < 0 ? std::nanf("") : std::log2(x);
  }
};
struct Reciprocal {
  float operator()(float x) const { return flush(1 / flush(x)); }
};
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

void amd::registerScalars(Registry &r) {
  r.add<ROCDL::ThreadIdXOp>(OpDecoder(decodeNumber<workitem>));
  r.add<ROCDL::BlockIdXOp>(OpDecoder(decodeNumber<workgroup>));
  r.add<ROCDL::ThreadIdYOp, ROCDL::ThreadIdZOp, ROCDL::BlockIdYOp,
        ROCDL::BlockIdZOp>(OpDecoder(decodeNumber<zero>));
  r.add<ROCDL::BlockDimXOp>(OpDecoder(decodeNumber<workitems>));
  r.add<ROCDL::GridDimXOp>(OpDecoder(decodeNumber<workgroups>));
  r.add<ROCDL::BlockDimYOp, ROCDL::BlockDimZOp, ROCDL::GridDimYOp,
        ROCDL::GridDimZOp>(OpDecoder(decodeNumber<one>));
  r.add<ROCDL::WavefrontSizeOp>(OpDecoder(decodeNumber<waveSize>));

  r.add<ROCDL::ROCDLExp2>(OpDecoder(decodeFunction<Exp2, float>));
  r.add<ROCDL::ROCDLLog>(OpDecoder(decodeFunction<Log2, float>));
  r.add<ROCDL::ROCDLRcp>(OpDecoder(decodeFunction<Reciprocal, float>));
  r.add<ROCDL::ROCDLSqrt>(OpDecoder(decodeFunction<SquareRoot, float>));
  r.add<ROCDL::FMed3Op>(OpDecoder(decodeFunction<Median, float, float, float>));
  r.addIntrinsic("llvm.amdgcn.exp2.f32", apply<Exp2, float, float>);
  r.addIntrinsic("llvm.amdgcn.log.f32", apply<Log2, float, float>);
  r.addIntrinsic("llvm.amdgcn.rcp.f32", apply<Reciprocal, float, float>);
}
