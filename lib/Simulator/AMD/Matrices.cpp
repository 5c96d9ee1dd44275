//===- Matrices.cpp - v_mfma and transposed reads of LDS
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Decoder.h"
#include "../Memory.h"
#include "Target.h"

#include "fovea/Simulator/AMD/Layouts.h"
#include "fovea/Simulator/Rounding.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

#include <cstring>
#include <numeric>

using namespace mlir;
using namespace fovea::sim;
using namespace fovea::sim::amd;

//===----------------------------------------------------------------------===//
// v_mfma
//===----------------------------------------------------------------------===//

namespace {

/// FP8 and BF8 are E4M3 and E5M2, of the chip's kind.
enum class Element : uint8_t { F32, F16, BF16, FP8, BF8 };

/// Size and depth of the matrices, and what A and B are made of.
struct Shape {
  uint8_t size, k;
  Element a, b;
  bool isOCP;
};

constexpr int kMaxSize = 32, kMaxK = 32, kMaxElements = 16;

struct Operands {
  double a[kMaxSize][kMaxK], b[kMaxK][kMaxSize];
  bool isRowUnknown[kMaxSize] = {}, isColumnUnknown[kMaxSize] = {};
};

} // namespace

static unsigned bytesOf(Element element) {
  return element == Element::F32                               ? 4
         : element == Element::F16 || element == Element::BF16 ? 2
                                                               : 1;
}

static float read(const uint8_t *bytes, Element element, bool isOCP) {
  uint16_t half;
  float whole;
  switch (element) {
  case Element::F32:
    std::memcpy(&whole, bytes, 4);
    return whole;
  case Element::F16:
    std::memcpy(&half, bytes, 2);
    return fromF16(half);
  case Element::BF16:
    std::memcpy(&half, bytes, 2);
    return fromBF16(half);
  case Element::FP8:
    return fromF8(*bytes, isOCP ? Float8::E4M3 : Float8::E4M3FNUZ);
  case Element::BF8:
    return fromF8(*bytes, isOCP ? Float8::E5M2 : Float8::E5M2FNUZ);
  }
}

/// Calls `take` on each element of the matrix in `slots`: lane, number, value,
/// whether it is unknown.
template <typename F>
static void forElements(Warp &w, ArrayRef<Slot> slots, const Shape &shape,
                        Element element, F take) {
  unsigned width = bytesOf(element);
  int count = shape.size * shape.k / kWaveLanes;
  uint8_t bytes[kMaxElements * 2], poison[kMaxElements * 2];
  for (int lane = 0; lane < w.size; ++lane) {
    gatherLane(w, slots, lane, bytes, poison);
    for (int e = 0; e < count; ++e) {
      const uint8_t *unknown = poison + e * width;
      take(lane, e, read(bytes + e * width, element, shape.isOCP),
           std::any_of(unknown, unknown + width, [](uint8_t b) { return b; }));
    }
  }
}

static void gather(Warp &w, ArrayRef<Slot> a, ArrayRef<Slot> b,
                   const Shape &shape, Operands &operands) {
  forElements(w, a, shape, shape.a,
              [&](int lane, int e, float value, bool isUnknown) {
                Place p = placeInMfmaA(shape.size, shape.k, lane, e);
                operands.a[p.row][p.column] = value;
                operands.isRowUnknown[p.row] |= isUnknown;
              });
  forElements(w, b, shape, shape.b,
              [&](int lane, int e, float value, bool isUnknown) {
                Place p = placeInMfmaB(shape.size, shape.k, lane, e);
                operands.b[p.row][p.column] = value;
                operands.isColumnUnknown[p.column] |= isUnknown;
              });
}

/// The products are exact and are added in f64, then to C with one rounding to
/// nearest; subnormals stay (CDNA4 ISA, section 7.1.2; CDNA2 flushes those of
/// 16 bits). The hardware's order of additions is its own, and so are its last
/// bits.
static void multiply(const Operands &operands, const Shape &shape,
                     double (&sums)[kMaxSize][kMaxSize]) {
  for (int m = 0; m < shape.size; ++m) {
    std::fill_n(sums[m], shape.size, 0.0);
    for (int k = 0; k < shape.k; ++k)
      for (int n = 0; n < shape.size; ++n)
        sums[m][n] += operands.a[m][k] * operands.b[k][n];
  }
}

