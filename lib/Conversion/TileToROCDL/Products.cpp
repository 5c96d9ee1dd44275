//===- Products.cpp - dots on the matrix unit
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// v_mfma_f32_32x32x8 and x16 (CDNA 3 ISA, section 7, "Matrix arithmetic
// instructions"; layouts: AMD matrix instruction calculator). The left matrix is
// the right operand transposed, the right one the left operand, so that the
// result lies with one query in a lane: of a block of 32 columns a lane has 4 of
// each 8. As an operand of the next product these are already in place, if its
// other operand takes the contraction in the same order.

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

static constexpr int64_t kChunkBytes = 16;
/// Rows and columns of one result, and its registers.
static constexpr int64_t kBlock = 32, kBlockRegisters = 16;

int64_t ROCDLWriter::getCarriedWidth(Type type) {
  auto tile = cast<RankedTensorType>(type);
  bool isBlock = tile.getRank() == 2 && tile.getElementType().isF32() &&
                 places(type).size() % kBlockRegisters == 0;
  return isBlock ? kBlockRegisters : 1;
}

Value ROCDLWriter::multiply(Type element, Value a, Value b, Value c) {
  Value zero = i32(0);
  SmallVector<Value> arguments = {a, b, c, zero, zero, zero};
  Type type = c.getType();
  bool isBF16 = element.isBF16();
  if (target.instructionDepth == 16)
    return isBF16 ? ROCDL::mfma_f32_32x32x16_bf16::create(b_, type, arguments)
                        ->getResult(0)
                  : ROCDL::mfma_f32_32x32x16_f16::create(b_, type, arguments)
                        ->getResult(0);
  if (!isBF16)
    return ROCDL::mfma_f32_32x32x8f16::create(b_, type, arguments)
        ->getResult(0);
  auto bits = VectorType::get(4, b_.getI16Type());
  for (Value &operand : MutableArrayRef(arguments).take_front(2))
    operand = LLVM::BitcastOp::create(b_, bits, operand);
  return ROCDL::mfma_f32_32x32x8bf16_1k::create(b_, type, arguments)
      ->getResult(0);
}

Value ROCDLWriter::getAddress(Value base, RankedTensorType tile,
                              const Chunk &chunk) {
  int64_t line = target.swizzle, chunks = line / kChunkBytes;
  Value within = arith::XOrIOp::create(
      b_, add(chunk.laneChunk, chunk.chunk % chunks),
      band(add(chunk.laneRow, chunk.row), chunks - 1));
  Value address = add(mul(chunk.laneRow, line), mul(within, kChunkBytes));
  if (chunk.laneByte)
    address = add(address, chunk.laneByte);
  int64_t offset =
      chunk.chunk / chunks * tile.getDimSize(0) * line + chunk.row * line;
  return add(add(base, address), offset);
}

Value ROCDLWriter::readShared(Type type, Value address) {
  auto load = LLVM::LoadOp::create(
      b_, type, sharedPointer(address),
      cast<VectorType>(type).getNumElements() * 2);
  load.setAliasScopesAttr(reads);
  load.setNoaliasScopesAttr(copies);
  return load;
}

Value ROCDLWriter::readTransposed(Type element, Value address) {
  return ROCDL::ds_read_tr16_b64::create(b_, VectorType::get(4, element),
                                         sharedPointer(address), reads, copies,
                                         ArrayAttr());
}

/// Parts of a 16-byte word, one for each instruction of a step.
static SmallVector<Value> split(ImplicitLocOpBuilder &b, Value word,
                                int64_t parts) {
  if (parts == 1)
    return {word};
  SmallVector<Value> result;
  for (int32_t part : {0, 1})
    result.push_back(LLVM::ShuffleVectorOp::create(
        b, word, word,
        ArrayRef<int32_t>{4 * part, 4 * part + 1, 4 * part + 2, 4 * part + 3}));
  return result;
}

/// Keys 32 `block` and on, columns 16 `step` and on: a lane reads 8 columns of
/// its key by ds_read_b128.
SmallVector<Value> ROCDLWriter::readKeys(DotOp dot, int64_t block,
                                         int64_t step) {
  auto tile = cast<RankedTensorType>(dot.getRhs().getType());
  Chunk chunk{block * kBlock, 2 * step, band(lane, kBlock - 1), shift(lane, 5),
              Value()};
  Value word =
      readShared(VectorType::get(8, tile.getElementType()),
                 getAddress(scalar(dot.getRhs()), tile, chunk));
  return split(b_, word, target.productDepth / target.instructionDepth);
}

/// The queries' words were loaded so that a lane has the same 8 columns.
LogicalResult ROCDLWriter::writeScores(DotOp dot) {
  auto type = cast<RankedTensorType>(dot.getAccumulator().getType());
  Type element = getElementTypeOrSelf(dot.getLhs());
  Registers &left = registers(dot.getLhs());
  Registers accumulator = registers(dot.getAccumulator());
  int64_t parts = target.productDepth / target.instructionDepth;
  int64_t steps = dot.getLhs().getType().getDimSize(1) / target.productDepth;
  Registers result;
  for (int64_t block = 0; block < type.getDimSize(1) / kBlock; ++block) {
    Value c = makeVector(
        ArrayRef(accumulator).slice(block * kBlockRegisters, kBlockRegisters));
    for (int64_t step = 0; step < steps; ++step) {
      Value query = makeVector(ArrayRef(left).slice(8 * step, 8));
      for (auto [a, b] :
           llvm::zip(readKeys(dot, block, step), split(b_, query, parts)))
        c = multiply(element, a, b, c);
    }
    appendElements(c, result);
  }
  values[dot.getResult()] = result;
  return success();
}

