//===- Buffers.cpp - buffer resources, loads and stores
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Buffers.h"

#include "Target.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

#include <cstring>
#include <numeric>

using namespace mlir;
using namespace fovea::sim;

//===----------------------------------------------------------------------===//
// rocdl.make.buffer.rsrc
//===----------------------------------------------------------------------===//

/// Of the descriptor's last word (CDNA4 ISA, section 9.1.8): the
/// data format, of which 0 is an unbound buffer; Add tid enable, reserved bits
/// and the type, which are all 0 for a raw buffer.
static constexpr uint32_t kDataFormat = 0xf << 15;
static constexpr uint32_t kNotRaw = 1u << 23 | 7u << 24 | 3u << 28 | 3u << 30;

static bool requireRaw(Warp &w, const Instruction &i, int lane) {
  uint16_t stride = w.in<uint16_t>(i, 1)[lane];
  uint64_t records = w.in<uint64_t>(i, 2)[lane];
  uint32_t flags = w.in<uint32_t>(i, 3)[lane];
  if (stride != 0 || flags & kNotRaw || !(flags & kDataFormat)) {
    w.fail(i, "has stride " + Twine(stride) + " and flags 0x" +
                  Twine::utohexstr(flags) +
                  ", expected those of a raw buffer: no stride, a data format, "
                  "and neither add-tid nor a type");
    return false;
  }
  if (records <= UINT32_MAX)
    return true;
  w.fail(i, "has " + Twine(records) + " records, expected less than 2^32");
  return false;
}

/// Operands: base, stride, records, flags. Results: base and records.
static Step makeResource(Warp &w, const Instruction &i) {
  constexpr StringRef kNames[] = {"base", "stride", "number of records",
                                  "flags"};
  for (auto [k, what] : llvm::enumerate(kNames))
    if (!w.requireDefined(i, k, what))
      return Step::Failed;
  for (int lane = 0; lane < w.size; ++lane) {
    if (w.isActive(lane) && !requireRaw(w, i, lane))
      return Step::Failed;
    w.out<uint64_t>(i, 0)[lane] = w.in<uint64_t>(i, 0)[lane];
    w.out<uint64_t>(i, 1)[lane] = w.in<uint64_t>(i, 2)[lane];
  }
  w.defineActive(i.results[0]);
  w.defineActive(i.results[1]);
  return Step::Next;
}

