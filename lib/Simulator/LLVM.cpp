//===- LLVM.cpp - ops of the llvm dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Cluster.h"
#include "Elementwise.h"
#include "Memory.h"
#include "NVIDIA/Warpgroup.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cstring>
#include <numeric>

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Registers under another name
//===----------------------------------------------------------------------===//

/// Values of as many registers of the same widths are the same bits.
LogicalResult fovea::sim::decodeBitcast(Decoder &d, Operation *op) {
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  if (sizeOf(from) && sizeOf(from) == sizeOf(to) &&
      getWidths(from) != getWidths(to))
    return emitRepacking(d, op);
  if (!getWidths(from) || getWidths(from) != getWidths(to))
    return op->emitOpError("from ")
           << from << " to " << to << " is not known to the simulator";
  d.alias(op->getResult(0), d.get(op->getOperand(0)));
  return success();
}

/// Upstream's conversions leave them between indices, by which scf counts, and
/// the integers that these are for LLVM.
static LogicalResult decodeCast(Decoder &d, Operation *op) {
  auto isIndex = [](TypeRange types) {
    return types.size() == 1 && (types[0].isIndex() || types[0].isInteger(64));
  };
  if (!isIndex(op->getOperandTypes()) || !isIndex(op->getResultTypes()))
    return op->emitOpError("is not known to the simulator unless it is of "
                           "index and i64");
  return decodeBitcast(d, op);
}

//===----------------------------------------------------------------------===//
// Elements of vectors, in registers of 32 bits
//===----------------------------------------------------------------------===//

namespace {

/// Where element `index` of a vector lies.
struct Element {
  unsigned slot, byte, bytes;
};

} // namespace

static FailureOr<Element> findElement(Operation *op, Type type, Value index) {
  auto vector = cast<VectorType>(type);
  APInt position;
  if (!matchPattern(index, m_ConstantInt(&position)))
    return op->emitOpError("at a position that is not constant is not known to "
                           "the simulator");
  uint64_t number = position.getZExtValue();
  if (number >= uint64_t(vector.getNumElements()))
    return op->emitOpError("is at position ")
           << number << " of " << type << ", expected one within";
  unsigned bytes = getWidths(vector.getElementType())->front();
  unsigned offset = number * bytes;
  return bytes == 8 ? Element{unsigned(number), 0, 8}
                    : Element{offset / 4, offset % 4, bytes};
}

/// immediate: the first byte.
static Step extractElement(Warp &w, const Instruction &i) {
  const Register &from = w.reg(i.operands[0]);
  Register &to = w.reg(i.results[0]);
  unsigned bytes = w.program.widths[i.results[0]];
  unsigned stride = w.program.widths[i.operands[0]];
  if (!w.requireFinished(i))
    return Step::Failed;
  uint8_t all = (1 << bytes) - 1;
  for (int lane = 0; lane < w.size; ++lane) {
    std::memcpy(to.bytes + lane * bytes,
                from.bytes + lane * stride + i.immediate, bytes);
    to.poison[lane] = from.isClean ? 0 : from.poison[lane] >> i.immediate & all;
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

/// Operands: the element, then the register that it comes into.
static Step insertElement(Warp &w, const Instruction &i) {
  const Register &element = w.reg(i.operands[0]), &from = w.reg(i.operands[1]);
  Register &to = w.reg(i.results[0]);
  unsigned bytes = w.program.widths[i.operands[0]];
  unsigned stride = w.program.widths[i.results[0]];
  if (!w.requireFinished(i))
    return Step::Failed;
  std::memcpy(to.bytes, from.bytes, w.size * stride);
  // Poison may have bits of bytes that the register has not.
  uint8_t field = ((1 << bytes) - 1) << i.immediate;
  uint8_t kept = ((1 << stride) - 1) & ~field;
  for (int lane = 0; lane < w.size; ++lane) {
    std::memcpy(to.bytes + lane * stride + i.immediate,
                element.bytes + lane * bytes, bytes);
    uint8_t old = from.isClean ? 0 : from.poison[lane];
    uint8_t added = element.isClean ? 0 : element.poison[lane] << i.immediate;
    to.poison[lane] = (old & kept) | (added & field);
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

static LogicalResult decodeExtractElement(Decoder &d, Operation *op) {
  auto extract = cast<LLVM::ExtractElementOp>(op);
  auto element =
      findElement(op, extract.getVector().getType(), extract.getPosition());
  if (failed(element) || failed(d.allocate(op->getResult(0))))
    return failure();
  d.emit(op, extractElement, d.get(extract.getVector())[element->slot],
         d.get(op->getResult(0)))
      .immediate = element->byte;
  return success();
}

static LogicalResult decodeInsertElement(Decoder &d, Operation *op) {
  auto insert = cast<LLVM::InsertElementOp>(op);
  auto element =
      findElement(op, insert.getVector().getType(), insert.getPosition());
  if (failed(element) || failed(d.allocate(op->getResult(0))))
    return failure();
  ArrayRef<Slot> from = d.get(insert.getVector()), to = d.get(insert.getRes());
  for (auto [k, slot] : llvm::enumerate(from))
    if (k != element->slot)
      emitCopies(d, op, slot, to[k]);
  d.emit(op, insertElement,
         {d.get(insert.getValue()).front(), from[element->slot]},
         to[element->slot])
      .immediate = element->byte;
  return success();
}

//===----------------------------------------------------------------------===//
// Calls and ends
//===----------------------------------------------------------------------===//

static LogicalResult decodeIntrinsic(Decoder &d, Operation *op) {
  StringRef name = cast<LLVM::CallIntrinsicOp>(op).getIntrin();
  Handler handler = d.registry.lookupIntrinsic(name, op->getNumOperands());
  auto isWord = [](Type type) { return type.isF32() || type.isInteger(32); };
  if (!handler || op->getNumResults() != 1 ||
      !llvm::all_of(op->getOperandTypes(), isWord) ||
      !isWord(op->getResult(0).getType()))
    return op->emitOpError("of ") << name << " is not known to the simulator";
  return d.emit(op, handler);
}

/// A bulk copy that still runs would read memory that is no longer the
/// workgroup's. Waves need no such check: s_endpgm waits for all that they have
/// begun (CDNA4 ISA, section 12.5, "S_ENDPGM").
static Step finish(Warp &w, const Instruction &i) {
  if (!w.bulkCopies.isIdle())
    return w.fail(i, "ends the kernel while " +
                         w.workgroup.cluster.describe(w.bulkCopies.agent) +
                         " may be running, expected a wait for it");
  return nvidia::requireAllOfWarpgroup(w, i) ? Step::Finished : Step::Failed;
}

void fovea::sim::registerLLVM(Registry &r) {
  r.add<LLVM::BitcastOp>(OpDecoder(decodeBitcast));
  r.add<arith::BitcastOp>(OpDecoder(decodeBitcast));
  r.add<UnrealizedConversionCastOp>(OpDecoder(decodeCast));
  r.add<LLVM::ExtractElementOp>(OpDecoder(decodeExtractElement));
  r.add<LLVM::InsertElementOp>(OpDecoder(decodeInsertElement));
  r.add<LLVM::CallIntrinsicOp>(OpDecoder(decodeIntrinsic));
  r.add<LLVM::ReturnOp>(finish);
}