/// Keys of step `step`, values of the blocks of group `group`: where reads
/// transpose, 4 keys of a column come at once; else a lane reads neighbouring
/// columns of 4 keys one after the other.
void ROCDLWriter::readValues(DotOp dot, int64_t step, int64_t group,
                             SmallVectorImpl<Value> &operands) {
  auto tile = cast<RankedTensorType>(dot.getRhs().getType());
  auto layout = cast<FragmentAttr>(dot.getResult().getType().getEncoding());
  Type element = tile.getElementType();
  Value base = scalar(dot.getRhs()), half = shift(lane, 5);
  int64_t depth = target.instructionDepth;
  if (target.transposesReads) {
    // Of 16 lanes each names 4 columns of one of 4 keys.
    Value inRow = band(lane, 15);
    Chunk chunk{depth * step, kBlock * 2 / kChunkBytes * group,
                add(mul(half, 4), shift(inRow, 2)),
                add(mul(band(shift(lane, 4), 1), 2), shift(band(inRow, 3), 1)),
                mul(band(inRow, 1), 8)};
    Value low = readTransposed(element, getAddress(base, tile, chunk));
    chunk.row += 8;
    Value high = readTransposed(element, getAddress(base, tile, chunk));
    operands.push_back(LLVM::ShuffleVectorOp::create(
        b_, low, high, ArrayRef<int32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
    return;
  }
  int64_t neighbours = layout.getColumns() / kBlock;
  Value laneByte = mul(band(lane, kBlock - 1), 2 * neighbours);
  int64_t firstByte = group * layout.getColumns() * 2;
  SmallVector<Registers> keys;
  for (int64_t key = 0; key < 4; ++key) {
    Chunk chunk{depth * step + key, 0, mul(half, 4), Value(),
                band(laneByte, kChunkBytes - 1)};
    // A lane's columns may lie in a second block of a line's columns.
    Value byte = add(laneByte, firstByte % target.swizzle);
    chunk.laneChunk = band(shift(byte, 4), target.swizzle / kChunkBytes - 1);
    Value address = getAddress(base, tile, chunk);
    Value block = add(shift(byte, llvm::Log2_32(target.swizzle)),
                      firstByte / target.swizzle);
    address = add(address, mul(block, tile.getDimSize(0) * target.swizzle));
    Registers &columns = keys.emplace_back();
    appendElements(readShared(VectorType::get(neighbours, element), address),
                   columns);
  }
  for (int64_t column = 0; column < neighbours; ++column) {
    Registers column4;
    for (const Registers &columns : keys)
      column4.push_back(columns[column]);
    operands.push_back(makeVector(column4));
  }
}

/// The left operand was a result: of each 8 keys a lane has 4.
LogicalResult ROCDLWriter::writeOutput(DotOp dot) {
  auto type = cast<RankedTensorType>(dot.getAccumulator().getType());
  auto layout = cast<FragmentAttr>(type.getEncoding());
  Type element = getElementTypeOrSelf(dot.getLhs());
  Registers &left = registers(dot.getLhs());
  Registers accumulator = registers(dot.getAccumulator());
  int64_t depth = target.instructionDepth;
  int64_t blocksOfGroup = layout.getColumns() / kBlock;
  SmallVector<Value> c;
  for (size_t i = 0; i < accumulator.size(); i += kBlockRegisters)
    c.push_back(makeVector(ArrayRef(accumulator).slice(i, kBlockRegisters)));
  for (int64_t step = 0; step < dot.getLhs().getType().getDimSize(1) / depth;
       ++step) {
    Value b = makeVector(ArrayRef(left).slice(depth / 2 * step, depth / 2));
    for (int64_t group = 0; group < type.getDimSize(1) / layout.getColumns();
         ++group) {
      SmallVector<Value> operands;
      readValues(dot, step, group, operands);
      for (auto [i, a] : llvm::enumerate(operands)) {
        Value &block = c[group * blocksOfGroup + i];
        block = multiply(element, a, b, block);
      }
    }
  }
  Registers result;
  for (Value block : c)
    appendElements(block, result);
  values[dot.getResult()] = result;
  return success();
}

LogicalResult ROCDLWriter::writeDot(DotOp dot) {
  auto type = cast<RankedTensorType>(dot.getAccumulator().getType());
  auto lhsType = cast<RankedTensorType>(dot.getLhs().getType());
  MLIRContext *context = b_.getContext();
  bool transposed = dot.getTransposed();
  FragmentAttr unit = getFragment(target, context);
  bool fits = transposed
                  ? lhsType.getEncoding() == getLeftFragment(target, context) &&
                        type.getEncoding() == unit
                  : lhsType.getEncoding() == unit &&
                        type.getEncoding() ==
                            getValuesFragment(target, type.getDimSize(1), context);
  if (!hasMatrixOperands(dot) || !fits ||
      lhsType.getDimSize(1) % target.productDepth ||
      type.getDimSize(0) != consumers * target.productRows)
    return dot.emitOpError("has no matrix instruction on ")
           << target.name
           << "; expected bf16 or f16 operands, the right one from a channel, "
              "the left one loaded from memory (transposed) or a result, "
           << target.productRows << " rows for each subgroup, and a depth that "
              "is a multiple of "
           << target.productDepth;
  return transposed ? writeScores(dot) : writeOutput(dot);
}
