//===- LLVM.cpp - ops of the llvm dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Cluster.h"
#include "Elementwise.h"
#include "Memory.h"
#include "NVIDIA/Warpgroup.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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
static LogicalResult decodeBitcast(Decoder &d, Operation *op) {
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

/// The registers of the field of a struct that `position` names.
static FailureOr<std::pair<unsigned, unsigned>>
findField(Operation *op, Type type, ArrayRef<int64_t> position) {
  auto structure = dyn_cast<LLVM::LLVMStructType>(type);
  if (!structure || position.size() != 1)
    return op->emitOpError("of ") << type << " is not known to the simulator";
  unsigned first = 0;
  for (Type field : structure.getBody().take_front(position[0]))
    first += getWidths(field)->size();
  return std::pair(
      first, unsigned(getWidths(structure.getBody()[position[0]])->size()));
}

static LogicalResult decodeExtractValue(Decoder &d, Operation *op) {
  auto extract = cast<LLVM::ExtractValueOp>(op);
  auto field =
      findField(op, extract.getContainer().getType(), extract.getPosition());
  if (failed(field))
    return failure();
  d.alias(extract,
          d.get(extract.getContainer()).slice(field->first, field->second));
  return success();
}

static LogicalResult decodeInsertValue(Decoder &d, Operation *op) {
  auto insert = cast<LLVM::InsertValueOp>(op);
  auto field =
      findField(op, insert.getContainer().getType(), insert.getPosition());
  if (failed(field))
    return failure();
  SmallVector<Slot> slots(d.get(insert.getContainer()));
  llvm::copy(d.get(insert.getValue()), slots.begin() + field->first);
  d.alias(insert, slots);
  return success();
}

static Step undefined(Warp &w, const Instruction &i) {
  for (Slot slot : i.results) {
    std::memset(w.reg(slot).poison, 0xff, sizeof(Register::poison));
    w.define(slot, /*isClean=*/false);
  }
  return Step::Next;
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
// Pointers
//===----------------------------------------------------------------------===//

namespace {
template <typename To, typename From>
struct Cast {
  To operator()(From a) const { return To(a); }
};
} // namespace

static LogicalResult decodePointerCast(Decoder &d, Operation *op) {
  auto from = getWidth(op, op->getOperand(0).getType());
  auto to = getWidth(op, op->getResult(0).getType());
  if (failed(from) || failed(to))
    return failure();
  if (*from == *to)
    return decodeBitcast(d, op);
  if (*from == 4 && *to == 8)
    return d.emit(op, apply<Cast<uint64_t, uint32_t>, uint64_t, uint32_t>);
  if (*from == 8 && *to == 4)
    return d.emit(op, apply<Cast<uint32_t, uint64_t>, uint32_t, uint64_t>);
  return op->emitOpError("with ")
         << op->getOperand(0).getType() << " is not known to the simulator";
}

/// Shared memory and that of its cluster: an address in one workgroup's own
/// memory is the same in both.
static LogicalResult decodeAddressSpaceCast(Decoder &d, Operation *op) {
  auto space = [](Value value) {
    return cast<LLVM::LLVMPointerType>(value.getType()).getAddressSpace();
  };
  if (space(op->getOperand(0)) != 3 || space(op->getResult(0)) != 7)
    return op->emitOpError("from address space ")
           << space(op->getOperand(0)) << " to " << space(op->getResult(0))
           << " is not known to the simulator";
  return decodeBitcast(d, op);
}

/// immediate: bytes of an element.
template <typename T>
static Step advance(Warp &w, const Instruction &i) {
  const uint64_t *base = w.in<uint64_t>(i, 0);
  const T *index = w.in<T>(i, 1);
  uint64_t *out = w.out<uint64_t>(i);
  for (int lane = 0; lane < w.size; ++lane)
    out[lane] = base[lane] + int64_t(index[lane]) * i.immediate;
  return w.finish(i);
}

static Step advanceByConstant(Warp &w, const Instruction &i) {
  const uint64_t *base = w.in<uint64_t>(i, 0);
  uint64_t *out = w.out<uint64_t>(i);
  for (int lane = 0; lane < w.size; ++lane)
    out[lane] = base[lane] + i.immediate;
  return w.finish(i);
}

static LogicalResult decodeGEP(Decoder &d, Operation *op) {
  auto gep = cast<LLVM::GEPOp>(op);
  auto bytes = getWidth(op, gep.getElemType());
  if (failed(bytes))
    return failure();
  auto indices = gep.getDynamicIndices();
  bool isKnown = gep.getRawConstantIndices().size() == 1 &&
                 isa<LLVM::LLVMPointerType>(gep.getType()) &&
                 (indices.empty() || indices.front().getType().isInteger(32) ||
                  indices.front().getType().isInteger(64));
  if (!isKnown)
    return op->emitOpError("is not known to the simulator unless it has one "
                           "index, of i32 or i64, and is of one pointer");
  int64_t immediate = *bytes;
  Handler handler = advanceByConstant;
  if (indices.empty())
    immediate *= gep.getRawConstantIndices().front();
  else
    handler = indices.front().getType().isInteger(32) ? advance<int32_t>
                                                      : advance<int64_t>;
  auto instruction = d.emit(op, handler);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = immediate;
  return success();
}

/// The kernel's dynamic shared memory, which no other global is.
static LogicalResult decodeAddressOf(Decoder &d, Operation *op) {
  auto address = cast<LLVM::AddressOfOp>(op);
  auto global = SymbolTable::lookupNearestSymbolFrom<LLVM::GlobalOp>(
      op, address.getGlobalNameAttr());
  auto array =
      global ? dyn_cast<LLVM::LLVMArrayType>(global.getType()) : nullptr;
  if (!array || array.getNumElements() != 0 || global.getAddrSpace() != 3)
    return op->emitOpError("of ") << address.getGlobalName()
                                  << " is not known to the simulator, expected "
                                     "dynamic shared memory";
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  d.emit(
      op,
      [](Warp &w, const Instruction &i) {
        std::fill_n(w.out<uint64_t>(i), kMaxLanes, kSharedBase);
        return w.finish(i);
      },
      {}, d.get(op->getResult(0)));
  return success();
}

//===----------------------------------------------------------------------===//
// Calls and ends
//===----------------------------------------------------------------------===//

static LogicalResult decodeIntrinsic(Decoder &d, Operation *op) {
  StringRef name = cast<LLVM::CallIntrinsicOp>(op).getIntrin();
  Handler handler = d.registry.lookupIntrinsic(name);
  bool isUnary = op->getNumOperands() == 1 && op->getNumResults() == 1 &&
                 op->getOperand(0).getType().isF32() &&
                 op->getResult(0).getType().isF32();
  if (!handler || !isUnary)
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
  r.add<LLVM::ExtractValueOp>(OpDecoder(decodeExtractValue));
  r.add<LLVM::InsertValueOp>(OpDecoder(decodeInsertValue));
  r.add<LLVM::UndefOp>(undefined);
  r.add<LLVM::PoisonOp>(undefined);
  r.add<LLVM::ExtractElementOp>(OpDecoder(decodeExtractElement));
  r.add<LLVM::InsertElementOp>(OpDecoder(decodeInsertElement));
  r.add<LLVM::IntToPtrOp>(OpDecoder(decodePointerCast));
  r.add<LLVM::PtrToIntOp>(OpDecoder(decodePointerCast));
  r.add<LLVM::AddrSpaceCastOp>(OpDecoder(decodeAddressSpaceCast));
  r.add<LLVM::GEPOp>(OpDecoder(decodeGEP));
  r.add<LLVM::AddressOfOp>(OpDecoder(decodeAddressOf));
  r.add<LLVM::CallIntrinsicOp>(OpDecoder(decodeIntrinsic));
  r.add<LLVM::ReturnOp>(finish);
}
