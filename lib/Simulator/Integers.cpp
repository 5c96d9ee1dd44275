//===- Integers.cpp - arithmetic of integers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

template <typename T>
using Signed = std::make_signed_t<T>;

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

void fovea::sim::registerIntegers(Registry &r) {
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
}