static Shape unpack(int64_t immediate) {
  Shape shape;
  std::memcpy(&shape, &immediate, sizeof(shape));
  return shape;
}

/// Operands: the registers of A, of B, and of C. target: those of A, as many as
/// of B. immediate: the shape.
static Step multiplyMatrices(Warp &w, const Instruction &i) {
  // All lanes take part, whatever EXEC is (CDNA4 ISA, section 7.1.2), those
  // with undefined registers among them.
  if (!w.requireConverged(i) || !w.requireFinished(i))
    return Step::Failed;
  Shape shape = unpack(i.immediate);
  Operands operands;
  gather(w, i.operands.take_front(i.target),
         i.operands.slice(i.target, i.target), shape, operands);
  double sums[kMaxSize][kMaxSize];
  multiply(operands, shape, sums);
  for (auto [e, slot] : llvm::enumerate(i.results)) {
    const Register &c = w.reg(i.operands[2 * i.target + e]);
    Register &result = w.reg(slot);
    for (int lane = 0; lane < w.size; ++lane) {
      Place p = placeInMfmaC(shape.size, lane, e);
      result.as<float>()[lane] =
          float(c.as<float>()[lane] + sums[p.row][p.column]);
      bool isUnknown = operands.isRowUnknown[p.row] ||
                       operands.isColumnUnknown[p.column] ||
                       (!c.isClean && c.poison[lane]);
      result.poison[lane] = isUnknown ? 0xff : 0;
    }
    w.defineByPoison(slot);
  }
  return Step::Next;
}

static unsigned sizeOf(Value value) {
  auto widths = getWidths(value.getType());
  return std::accumulate(widths->begin(), widths->end(), 0u);
}

/// Operands: A, B, C, cbsz, abid, blgp. The last three broadcast blocks, which
/// these instructions have not.
static LogicalResult decodeMfma(Decoder &d, Operation *op, Shape shape) {
  if (op->getNumOperands() != 6)
    return op->emitOpError("has ")
           << op->getNumOperands() << " operands, expected 6";
  Value a = op->getOperand(0), b = op->getOperand(1), c = op->getOperand(2);
  unsigned count = shape.size * shape.k / kWaveLanes;
  if (sizeOf(a) != count * bytesOf(shape.a) ||
      sizeOf(b) != count * bytesOf(shape.b) ||
      d.get(a).size() != d.get(b).size() ||
      int(d.get(c).size()) != shape.size * shape.size / kWaveLanes ||
      c.getType() != op->getResult(0).getType())
    return op->emitOpError("of ")
           << a.getType() << ", " << b.getType() << " and " << c.getType()
           << " is not known to the simulator";
  constexpr StringRef kNames[] = {"cbsz", "abid", "blgp"};
  for (auto [operand, what] :
       llvm::zip_equal(op->getOperands().drop_front(3), kNames))
    if (failed(requireBits(op, operand, what)))
      return failure();
  if (bytesOf(shape.a) == 1) {
    FailureOr<bool> isOCP = hasOCPFloats(op);
    if (failed(isOCP))
      return failure();
    shape.isOCP = *isOCP;
  }
  if (failed(d.allocate(op->getResult(0))))
    return failure();
  Instruction &instruction =
      d.emit(op, multiplyMatrices, d.get(op->getOperands().take_front(3)),
             d.get(op->getResult(0)));
  instruction.target = d.get(a).size();
  std::memcpy(&instruction.immediate, &shape, sizeof(shape));
  return success();
}

template <typename Op>
static void add(Registry &r, uint8_t size, uint8_t k, Element a, Element b) {
  r.add<Op>(OpDecoder([=](Decoder &d, Operation *op) {
    return decodeMfma(d, op, {size, k, a, b, /*isOCP=*/false});
  }));
}

