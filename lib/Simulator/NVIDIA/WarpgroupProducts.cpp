//===- WarpgroupProducts.cpp - wgmma: products of four warps
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Each warp computes its 16 of the 64 rows when it comes to the instruction.
// The results are there at once, but are marked as in flight: whoever reads
// them before wgmma_wait fails, and so does whoever writes the operands in
// shared memory.
//
//===----------------------------------------------------------------------===//

#include "../Decoder.h"
#include "../Memory.h"
#include "Elements.h"
#include "ProductForm.h"
#include "Warpgroup.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"
#include "fovea/Simulator/NVIDIA/Layouts.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

constexpr int kRows = 16, kK = 16, kMaxColumns = 256;
/// Elements of 16 bytes, which a swizzle keeps together.
constexpr int kChunk = 8;

/// One warp's part of a product.
class ProductOfWarp {
public:
  ProductOfWarp(Warp &w, const Instruction &i, const Access &access);

  /// False: an error was reported.
  bool run();

private:
  bool requireFence() const;
  std::optional<bool> accumulates();
  bool gather();
  void gatherLeft();
  template <typename F>
  bool readShared(const MatrixDescriptor &descriptor, bool isMNMajor, int count,
                  F place);
  std::optional<MatrixDescriptor> decode(uint64_t bits, StringRef what);
  void finish(bool isOnto);
  double widen(uint16_t bits) const {
    return form.isHalf ? fromF16(bits) : fromBF16(bits);
  }

  Warp &w;
  const Instruction &i;
  const Access &access;
  const ProductForm form;
  const int warpInGroup;

  double a[kRows][kK];
  double b[kK][kMaxColumns];
  bool isRowUnknown[kRows] = {}, isColumnUnknown[kMaxColumns] = {};
};

} // namespace

ProductOfWarp::ProductOfWarp(Warp &w, const Instruction &i,
                             const Access &access)
    : w(w), i(i), access(access), form(*getProductForm(i.op)),
      warpInGroup(w.number % kWarpsOfWarpgroup) {}

/// wgmma.fence orders a thread's accesses to registers before those of
/// products, unless these are products on the same accumulators. Registers that
/// a product defines anew held other values since the last wait, so it needs
/// one, too.
bool ProductOfWarp::requireFence() const {
  auto isBehind = [&](unsigned operand) {
    const Register &r = w.reg(i.operands[operand]);
    return r.written <= w.fenced;
  };
  bool isFenced =
      w.fenced != 0 && (form.numAccumulators != 0 || w.fenced > w.awaited);
  for (unsigned k = 0; form.numLeft > 1 && k < form.numLeft; ++k)
    isFenced &= isBehind(form.left + k);
  // Products on the same accumulators are in order.
  for (unsigned k = 0; k < form.numAccumulators; ++k) {
    const Register &r = w.reg(i.operands[form.accumulator + k]);
    bool isSame =
        r.group && r.result == k && r.numResults == form.numAccumulators;
    isFenced &= isSame || (!r.group && r.written <= w.fenced);
  }
  if (!isFenced)
    w.fail(i, "uses registers that were used otherwise since the last "
              "nvvm.wgmma.fence.aligned, expected a fence between");
  return isFenced;
}

std::optional<bool> ProductOfWarp::accumulates() {
  if (form.condition < 0)
    return form.isOnto;
  auto flag = w.uniform<uint8_t>(i, form.condition, "condition");
  return flag ? std::optional<bool>(*flag) : std::nullopt;
}

std::optional<MatrixDescriptor> ProductOfWarp::decode(uint64_t bits,
                                                      StringRef what) {
  auto descriptor = decodeMatrixDescriptor(bits);
  if (!descriptor)
    w.fail(i, "has no matrix descriptor as its " + what + ": 0x" +
                  Twine::utohexstr(bits));
  return descriptor;
}

