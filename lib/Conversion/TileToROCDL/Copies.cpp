//===- Copies.cpp - channels by loads to LDS
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Each wave loads parts of a tile to LDS, 64 lanes side by side (CDNA 3 ISA,
// section 9.1.9: LDS address = M0 + offset + lane * size). The swizzle goes to
// the addresses in memory. Loads complete in order, so that a wait says how many
// younger ones may still run.

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

static constexpr int64_t kChunkBytes = 16;
/// The largest counts of s_waitcnt, which wait for nothing.
static constexpr int64_t kAnyVectorMemory = 63, kAnyLocalMemory = 15;
/// A buffer of 32-bit elements (CDNA 3 ISA, table 35, "buffer resource
/// descriptor"), without a stride.
static constexpr int64_t kRawBuffer = 0x27000;
static constexpr unsigned kBufferSpace = 8;

int64_t ROCDLWriter::countLoads(RankedTensorType tile) const {
  int64_t line = target.swizzle;
  int64_t columnBytes =
      llvm::alignTo(tile.getDimSize(1) * tile.getElementTypeBitWidth() / 8, line);
  return tile.getDimSize(0) * columnBytes /
         (consumers * target.subgroupSize * target.copyBytes);
}

/// What of a view lies from `indices` on to its last row, as a buffer: reads
/// beyond it give zeros. It moves with the tile, so that offsets within it have
/// 32 bits wherever it lies.
Value ROCDLWriter::createResource(const View &view, ArrayRef<Value> indices) {
  Type i64 = b_.getI64Type();
  int64_t rank = view.type.getRank();
  int64_t bytes = view.type.getElementTypeBitWidth() / 8;
  auto wide = [&](Value value) -> Value {
    return arith::ExtSIOp::create(b_, i64, value);
  };
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(b_, value, 64);
  };
  Value rows = arith::SubIOp::create(b_, view.sizes[rank - 2], indices[rank - 2]);
  Value extent = arith::MulIOp::create(
      b_, wide(arith::SubIOp::create(b_, rows, i32(1))), view.strides[rank - 2]);
  extent = arith::AddIOp::create(b_, extent, wide(view.sizes[rank - 1]));
  extent = arith::MulIOp::create(b_, extent, number(bytes));
  extent = arith::MinSIOp::create(b_, extent, number(UINT32_MAX - kChunkBytes));
  // Where keys are visited backwards, the end lies before the first row.
  Value any = arith::AndIOp::create(
      b_, compare(arith::CmpIPredicate::sgt, rows, i32(0)),
      compare(arith::CmpIPredicate::sge, indices[rank - 2], i32(0)));
  extent = arith::SelectOp::create(b_, any, extent, number(0));
  Value zero = arith::ConstantIntOp::create(b_, 0, 16);
  return ROCDL::MakeBufferRsrcOp::create(
      b_, LLVM::LLVMPointerType::get(b_.getContext(), kBufferSpace),
      KernelWriter::getAddress(view, indices), zero, extent, i32(kRawBuffer));
}

