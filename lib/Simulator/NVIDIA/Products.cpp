//===- Products.cpp - mma.sync: products of a warp -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Decoder.h"
#include "../Memory.h"
#include "Sums.h"

#include "fovea/Simulator/NVIDIA/Layouts.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <vector>

using namespace mlir;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

constexpr int kM = 16, kN = 8, kAccumulators = 4, kWarpSize = 32;

/// What an nvvm.mma.sync is.
struct MmaForm {
  Element left, right;
  /// Of k.
  int depth;
  bool saturates;
  /// Registers of a lane, of 4 bytes each.
  int numLeft() const { return kM * depth * bytesOf(left) / 4 / 32; }
  int numRight() const { return kN * depth * bytesOf(right) / 4 / 32; }
};

struct Unknown {
  bool isRowUnknown[kM] = {}, isColumnUnknown[kN] = {};
};

} // namespace

/// Of element e of a lane: number e * 32 + lane.
template <Place (*PlaceIn)(int, int, int)>
static std::vector<Place> makePlaces(int elementBytes) {
  std::vector<Place> places;
  for (int element = 0; element < 16 / elementBytes; ++element)
    for (int lane = 0; lane < kWarpSize; ++lane)
      places.push_back(PlaceIn(elementBytes, lane, element));
  return places;
}

/// The same, by the elements' bytes, computed once.
template <Place (*PlaceIn)(int, int, int)>
static const Place *getPlaces(int elementBytes) {
  static const std::vector<Place> places[] = {
      makePlaces<PlaceIn>(1), makePlaces<PlaceIn>(2), makePlaces<PlaceIn>(4)};
  return places[elementBytes / 2].data();
}

/// Calls `set(place, value, is unknown)` for all elements in `numRegisters`
/// registers, the first of which is operand `first`.
template <typename F>
static void forEachElement(Warp &w, const Instruction &i, Element element,
                           const Place *places, int first, int numRegisters,
                           F set) {
  int bytes = bytesOf(element), perRegister = 4 / bytes;
  for (int r = 0; r < numRegisters; ++r, places += perRegister * kWarpSize) {
    const Register &from = w.reg(i.operands[first + r]);
    double values[4 * kWarpSize];
    widen(element, from.bytes, perRegister * kWarpSize, values);
    for (int lane = 0; lane < kWarpSize; ++lane)
      for (int e = 0; e < perRegister; ++e)
        set(places[e * kWarpSize + lane], values[lane * perRegister + e],
            isUnknown(from, lane, e * bytes, bytes));
  }
}

static void gather(Warp &w, const Instruction &i, const MmaForm &form,
                   Sums &sums, Unknown &unknown) {
  forEachElement(w, i, form.left,
                 getPlaces<placeInFragmentA>(bytesOf(form.left)), 0,
                 form.numLeft(), [&](Place p, double value, bool isUnknown) {
                   sums.a(p.row, p.column) = value;
                   unknown.isRowUnknown[p.row] |= isUnknown;
                 });
  forEachElement(w, i, form.right,
                 getPlaces<placeInFragmentB>(bytesOf(form.right)),
                 form.numLeft(), form.numRight(),
                 [&](Place p, double value, bool isUnknown) {
                   sums.b(p.row, p.column) = value;
                   unknown.isColumnUnknown[p.column] |= isUnknown;
                 });
}

static MmaForm unpack(int64_t bits) {
  return {Element(bits & 7), Element(bits >> 3 & 7), int(bits >> 8),
          bool(bits >> 6 & 1)};
}
static int64_t pack(const MmaForm &form) {
  return int64_t(form.left) | int64_t(form.right) << 3 |
         int64_t(form.saturates) << 6 | int64_t(form.depth) << 8;
}

