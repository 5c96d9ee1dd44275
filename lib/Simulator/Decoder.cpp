//===- Decoder.cpp - device functions to programs
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Decoder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/IR/BuiltinOps.h"

#include <numeric>

using namespace mlir;
using namespace fovea::sim;

/// Buffer resources of AMD's (LLVM, "User Guide for AMDGPU Backend", "Address
/// Spaces"): the base address, then the number of bytes.
static constexpr unsigned kBufferSpace = 8;

const OpDecoder *Registry::lookup(Operation *op) const {
  auto it = decoders.find(op->getName().getStringRef());
  return it == decoders.end() ? nullptr : &it->second;
}

std::optional<SmallVector<unsigned>> fovea::sim::getWidths(Type type) {
  if (auto pointer = dyn_cast<LLVM::LLVMPointerType>(type);
      pointer && pointer.getAddressSpace() == kBufferSpace)
    return SmallVector<unsigned>{8, 8};
  if (type.isIndex() || isa<LLVM::LLVMPointerType>(type))
    return SmallVector<unsigned>{8};
  if (type.isIntOrFloat()) {
    unsigned bits = type.getIntOrFloatBitWidth();
    if (!llvm::is_contained({1u, 8u, 16u, 32u, 64u}, bits))
      return std::nullopt;
    return SmallVector<unsigned>{(bits + 7) / 8};
  }
  SmallVector<unsigned> widths;
  if (auto vector = dyn_cast<VectorType>(type)) {
    auto element = getWidths(vector.getElementType());
    if (!element || vector.isScalable() || vector.getRank() != 1)
      return std::nullopt;
    unsigned bytes = element->front() * vector.getNumElements();
    if (element->front() == 8)
      return SmallVector<unsigned>(vector.getNumElements(), 8);
    if (bytes < 4 && llvm::isPowerOf2_32(bytes))
      return SmallVector<unsigned>{bytes};
    if (bytes % 4)
      return std::nullopt;
    return SmallVector<unsigned>(bytes / 4, 4);
  }
  if (auto array = dyn_cast<LLVM::LLVMArrayType>(type)) {
    auto element = getWidths(array.getElementType());
    if (!element)
      return std::nullopt;
    for (unsigned k = 0; k < array.getNumElements(); ++k)
      widths.append(*element);
    return widths;
  }
  auto structure = dyn_cast<LLVM::LLVMStructType>(type);
  // One with a name may hold itself.
  if (!structure || structure.isIdentified())
    return std::nullopt;
  for (Type field : structure.getBody()) {
    auto some = getWidths(field);
    if (!some)
      return std::nullopt;
    widths.append(*some);
  }
  return widths;
}

FailureOr<unsigned> fovea::sim::getWidth(Operation *op, Type type) {
  auto widths = getWidths(type);
  if (widths && widths->size() == 1)
    return widths->front();
  return op->emitOpError("on ") << type << " is not known to the simulator";
}

Type fovea::sim::getElementInRegister(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return type;
  auto widths = getWidths(vector);
  bool fill = widths && int64_t(widths->size()) == vector.getNumElements() &&
              widths->front() == getWidths(vector.getElementType())->front();
  return fill ? vector.getElementType() : Type();
}

unsigned fovea::sim::sizeOf(Type type) {
  auto widths = getWidths(type);
  return widths ? std::accumulate(widths->begin(), widths->end(), 0u) : 0;
}

/// Whose results may be the operands' registers.
static bool mayAlias(Operation *op) {
  return isa<LLVM::BitcastOp, LLVM::ExtractValueOp, LLVM::InsertValueOp,
             LLVM::ShuffleVectorOp, LLVM::AddrSpaceCastOp, LLVM::IntToPtrOp,
             LLVM::PtrToIntOp, arith::BitcastOp, UnrealizedConversionCastOp>(
      op);
}

/// Extends `last` to the last op of the block that needs the value, perhaps in
/// its regions or under another name.
static void findLastUse(Value value, Block *block,
                        llvm::SmallPtrSetImpl<Operation *> &seen,
                        Operation *&last) {
  for (Operation *user : value.getUsers()) {
    Operation *op = block->findAncestorOpInBlock(*user);
    if (op && (!last || last->isBeforeInBlock(op)))
      last = op;
    if (mayAlias(user) && seen.insert(user).second)
      findLastUse(user->getResult(0), block, seen, last);
  }
}

static Operation *findLastUse(Value value) {
  llvm::SmallPtrSet<Operation *, 8> seen;
  Operation *last = nullptr;
  findLastUse(value, value.getParentBlock(), seen, last);
  return last;
}