static LogicalResult decodeResource(Decoder &d, Operation *op) {
  auto make = cast<ROCDL::MakeBufferRsrcOp>(op);
  if (getWidths(make.getType())->size() != 2 ||
      getWidths(make.getBase().getType())->size() != 1)
    return op->emitOpError("to ")
           << make.getType()
           << " is not known to the simulator, expected a "
              "pointer in address space 8";
  return d.emit(op, makeResource);
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

static constexpr unsigned kDwordBytes = 4;

/// Calls `access` on the parts of the place that are in range, each as long as
/// can be: the address, the first byte, how many. False: an error was reported.
template <typename F>
static bool forRanges(Warp &w, const Instruction &i,
                      const amd::BufferPlace &place, F access) {
  unsigned unit = std::min(place.size, kDwordBytes), first = 0, end = 0;
  uint64_t address = place.base + place.offset + place.scalarOffset;
  if (address % unit) {
    w.fail(i, "touches memory at 0x" + Twine::utohexstr(address) +
                  ", expected a multiple of " + Twine(unit) + " bytes");
    return false;
  }
  auto flush = [&] {
    return first == end || access(address + first, first, end - first);
  };
  for (unsigned part = 0; part < place.size; part += unit) {
    uint64_t offset = uint64_t(place.offset) + part;
    if (offset < place.records && offset + unit > place.records) {
      w.fail(i, "touches " + Twine(unit) + " bytes at offset " + Twine(offset) +
                    " of a buffer that ends among them, at " +
                    Twine(place.records));
      return false;
    }
    if (offset < place.records) {
      first = end == part && end ? first : part;
      end = part + unit;
    }
  }
  return flush();
}

bool amd::readBuffer(Warp &w, const Instruction &i, const BufferPlace &place,
                     const Access &access, uint8_t *bytes, uint8_t *poison) {
  std::memset(bytes, 0, place.size);
  std::memset(poison, 0, place.size);
  return forRanges(w, i, place,
                   [&](uint64_t address, unsigned first, unsigned size) {
                     return readGlobal(w, i, address, size, /*alignment=*/1,
                                       access, bytes + first, poison + first);
                   });
}

bool amd::writeBuffer(Warp &w, const Instruction &i, const BufferPlace &place,
                      const Access &access, const uint8_t *bytes,
                      const uint8_t *poison) {
  return forRanges(w, i, place,
                   [&](uint64_t address, unsigned first, unsigned size) {
                     return writeGlobal(w, i, address, size, /*alignment=*/1,
                                        access, bytes + first, poison + first);
                   });
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

/// Operands from number `k` on: the resource's two registers, offset, scalar
/// offset.
static bool requireOperands(Warp &w, const Instruction &i, unsigned k) {
  return w.requireDefined(i, k, "resource") &&
         w.requireDefined(i, k + 1, "resource") &&
         w.requireDefined(i, k + 2, "offset") &&
         w.requireDefined(i, k + 3, "scalar offset");
}

static amd::BufferPlace placeOf(Warp &w, const Instruction &i, unsigned k,
                                int lane) {
  return {w.in<uint64_t>(i, k)[lane], uint32_t(w.in<uint64_t>(i, k + 1)[lane]),
          w.in<uint32_t>(i, k + 2)[lane], w.in<uint32_t>(i, k + 3)[lane],
          i.target};
}

/// Operands: resource, offset, scalar offset. target: bytes.
static Step loadBuffer(Warp &w, const Instruction &i) {
  if (!requireOperands(w, i, 0))
    return Step::Failed;
  w.vectorMemory.add();
  Access access = accessOf(w, i);
  return loadLanes(w, i, [&](int lane, uint8_t *bytes, uint8_t *poison) {
    return amd::readBuffer(w, i, placeOf(w, i, 0, lane), access, bytes, poison);
  });
}

/// Operands: resource, offset, scalar offset, value. target: bytes.
static Step storeBuffer(Warp &w, const Instruction &i) {
  if (!requireOperands(w, i, 0) || !w.requireFinished(i))
    return Step::Failed;
  Access access = beginStore(w, i, /*isShared=*/false);
  auto write = [&](int lane, const uint8_t *bytes, const uint8_t *poison) {
    return amd::writeBuffer(w, i, placeOf(w, i, 0, lane), access, bytes,
                            poison);
  };
  return storeLanes(w, i.operands.drop_front(4), write);
}

template <typename Op>
static LogicalResult decodeAccess(Decoder &d, Op op, Type type) {
  unsigned size = sizeOf(type);
  bool isWhole = size == 1 || size == 2 || size % kDwordBytes == 0;
  if (size == 0 || size > kMaxAccessBytes || !isWhole)
    return op->emitOpError("of ") << type << " is not known to the simulator";
  if (failed(
          amd::requireBits(op, op.getAux(), "cache policy", amd::kCacheBits)) ||
      failed(d.allocate(op->getResults())))
    return failure();
  SmallVector<Slot> operands =
      d.get(ValueRange{op.getRsrc(), op.getOffset(), op.getSoffset()});
  Handler handler = loadBuffer;
  if (op->getNumResults() == 0) {
    operands.append(d.get(op->getOperand(0)).begin(),
                    d.get(op->getOperand(0)).end());
    handler = storeBuffer;
  }
  d.emit(op, handler, operands, d.get(op->getResults())).target = size;
  return success();
}

void amd::registerBuffers(Registry &r) {
  r.add<ROCDL::MakeBufferRsrcOp>(OpDecoder(decodeResource));
  r.add<ROCDL::RawPtrBufferLoadOp>(OpDecoder([](Decoder &d, Operation *op) {
    auto load = cast<ROCDL::RawPtrBufferLoadOp>(op);
    return decodeAccess(d, load, load.getType());
  }));
  r.add<ROCDL::RawPtrBufferStoreOp>(OpDecoder([](Decoder &d, Operation *op) {
    auto store = cast<ROCDL::RawPtrBufferStoreOp>(op);
    return decodeAccess(d, store, store.getVdata().getType());
  }));
}
