//===- Pointers.cpp - addresses, and what they are of -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Elementwise.h"
#include "Memory.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// Casts
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
/// memory is the same in both. Generic pointers are those of global memory: in
/// shared memory they have other numbers, of which nothing is known here.
static LogicalResult decodeAddressSpaceCast(Decoder &d, Operation *op) {
  auto space = [](Value value) {
    return cast<LLVM::LLVMPointerType>(value.getType()).getAddressSpace();
  };
  unsigned from = space(op->getOperand(0)), to = space(op->getResult(0));
  bool isGlobal = from <= 1 && to <= 1;
  if (!isGlobal && (from != kSharedSpace || to != kClusterSpace))
    return op->emitOpError("from address space ")
           << from << " to " << to << " is not known to the simulator";
  return decodeBitcast(d, op);
}

//===----------------------------------------------------------------------===//
// llvm.getelementptr
//===----------------------------------------------------------------------===//

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

/// From one element of an array to the next; 0: not known. Structs are not, nor
/// vectors that have padding.
static int64_t strideOf(Type type) {
  if (auto array = dyn_cast<LLVM::LLVMArrayType>(type))
    return array.getNumElements() * strideOf(array.getElementType());
  int64_t bytes =
      isa<LLVM::LLVMStructType>(type) ? 0 : fovea::sim::sizeOf(type);
  return llvm::isPowerOf2_64(bytes) ? bytes : 0;
}

static bool isIndexKnown(Value value) {
  return value.getType().isInteger(32) || value.getType().isInteger(64);
}

static LogicalResult decodeGEP(Decoder &d, Operation *op) {
  auto gep = cast<LLVM::GEPOp>(op);
  if (!isa<LLVM::LLVMPointerType>(gep.getType()) ||
      !llvm::all_of(gep.getDynamicIndices(), isIndexKnown))
    return op->emitOpError("is not known to the simulator unless its indices "
                           "are of i32 or i64, and it is of one pointer");
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  Slot result = d.get(op->getResult(0)).front();
  Slot from = d.get(gep.getBase()).front();
  Type type = gep.getElemType();
  int64_t offset = 0;
  for (auto [k, index] : llvm::enumerate(gep.getIndices())) {
    // The first index counts whole elements, the others go into them.
    auto array = dyn_cast<LLVM::LLVMArrayType>(type);
    if (k && array)
      type = array.getElementType();
    int64_t stride = k && !array ? 0 : strideOf(type);
    if (!stride)
      return op->emitOpError("into ")
             << type << " is not known to the simulator";
    if (auto constant = dyn_cast<IntegerAttr>(index)) {
      offset += constant.getInt() * stride;
      continue;
    }
    auto value = cast<Value>(index);
    Handler handler =
        value.getType().isInteger(32) ? advance<int32_t> : advance<int64_t>;
    d.emit(op, handler, {from, d.get(value).front()}, result).immediate =
        stride;
    from = result;
  }
  if (offset || gep.getDynamicIndices().empty())
    d.emit(op, advanceByConstant, from, result).immediate = offset;
  return success();
}

//===----------------------------------------------------------------------===//
// llvm.mlir.addressof
//===----------------------------------------------------------------------===//

/// immediate: the address.
static Step addressOf(Warp &w, const Instruction &i) {
  std::fill_n(w.out<uint64_t>(i), kMaxLanes, uint64_t(i.immediate));
  return w.finish(i);
}

static LogicalResult decodeAddressOf(Decoder &d, Operation *op) {
  auto address = cast<LLVM::AddressOfOp>(op);
  std::optional<uint32_t> offset = d.findShared(address.getGlobalName());
  if (!offset)
    return op->emitOpError("of ")
           << address.getGlobalName()
           << " is not known to the simulator, expected shared memory";
  auto instruction = d.emit(op, addressOf);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = kSharedBase + *offset;
  return success();
}

void fovea::sim::registerPointers(Registry &r) {
  r.add<LLVM::IntToPtrOp>(OpDecoder(decodePointerCast));
  r.add<LLVM::PtrToIntOp>(OpDecoder(decodePointerCast));
  r.add<LLVM::AddrSpaceCastOp>(OpDecoder(decodeAddressSpaceCast));
  r.add<LLVM::GEPOp>(OpDecoder(decodeGEP));
  r.add<LLVM::AddressOfOp>(OpDecoder(decodeAddressOf));
}
