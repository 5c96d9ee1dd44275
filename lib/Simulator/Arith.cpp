//===- Arith.cpp - arith and math ops -*- C++ -*-===//
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

#include "fovea/Simulator/Rounding.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace fovea::sim;

template <typename T>
using Signed = std::make_signed_t<T>;

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

namespace {

struct Add {
  template <typename T>
  T operator()(T a, T b) const {
    return a + b;
  }
};
struct Subtract {
  template <typename T>
  T operator()(T a, T b) const {
    return a - b;
  }
};
struct Multiply {
  template <typename T>
  T operator()(T a, T b) const {
    return T(uint64_t(a) * uint64_t(b));
  }
};
struct And {
  template <typename T>
  T operator()(T a, T b) const {
    return a & b;
  }
};
struct Or {
  template <typename T>
  T operator()(T a, T b) const {
    return a | b;
  }
};
struct Xor {
  template <typename T>
  T operator()(T a, T b) const {
    return a ^ b;
  }
};
/// Shifts by the width or more are poison in MLIR; checkShift finds them.
struct ShiftLeft {
  template <typename T>
  T operator()(T a, T b) const {
    return b < sizeof(T) * 8 ? T(uint64_t(a) << b) : T(0);
  }
};
struct ShiftRight {
  template <typename T>
  T operator()(T a, T b) const {
    return b < sizeof(T) * 8 ? T(a >> b) : T(0);
  }
};
struct ShiftRightSigned {
  template <typename T>
  T operator()(T a, T b) const {
    return Signed<T>(a) >> (b < sizeof(T) * 8 ? b : 0);
  }
};
struct MinSigned {
  template <typename T>
  T operator()(T a, T b) const {
    return std::min(Signed<T>(a), Signed<T>(b));
  }
};
struct MaxSigned {
  template <typename T>
  T operator()(T a, T b) const {
    return std::max(Signed<T>(a), Signed<T>(b));
  }
};
struct Min {
  template <typename T>
  T operator()(T a, T b) const {
    return std::min(a, b);
  }
};
struct Max {
  template <typename T>
  T operator()(T a, T b) const {
    return std::max(a, b);
  }
};

/// Divisions; checked before, so that only lanes that do not run divide by
/// zero.
struct Divide {
  template <typename T>
  T operator()(T a, T b) const {
    return b ? a / b : 0;
  }
};
struct Remainder {
  template <typename T>
  T operator()(T a, T b) const {
    return b ? a % b : 0;
  }
};
template <typename T>
static Signed<T> divide(Signed<T> a, Signed<T> b) {
  return b == 0 ? 0 : b == -1 ? Signed<T>(0 - T(a)) : a / b;
}
template <typename T>
static Signed<T> remainder(Signed<T> a, Signed<T> b) {
  return b == 0 || b == -1 ? 0 : a % b;
}
struct DivideSigned {
  template <typename T>
  T operator()(T a, T b) const {
    return divide<T>(a, b);
  }
};
struct RemainderSigned {
  template <typename T>
  T operator()(T a, T b) const {
    return remainder<T>(a, b);
  }
};
struct DivideUp {
  template <typename T>
  T operator()(T a, T b) const {
    bool up =
        remainder<T>(a, b) != 0 && (Signed<T>(a) < 0) == (Signed<T>(b) < 0);
    return divide<T>(a, b) + up;
  }
};
struct DivideDown {
  template <typename T>
  T operator()(T a, T b) const {
    bool down =
        remainder<T>(a, b) != 0 && (Signed<T>(a) < 0) != (Signed<T>(b) < 0);
    return divide<T>(a, b) - down;
  }
};

/// The handler of F on two integers of one type.
template <typename F>
struct Binary {
  template <typename T>
  struct On {
    static constexpr Handler handler = apply<F, T, T, T>;
  };
};

} // namespace

/// i1 is a byte of 0 or 1, which only some ops keep.
static LogicalResult requireIntegers(Operation *op) {
  Type type = getElementInRegister(op->getOperand(0).getType());
  bool isBitwise = isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp, LLVM::AndOp,
                       LLVM::OrOp, LLVM::XOrOp>(op);
  if (type && type.isIntOrIndex() && (!type.isInteger(1) || isBitwise))
    return success();
  return op->emitOpError("on ")
         << op->getOperand(0).getType() << " is not known to the simulator";
}

template <typename F>
static LogicalResult decodeBinary(Decoder &d, Operation *op) {
  if (failed(requireIntegers(op)))
    return failure();
  auto widths = getWidths(op->getOperand(0).getType());
  return d.emitElementwise(op,
                           forWidth<Binary<F>::template On>(widths->front()));
}