/// Calls `place(mn, k, bits, is unknown)` for mn below `count` and all k.
template <typename F>
bool ProductOfWarp::readShared(const MatrixDescriptor &descriptor,
                               bool isMNMajor, int count, F place) {
  SharedMemory &shared = w.workgroup.shared;
  int mnStep = isMNMajor ? kChunk : 1, kStep = isMNMajor ? 1 : kChunk;
  for (int mn = 0; mn < count; mn += mnStep)
    for (int k = 0; k < kK; k += kStep) {
      uint32_t address = addressInDescriptor(descriptor, isMNMajor, mn, k);
      if (!requireShared(w, i, address, 2 * kChunk, 2 * kChunk) ||
          !recordSharedRead(w, i, address, 2 * kChunk, access))
        return false;
      const uint8_t *bytes = shared.data(address);
      const uint8_t *poison = shared.poison(address);
      for (int e = 0; e < kChunk; ++e) {
        uint16_t bits;
        std::memcpy(&bits, bytes + 2 * e, 2);
        place(isMNMajor ? mn + e : mn, isMNMajor ? k : k + e, bits,
              (poison[2 * e] | poison[2 * e + 1]) != 0);
      }
    }
  return true;
}

void ProductOfWarp::gatherLeft() {
  for (int lane = 0; lane < w.size; ++lane)
    for (int e = 0; e < 8; ++e) {
      const Register &r = w.reg(i.operands[form.left + e / 2]);
      Place place = placeInWgmmaA(warpInGroup, lane, e);
      int row = place.row - kRows * warpInGroup;
      a[row][place.column] = widen(halfOf(r, lane, e % 2));
      isRowUnknown[row] |= isHalfUnknown(r, lane, e % 2);
    }
}

bool ProductOfWarp::gather() {
  std::optional<uint64_t> lhs = 0;
  bool isLeftInRegisters = form.numLeft > 1;
  if (!isLeftInRegisters)
    lhs = w.uniform<uint64_t>(i, form.left, "descriptor");
  auto rhs = w.uniform<uint64_t>(i, form.right, "descriptor");
  if (!lhs || !rhs || !requireSameInWarpgroup(w, i, *lhs, *rhs))
    return false;
  auto rhsDescriptor = decode(*rhs, "rhs");
  if (!rhsDescriptor)
    return false;
  auto placeRight = [&](int n, int k, uint16_t bits, bool isUnknown) {
    b[k][n] = widen(bits);
    isColumnUnknown[n] |= isUnknown;
  };
  if (!readShared(*rhsDescriptor, form.isRightTransposed, form.columns,
                  placeRight))
    return false;
  if (isLeftInRegisters) {
    gatherLeft();
    return true;
  }
  auto lhsDescriptor = decode(*lhs, "lhs");
  int first = kRows * warpInGroup;
  auto placeLeft = [&](int m, int k, uint16_t bits, bool isUnknown) {
    if (m < first || m >= first + kRows)
      return;
    a[m - first][k] = widen(bits);
    isRowUnknown[m - first] |= isUnknown;
  };
  // The instruction is the warpgroup's: which warp reads which rows is not
  // documented, so each counts as a reader of all.
  return lhsDescriptor && readShared(*lhsDescriptor, form.isLeftTransposed,
                                     kRows * kWarpsOfWarpgroup, placeLeft);
}

