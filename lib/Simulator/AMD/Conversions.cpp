//===- Conversions.cpp - v_cvt of pairs and of 8-bit floats
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Packing.h"
#include "Target.h"

#include "fovea/Simulator/Rounding.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

using namespace mlir;
using namespace fovea::sim;

/// v_cvt_pkrtz_f16_f32; the first number is the low half.
static LogicalResult decodePackTowardZero(Decoder &d, Operation *op) {
  if (getWidths(op->getResult(0).getType()) != SmallVector<unsigned>{4})
    return op->emitOpError("to ")
           << op->getResult(0).getType() << " is not known to the simulator";
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  d.emit(op, pack<toF16TowardZero>,
         {d.get(op->getOperand(1)).front(), d.get(op->getOperand(0)).front()},
         d.get(op->getResult(0)));
  return success();
}

//===----------------------------------------------------------------------===//
// From 8-bit floats
//===----------------------------------------------------------------------===//

/// Byte number `i.target` and those behind it, one for each result. immediate:
/// the format.
static Step widenBytes(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  const Register &from = w.reg(i.operands[0]);
  for (auto [k, slot] : llvm::enumerate(i.results)) {
    Register &to = w.reg(slot);
    unsigned byte = i.target + k;
    for (int lane = 0; lane < w.size; ++lane) {
      to.as<float>()[lane] =
          fromF8(from.bytes[4 * lane + byte], Float8(i.immediate));
      bool isUnknown = !from.isClean && from.poison[lane] >> byte & 1;
      to.poison[lane] = isUnknown ? 0xff : 0;
    }
    w.defineByPoison(slot);
  }
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// To 8-bit floats
//===----------------------------------------------------------------------===//

/// Operands: the numbers for the low and the high byte of half `target`, and
/// the register that keeps its other half. To nearest even; numbers that are
/// too large become infinite or NaN, as they do unless a kernel sets
/// MODE.FP16_OVFL (CDNA4 ISA, section 7.3), for which the dialect has no op.
static Step narrowToHalf(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  const Register &old = w.reg(i.operands[2]);
  Register &to = w.reg(i.results[0]);
  unsigned shift = 16 * i.target;
  for (int lane = 0; lane < w.size; ++lane) {
    uint32_t word = old.as<uint32_t>()[lane] & ~(uint32_t(0xffff) << shift);
    uint8_t poison = old.isClean ? 0 : old.poison[lane] & ~(3 << shift / 8);
    for (unsigned k = 0; k < 2; ++k) {
      const Register &from = w.reg(i.operands[k]);
      uint32_t byte = toF8(from.as<float>()[lane], Float8(i.immediate),
                           /*saturate=*/false);
      word |= byte << (shift + 8 * k);
      poison |= (!from.isClean && from.poison[lane]) << (shift / 8 + k);
    }
    to.as<uint32_t>()[lane] = word;
    to.poison[lane] = poison;
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

/// `target`: the handler's. `isE5M2`: BF8 in AMD's words.
static LogicalResult decodeFloat8(Decoder &d, Operation *op, Handler handler,
                                  uint32_t target, bool isE5M2) {
  FailureOr<bool> isOCP = amd::hasOCPFloats(op);
  if (failed(isOCP))
    return failure();
  if (target >= 4)
    return op->emitOpError("selects byte ") << target << ", expected 0 to 3";
  auto instruction = d.emit(op, handler);
  if (failed(instruction))
    return failure();
  Float8 format = isE5M2 ? (*isOCP ? Float8::E5M2 : Float8::E5M2FNUZ)
                         : (*isOCP ? Float8::E4M3 : Float8::E4M3FNUZ);
  (*instruction)->target = target;
  (*instruction)->immediate = int64_t(format);
  return success();
}

template <typename Op, bool IsE5M2>
static void addByte(Registry &r) {
  r.add<Op>(OpDecoder([](Decoder &d, Operation *op) {
    return decodeFloat8(d, op, widenBytes, cast<Op>(op).getByteSel(), IsE5M2);
  }));
}

template <typename Op, bool IsE5M2>
static void addPair(Registry &r) {
  r.add<Op>(OpDecoder([](Decoder &d, Operation *op) {
    return decodeFloat8(d, op, widenBytes, cast<Op>(op).getWordSel() ? 2 : 0,
                        IsE5M2);
  }));
}

template <typename Op, bool IsE5M2>
static void addNarrowing(Registry &r) {
  r.add<Op>(OpDecoder([](Decoder &d, Operation *op) {
    return decodeFloat8(d, op, narrowToHalf, cast<Op>(op).getWordSel(), IsE5M2);
  }));
}

void amd::registerConversions(Registry &r) {
  r.add<ROCDL::CvtPkRtz>(OpDecoder(decodePackTowardZero));
  addByte<ROCDL::CvtF32Fp8Op, false>(r);
  addByte<ROCDL::CvtF32Bf8Op, true>(r);
  addPair<ROCDL::CvtPkF32Fp8Op, false>(r);
  addPair<ROCDL::CvtPkF32Bf8Op, true>(r);
  addNarrowing<ROCDL::CvtPkFp8F32Op, false>(r);
  addNarrowing<ROCDL::CvtPkBf8F32Op, true>(r);
}
