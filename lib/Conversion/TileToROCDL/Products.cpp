//===- Products.cpp - dots on the matrix unit
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// v_mfma_f32_32x32x8 and x16 (CDNA 3 ISA, section 7, "Matrix arithmetic
// instructions"; layouts: AMD matrix instruction calculator). The left matrix
// is the right operand transposed, the right one the left operand, so that the
// result lies with one query in a lane: of a block of 32 columns a lane has 4
// of each 8. As an operand of the next product these are already in place, if
// its other operand takes the contraction in the same order.

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Rows and columns of one result, and its registers.
static constexpr int64_t kBlock = 32, kBlockRegisters = 16;

int64_t ROCDLWriter::getCarriedWidth(Type type) {
  auto tile = cast<RankedTensorType>(type);
  int64_t count = places(type).size();
  if (tile.getRank() != 2)
    return 1;
  if (tile.getElementType().isF32())
    return count % kBlockRegisters ? 1 : kBlockRegisters;
  bool isHalf = tile.getElementType().isF16() || tile.getElementType().isBF16();
  return isHalf && count % target.instructionDepth == 0
             ? target.instructionDepth / 2
             : 1;
}

Value ROCDLWriter::multiply(Type element, Value a, Value b, Value c) {
  ++products;
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

Value ROCDLWriter::readShared(Type type, Value address) {
  auto load = LLVM::LoadOp::create(b_, type, sharedPointer(address),
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

/// A lane reads 8 columns of its key by ds_read_b128.
Registers ROCDLWriter::readKeys(Value base, RankedTensorType tile,
                                int64_t first, int64_t rows) {
  Registers words;
  for (int64_t row = first; row < first + rows; row += kBlock)
    for (int64_t step = 0; step < tile.getDimSize(1) / target.productDepth;
         ++step) {
      Chunk chunk{row, 2 * step, band(lane, kBlock - 1), shift(lane, 5),
                  Value()};
      words.push_back(readShared(VectorType::get(8, tile.getElementType()),
                                 getAddress(base, tile, chunk)));
    }
  return words;
}

/// Values of the columns from `firstByte` on, as an operand: 4 keys of a column
/// come at once, twice.
Value ROCDLWriter::readTransposed(Value base, RankedTensorType tile,
                                  int64_t row, int64_t firstByte) {
  Type element = tile.getElementType();
  // Of 16 lanes each names 4 columns of one of 4 keys.
  Value inRow = band(lane, 15);
  Chunk chunk{row, firstByte / kChunkBytes,
              add(mul(shift(lane, 5), 4), shift(inRow, 2)),
              add(mul(band(shift(lane, 4), 1), 2), shift(band(inRow, 3), 1)),
              mul(band(inRow, 1), 8)};
  Value low = readTransposed(element, getAddress(base, tile, chunk));
  chunk.row += 8;
  Value high = readTransposed(element, getAddress(base, tile, chunk));
  return LLVM::ShuffleVectorOp::create(
      b_, low, high, ArrayRef<int32_t>{0, 1, 2, 3, 4, 5, 6, 7});
}

/// So many `neighbours` of each of 4 keys, one key after the other.
SmallVector<Value> ROCDLWriter::readNeighbours(Value base,
                                               RankedTensorType tile,
                                               int64_t row, int64_t firstByte,
                                               int64_t neighbours) {
  Value laneByte = mul(band(lane, kBlock - 1), 2 * neighbours);
  SmallVector<Value> keys;
  for (int64_t key = 0; key < 4; ++key) {
    // A lane's columns may lie in a second block of a line's columns.
    Value byte = add(laneByte, firstByte % target.swizzle);
    Chunk chunk{row + key, 0, mul(shift(lane, 5), 4),
                band(shift(byte, 4), target.swizzle / kChunkBytes - 1),
                band(laneByte, kChunkBytes - 1)};
    Value block = add(shift(byte, llvm::Log2_32(target.swizzle)),
                      firstByte / target.swizzle);
    Value address = add(getAddress(base, tile, chunk),
                        mul(block, tile.getDimSize(0) * target.swizzle));
    keys.push_back(readShared(
        VectorType::get(neighbours, tile.getElementType()), address));
  }
  return keys;
}

/// From columns of a key to keys of a column, an operand for each column.
void ROCDLWriter::transpose(ArrayRef<Value> keys, Registers &operands) {
  SmallVector<Registers> columns;
  for (Value key : keys)
    appendElements(key, columns.emplace_back());
  for (size_t column = 0; column < columns.front().size(); ++column) {
    Registers word;
    for (const Registers &columnsOfKey : columns)
      word.push_back(columnsOfKey[column]);
    operands.push_back(makeVector(word));
  }
}

Registers ROCDLWriter::readValues(Value base, RankedTensorType tile,
                                  int64_t first, int64_t rows) {
  int64_t columns =
      getValuesFragment(target, tile.getDimSize(1), b_.getContext())
          .getColumns();
  Registers operands;
  SmallVector<SmallVector<Value>> words;
  for (int64_t row = first; row < first + rows; row += target.instructionDepth)
    for (int64_t byte = 0; byte < tile.getDimSize(1) * 2; byte += columns * 2)
      if (target.transposesReads)
        operands.push_back(readTransposed(base, tile, row, byte));
      else
        words.push_back(
            readNeighbours(base, tile, row, byte, columns / kBlock));
  // All reads are under way before the first one is waited for.
  if (!words.empty() && hasPhases())
    ROCDL::SchedBarrier::create(b_, uint32_t(0));
  for (ArrayRef<Value> keys : words)
    transpose(keys, operands);
  return operands;
}

SmallVector<Type> ROCDLWriter::getOperandTypes(RankedTensorType type) {
  bool transposed = cast<OperandAttr>(type.getEncoding()).getTransposed();
  int64_t width = transposed ? 8 : target.instructionDepth / 2;
  return SmallVector<Type>(type.getNumElements() / target.subgroupSize / width,
                           VectorType::get(width, type.getElementType()));
}

LogicalResult ROCDLWriter::writeRead(ReadOp read) {
  RankedTensorType result = read.getResult().getType();
  bool transposed = cast<OperandAttr>(result.getEncoding()).getTransposed();
  int64_t rows = result.getDimSize(0), first = read.getFirst();
  int64_t step = transposed ? kBlock : target.instructionDepth;
  if (first % step || rows % step ||
      result.getDimSize(1) % (transposed ? target.productDepth : kBlock) ||
      result.getElementTypeBitWidth() != 16)
    return read.emitOpError("reads ")
           << result << " from row " << first
           << ", expected 16-bit elements and rows in multiples of " << step;
  Value base = scalar(read.getTile());
  RankedTensorType tile = read.getTile().getType();
  values[read.getResult()] = transposed ? readKeys(base, tile, first, rows)
                                        : readValues(base, tile, first, rows);
  return success();
}

/// The right operand's registers: read before, or now.
Registers ROCDLWriter::readRight(DotOp dot) {
  auto tile = cast<RankedTensorType>(dot.getRhs().getType());
  if (isa<OperandAttr>(tile.getEncoding()))
    return registers(dot.getRhs());
  Value base = scalar(dot.getRhs());
  int64_t rows = tile.getDimSize(0);
  return dot.getTransposed() ? readKeys(base, tile, 0, rows)
                             : readValues(base, tile, 0, rows);
}

/// The queries' words were loaded so that a lane has the same 8 columns.
LogicalResult ROCDLWriter::writeScores(DotOp dot) {
  auto type = cast<RankedTensorType>(dot.getAccumulator().getType());
  Type element = getElementTypeOrSelf(dot.getLhs());
  Registers left = registers(dot.getLhs());
  Registers accumulator = registers(dot.getAccumulator());
  Registers right = readRight(dot);
  int64_t parts = target.productDepth / target.instructionDepth;
  int64_t steps = dot.getLhs().getType().getDimSize(1) / target.productDepth;
  Registers result;
  for (int64_t block = 0; block < type.getDimSize(1) / kBlock; ++block) {
    Value c = makeVector(
        ArrayRef(accumulator).slice(block * kBlockRegisters, kBlockRegisters));
    for (int64_t step = 0; step < steps; ++step) {
      Value query = makeVector(ArrayRef(left).slice(8 * step, 8));
      for (auto [a, b] :
           llvm::zip(split(b_, right[block * steps + step], parts),
                     split(b_, query, parts)))
        c = multiply(element, a, b, c);
    }
    appendElements(c, result);
  }
  values[dot.getResult()] = result;
  return success();
}

/// The left operand was a result: of each 8 keys a lane has 4.
LogicalResult ROCDLWriter::writeOutput(DotOp dot) {
  Type element = getElementTypeOrSelf(dot.getLhs());
  Registers left = registers(dot.getLhs());
  Registers accumulator = registers(dot.getAccumulator());
  Registers right = readRight(dot);
  int64_t depth = target.instructionDepth;
  SmallVector<Value> c;
  for (size_t i = 0; i < accumulator.size(); i += kBlockRegisters)
    c.push_back(makeVector(ArrayRef(accumulator).slice(i, kBlockRegisters)));
  for (int64_t step = 0; step < dot.getLhs().getType().getDimSize(1) / depth;
       ++step) {
    Value b = makeVector(ArrayRef(left).slice(depth / 2 * step, depth / 2));
    for (auto [i, block] : llvm::enumerate(c))
      block = multiply(element, right[step * c.size() + i], b, block);
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
  // A right operand in registers was read for this kind of dot.
  auto operand = dyn_cast_or_null<OperandAttr>(
      cast<RankedTensorType>(dot.getRhs().getType()).getEncoding());
  bool fits =
      transposed
          ? lhsType.getEncoding() == getLeftFragment(target, context) &&
                type.getEncoding() == unit
          : lhsType.getEncoding() == unit &&
                type.getEncoding() ==
                    getValuesFragment(target, type.getDimSize(1), context);
  if (!hasMatrixOperands(dot) || !fits ||
      (operand && operand.getTransposed() != transposed) ||
      lhsType.getDimSize(1) % target.productDepth ||
      type.getDimSize(0) != consumers * target.productRows)
    return dot.emitOpError("has no matrix instruction on ")
           << target.name
           << "; expected bf16 or f16 operands, the right one from a channel, "
              "the left one loaded from memory (transposed) or a result, "
           << target.productRows
           << " rows for each subgroup, and a depth that "
              "is a multiple of "
           << target.productDepth;
  return transposed ? writeScores(dot) : writeOutput(dot);
}