void ProductOfWarp::finish(bool isOnto) {
  static thread_local double sums[kRows][kMaxColumns];
  for (int m = 0; m < kRows; ++m) {
    std::fill_n(sums[m], form.columns, 0.0);
    for (int k = 0; k < kK; ++k)
      for (int n = 0; n < form.columns; ++n)
        sums[m][n] += a[m][k] * b[k][n];
  }
  for (int e = 0; e < form.columns / 2; ++e) {
    Register &result = w.reg(i.results[e]);
    const Register *c =
        isOnto ? &w.reg(i.operands[form.accumulator + e]) : nullptr;
    for (int lane = 0; lane < w.size; ++lane) {
      Place place = placeInWgmmaD(warpInGroup, lane, e);
      int row = place.row - kRows * warpInGroup;
      double start = c ? c->as<float>()[lane] : 0;
      bool isUnknown = isRowUnknown[row] || isColumnUnknown[place.column] ||
                       (c && !c->isClean && c->poison[lane]);
      result.as<float>()[lane] = float(start + sums[row][place.column]);
      result.poison[lane] = isUnknown ? 0xff : 0;
    }
    w.define(i.results[e], /*isClean=*/false);
    result.group = w.products.number;
    result.result = e;
    result.numResults = form.columns / 2;
    result.isHeld = form.isHeld;
  }
}

bool ProductOfWarp::run() {
  if (!w.requireConverged(i))
    return false;
  for (unsigned k = 0; k < form.numLeft; ++k)
    if (w.isInFlight(i.operands[form.left + k])) {
      w.fail(i, "reads the result of a product in flight as its operand");
      return false;
    }
  if (!requireFence() || !gather())
    return false;
  std::optional<bool> isOnto = accumulates();
  if (!isOnto)
    return false;
  finish(*isOnto);
  w.products.add(w.mask, access.event);
  return true;
}

static Step product(Warp &w, const Instruction &i) {
  Access access = accessOf(w, i, w.products.agent, /*isAsync=*/true);
  return ProductOfWarp(w, i, access).run() ? Step::Next : Step::Failed;
}

static LogicalResult decodeProduct(Decoder &d, Operation *op) {
  if (!getProductForm(op))
    return op->emitOpError("is not known to the simulator unless it is "
                           "m64nNk16 of f16 or bf16 for f32, without negation");
  return d.emit(op, product);
}

/// target: groups that may still run.
static Step waitForGroups(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i))
    return Step::Failed;
  w.wait(w.products, i.target);
  w.awaited = w.steps;
  return Step::Next;
}

static LogicalResult decodeWaitForGroups(Decoder &d, Operation *op) {
  d.emit(op, waitForGroups, {}, {}).target =
      cast<NVVM::WgmmaWaitGroupSyncOp>(op).getGroup();
  return success();
}

static Step fence(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i))
    return Step::Failed;
  w.fenced = w.steps;
  return Step::Next;
}

static Step commit(Warp &w, const Instruction &i) {
  if (!w.requireConverged(i))
    return Step::Failed;
  w.products.commit(w.mask);
  return Step::Next;
}

/// target: groups that may still run. Results of groups that are over are
/// defined from here on.
static Step wait(Warp &w, const Instruction &i) {
  if (waitForGroups(w, i) == Step::Failed)
    return Step::Failed;
  for (auto [from, to] : llvm::zip_equal(i.operands, i.results)) {
    const Register &value = w.reg(from);
    w.copy(to, value);
    if (!value.group || !w.products.isOver(value.group))
      continue;
    w.defineByPoison(to);
  }
  return Step::Next;
}

static LogicalResult decodeWait(Decoder &d, Operation *op) {
  auto instruction = d.emit(op, wait);
  if (failed(instruction))
    return failure();
  (*instruction)->target = cast<nvgpu::WgmmaWaitOp>(op).getPending();
  return success();
}

void nvidia::registerWarpgroupProducts(Registry &r) {
  r.add<nvgpu::WgmmaOp>(OpDecoder(decodeProduct));
  r.add<NVVM::WgmmaMmaAsyncOp>(OpDecoder(decodeProduct));
  r.add<NVVM::WgmmaWaitGroupSyncOp>(OpDecoder(decodeWaitForGroups));
  r.add<nvgpu::WgmmaWaitOp>(OpDecoder(decodeWait));
  r.add<NVVM::WgmmaFenceAlignedOp>(fence);
  r.add<NVVM::WgmmaGroupSyncAlignedOp>(commit);
}