LogicalResult ROCDLWriter::writePut(PutOp put) {
  const Ring &ring = rings.find(put.getChannel())->second;
  const View &view = views[put.getSource()];
  int64_t rank = view.type.getRank(), line = target.swizzle;
  int64_t loadBytes = int64_t(target.subgroupSize) * target.copyBytes;
  int64_t rowsOfLoad = loadBytes / line, rows = ring.tile.getDimSize(0);
  int64_t loads = countLoads(ring.tile);
  if (loads * loadBytes * consumers != ring.tileBytes || rows % rowsOfLoad)
    return put.emitOpError("fills tiles of ")
           << ring.tileBytes << " bytes by loads of " << consumers
           << " waves, expected a multiple of " << loadBytes * consumers
           << " bytes and of " << rowsOfLoad << " rows";
  requireAlignment(view, kChunkBytes);
  Value slot = getSlot(ring, scalar(put.getNumber())).first;
  Value buffer = add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes));
  SmallVector<Value> indices;
  for (Value index : put.getIndices())
    indices.push_back(scalar(index));
  Value firstRow = indices[rank - 2];

  // Of the lane: its row among those of one load, and the bytes of its column.
  int64_t lanesOfLine = line / target.copyBytes;
  Value laneRow = shift(lane, llvm::Log2_64(lanesOfLine));
  Value laneByte = mul(band(lane, lanesOfLine - 1), target.copyBytes);
  Value stride = arith::TruncIOp::create(b_, b_.getI32Type(),
                                         view.strides[rank - 2]);
  Value rowByte = arith::MulIOp::create(b_, laneRow, mul(stride, 2));
  int64_t columnBytes = view.type.getShape().back() * 2;
  for (int64_t t = 0; t < loads; ++t) {
    // Of the wave: which part of the tile, by rows within blocks of a line's
    // columns.
    Value part = add(subgroup, t * consumers);
    int64_t partsOfBlock = rows / rowsOfLoad;
    Value block = arith::DivUIOp::create(b_, part, i32(partsOfBlock));
    Value row = mul(arith::RemUIOp::create(b_, part, i32(partsOfBlock)),
                    rowsOfLoad);
    // The chunk that the swizzle keeps in the lane's place.
    Value swizzle = band(add(row, laneRow), line / kChunkBytes - 1);
    Value column = arith::XOrIOp::create(b_, laneByte, mul(swizzle, kChunkBytes));
    column = add(column, mul(block, line));
    Value offset = add(rowByte, column);
    if (columnBytes % line)
      offset = arith::SelectOp::create(b_, less(column, i32(columnBytes)), offset,
                                       i32(-kChunkBytes));
    indices[rank - 2] = add(firstRow, row);
    Value destination =
        sharedPointer(add(buffer, mul(part, loadBytes)));
    ROCDL::RawPtrBufferLoadLdsOp::create(
        b_, createResource(view, indices), destination, i32(target.copyBytes),
        offset, i32(0), i32(0), i32(0), copies, reads, ArrayAttr());
  }
  return success();
}

/// Loads of the `groups` youngest groups before `at`: groups end at
/// await_copies. Where paths differ the fewest count, since a wait for more than
/// needed is none for less.
int64_t ROCDLWriter::countYounger(Block::iterator at, Block *block,
                                  int64_t groups, unsigned depth) const {
  int64_t loads = 0;
  while (groups > 0) {
    if (at == block->begin()) {
      auto loop = dyn_cast<scf::ForOp>(block->getParentOp());
      // A body without a whole group of its own: what is known is enough.
      if (!loop || depth > 2)
        return loads;
      return loads +
             std::min(countYounger(loop->getIterator(), loop->getBlock(), groups,
                                   depth + 1),
                      countYounger(block->end(), block, groups, depth + 1));
    }
    --at;
    if (isa<AwaitCopiesOp>(*at))
      --groups;
    else if (auto put = dyn_cast<PutOp>(*at))
      loads += countLoads(put.getChannel().getType().getTile());
    else if (at->getNumRegions() && isa<scf::ForOp>(*at))
      return loads;
  }
  return loads;
}

void ROCDLWriter::waitFor(int64_t vectorMemory, int64_t localMemory) {
  int64_t v = std::min(vectorMemory, kAnyVectorMemory);
  int64_t l = std::min(localMemory, kAnyLocalMemory);
  // CDNA 3 ISA, section 5.1, S_WAITCNT; exports are not waited for.
  ROCDL::SWaitcntOp::create(b_, (v & 15) | (7 << 4) | (l << 8) | (v >> 4 << 14));
}

/// A wave waits for its own loads, and for its reads of buffers that are filled
/// again; then all waves meet.
LogicalResult ROCDLWriter::writeAwaitCopies(AwaitCopiesOp await) {
  int64_t pending = countYounger(await->getIterator(), await->getBlock(),
                                 await.getPending(), 0);
  waitFor(pending, 0);
  ROCDL::SBarrierOp::create(b_);
  return success();
}
