//===- Copies.cpp - channels on mbarriers and the copy engine -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "NVVMWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Shared memory of any workgroup of a cluster.
static constexpr unsigned kClusterSpace = 7;
/// How long a wait sleeps before it looks again, in nanoseconds.
static constexpr int64_t kWaitTicks = 10000000;

/// Named barriers: 0 is the workgroup's, the next ones are those of stores.
static constexpr int64_t kFirstStoreBarrier = 1;
/// Behind those of turns: one for each consumer but the first.
static constexpr int64_t kFirstClearBarrier = 12;

Value NVVMWriter::getBarrier(int64_t first, Value slot) {
  return sharedPointer(
      add(add(barriersBase, first * kBarrierBytes), mul(slot, kBarrierBytes)));
}

void NVVMWriter::wait(Value barrier, Value parity) {
  NVVM::MBarrierTryWaitParityOp::create(b_, barrier, parity, i32(kWaitTicks));
}

/// One lane speaks for its subgroup.
void NVVMWriter::arrive(Value barrier) {
  nvgpu::MBarrierArriveOp::create(
      b_, barrier, compare(arith::CmpIPredicate::eq, lane, i32(0)));
}

LogicalResult NVVMWriter::writePut(PutOp put) {
  if (!target.copiesTiles)
    return writeChunkCopies(put);
  const Ring &ring = rings.find(put.getChannel())->second;
  const View &view = views[put.getSource()];
  int64_t width = target.swizzle * 8 / ring.tile.getElementTypeBitWidth();
  auto [slot, parity] = getSlot(ring, scalar(put.getNumber()));
  // A fresh barrier counts as free in its first turn.
  wait(getBarrier(ring.freeBarrier, slot),
       arith::XOrIOp::create(b_, parity, i32(1)));
  Value filled = getBarrier(ring.filledBarrier, slot);
  NVVM::MBarrierArriveExpectTxOp::create(
      b_, Type(), filled, i32(ring.tileBytes), NVVM::MemScopeKind::CTA,
      /*relaxed=*/false, Value());
  int64_t rows = ring.tile.getDimSize(0), boxRows = getBoxRows(put);
  Value map = tensorMaps[addTensorMap(view.argument, ring.tile.getElementType(),
                                      boxRows, width)];
  Value buffer = add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes));
  auto clusterPointer =
      LLVM::LLVMPointerType::get(b_.getContext(), kClusterSpace);
  for (int64_t row = 0; row < rows; row += boxRows) {
    SmallVector<Value> indices = locate(view, put, row);
    for (int64_t column = 0; column < ring.tile.getDimSize(1);
         column += width) {
      // Innermost dimension first.
      SmallVector<Value> coordinates(llvm::reverse(indices));
      coordinates.front() = add(coordinates.front(), column);
      int64_t offset = (column / width * rows + row) * target.swizzle;
      Value destination = LLVM::AddrSpaceCastOp::create(
          b_, clusterPointer, sharedPointer(add(buffer, offset)));
      NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp::create(
          b_, destination, map, coordinates, filled, ValueRange(), Value(),
          Value(), NVVM::TMALoadMode::TILE, /*isCTAOnly=*/false,
          NVVM::CTAGroupKindAttr(), Value());
    }
  }
  return success();
}

/// Where the tile's rows from `row` on lie in the parameter. Beyond a
/// sequence's last page its last one is brought again: barriers count bytes.
SmallVector<Value> NVVMWriter::locate(const View &view, PutOp put,
                                      int64_t row) {
  SmallVector<Value> indices;
  for (Value index : put.getIndices())
    indices.push_back(scalar(index));
  Value &viewRow = indices[indices.size() - 2];
  viewRow = add(viewRow, row);
  if (view.pages) {
    Value last =
        arith::SubIOp::create(b_, view.sizes[indices.size() - 2], i32(1));
    Value inPage = arith::RemUIOp::create(b_, viewRow, view.pageRows);
    viewRow = arith::MinSIOp::create(b_, viewRow, last);
    SmallVector<Value> resolved = resolve(view, indices);
    resolved[indices.size() - 2] = inPage;
    return resolved;
  }
  return resolve(view, indices);
}

