//===- Accesses.cpp - elements of tiles from and to memory -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// The widest access of a thread.
static constexpr int64_t kWordBytes = 16;

Value KernelWriter::getAddress(const View &view, ValueRange indices) {
  Type i64 = b_.getI64Type();
  Value offset;
  for (auto [d, pair] : llvm::enumerate(llvm::zip(indices, view.strides))) {
    auto [index, stride] = pair;
    Value term = arith::ExtSIOp::create(b_, i64, index);
    bool unit = int64_t(d) + 1 == view.type.getRank();
    if (!unit)
      term = arith::MulIOp::create(b_, term, stride);
    offset = offset ? Value(arith::AddIOp::create(b_, offset, term)) : term;
  }
  if (!offset)
    return view.base;
  return LLVM::GEPOp::create(b_, view.base.getType(),
                             view.type.getElementType(), view.base,
                             ArrayRef<LLVM::GEPArg>{offset});
}

Value KernelWriter::loadElement(const View &view, ValueRange indices) {
  Type type = lowered(view.type.getElementType());
  return LLVM::LoadOp::create(b_, type, getAddress(view, indices));
}

/// How many neighbours of a row, in a lane's registers, are one word of up to
/// `mostBytes`: all of them are inside of the view, or outside.
static int64_t countNeighbours(RankedTensorType tile, MemRefType view,
                               ValueRange indices, int64_t mostBytes) {
  int64_t width = tile.getElementTypeBitWidth();
  if (tile.getRank() != 2 || width % 8 || !view.getRank() ||
      view.isDynamicDim(view.getRank() - 1) ||
      !matchPattern(indices.back(), m_Zero()))
    return 1;
  int64_t count = cast<FragmentAttr>(tile.getEncoding()).getNeighbours();
  while (count > 1 &&
         (view.getShape().back() % count || count * width / 8 > mostBytes))
    count /= 2;
  return count;
}

/// Elements beyond the end read the last one, and become zero.
LogicalResult KernelWriter::writeLoad(LoadOp load) {
  RankedTensorType tile = load.getTile().getType();
  if (!isa_and_nonnull<FragmentAttr>(tile.getEncoding()))
    return load.emitOpError("has no layout; run fovea-tile-assign-layouts");
  const View &view = views[load.getSource()];
  int64_t rank = view.type.getRank(), tileRank = tile.getRank();
  int64_t count =
      countNeighbours(tile, view.type, load.getIndices(), kWordBytes);
  // Only whole words: other layouts gather what may lie anywhere.
  bool words = count * tile.getElementTypeBitWidth() == kWordBytes * 8;
  if (words)
    requireAlignment(view, kWordBytes);
  auto [laneRow, laneColumn] = lanePlace(tile);
  SmallVector<Value> origin;
  for (Value index : load.getIndices())
    origin.push_back(scalar(index));
  Type type = tile.getElementType();
  if (words)
    type = VectorType::get(count, type);
  Value zero = arith::ConstantOp::create(b_, b_.getZeroAttr(type));
  auto all = places(tile);
  Registers results;
  for (size_t i = 0; i < all.size(); i += words ? count : 1) {
    SmallVector<Value> indices = origin;
    Value inside;
    for (int64_t d = 0; d < tileRank; ++d) {
      Value &index = indices[rank - tileRank + d];
      Value size = view.sizes[rank - tileRank + d];
      index = add(add(index, d ? laneColumn : laneRow),
                  d ? all[i].second : all[i].first);
      Value within = less(index, size);
      inside =
          inside ? Value(arith::AndIOp::create(b_, inside, within)) : within;
      index = arith::MinSIOp::create(
          b_, index,
          arith::SubIOp::create(b_, size, i32(words && d ? count : 1)));
      index = arith::MaxSIOp::create(b_, index, i32(0));
    }
    Value loaded = words ? Value(LLVM::LoadOp::create(
                               b_, type, getAddress(view, indices), kWordBytes))
                         : loadElement(view, indices);
    loaded = arith::SelectOp::create(b_, inside, loaded, zero);
    for (int64_t k = 0; words && k < count; ++k)
      results.push_back(LLVM::ExtractElementOp::create(b_, loaded, i32(k)));
    if (!words)
      results.push_back(loaded);
  }
  values[load.getTile()] = results;
  return success();
}

