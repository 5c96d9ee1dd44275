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
#include "ProductForm.h"
#include "Sums.h"
#include "Warpgroup.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"
#include "fovea/Simulator/NVIDIA/Layouts.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <algorithm>

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

constexpr int kRows = 16, kMaxColumns = 256;
/// What a swizzle keeps together, and the most elements of it.
constexpr int kChunkBytes = 16;

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
  bool readShared(const MatrixDescriptor &descriptor, Element element,
                  bool isMNMajor, int count, F place);
  std::optional<MatrixDescriptor> decode(uint64_t bits, StringRef what);
  void finish(bool isOnto);

  Warp &w;
  const Instruction &i;
  const Access &access;
  const ProductForm form;
  const int warpInGroup;

  Sums sums;
  bool isRowUnknown[kRows] = {}, isColumnUnknown[kMaxColumns] = {};
};

} // namespace

ProductOfWarp::ProductOfWarp(Warp &w, const Instruction &i,
                             const Access &access)
    : w(w), i(i), access(access), form(*getProductForm(i.op)),
      warpInGroup(w.number % kWarpsOfWarpgroup),
      sums(form.leftElement, form.rightElement, form.saturates, kRows,
           form.columns, form.depth) {}

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

/// Calls `place(mn, k, value, is unknown)` for mn below `count` and all k.
template <typename F>
bool ProductOfWarp::readShared(const MatrixDescriptor &descriptor,
                               Element element, bool isMNMajor, int count,
                               F place) {
  SharedMemory &shared = w.workgroup.shared;
  int bytes = bytesOf(element), chunk = kChunkBytes / bytes;
  int mnStep = isMNMajor ? chunk : 1, kStep = isMNMajor ? 1 : chunk;
  for (int mn = 0; mn < count; mn += mnStep)
    for (int k = 0; k < form.depth; k += kStep) {
      uint32_t address =
          addressInDescriptor(descriptor, isMNMajor, mn, k, bytes);
      if (!requireShared(w, i, address, kChunkBytes, kChunkBytes) ||
          !recordSharedRead(w, i, address, kChunkBytes, access))
        return false;
      double values[kChunkBytes];
      widen(element, shared.data(address), chunk, values);
      const uint8_t *poison = shared.poison(address);
      for (int e = 0; e < chunk; ++e)
        place(isMNMajor ? mn + e : mn, isMNMajor ? k : k + e, values[e],
              std::any_of(poison + e * bytes, poison + (e + 1) * bytes,
                          [](uint8_t byte) { return byte != 0; }));
    }
  return true;
}

/// Our own op's, of 16 bits: upstream's has no such form.
void ProductOfWarp::gatherLeft() {
  for (unsigned r = 0; r < form.numLeft; ++r) {
    const Register &from = w.reg(i.operands[form.left + r]);
    for (int lane = 0; lane < w.size; ++lane) {
      double values[2];
      widen(form.leftElement, from.bytes + lane * 4, 2, values);
      for (int e = 0; e < 2; ++e) {
        Place place = placeInWgmmaA(warpInGroup, lane, 2 * r + e);
        int row = place.row - kRows * warpInGroup;
        sums.a(row, place.column) = values[e];
        isRowUnknown[row] |= isUnknown(from, lane, 2 * e, 2);
      }
    }
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
  auto placeRight = [&](int n, int k, double value, bool isUnknown) {
    sums.b(k, n) = value;
    isColumnUnknown[n] |= isUnknown;
  };
  if (!readShared(*rhsDescriptor, form.rightElement, form.isRightTransposed,
                  form.columns, placeRight))
    return false;
  if (isLeftInRegisters) {
    gatherLeft();
    return true;
  }
  auto lhsDescriptor = decode(*lhs, "lhs");
  int first = kRows * warpInGroup;
  auto placeLeft = [&](int m, int k, double value, bool isUnknown) {
    if (m < first || m >= first + kRows)
      return;
    sums.a(m - first, k) = value;
    isRowUnknown[m - first] |= isUnknown;
  };
  // The instruction is the warpgroup's: which warp reads which rows is not
  // documented, so each counts as a reader of all.
  return lhsDescriptor &&
         readShared(*lhsDescriptor, form.leftElement, form.isLeftTransposed,
                    kRows * kWarpsOfWarpgroup, placeLeft);
}

void ProductOfWarp::finish(bool isOnto) {
  sums.multiply();
  for (int e = 0; e < form.columns / 2; ++e) {
    Register &result = w.reg(i.results[e]);
    const Register *c =
        isOnto ? &w.reg(i.operands[form.accumulator + e]) : nullptr;
    for (int lane = 0; lane < w.size; ++lane) {
      Place place = placeInWgmmaD(warpInGroup, lane, e);
      int row = place.row - kRows * warpInGroup;
      uint32_t start = c ? c->as<uint32_t>()[lane] : 0;
      bool isUnknown = isRowUnknown[row] || isColumnUnknown[place.column] ||
                       (c && !c->isClean && c->poison[lane]);
      result.as<uint32_t>()[lane] = sums.add(row, place.column, start);
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
    return op->emitOpError(
        "is not known to the simulator unless it is "
        "m64nN with 32 bytes of k, of f16, bf16, tf32 or FP8 "
        "for f32, or of int8 for s32, without negation");
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
