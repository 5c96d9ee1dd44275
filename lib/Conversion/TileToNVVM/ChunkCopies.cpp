//===- ChunkCopies.cpp - channels filled by all threads -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// cp.async (PTX ISA, "Non-bulk copy"): 16 bytes a thread, which bypass the
// registers. Groups of them complete in order.

#include "NVVMWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Chunk `chunk` of row `row` of a swizzled tile of `rows` rows: blocks of
/// columns as wide as a line, in which chunks change places by the row.
Value NVVMWriter::getChunkAddress(Value base, int64_t rows, Value row,
                                  Value chunk) {
  int64_t chunks = target.swizzle / kChunkBytes;
  Value block = shift(chunk, llvm::Log2_64(chunks));
  Value within =
      arith::XOrIOp::create(b_, band(chunk, chunks - 1), band(row, chunks - 1));
  Value address = add(base, mul(block, rows * target.swizzle));
  return add(add(address, mul(row, target.swizzle)), mul(within, kChunkBytes));
}

/// Threads take chunks in turn, neighbours in memory by neighbours. Rows and
/// columns beyond the end are zeros, and read nothing.
LogicalResult NVVMWriter::writeChunkCopies(PutOp put) {
  const Ring &ring = rings.find(put.getChannel())->second;
  const View &view = views[put.getSource()];
  int64_t elements = kChunkBytes * 8 / ring.tile.getElementTypeBitWidth();
  int64_t rows = ring.tile.getDimSize(0), rank = view.type.getRank();
  int64_t chunks = llvm::divideCeil(ring.tile.getDimSize(1), elements);
  int64_t present = llvm::divideCeil(view.type.getShape().back(), elements);
  int64_t threads = consumers * target.subgroupSize;
  requireAlignment(view, kChunkBytes);
  Value slot = getSlot(ring, scalar(put.getNumber())).first;
  Value buffer = add(add(sharedBase, ring.offset), mul(slot, ring.tileBytes));
  SmallVector<Value> indices;
  for (Value index : put.getIndices())
    indices.push_back(scalar(index));
  Value firstRow = indices[rank - 2], size = view.sizes[rank - 2];
  Value lastRow = arith::MaxSIOp::create(
      b_, arith::SubIOp::create(b_, size, i32(1)), i32(0));
  auto modifier = NVVM::LoadCacheModifierKind::CG;
  for (int64_t first = 0; first < rows * chunks; first += threads) {
    Value number = add(thread, first);
    Value row = arith::DivUIOp::create(b_, number, i32(chunks));
    Value chunk = arith::RemUIOp::create(b_, number, i32(chunks));
    auto copy = [&] {
      Value place = add(firstRow, row);
      Value exists = less(place, size);
      indices[rank - 2] = arith::MinSIOp::create(b_, place, lastRow);
      indices[rank - 1] = mul(chunk, elements);
      if (present < chunks) {
        exists = arith::AndIOp::create(b_, exists, less(chunk, i32(present)));
        indices[rank - 1] = arith::MinUIOp::create(
            b_, indices[rank - 1], i32((present - 1) * elements));
      }
      Value bytes =
          arith::SelectOp::create(b_, exists, i32(kChunkBytes), i32(0));
      NVVM::CpAsyncOp::create(
          b_, sharedPointer(getChunkAddress(buffer, rows, row, chunk)),
          getAddress(view, indices), kChunkBytes, modifier, bytes);
    };
    if (first + threads <= rows * chunks)
      copy();
    else
      when(less(number, i32(rows * chunks)), copy);
  }
  return success();
}

LogicalResult NVVMWriter::writeAwaitCopies(AwaitCopiesOp await) {
  NVVM::CpAsyncCommitGroupOp::create(b_);
  NVVM::CpAsyncWaitGroupOp::create(b_, await.getPending());
  NVVM::BarrierOp::create(b_);
  return success();
}