void KernelWriter::requireAlignment(const View &view, int32_t bytes) {
  int32_t &alignment = description.arguments[view.argument].alignment;
  alignment = std::max(alignment, bytes);
}

/// Neighbours of a row leave as one word, where registers hold them so.
LogicalResult KernelWriter::writeStore(StoreOp store) {
  RankedTensorType tile = store.getTile().getType();
  const View &view = views[store.getDestination()];
  int64_t rank = view.type.getRank(), tileRank = tile.getRank();
  auto [laneRow, laneColumn] = lanePlace(tile);
  SmallVector<Value> origin;
  for (Value index : store.getIndices())
    origin.push_back(scalar(index));
  int64_t bytes = tile.getElementTypeBitWidth() / 8;
  int64_t count =
      bytes == 2 ? countNeighbours(tile, view.type, store.getIndices(), 8) : 1;
  if (count > 1)
    requireAlignment(view, count * bytes);
  auto all = places(tile);
  DenseMap<std::pair<int64_t, int64_t>, Value> data;
  for (auto [value, at] : llvm::zip(registers(store.getTile()), all))
    data[at] = value;
  for (auto [row, column] : all) {
    if (column % count)
      continue;
    SmallVector<Value> indices = origin;
    // A row's one value is held by all lanes of the row: the first one writes.
    Value inside = tileRank == 1
                       ? compare(arith::CmpIPredicate::eq, laneColumn, i32(0))
                       : Value();
    for (int64_t d = 0; d < tileRank; ++d) {
      Value &index = indices[rank - tileRank + d];
      index = add(add(index, d ? laneColumn : laneRow), d ? column : row);
      Value within = less(index, view.sizes[rank - tileRank + d]);
      inside =
          inside ? Value(arith::AndIOp::create(b_, inside, within)) : within;
    }
    Registers neighbours;
    for (int64_t k = 0; k < count; ++k)
      neighbours.push_back(data.lookup({row, column + k}));
    Value value = packWord(neighbours);
    when(inside,
         [&] { LLVM::StoreOp::create(b_, value, getAddress(view, indices)); });
  }
  return success();
}

LogicalResult KernelWriter::writeGather(GatherOp gather) {
  const View &view = views[gather.getTable()];
  Registers results;
  for (size_t i = 0; i < places(gather.getResult().getType()).size(); ++i) {
    SmallVector<Value> indices;
    auto scalars = gather.getScalars().begin(),
         tiles = gather.getTiles().begin();
    for (auto [isTile, size] :
         llvm::zip(gather.getPositionKinds(), view.sizes)) {
      Value index = isTile ? registers(*tiles++)[i] : scalar(*scalars++);
      index = arith::MinSIOp::create(b_, index,
                                     arith::SubIOp::create(b_, size, i32(1)));
      indices.push_back(arith::MaxSIOp::create(b_, index, i32(0)));
    }
    results.push_back(loadElement(view, indices));
  }
  values[gather.getResult()] = results;
  return success();
}

LogicalResult KernelWriter::writeDim(memref::DimOp dim) {
  std::optional<int64_t> number = dim.getConstantIndex();
  auto view = views.find(dim.getSource());
  if (!number || view == views.end() || *number < 0 ||
      *number >= int64_t(view->second.sizes.size()))
    return dim.emitOpError("asks for a dimension that is not constant, or of "
                           "no parameter");
  values[dim.getResult()] = {view->second.sizes[*number]};
  return success();
}

LogicalResult KernelWriter::writeScalarLoad(memref::LoadOp load) {
  auto view = views.find(load.getMemRef());
  if (view == views.end())
    return load.emitOpError("reads no parameter of the kernel");
  SmallVector<Value> indices;
  for (Value index : load.getIndices())
    indices.push_back(scalar(index));
  values[load.getResult()] = {loadElement(view->second, indices)};
  return success();
}
