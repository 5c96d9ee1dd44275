//===- Constants.cpp - constants of scalars and vectors -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace fovea::sim;

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

static LogicalResult decodeZero(Decoder &d, Operation *op) {
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  auto widths = getWidths(op->getResult(0).getType());
  for (auto [slot, width] : llvm::zip_equal(d.get(op->getResult(0)), *widths))
    d.emit(op, forWidth<Fill>(width), {}, slot);
  return success();
}

void fovea::sim::registerConstants(Registry &r) {
  r.add<arith::ConstantOp>(OpDecoder(decodeConstant<arith::ConstantOp>));
  r.add<LLVM::ConstantOp>(OpDecoder(decodeConstant<LLVM::ConstantOp>));
  r.add<LLVM::ZeroOp>(OpDecoder(decodeZero));
}
