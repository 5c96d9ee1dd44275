//===- Model.cpp - LDS as targets' data -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Model.h"

#include "fovea/Target/AMD/SharedMemory/Solver.h"
#include "fovea/Target/GPU/GPUTarget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace fovea;
using namespace fovea::amd;

using RowMasks = SharedMemoryModel::RowMasks;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

/// From rows one after the other to blocks of a line's columns.
static void cutIntoLines(WaveAccesses &accesses, TileShape tile,
                         unsigned line) {
  for (WaveAccess &access : accesses)
    for (uint32_t &address : access.addresses) {
      uint32_t row = address / tile.rowBytes, byte = address % tile.rowBytes;
      address = (byte / line * tile.rows + row) * line + byte % line;
    }
}

static WaveAccesses getValueReads(const GPUTarget &target, TileShape tile) {
  if (target.transposesReads)
    return getTransposedReads(tile);
  int64_t blocks = tile.rowBytes / 2 / target.productColumnStep;
  return getRowWiseReads(tile, 2 * target.countNeighbours(blocks));
}

/// Whole instructions: rows and columns of each read.
static llvm::Error checkTile(const GPUTarget &target, const SharedTile &tile) {
  if (tile.elementBytes != 2)
    return makeError("has elements of " + llvm::Twine(tile.elementBytes) +
                     " bytes, expected 2");
  int64_t rows = tile.isKeys ? target.productRows : target.instructionDepth;
  int64_t columns =
      tile.isValues ? target.productColumnStep : target.productDepth;
  if (tile.rows < 1 || tile.columns < 1 || tile.rows % rows ||
      tile.columns % columns)
    return makeError("has tiles of " + llvm::Twine(tile.rows) + "x" +
                     llvm::Twine(tile.columns) + ", expected multiples of " +
                     llvm::Twine(rows) + "x" + llvm::Twine(columns) +
                     ", which are read at once");
  int64_t load = int64_t(target.copyBytes) * target.subgroupSize;
  int64_t bytes =
      tile.rows * llvm::alignTo(tile.columns * 2, uint64_t(target.swizzle));
  if (bytes % load)
    return makeError("has tiles of " + llvm::Twine(bytes) +
                     " bytes, expected multiples of " + llvm::Twine(load) +
                     ", which one load fills");
  return llvm::Error::success();
}

llvm::Expected<WaveAccesses>
fovea::amd::getTileAccesses(const GPUTarget &target, const SharedTile &tile) {
  if (llvm::Error error = checkTile(target, tile))
    return error;
  TileShape shape{unsigned(tile.rows), unsigned(tile.columns * 2)};
  unsigned line = target.swizzle;
  WaveAccesses accesses;
  if (tile.isKeys)
    accesses = getMatrixRowReads(shape, target.productRows);
  if (tile.isValues)
    llvm::append_range(accesses, getValueReads(target, shape));
  cutIntoLines(accesses, shape, line);
  unsigned blocks = llvm::divideCeil(shape.rowBytes, line);
  llvm::append_range(accesses, getDirectLoads({shape.rows * blocks, line},
                                              target.copyBytes == 16
                                                  ? LDSInstruction::LoadB128
                                                  : LDSInstruction::LoadB32));
  return accesses;
}

//===----------------------------------------------------------------------===//
// Swizzles
//===----------------------------------------------------------------------===//

static llvm::Expected<RowMasks> chooseSwizzle(const GPUTarget &target,
                                              const SharedTile &tile) {
  auto accesses = getTileAccesses(target, tile);
  if (!accesses)
    return accesses.takeError();
  auto proof = solveSwizzle(*lookupChip(target.chip), target.swizzle,
                            std::move(*accesses));
  if (!proof)
    return proof.takeError();
  llvm::ArrayRef<uint32_t> masks = proof->swizzle.getRowMasks();
  return RowMasks(masks.begin(), masks.end());
}

/// Lines are counted through blocks of `rows` lines, flips within a block.
static llvm::Error checkPeriod(llvm::ArrayRef<int64_t> rowMasks, int64_t rows) {
  int64_t bits = 0;
  for (int64_t mask : rowMasks)
    bits |= mask;
  int64_t period = llvm::PowerOf2Ceil(bits + 1);
  if (rows % period == 0)
    return llvm::Error::success();
  return makeError("has tiles of " + llvm::Twine(rows) +
                   " rows, expected a multiple of the swizzle's period of " +
                   llvm::Twine(period));
}

static llvm::Expected<std::string>
proveSwizzle(const GPUTarget &target, const SharedTile &tile,
             llvm::ArrayRef<int64_t> rowMasks) {
  if (llvm::Error error = checkPeriod(rowMasks, tile.rows))
    return error;
  auto accesses = getTileAccesses(target, tile);
  if (!accesses)
    return accesses.takeError();
  llvm::SmallVector<SwizzleTerm> terms;
  for (auto [bit, mask] : llvm::enumerate(rowMasks))
    for (int row = 0; mask >> row; ++row)
      if (mask >> row & 1)
        terms.push_back({row - int(bit), 1u << bit});
  auto proof = checkSwizzle(*lookupChip(target.chip), target.swizzle, terms,
                            std::move(*accesses));
  if (!proof)
    return proof.takeError();
  std::string summary;
  llvm::raw_string_ostream os(summary);
  proof->printSummary(os);
  return llvm::StringRef(summary).rtrim().str();
}

const SharedMemoryModel fovea::amd::kSharedMemory = {chooseSwizzle,
                                                     proveSwizzle};