/// In front of a division: no active lane divides by zero, nor by poison.
template <typename T>
static Step checkDivisor(Warp &w, const Instruction &i) {
  if (!w.requireDefined(i, 0, "divisor"))
    return Step::Failed;
  const T *divisor = w.in<T>(i, 0);
  for (int lane = 0; lane < w.size; ++lane)
    if (w.isActive(lane) && divisor[lane] == 0)
      return w.fail(i, "divides by zero in lane " + Twine(lane));
  return Step::Next;
}

/// In front of a shift: by less than the width.
template <typename T>
static Step checkShift(Warp &w, const Instruction &i) {
  const Register &r = w.reg(i.operands[0]);
  for (int lane = 0; lane < w.size; ++lane)
    if (w.isActive(lane) && r.as<T>()[lane] >= sizeof(T) * 8 &&
        (r.isClean || !r.poison[lane]))
      return w.fail(i, "shifts by " + Twine(uint64_t(r.as<T>()[lane])) +
                           " in lane " + Twine(lane) + ", expected less than " +
                           Twine(sizeof(T) * 8));
  return Step::Next;
}

namespace {
template <typename T>
struct CheckDivisor {
  static constexpr Handler handler = checkDivisor<T>;
};
template <typename T>
struct CheckShift {
  static constexpr Handler handler = checkShift<T>;
};
template <typename T>
struct Choose {
  static Step handler(Warp &w, const Instruction &i);
};
} // namespace

/// F, behind a check of the second operand.
template <typename F, template <typename> class Check>
static LogicalResult decodeChecked(Decoder &d, Operation *op) {
  if (failed(requireIntegers(op)))
    return failure();
  auto widths = getWidths(op->getOperand(1).getType());
  for (Slot operand : d.get(op->getOperand(1)))
    d.emit(op, forWidth<Check>(widths->front()), operand, {});
  return decodeBinary<F>(d, op);
}

template <typename F>
static LogicalResult decodeDivision(Decoder &d, Operation *op) {
  return decodeChecked<F, CheckDivisor>(d, op);
}

template <typename F>
static LogicalResult decodeShift(Decoder &d, Operation *op) {
  return decodeChecked<F, CheckShift>(d, op);
}

//===----------------------------------------------------------------------===//
// Comparisons and choices
//===----------------------------------------------------------------------===//

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

static LogicalResult requireF32(Operation *op) {
  for (Type type : op->getOperandTypes())
    if (Type element = getElementInRegister(type); !element || !element.isF32())
      return op->emitOpError("on ") << type << " is not known to the simulator";
  return success();
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
  uint8_t any = 0;
  for (int lane = 0; lane < w.size; ++lane) {
    const Register &chosen = condition[lane] ? a : b;
    bool isUnknown = !c.isClean && c.poison[lane];
    r.poison[lane] = isUnknown        ? 0xff
                     : chosen.isClean ? 0
                                      : chosen.poison[lane];
    any |= r.poison[lane];
  }
  w.define(i.results[0], any == 0);
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

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

template <typename T>
static Step fill(Warp &w, const Instruction &i) {
  T *out = w.out<T>(i);
  for (int lane = 0; lane < kMaxLanes; ++lane)
    out[lane] = T(i.immediate);
  return w.finish(i);
}

namespace {
template <typename T>
struct Fill {
  static constexpr Handler handler = fill<T>;
};
} // namespace

static std::optional<int64_t> getBits(Attribute value) {
  if (auto number = dyn_cast<IntegerAttr>(value))
    return number.getValue().getBitWidth() <= 64
               ? std::optional<int64_t>(number.getValue().getSExtValue())
               : std::nullopt;
  if (auto number = dyn_cast<FloatAttr>(value))
    if (APInt bits = number.getValue().bitcastToAPInt();
        bits.getBitWidth() <= 64)
      return int64_t(bits.getZExtValue());
  return std::nullopt;
}

/// What each register of the constant holds: narrow elements are packed, the
/// first one lowest.
static std::optional<SmallVector<int64_t>> getRegisters(Attribute value,
                                                        unsigned numRegisters) {
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense) {
    std::optional<int64_t> bits = getBits(value);
    if (!bits || numRegisters != 1)
      return std::nullopt;
    return SmallVector<int64_t>{*bits};
  }
  if (dense.getElementType().isInteger(1))
    return std::nullopt;
  SmallVector<int64_t> registers(numRegisters);
  unsigned perRegister = dense.getNumElements() / numRegisters;
  unsigned width = 8 * getWidths(dense.getElementType())->front();
  for (auto [k, element] : llvm::enumerate(dense.getValues<Attribute>())) {
    std::optional<int64_t> bits = getBits(element);
    if (!bits)
      return std::nullopt;
    uint64_t kept = width == 64 ? *bits : *bits & ((uint64_t(1) << width) - 1);
    registers[k / perRegister] |= kept << k % perRegister * width;
  }
  return registers;
}