static void registerProducts(Registry &r) {
  add<ROCDL::mfma_f32_32x32x2f32>(r, 32, 2, Element::F32, Element::F32);
  add<ROCDL::mfma_f32_16x16x4f32>(r, 16, 4, Element::F32, Element::F32);
  add<ROCDL::mfma_f32_32x32x8f16>(r, 32, 8, Element::F16, Element::F16);
  add<ROCDL::mfma_f32_16x16x16f16>(r, 16, 16, Element::F16, Element::F16);
  add<ROCDL::mfma_f32_32x32x8bf16_1k>(r, 32, 8, Element::BF16, Element::BF16);
  add<ROCDL::mfma_f32_16x16x16bf16_1k>(r, 16, 16, Element::BF16, Element::BF16);
  // gfx950.
  add<ROCDL::mfma_f32_32x32x16_f16>(r, 32, 16, Element::F16, Element::F16);
  add<ROCDL::mfma_f32_16x16x32_f16>(r, 16, 32, Element::F16, Element::F16);
  add<ROCDL::mfma_f32_32x32x16_bf16>(r, 32, 16, Element::BF16, Element::BF16);
  add<ROCDL::mfma_f32_16x16x32_bf16>(r, 16, 32, Element::BF16, Element::BF16);
  // gfx940 and later.
  add<ROCDL::mfma_f32_16x16x32_fp8_fp8>(r, 16, 32, Element::FP8, Element::FP8);
  add<ROCDL::mfma_f32_16x16x32_fp8_bf8>(r, 16, 32, Element::FP8, Element::BF8);
  add<ROCDL::mfma_f32_16x16x32_bf8_fp8>(r, 16, 32, Element::BF8, Element::FP8);
  add<ROCDL::mfma_f32_16x16x32_bf8_bf8>(r, 16, 32, Element::BF8, Element::BF8);
  add<ROCDL::mfma_f32_32x32x16_fp8_fp8>(r, 32, 16, Element::FP8, Element::FP8);
  add<ROCDL::mfma_f32_32x32x16_fp8_bf8>(r, 32, 16, Element::FP8, Element::BF8);
  add<ROCDL::mfma_f32_32x32x16_bf8_fp8>(r, 32, 16, Element::BF8, Element::FP8);
  add<ROCDL::mfma_f32_32x32x16_bf8_bf8>(r, 32, 16, Element::BF8, Element::BF8);
}

//===----------------------------------------------------------------------===//
// ds_read_b64_tr_b16
//===----------------------------------------------------------------------===//

/// What a lane reads, and its elements.
static constexpr unsigned kReadBytes = 8, kReadElements = 4;

/// CDNA4 ISA, "MFMA Transpose Load from LDS": EXEC must be all ones, and the
/// address a multiple of the size.
static Step readTransposed(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i) || !w.requireDefined(i, 0, "address"))
    return Step::Failed;
  const uint64_t *addresses = w.in<uint64_t>(i, 0);
  Access access = beginLoad(w, i, /*isShared=*/true, addresses);
  for (int lane = 0; lane < w.size; ++lane)
    if (!requireShared(w, i, addresses[lane], kReadBytes, kReadBytes) ||
        !recordSharedRead(w, i, addresses[lane], kReadBytes, access))
      return Step::Failed;
  SharedMemory &shared = w.workgroup.shared;
  bool isClean = true;
  for (int lane = 0; lane < w.size; ++lane) {
    uint8_t bytes[kReadBytes], poison[kReadBytes];
    for (unsigned e = 0; e < kReadElements; ++e) {
      Source source = sourceInTransposedRead(lane, e);
      uint32_t address = addresses[source.lane] + 2 * source.element;
      std::memcpy(bytes + 2 * e, shared.data(address), 2);
      std::memcpy(poison + 2 * e, shared.poison(address), 2);
    }
    isClean &= std::none_of(poison, poison + kReadBytes,
                            [](uint8_t byte) { return byte; });
    scatterLane(w, i.results, lane, bytes, poison);
  }
  for (Slot slot : i.results)
    w.define(slot, isClean);
  return Step::Next;
}

static LogicalResult decodeTransposedRead(Decoder &d, Operation *op) {
  Type type = op->getResult(0).getType();
  auto vector = dyn_cast<VectorType>(type);
  if (!vector || vector.getNumElements() != kReadElements ||
      vector.getElementTypeBitWidth() != 16)
    return op->emitOpError("of ") << type << " is not known to the simulator";
  return d.emit(op, readTransposed);
}

void amd::registerMatrices(Registry &r) {
  registerProducts(r);
  r.add<ROCDL::ds_read_tr16_b64>(OpDecoder(decodeTransposedRead));
}