/// Zeros in the tile's rows from `valid` on, by the threads of the first matrix
/// instruction's consumer. The others wait for it and it for none of them: it
/// has the first turn. Once in a workgroup, so that no arrival overtakes the
/// one before.
void NVVMWriter::clearRows(const Ring &ring, Value buffer, Value valid) {
  int64_t threads = int64_t(target.productSubgroups) * target.subgroupSize;
  int64_t groups = consumers / target.productSubgroups;
  Value group = shift(roleSubgroup, llvm::Log2_32(target.productSubgroups));
  Value isFirst = compare(arith::CmpIPredicate::eq, group, i32(0));
  when(less(valid, i32(ring.tile.getDimSize(0))), [&] {
    when(isFirst, [&] {
      writeZeros(ring, buffer, valid);
      NVVM::FenceProxyOp::create(
          b_, NVVM::ProxyKind::async_shared,
          NVVM::SharedSpaceAttr::get(b_.getContext(),
                                     NVVM::SharedSpace::shared_cta));
      NVVM::BarrierOp::create(b_, Type(), i32(kFirstStoreBarrier), i32(threads),
                              NVVM::BarrierReductionAttr(), Value());
      for (int64_t other = 1; other < groups; ++other)
        nvgpu::BarrierArriveOp::create(b_, i32(kFirstClearBarrier + other),
                                       2 * threads);
    });
    if (groups > 1)
      when(compare(arith::CmpIPredicate::ne, group, i32(0)), [&] {
        NVVM::BarrierOp::create(b_, Type(), add(group, kFirstClearBarrier),
                                i32(2 * threads), NVVM::BarrierReductionAttr(),
                                Value());
      });
  });
}

/// Each thread takes chunks in turn.
void NVVMWriter::writeZeros(const Ring &ring, Value buffer, Value firstRow) {
  int64_t threads = int64_t(target.productSubgroups) * target.subgroupSize;
  int64_t chunks = ring.tileBytes / kChunkBytes;
  Value number = band(thread, threads - 1);
  Value zero = arith::ConstantOp::create(
      b_, b_.getZeroAttr(VectorType::get(4, b_.getI32Type())));
  for (int64_t first = 0; first < chunks; first += threads) {
    Value chunk = add(number, first);
    Value row = arith::RemUIOp::create(
        b_,
        arith::DivUIOp::create(b_, chunk, i32(target.swizzle / kChunkBytes)),
        i32(ring.tile.getDimSize(0)));
    Value isOther = arith::AndIOp::create(
        b_, compare(arith::CmpIPredicate::sge, row, firstRow),
        less(chunk, i32(chunks)));
    when(isOther, [&] {
      LLVM::StoreOp::create(b_, zero,
                            sharedPointer(add(buffer, mul(chunk, kChunkBytes))),
                            kChunkBytes);
    });
  }
}

LogicalResult NVVMWriter::writeGet(GetOp get) {
  const Ring &ring = rings.find(get.getChannel())->second;
  auto [slot, parity] = getSlot(ring, scalar(get.getNumber()));
  if (target.copiesTiles)
    wait(getBarrier(ring.filledBarrier, slot), parity);
  Value buffer = add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes));
  if (get.getValid())
    clearRows(ring, buffer, scalar(get.getValid()));
  values[get.getTile()] = {buffer};
  return success();
}

LogicalResult NVVMWriter::writeConsumed(ConsumedOp consumed) {
  // Threads that copy themselves meet before they fill a buffer again.
  if (!target.copiesTiles)
    return success();
  const Ring &ring = rings.find(consumed.getChannel())->second;
  Value slot = getSlot(ring, scalar(consumed.getNumber())).first;
  arrive(getBarrier(ring.freeBarrier, slot));
  return success();
}

