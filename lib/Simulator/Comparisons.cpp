//===- Comparisons.cpp - comparisons and choices -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cmath>

using namespace mlir;
using namespace fovea::sim;

template <typename T>
using Signed = std::make_signed_t<T>;

namespace {
template <typename T>
struct Choose {
  static Step handler(Warp &w, const Instruction &i);
};
} // namespace

namespace {

template <arith::CmpIPredicate P>
struct CompareIntegers {
  template <typename T>
  struct On {
    bool operator()(T a, T b) const {
      using S = Signed<T>;
      switch (P) {
      case arith::CmpIPredicate::eq:
        return a == b;
      case arith::CmpIPredicate::ne:
        return a != b;
      case arith::CmpIPredicate::slt:
        return S(a) < S(b);
      case arith::CmpIPredicate::sle:
        return S(a) <= S(b);
      case arith::CmpIPredicate::sgt:
        return S(a) > S(b);
      case arith::CmpIPredicate::sge:
        return S(a) >= S(b);
      case arith::CmpIPredicate::ult:
        return a < b;
      case arith::CmpIPredicate::ule:
        return a <= b;
      case arith::CmpIPredicate::ugt:
        return a > b;
      case arith::CmpIPredicate::uge:
        return a >= b;
      }
    }
    static constexpr Handler handler = apply<On<T>, uint8_t, T, T>;
  };
};

/// Ordered predicates are false where a side is NaN, the others true.
template <arith::CmpFPredicate P>
struct CompareFloats {
  bool operator()(float a, float b) const {
    bool unordered = std::isnan(a) || std::isnan(b);
    switch (P) {
    case arith::CmpFPredicate::AlwaysFalse:
      return false;
    case arith::CmpFPredicate::OEQ:
      return a == b;
    case arith::CmpFPredicate::OGT:
      return a > b;
    case arith::CmpFPredicate::OGE:
      return a >= b;
    case arith::CmpFPredicate::OLT:
      return a < b;
    case arith::CmpFPredicate::OLE:
      return a <= b;
    case arith::CmpFPredicate::ONE:
      return !unordered && a != b;
    case arith::CmpFPredicate::ORD:
      return !unordered;
    case arith::CmpFPredicate::UEQ:
      return unordered || a == b;
    case arith::CmpFPredicate::UGT:
      return unordered || a > b;
    case arith::CmpFPredicate::UGE:
      return unordered || a >= b;
    case arith::CmpFPredicate::ULT:
      return unordered || a < b;
    case arith::CmpFPredicate::ULE:
      return unordered || a <= b;
    case arith::CmpFPredicate::UNE:
      return unordered || a != b;
    case arith::CmpFPredicate::UNO:
      return unordered;
    case arith::CmpFPredicate::AlwaysTrue:
      return true;
    }
  }
};

} // namespace

template <size_t... P>
static Handler pickComparison(arith::CmpIPredicate predicate, unsigned width,
                              std::index_sequence<P...>) {
  Handler handler = nullptr;
  ((P == size_t(predicate)
        ? void(
              handler = forWidth<
                  CompareIntegers<arith::CmpIPredicate(P)>::template On>(width))
        : void()),
   ...);
  return handler;
}

/// arith's and llvm's predicates have the same numbers.
template <typename Op>
static LogicalResult decodeCompareIntegers(Decoder &d, Operation *op) {
  Type type = op->getOperand(0).getType();
  auto widths = getWidths(type);
  auto predicate = arith::CmpIPredicate(cast<Op>(op).getPredicate());
  // i1 is a byte of 0 or 1: less than is another thing there.
  bool isBitwise = predicate == arith::CmpIPredicate::eq ||
                   predicate == arith::CmpIPredicate::ne;
  if (isa<VectorType>(type) || isa<FloatType>(type) || !widths ||
      widths->size() != 1 || (type.isInteger(1) && !isBitwise))
    return op->emitOpError("on ") << type << " is not known to the simulator";
  return d.emit(op, pickComparison(predicate, widths->front(),
                                   std::make_index_sequence<10>()));
}

template <size_t... P>
static Handler pickComparison(arith::CmpFPredicate predicate,
                              std::index_sequence<P...>) {
  static constexpr Handler handlers[] = {
      apply<CompareFloats<arith::CmpFPredicate(P)>, uint8_t, float, float>...};
  return handlers[size_t(predicate)];
}

template <typename Op>
static LogicalResult decodeCompareFloats(Decoder &d, Operation *op) {
  Type type = op->getOperand(0).getType();
  if (!type.isF32())
    return op->emitOpError("on ") << type << " is not known to the simulator";
  auto predicate = arith::CmpFPredicate(cast<Op>(op).getPredicate());
  return d.emit(op, pickComparison(predicate, std::make_index_sequence<16>()));
}

/// Poison where the condition or the chosen side has it: the other side does
/// not count.
template <typename T>
Step Choose<T>::handler(Warp &w, const Instruction &i) {
  const uint8_t *condition = w.in<uint8_t>(i, 0);
  const T *yes = w.in<T>(i, 1), *no = w.in<T>(i, 2);
  T *out = w.out<T>(i);
  for (int base = 0; base < w.size; base += kLaneStep)
    for (int lane = base; lane < base + kLaneStep; ++lane)
      out[lane] = condition[lane] ? yes[lane] : no[lane];
  const Register &c = w.reg(i.operands[0]), &a = w.reg(i.operands[1]),
                 &b = w.reg(i.operands[2]);
  if (c.isClean && a.isClean && b.isClean)
    return w.finish(i);
  if (!w.requireFinished(i))
    return Step::Failed;
  Register &r = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    const Register &chosen = condition[lane] ? a : b;
    bool isUnknown = !c.isClean && c.poison[lane];
    r.poison[lane] = isUnknown        ? 0xff
                     : chosen.isClean ? 0
                                      : chosen.poison[lane];
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeSelect(Decoder &d, Operation *op) {
  // Vectors are chosen whole, register by register, whatever is in them.
  auto widths = getWidths(op->getOperand(1).getType());
  if (!widths || !op->getOperand(0).getType().isInteger(1) ||
      !llvm::all_equal(*widths))
    return op->emitOpError("on ")
           << op->getOperand(1).getType() << " is not known to the simulator";
  return d.emitElementwise(op, forWidth<Choose>(widths->front()));
}

void fovea::sim::registerComparisons(Registry &r) {
  r.add<arith::CmpIOp>(OpDecoder(decodeCompareIntegers<arith::CmpIOp>));
  r.add<arith::CmpFOp>(OpDecoder(decodeCompareFloats<arith::CmpFOp>));
  r.add<LLVM::ICmpOp>(OpDecoder(decodeCompareIntegers<LLVM::ICmpOp>));
  r.add<LLVM::FCmpOp>(OpDecoder(decodeCompareFloats<LLVM::FCmpOp>));
  r.add<arith::SelectOp, LLVM::SelectOp>(OpDecoder(decodeSelect));
}