ArrayRef<Slot> Decoder::keep(ArrayRef<Slot> list) {
  return list.copy(program.slots);
}

SmallVector<Slot> Decoder::get(ValueRange values) const {
  SmallVector<Slot> list;
  for (Value value : values)
    llvm::append_range(list, get(value));
  return list;
}

Slot Decoder::allocate(unsigned width, Operation *end) {
  Slot slot = program.widths.size();
  if (unused[width].empty()) {
    program.widths.push_back(width);
  } else {
    slot = unused[width].back();
    unused[width].pop_back();
  }
  if (end)
    freeAfter[end].push_back(slot);
  return slot;
}

FailureOr<ArrayRef<Slot>> Decoder::allocate(Value value, Operation *end) {
  auto widths = getWidths(value.getType());
  if (!widths) {
    mlir::emitError(value.getLoc(), "is of type ")
        << value.getType() << ", which the simulator does not know";
    return failure();
  }
  if (!end)
    end = findLastUse(value);
  if (!end)
    end = value.getDefiningOp();
  SmallVector<Slot> list;
  for (unsigned width : *widths)
    list.push_back(allocate(width, end));
  return slots[value] = keep(list);
}

LogicalResult Decoder::allocate(ValueRange values, Operation *end) {
  for (Value value : values)
    if (failed(allocate(value, end)))
      return failure();
  return success();
}

void Decoder::alias(Value value, ArrayRef<Slot> of) { slots[value] = keep(of); }

Instruction &Decoder::emit(Operation *op, Handler handler,
                           ArrayRef<Slot> operands, ArrayRef<Slot> results) {
  program.code.push_back({handler, op, keep(operands), keep(results)});
  return program.code.back();
}

FailureOr<Instruction *> Decoder::emit(Operation *op, Handler handler) {
  if (failed(allocate(op->getResults())))
    return failure();
  return &emit(op, handler, get(op->getOperands()), get(op->getResults()));
}

LogicalResult Decoder::emitElementwise(Operation *op, Handler handler) {
  if (failed(allocate(op->getResults())))
    return failure();
  ArrayRef<Slot> results = get(op->getResult(0));
  for (auto [k, result] : llvm::enumerate(results)) {
    SmallVector<Slot> operands;
    for (Value operand : op->getOperands()) {
      ArrayRef<Slot> some = get(operand);
      if (some.size() != 1 && some.size() != results.size())
        return op->emitOpError("from ")
               << operand.getType() << " to " << op->getResult(0).getType()
               << " is not known to the simulator";
      operands.push_back(some[some.size() == 1 ? 0 : k]);
    }
    emit(op, handler, operands, result);
  }
  return success();
}

/// Ops of one vendor's dialects mean nothing on the other's hardware.
static LogicalResult requireVendor(Operation &op, bool isWave) {
  StringRef dialect = op.getName().getDialectNamespace();
  bool isForeign = isWave ? dialect == "nvvm" || dialect == "fovea_nvgpu"
                          : dialect == "rocdl";
  if (!isForeign)
    return success();
  return op.emitOpError("is in a kernel ")
         << (isWave ? "with" : "without")
         << " the attribute rocdl.kernel, expected an op of its hardware";
}

LogicalResult Decoder::decode(Region &region) {
  if (!region.hasOneBlock())
    return mlir::emitError(region.getLoc(),
                           "has a region of several blocks, which the "
                           "simulator does not know; expected one");
  for (Operation &op : region.front()) {
    if (failed(requireVendor(op, program.isWave)))
      return failure();
    const OpDecoder *decoder = registry.lookup(&op);
    if (!decoder)
      return op.emitOpError("is not known to the simulator");
    if (failed((*decoder)(*this, &op)))
      return failure();
    for (Slot slot : freeAfter.lookup(&op))
      unused[program.widths[slot]].push_back(slot);
    freeAfter.erase(&op);
  }
  return success();
}

LogicalResult Decoder::decode(LLVM::LLVMFuncOp function) {
  if (function.isExternal())
    return function.emitOpError("has no body to simulate");
  program.name = function.getName();
  program.isWave =
      function->hasAttr(ROCDL::ROCDLDialect::getKernelFuncAttrName());
  if (failed(placeShared(function, program)))
    return failure();
  for (BlockArgument argument : function.getArguments()) {
    // Arguments stay: a launch fills them before the first instruction.
    Operation *end = function.getBody().front().getTerminator();
    if (failed(allocate(argument, end)))
      return failure();
    llvm::append_range(program.arguments, get(argument));
  }
  return decode(function.getBody());
}