/// Registers to the channel's buffer by stmatrix, 16 columns of a subgroup's 16
/// rows at a time, and from there by the copy engine, one matrix instruction's
/// rows at a time: its subgroups alone have read and now write them.
LogicalResult NVVMWriter::writeStagedStore(StoreOp store) {
  const Ring &ring = rings.find(store.getChannel())->second;
  const View &view = views[store.getDestination()];
  RankedTensorType tile = store.getTile().getType();
  int64_t columns = tile.getDimSize(1), line = target.swizzle;
  if (columns % 16 || fragment.getRows() != 16)
    return store.emitOpError("stores ")
           << columns << " columns, expected a multiple of 16";
  int64_t width = line * 8 / tile.getElementTypeBitWidth();
  int64_t threads = int64_t(target.productSubgroups) * target.subgroupSize;
  Value group = shift(roleSubgroup, llvm::Log2_32(target.productSubgroups));
  Value named = add(group, kFirstStoreBarrier);
  Value slot = getSlot(ring, scalar(store.getNumber())).first;
  Value base = add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes));
  NVVM::BarrierOp::create(b_, Type(), named, i32(threads),
                          NVVM::BarrierReductionAttr(), Value());
  Value row = add(mul(roleSubgroup, fragment.getRows()), band(lane, 15));
  Value half = shift(lane, 4);
  Registers &data = registers(store.getTile());
  for (int64_t c = 0; c < columns / 16; ++c) {
    int64_t inLine = c % (width / 16);
    Value chunk =
        arith::XOrIOp::create(b_, add(half, 2 * inLine), band(row, 7));
    Value address = add(add(base, mul(row, line)), mul(chunk, 16));
    address = add(address, c / (width / 16) * ring.tile.getDimSize(0) * line);
    SmallVector<Value> packed;
    for (int64_t r = 0; r < 4; ++r)
      packed.push_back(pack(data[8 * c + 2 * r], data[8 * c + 2 * r + 1]));
    NVVM::StMatrixOp::create(
        b_, sharedPointer(address), packed, NVVM::MMALayout::row,
        NVVM::LdStMatrixShapeAttr::get(b_.getContext(), 8, 8),
        NVVM::LdStMatrixEltType::B16);
  }
  NVVM::FenceProxyOp::create(
      b_, NVVM::ProxyKind::async_shared,
      NVVM::SharedSpaceAttr::get(b_.getContext(),
                                 NVVM::SharedSpace::shared_cta));
  NVVM::BarrierOp::create(b_, Type(), named, i32(threads),
                          NVVM::BarrierReductionAttr(), Value());
  Value map = tensorMaps[addTensorMap(view.argument, tile.getElementType(),
                                      kernel.getConfig().getRows(), width)];
  Value first =
      compare(arith::CmpIPredicate::eq,
              band(roleSubgroup, target.productSubgroups - 1), i32(0));
  when(arith::AndIOp::create(b_, first,
                             compare(arith::CmpIPredicate::eq, lane, i32(0))),
       [&] {
         for (int64_t column = 0; column < columns; column += width) {
           SmallVector<Value> coordinates;
           for (Value index : llvm::reverse(store.getIndices()))
             coordinates.push_back(scalar(index));
           coordinates[0] = add(coordinates[0], column);
           coordinates[1] = add(coordinates[1], mul(group, target.productRows));
           Value source =
               add(add(base, column / width * ring.tile.getDimSize(0) * line),
                   mul(group, target.productRows * line));
           NVVM::CpAsyncBulkTensorSharedCTAToGlobalOp::create(
               b_, map, sharedPointer(source), coordinates, Value(),
               NVVM::TMAStoreMode::TILE, Value());
         }
         NVVM::CpAsyncBulkCommitGroupOp::create(b_);
         NVVM::CpAsyncBulkWaitGroupOp::create(b_, 0, UnitAttr());
       });
  return success();
}