/// Operands: the registers of A, of B, four of C. immediate: the form.
static Step multiply(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i) || !w.requireFinished(i))
    return Step::Failed;
  const MmaForm form = unpack(i.immediate);
  Sums sums(form.left, form.right, form.saturates, kM, kN, form.depth);
  Unknown unknown;
  gather(w, i, form, sums, unknown);
  sums.multiply();
  int first = form.numLeft() + form.numRight();
  for (int e = 0; e < kAccumulators; ++e) {
    const Register &c = w.reg(i.operands[first + e]);
    Register &result = w.reg(i.results[e]);
    for (int lane = 0; lane < w.size; ++lane) {
      Place place = placeInMmaC(lane, e);
      result.as<uint32_t>()[lane] =
          sums.add(place.row, place.column, c.as<uint32_t>()[lane]);
      bool isUnknown = unknown.isRowUnknown[place.row] ||
                       unknown.isColumnUnknown[place.column] ||
                       (!c.isClean && c.poison[lane]);
      result.poison[lane] = isUnknown ? 0xff : 0;
    }
    w.defineByPoison(i.results[e]);
  }
  return Step::Next;
}

/// Other types than f16 come as i32, with the type beside.
static std::optional<Element> elementOf(std::optional<NVVM::MMATypes> type,
                                        Type operand) {
  auto vector = dyn_cast<VectorType>(operand);
  if (!type && vector && vector.getElementType().isF16())
    return Element::F16;
  switch (type.value_or(NVVM::MMATypes::f64)) {
  case NVVM::MMATypes::f16:
    return Element::F16;
  case NVVM::MMATypes::bf16:
    return Element::BF16;
  case NVVM::MMATypes::tf32:
    return Element::TF32;
  case NVVM::MMATypes::s8:
    return Element::S8;
  case NVVM::MMATypes::u8:
    return Element::U8;
  default:
    return std::nullopt;
  }
}

/// The verifier has no FP8 (docs/simulator.md), so neither has this.
static std::optional<MmaForm> getForm(NVVM::MmaOp mma) {
  auto left = elementOf(mma.getMultiplicandAPtxType(),
                        mma.getOperandA().front().getType());
  auto right = elementOf(mma.getMultiplicandBPtxType(),
                         mma.getOperandB().front().getType());
  if (!left || !right)
    return std::nullopt;
  NVVM::MMAShapeAttr shape = mma.getShape();
  int rowBytes = shape.getK() * bytesOf(*left);
  // Saturation is what the op means where it says nothing.
  MmaForm form{
      *left, *right, int(shape.getK()),
      mma.getIntOverflowBehavior().value_or(NVVM::MMAIntOverflow::satfinite) ==
          NVVM::MMAIntOverflow::satfinite};
  Type accumulator = mma.getOperandC().front().getType();
  bool isKnown =
      shape.getM() == kM && shape.getN() == kN &&
      (rowBytes == 16 || rowBytes == 32) && !mma.getB1Op() &&
      mma.getLayoutA() == NVVM::MMALayout::row &&
      mma.getLayoutB() == NVVM::MMALayout::col &&
      (left == right || (isInteger(*left) && isInteger(*right))) &&
      int(mma.getOperandA().size()) == form.numLeft() &&
      int(mma.getOperandB().size()) == form.numRight() &&
      mma.getOperandC().size() == kAccumulators &&
      (isInteger(*left) ? accumulator.isInteger(32) : accumulator.isF32());
  return isKnown ? std::optional(form) : std::nullopt;
}

static LogicalResult decodeMma(Decoder &d, Operation *op) {
  auto form = getForm(cast<NVVM::MmaOp>(op));
  if (!form)
    return op->emitOpError("is not known to the simulator unless it is m16n8 "
                           "with 16 or 32 bytes of k, of f16, bf16 or tf32 for "
                           "f32, or of s8 or u8 for s32");
  auto instruction = d.emit(op, multiply);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = pack(*form);
  return success();
}

void nvidia::registerProducts(Registry &r) {
  r.add<NVVM::MmaOp>(OpDecoder(decodeMma));
}
