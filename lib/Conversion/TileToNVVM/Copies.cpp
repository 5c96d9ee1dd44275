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
  Value map = tensorMaps[addTensorMap(view.argument, ring.tile.getElementType(),
                                      ring.tile.getDimSize(0), width)];
  Value buffer = add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes));
  auto clusterPointer =
      LLVM::LLVMPointerType::get(b_.getContext(), kClusterSpace);
  for (int64_t column = 0; column < ring.tile.getDimSize(1); column += width) {
    // Innermost dimension first.
    SmallVector<Value> coordinates;
    for (Value index : llvm::reverse(put.getIndices()))
      coordinates.push_back(scalar(index));
    coordinates.front() = add(coordinates.front(), column);
    Value destination = LLVM::AddrSpaceCastOp::create(
        b_, clusterPointer,
        sharedPointer(add(buffer, column / width * ring.tile.getDimSize(0) *
                                      target.swizzle)));
    NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp::create(
        b_, destination, map, coordinates, filled, ValueRange(), Value(),
        Value(), NVVM::TMALoadMode::TILE, /*isCTAOnly=*/false,
        NVVM::CTAGroupKindAttr(), Value());
  }
  return success();
}

LogicalResult NVVMWriter::writeGet(GetOp get) {
  const Ring &ring = rings.find(get.getChannel())->second;
  auto [slot, parity] = getSlot(ring, scalar(get.getNumber()));
  if (target.copiesTiles)
    wait(getBarrier(ring.filledBarrier, slot), parity);
  values[get.getTile()] = {
      add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes))};
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