/// arith.constant and llvm.mlir.constant.
template <typename Op>
static LogicalResult decodeConstant(Decoder &d, Operation *op) {
  Type type = op->getResult(0).getType();
  auto widths = getWidths(type);
  auto registers = widths
                       ? getRegisters(cast<Op>(op).getValue(), widths->size())
                       : std::nullopt;
  if (!registers)
    return op->emitOpError("of ") << type << " is not known to the simulator";
  if (type.isInteger(1))
    registers->front() &= 1;
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  for (auto [slot, bits] : llvm::zip_equal(d.get(op->getResult(0)), *registers))
    d.emit(op, forWidth<Fill>(widths->front()), {}, slot).immediate = bits;
  return success();
}

void fovea::sim::registerArith(Registry &r) {
  r.add<arith::ConstantOp>(OpDecoder(decodeConstant<arith::ConstantOp>));
  r.add<LLVM::ConstantOp>(OpDecoder(decodeConstant<LLVM::ConstantOp>));

  r.add<arith::AddIOp, LLVM::AddOp>(OpDecoder(decodeBinary<Add>));
  r.add<arith::SubIOp, LLVM::SubOp>(OpDecoder(decodeBinary<Subtract>));
  r.add<arith::MulIOp, LLVM::MulOp>(OpDecoder(decodeBinary<Multiply>));
  r.add<arith::AndIOp, LLVM::AndOp>(OpDecoder(decodeBinary<And>));
  r.add<arith::OrIOp, LLVM::OrOp>(OpDecoder(decodeBinary<Or>));
  r.add<arith::XOrIOp, LLVM::XOrOp>(OpDecoder(decodeBinary<Xor>));
  r.add<arith::ShLIOp, LLVM::ShlOp>(OpDecoder(decodeShift<ShiftLeft>));
  r.add<arith::ShRUIOp, LLVM::LShrOp>(OpDecoder(decodeShift<ShiftRight>));
  r.add<arith::ShRSIOp, LLVM::AShrOp>(OpDecoder(decodeShift<ShiftRightSigned>));
  r.add<arith::MinSIOp, LLVM::SMinOp>(OpDecoder(decodeBinary<MinSigned>));
  r.add<arith::MaxSIOp, LLVM::SMaxOp>(OpDecoder(decodeBinary<MaxSigned>));
  r.add<arith::MinUIOp, LLVM::UMinOp>(OpDecoder(decodeBinary<Min>));
  r.add<arith::MaxUIOp, LLVM::UMaxOp>(OpDecoder(decodeBinary<Max>));
  r.add<arith::DivUIOp, LLVM::UDivOp>(OpDecoder(decodeDivision<Divide>));
  r.add<arith::RemUIOp, LLVM::URemOp>(OpDecoder(decodeDivision<Remainder>));
  r.add<arith::DivSIOp, LLVM::SDivOp>(OpDecoder(decodeDivision<DivideSigned>));
  r.add<arith::RemSIOp, LLVM::SRemOp>(
      OpDecoder(decodeDivision<RemainderSigned>));
  r.add<arith::CeilDivSIOp>(OpDecoder(decodeDivision<DivideUp>));
  r.add<arith::FloorDivSIOp>(OpDecoder(decodeDivision<DivideDown>));
  r.add<arith::CmpIOp>(OpDecoder(decodeCompareIntegers<arith::CmpIOp>));
  r.add<arith::CmpFOp>(OpDecoder(decodeCompareFloats<arith::CmpFOp>));
  r.add<LLVM::ICmpOp>(OpDecoder(decodeCompareIntegers<LLVM::ICmpOp>));
  r.add<LLVM::FCmpOp>(OpDecoder(decodeCompareFloats<LLVM::FCmpOp>));
  r.add<arith::SelectOp, LLVM::SelectOp>(OpDecoder(decodeSelect));

  r.add<arith::ExtSIOp, LLVM::SExtOp>(OpDecoder(decodeResize<true>));
  r.add<arith::ExtUIOp, LLVM::ZExtOp>(OpDecoder(decodeResize<false>));
  r.add<arith::TruncIOp, LLVM::TruncOp>(OpDecoder(decodeResize<false>));
  r.add<arith::IndexCastOp>(OpDecoder(decodeResize<true>));
  r.add<arith::SIToFPOp, LLVM::SIToFPOp>(OpDecoder(decodeToFloat<true>));
  r.add<arith::UIToFPOp, LLVM::UIToFPOp>(OpDecoder(decodeToFloat<false>));
  r.add<arith::ExtFOp, LLVM::FPExtOp>(OpDecoder(decodeWiden));
  r.add<arith::TruncFOp, LLVM::FPTruncOp>(OpDecoder(decodeNarrow));

  r.add<arith::AddFOp, LLVM::FAddOp>(OpDecoder(decodeFloats<Add>));
  r.add<arith::SubFOp, LLVM::FSubOp>(OpDecoder(decodeFloats<Subtract>));
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
