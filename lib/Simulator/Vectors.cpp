//===- Vectors.cpp - vectors whose elements move between registers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Memory.h"
#include "Packing.h"

#include "fovea/Simulator/Rounding.h"

#include <cstring>
#include <numeric>

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// The same bytes in registers of other widths
//===----------------------------------------------------------------------===//

/// 32 registers of 4 bytes.
static constexpr unsigned kMaxBytes = 128;

static Step repack(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  uint8_t bytes[kMaxBytes], poison[kMaxBytes];
  bool isClean = true;
  for (Slot operand : i.operands)
    isClean &= w.reg(operand).isClean;
  for (int lane = 0; lane < w.size; ++lane) {
    gatherLane(w, i.operands, lane, bytes, poison);
    scatterLane(w, i.results, lane, bytes, poison);
  }
  for (Slot result : i.results)
    w.define(result, isClean);
  return Step::Next;
}

LogicalResult fovea::sim::emitRepacking(Decoder &d, Operation *op) {
  auto widths = *getWidths(op->getResult(0).getType());
  if (std::accumulate(widths.begin(), widths.end(), 0u) > kMaxBytes)
    return op->emitOpError("to ")
           << op->getResult(0).getType() << " is not known to the simulator";
  return d.emit(op, repack);
}

//===----------------------------------------------------------------------===//
// llvm.shufflevector
//===----------------------------------------------------------------------===//

static constexpr unsigned kRegisterBytes = 4;

/// Of one byte of the result: the operand's number and the byte in there, in 4
/// bits each; or none, for poison.
static constexpr uint8_t kNoByte = 0xff;

/// immediate: one of those for each byte, the lowest first.
static Step assemble(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  Register &to = w.reg(i.results[0]);
  uint8_t poison[kMaxLanes] = {};
  for (unsigned b = 0; b < kRegisterBytes; ++b) {
    uint8_t place = i.immediate >> 8 * b;
    if (place == kNoByte) {
      for (uint8_t &lane : poison)
        lane |= 1 << b;
      continue;
    }
    const Register &from = w.reg(i.operands[place >> 4]);
    unsigned byte = place & 15;
    for (int lane = 0; lane < w.size; ++lane)
      to.bytes[lane * kRegisterBytes + b] =
          from.bytes[lane * kRegisterBytes + byte];
    if (!from.isClean)
      for (int lane = 0; lane < w.size; ++lane)
        poison[lane] |= (from.poison[lane] >> byte & 1) << b;
  }
  std::memcpy(to.poison, poison, sizeof(poison));
  w.define(i.results[0],
           llvm::all_of(poison, [](uint8_t lane) { return lane == 0; }));
  return Step::Next;
}

/// One register of the result: `mask` are its elements, of `bytes` each.
static void emitAssembly(Decoder &d, Operation *op, ArrayRef<Slot> sources,
                         ArrayRef<int32_t> mask, unsigned bytes, Slot result) {
  SmallVector<Slot> operands;
  uint32_t places = 0;
  for (auto [k, element] : llvm::enumerate(mask))
    for (unsigned b = 0; b < bytes; ++b) {
      uint32_t place = kNoByte;
      if (element >= 0) {
        unsigned offset = element * bytes + b;
        Slot source = sources[offset / kRegisterBytes];
        auto *it = llvm::find(operands, source);
        place = (it - operands.begin()) << 4 | offset % kRegisterBytes;
        if (it == operands.end())
          operands.push_back(source);
      }
      places |= place << 8 * (k * bytes + b);
    }
  d.emit(op, assemble, operands, result).immediate = places;
}

static LogicalResult decodeShuffle(Decoder &d, Operation *op) {
  auto shuffle = cast<LLVM::ShuffleVectorOp>(op);
  Type type = shuffle.getV1().getType();
  auto vector = dyn_cast<VectorType>(type);
  ArrayRef<int32_t> mask = shuffle.getMask();
  if (!vector || !getWidths(type) || !getWidths(shuffle.getType()))
    return op->emitOpError("of ") << type << " is not known to the simulator";
  SmallVector<Slot> sources(d.get(shuffle.getV1()));
  sources.append(d.get(shuffle.getV2()).begin(), d.get(shuffle.getV2()).end());
  bool isWhole = getElementInRegister(type) != nullptr;
  if (isWhole && llvm::all_of(mask, [](int32_t e) { return e >= 0; })) {
    SmallVector<Slot> slots;
    for (int32_t element : mask)
      slots.push_back(sources[element]);
    d.alias(shuffle, slots);
    return success();
  }
  unsigned bytes = getWidths(vector.getElementType())->front();
  if (bytes > kRegisterBytes)
    return op->emitOpError("with undefined elements of ")
           << type << " is not known to the simulator";
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  unsigned perRegister = kRegisterBytes / bytes;
  for (auto [k, result] : llvm::enumerate(d.get(op->getResult(0))))
    emitAssembly(d, op, sources, mask.slice(k * perRegister, perRegister),
                 bytes, result);
  return success();
}

//===----------------------------------------------------------------------===//
// Vectors of 16-bit numbers
//===----------------------------------------------------------------------===//

LogicalResult fovea::sim::emitPackedNarrowing(Decoder &d, Operation *op) {
  auto from = cast<VectorType>(op->getOperand(0).getType());
  Type to = cast<VectorType>(op->getResult(0).getType()).getElementType();
  if (!from.getElementType().isF32() || !(to.isF16() || to.isBF16()))
    return op->emitOpError("from ")
           << from << " to " << to << " is not known to the simulator";
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  ArrayRef<Slot> numbers = d.get(op->getOperand(0));
  for (auto [k, result] : llvm::enumerate(d.get(op->getResult(0))))
    d.emit(op, to.isF16() ? pack<toF16> : pack<toBF16>,
           {numbers[2 * k + 1], numbers[2 * k]}, result);
  return success();
}

/// immediate: which half.
template <float (*Widen)(uint16_t)>
static Step widenHalf(Warp &w, const Instruction &i) {
  if (!w.requireFinished(i))
    return Step::Failed;
  const Register &from = w.reg(i.operands[0]);
  Register &to = w.reg(i.results[0]);
  for (int lane = 0; lane < w.size; ++lane) {
    to.as<float>()[lane] = Widen(from.as<uint16_t>()[2 * lane + i.immediate]);
    bool isUnknown = !from.isClean && from.poison[lane] >> 2 * i.immediate & 3;
    to.poison[lane] = isUnknown ? 0xff : 0;
  }
  w.defineByPoison(i.results[0]);
  return Step::Next;
}

LogicalResult fovea::sim::emitPackedWidening(Decoder &d, Operation *op) {
  Type from = cast<VectorType>(op->getOperand(0).getType()).getElementType();
  auto to = cast<VectorType>(op->getResult(0).getType());
  if (!to.getElementType().isF32() || !(from.isF16() || from.isBF16()))
    return op->emitOpError("from ")
           << from << " to " << to << " is not known to the simulator";
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  ArrayRef<Slot> pairs = d.get(op->getOperand(0));
  for (auto [k, result] : llvm::enumerate(d.get(op->getResult(0))))
    d.emit(op, from.isF16() ? widenHalf<fromF16> : widenHalf<fromBF16>,
           pairs[k / 2], result)
        .immediate = k % 2;
  return success();
}

void fovea::sim::registerVectors(Registry &r) {
  r.add<LLVM::ShuffleVectorOp>(OpDecoder(decodeShuffle));
}
