//===- Copies.cpp - channels by loads to LDS
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Each wave loads parts of a tile to LDS, 64 lanes side by side (CDNA 3 ISA,
// section 9.1.9: LDS address = M0 + offset + lane * size). The swizzle goes to
// the addresses in memory. Loads complete in order, so that a wait says how
// many younger ones may still run.

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// The largest counts of s_waitcnt, which wait for nothing.
static constexpr int64_t kAnyVectorMemory = 63, kAnyLocalMemory = 15;
/// A buffer of 32-bit elements (CDNA 3 ISA, table 35, "buffer resource
/// descriptor"), without a stride.
static constexpr int64_t kRawBuffer = 0x27000;
static constexpr unsigned kBufferSpace = 8;

int64_t ROCDLWriter::countLoads(RankedTensorType tile) const {
  int64_t line = target.swizzle;
  int64_t columnBytes = llvm::alignTo(
      tile.getDimSize(1) * tile.getElementTypeBitWidth() / 8, line);
  return tile.getDimSize(0) * columnBytes /
         (consumers * target.subgroupSize * target.copyBytes);
}

/// What of a view's rows a tile from `indices` has: reads beyond give zeros. It
/// moves with the tile, so that offsets within it have 32 bits wherever it
/// lies. In 32 bits too, since scalars of 64 cannot be compared for order.
ROCDLWriter::Extent ROCDLWriter::getExtent(const View &view,
                                           ArrayRef<Value> indices,
                                           int64_t tileRows) {
  int64_t rank = view.type.getRank();
  int64_t bytes = view.type.getElementTypeBitWidth() / 8;
  Value first = indices[rank - 2];
  Value rows = arith::MinSIOp::create(
      b_, arith::SubIOp::create(b_, view.sizes[rank - 2], first),
      i32(tileRows));
  Value rowBytes =
      mul(arith::TruncIOp::create(b_, b_.getI32Type(), view.strides[rank - 2]),
          bytes);
  Value size = arith::MulIOp::create(
      b_, arith::SubIOp::create(b_, rows, i32(1)), rowBytes);
  size = add(size, mul(view.sizes[rank - 1], bytes));
  // Where keys are visited backwards, the end lies before the first row.
  auto orNone = [&](Value condition, Value value) -> Value {
    return arith::SelectOp::create(b_, condition, value, i32(0));
  };
  size = orNone(compare(arith::CmpIPredicate::sgt, rows, i32(0)), size);
  size = orNone(compare(arith::CmpIPredicate::sge, first, i32(0)), size);
  return {KernelWriter::getAddress(view, indices), size, rowBytes};
}

/// The extent as a buffer of what follows `offset`, which is a load's scalar
/// offset: rows are checked by the lane's offset alone (CDNA 3 ISA, section
/// 9.1.5.1).
Value ROCDLWriter::createResource(const Extent &extent, Value offset) {
  // As a maximum: LLVM makes of a comparison a saturating subtraction, which
  // only vector registers have.
  Value bytes = arith::MaxSIOp::create(
      b_, arith::SubIOp::create(b_, extent.bytes, offset), i32(0));
  return ROCDL::MakeBufferRsrcOp::create(
      b_, LLVM::LLVMPointerType::get(b_.getContext(), kBufferSpace),
      extent.base, arith::ConstantIntOp::create(b_, 0, 16),
      arith::ExtUIOp::create(b_, b_.getI64Type(), bytes), i32(kRawBuffer));
}

/// Where one of a wave's loads goes: a row of the tile, with the wave's part of
/// it, and a block of a line's columns.
struct ROCDLWriter::Part {
  int64_t row;
  Value waveRow, block;
  std::optional<int64_t> staticBlock;
};

ROCDLWriter::Part ROCDLWriter::getPart(int64_t load, int64_t rows,
                                       int64_t rowsOfLoad) {
  int64_t partsOfBlock = rows / rowsOfLoad, first = load * consumers;
  if (partsOfBlock % consumers == 0)
    return {first % partsOfBlock * rowsOfLoad, mul(subgroup, rowsOfLoad),
            i32(first / partsOfBlock), first / partsOfBlock};
  // Waves of one load take rows of more than one block.
  Value part = add(subgroup, first);
  Value row = arith::RemUIOp::create(b_, part, i32(partsOfBlock));
  return {0, mul(row, rowsOfLoad),
          arith::DivUIOp::create(b_, part, i32(partsOfBlock)), std::nullopt};
}

/// All pages, from the first one's first row on: 2^31 bytes of them at most.
ROCDLWriter::Extent ROCDLWriter::getExtentOfPages(const View &view,
                                                  ArrayRef<Value> viewIndices) {
  int64_t rank = view.type.getRank();
  View whole = view;
  whole.pages = Value();
  SmallVector<Value> indices(viewIndices);
  indices[rank - 2] = i32(0);
  Value rowBytes =
      mul(arith::TruncIOp::create(b_, b_.getI32Type(), view.strides[rank - 2]),
          view.type.getElementTypeBitWidth() / 8);
  return {KernelWriter::getAddress(whole, indices),
          i32(std::numeric_limits<int32_t>::max()), rowBytes};
}

/// Of `rows` rows from `row` of a sequence on, which lie in one page: as an
/// extent of their own. `row` is the same in all lanes.
ROCDLWriter::Extent ROCDLWriter::getExtentInPage(const View &view,
                                                 ArrayRef<Value> viewIndices,
                                                 Value row, int64_t rows) {
  View page = view;
  SmallVector<Value> indices(viewIndices);
  Value &viewRow = indices[indices.size() - 2];
  viewRow = add(viewRow, row);
  Value last =
      arith::SubIOp::create(b_, view.sizes[indices.size() - 2], i32(1));
  Value exists = arith::SubIOp::create(b_, last, viewRow);
  viewRow = arith::MaxSIOp::create(
      b_, arith::MinSIOp::create(b_, viewRow, last), i32(0));
  indices = resolve(view, indices);
  page.pages = Value();
  // What is left of the sequence, as if it lay here.
  page.sizes[indices.size() - 2] =
      add(add(indices[indices.size() - 2], exists), 1);
  return getExtent(page, indices, rows);
}

/// The byte of a lane's row of a sequence, in the parameter: of 32 bits. Beyond
/// the sequence none, which is beyond the buffer too.
Value ROCDLWriter::getByteInPages(const View &view, Value row, Value rowBytes,
                                  Value column, int64_t none) {
  int64_t bytes = view.type.getElementTypeBitWidth() / 8;
  Value rows = view.sizes[view.type.getRank() - 2];
  Value last = arith::MaxSIOp::create(
      b_, arith::SubIOp::create(b_, rows, i32(1)), i32(0));
  auto [page, inPage] = findPage(view, arith::MinSIOp::create(b_, row, last));
  Value pageBytes =
      mul(arith::TruncIOp::create(b_, b_.getI32Type(), view.strides.front()),
          bytes);
  Value offset = add(arith::MulIOp::create(b_, page, pageBytes),
                     arith::MulIOp::create(b_, inPage, rowBytes));
  return arith::SelectOp::create(b_, less(row, rows), add(offset, column),
                                 i32(none));
}

LogicalResult ROCDLWriter::writePut(PutOp put) {
  const Ring &ring = rings.find(put.getChannel())->second;
  const View &view = views[put.getSource()];
  int64_t line = target.swizzle;
  int64_t loadBytes = int64_t(target.subgroupSize) * target.copyBytes;
  int64_t rowsOfLoad = loadBytes / line, rows = ring.tile.getDimSize(0);
  int64_t loads = countLoads(ring.tile);
  if (loads * loadBytes * consumers != ring.tileBytes || rows % rowsOfLoad)
    return put.emitOpError("fills tiles of ")
           << ring.tileBytes << " bytes by loads of " << consumers
           << " waves, expected a multiple of " << loadBytes * consumers
           << " bytes and of " << rowsOfLoad << " rows";
  requireAlignment(view, kChunkBytes);
  Value buffer = getBuffer(ring, put.getNumber());
  SmallVector<Value> indices;
  for (Value index : put.getIndices())
    indices.push_back(scalar(index));
  bool inOnePage = true;
  Extent extent = view.pages ? getExtentOfPages(view, indices)
                             : getExtent(view, indices, rows);
  // Rows of one load lie in one page, or each lane looks its own up.
  if (auto paged = put.getSource().getDefiningOp<PagedViewOp>()) {
    auto source = cast<MemRefType>(paged.getSource().getType());
    int64_t size = source.getDimSize(source.getRank() - 2);
    inOnePage = !ShapedType::isDynamic(size) && size % rowsOfLoad == 0;
  }

  // Of the lane: its row among those of one load, and the bytes of its column.
  int64_t lanesOfLine = line / target.copyBytes;
  Value laneRow = shift(lane, llvm::Log2_64(lanesOfLine));
  Value laneByte = mul(band(lane, lanesOfLine - 1), target.copyBytes);
  auto inBytes = [&](Value flips) {
    return flips ? mul(flips, kChunkBytes) : flips;
  };
  // The chunk that the swizzle keeps in the lane's place.
  Value laneColumn = flip(laneByte, inBytes(getFlips(ring.tile, laneRow)));
  Value rowByte = arith::MulIOp::create(b_, laneRow, extent.rowBytes);
  int64_t columnBytes = view.type.getShape().back() * 2;
  for (int64_t load = 0; load < loads; ++load) {
    Part part = getPart(load, rows, rowsOfLoad);
    Value row = add(part.waveRow, part.row);
    // Rows of a load have no bits in common with those of its lanes.
    Value column = flip(laneColumn, inBytes(getFlips(ring.tile, row)));
    Value offset = add(rowByte, column);
    Extent from = extent;
    Value rowOffset = arith::MulIOp::create(b_, row, extent.rowBytes);
    if (view.pages && inOnePage)
      from = getExtentInPage(view, indices, row, rowsOfLoad);
    // Of the columns' block, whole ones by the instruction's offset, which the
    // address in LDS gets too.
    int64_t inBlocks = part.staticBlock.value_or(0) * line;
    if (view.pages && !inOnePage)
      offset = getByteInPages(
          view, add(indices[indices.size() - 2], add(row, laneRow)),
          extent.rowBytes, column, -kChunkBytes - inBlocks);
    if (view.pages)
      rowOffset = i32(0);
    if (!part.staticBlock)
      offset = add(offset, mul(part.block, line));
    if (inBlocks + line > columnBytes || !part.staticBlock)
      offset = arith::SelectOp::create(
          b_, less(add(column, mul(part.block, line)), i32(columnBytes)),
          offset, i32(-kChunkBytes - inBlocks));
    Value destination =
        sharedPointer(add(add(buffer, mul(subgroup, loadBytes)),
                          load * consumers * loadBytes - inBlocks));
    ROCDL::RawPtrBufferLoadLdsOp::create(
        b_, createResource(from, rowOffset), destination, i32(target.copyBytes),
        offset, rowOffset, i32(inBlocks), i32(0), copies, reads, ArrayAttr());
  }
  return success();
}

/// Loops within which groups are looked for: of a kernel with phases the three
/// that follow each other, each of which may run no step. A wait that knows no
/// further waits for more than it must.
static constexpr unsigned kMostLoops = 4;

/// Loads of the `groups` youngest groups before `at`: groups end at
/// await_copies. Where paths differ the fewest count, since a wait for more
/// than needed is none for less.
int64_t ROCDLWriter::countYounger(Block::iterator at, Block *block,
                                  int64_t groups, unsigned depth) const {
  int64_t loads = 0;
  while (groups > 0) {
    if (at == block->begin())
      return loads + countYounger(dyn_cast<scf::ForOp>(block->getParentOp()),
                                  groups, depth);
    --at;
    if (isa<AwaitCopiesOp>(*at))
      --groups;
    else if (auto put = dyn_cast<PutOp>(*at))
      loads += countLoads(put.getChannel().getType().getTile());
    else if (auto loop = dyn_cast<scf::ForOp>(*at))
      return loads + countYounger(loop, groups, depth);
  }
  return loads;
}

/// Before a step of `loop`, or behind the loop: a step was the last that ran,
/// or none was.
int64_t ROCDLWriter::countYounger(scf::ForOp loop, int64_t groups,
                                  unsigned depth) const {
  if (!loop || depth == kMostLoops)
    return 0;
  return std::min(
      countYounger(loop->getIterator(), loop->getBlock(), groups, depth + 1),
      countYounger(loop.getBody()->end(), loop.getBody(), groups, depth + 1));
}

void ROCDLWriter::waitFor(int64_t vectorMemory, int64_t localMemory) {
  int64_t v = std::min(vectorMemory, kAnyVectorMemory);
  int64_t l = std::min(localMemory, kAnyLocalMemory);
  // CDNA 3 ISA, section 5.1, S_WAITCNT; exports are not waited for.
  ROCDL::SWaitcntOp::create(b_,
                            (v & 15) | (7 << 4) | (l << 8) | (v >> 4 << 14));
}

/// A wave waits for its own loads, and for its reads of buffers that are filled
/// again; then all waves meet.
LogicalResult ROCDLWriter::writeAwaitCopies(AwaitCopiesOp await) {
  int64_t pending = countYounger(await->getIterator(), await->getBlock(),
                                 await.getPending(), 0);
  waitFor(pending, 0);
  meet(/*priority=*/1);
  return success();
}
