//===- Registers.cpp - arithmetic on a thread's registers of tiles
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

LogicalResult KernelWriter::writeConstant(arith::ConstantOp constant) {
  TypedAttr value = constant.getValue();
  auto elements = dyn_cast<DenseElementsAttr>(value);
  if (isa<ShapedType>(constant.getType()) && (!elements || !elements.isSplat()))
    return constant.emitOpError(
        "is a tile of different constants, expected a splat");
  size_t count = elements ? places(constant.getType()).size() : 1;
  if (elements)
    value = cast<TypedAttr>(elements.getSplatValue<Attribute>());
  if (auto integer = dyn_cast<IntegerAttr>(value);
      integer && integer.getType().isIndex())
    value = b_.getI32IntegerAttr(integer.getInt());
  values[constant.getResult()] =
      Registers(count, arith::ConstantOp::create(b_, value));
  return success();
}

/// Columns of a tile: some of its registers, as they are.
LogicalResult KernelWriter::writeSlice(tensor::ExtractSliceOp slice) {
  auto layout = slice.getSourceType().getEncoding();
  if (slice.getSourceType().getRank() != 2 || slice.getType().getRank() != 2 ||
      slice.getType().getEncoding() != layout || !slice.hasUnitStride() ||
      !slice.getOffsets().empty() || slice.getStaticOffsets()[0] != 0 ||
      slice.getType().getDimSize(0) != slice.getSourceType().getDimSize(0))
    return slice.emitOpError("cuts ")
           << slice.getType() << " out of " << slice.getSourceType()
           << ", expected neighbouring columns of the same layout";
  int64_t first = slice.getStaticOffsets()[1];
  DenseMap<std::pair<int64_t, int64_t>, Value> held;
  for (auto [value, at] :
       llvm::zip(registers(slice.getSource()), places(slice.getSourceType())))
    held[at] = value;
  Registers results;
  for (auto [row, column] : places(slice.getType())) {
    Value value = held.lookup({row, column + first});
    if (!value)
      return slice.emitOpError("starts at column ")
             << first << ", expected a multiple of the layout's block";
    results.push_back(value);
  }
  values[slice.getResult()] = results;
  return success();
}

/// Coordinates of a thread's registers differ by constants. Sums and
/// differences of them are kept as `base + constant`, with one base for all
/// registers of a row, so that a distance is converted to a float once a row
/// (I2F has the rate of an exponential) and the constant is added as a float.
/// Exact below 2^24, where floats hold every integer; within 1 ulp beyond.
Value KernelWriter::writeSum(Operation &op, ValueRange operands) {
  auto split = [&](Value value) {
    auto known = sums.find(value);
    return known == sums.end() ? std::pair(value, int64_t(0)) : known->second;
  };
  if (isa<arith::SIToFPOp>(op)) {
    auto [base, constant] = split(operands[0]);
    if (!constant || !op.getResult(0).getType() ||
        !getElementTypeOrSelf(op.getResult(0)).isF32())
      return Value();
    Value converted = arith::SIToFPOp::create(b_, b_.getF32Type(), base);
    Value sum = arith::AddFOp::create(b_, converted, f32(double(constant)));
    floatSums[sum] = {converted, double(constant)};
    return sum;
  }
  // A slope times such a distance: the base's product once a row, and one FMA.
  if (isa<arith::MulFOp>(op)) {
    for (int64_t side : {0, 1}) {
      auto known = floatSums.find(operands[side]);
      if (known == floatSums.end())
        continue;
      auto [base, constant] = known->second;
      Value slope = operands[1 - side];
      Value product = arith::MulFOp::create(b_, slope, base);
      return LLVM::FMAOp::create(b_, slope, f32(constant), product);
    }
    return Value();
  }
  if (!isa<arith::AddIOp, arith::SubIOp>(op) ||
      !operands[0].getType().isInteger(32))
    return Value();
  auto [left, leftConstant] = split(operands[0]);
  auto [right, rightConstant] = split(operands[1]);
  if (!leftConstant && !rightConstant)
    return Value();
  bool adds = isa<arith::AddIOp>(op);
  Value base = adds ? Value(arith::AddIOp::create(b_, left, right))
                    : Value(arith::SubIOp::create(b_, left, right));
  int64_t constant =
      adds ? leftConstant + rightConstant : leftConstant - rightConstant;
  Value sum = add(base, constant);
  sums[sum] = {base, constant};
  return sum;
}

Value KernelWriter::writeElement(Operation &op, ValueRange operands,
                                 Type result) {
  // An index is an i32 here.
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    Value from = operands.front();
    unsigned width = from.getType().getIntOrFloatBitWidth(),
             wanted = result.getIntOrFloatBitWidth();
    if (width == wanted)
      return from;
    if (width > wanted)
      return arith::TruncIOp::create(b_, result, from);
    return isa<arith::IndexCastOp>(op)
               ? Value(arith::ExtSIOp::create(b_, result, from))
               : Value(arith::ExtUIOp::create(b_, result, from));
  }
  // One op that keeps NaN; arith-expand would make it four.
  if (isa<arith::MaximumFOp>(op))
    return LLVM::MaximumOp::create(b_, operands[0], operands[1]);
  if (isa<arith::MinimumFOp>(op))
    return LLVM::MinimumOp::create(b_, operands[0], operands[1]);
  if (Value sum = writeSum(op, operands))
    return sum;
  if (Value function = writeMath(op, operands))
    return function;
  OperationState state(op.getLoc(), op.getName());
  state.addOperands(operands);
  state.addTypes(result);
  for (NamedAttribute attribute : op.getAttrs())
    if (!attribute.getName().getValue().starts_with("fovea_tile."))
      state.addAttribute(attribute.getName(), attribute.getValue());
  Operation *copy = b_.create(state);
  if (isa<math::MathDialect>(op.getDialect()) && !isExpandedLater(copy)) {
    op.emitOpError("on ")
        << result << " has no function on " << target.name
        << ", where there is no math library; expected exp, exp2, log, log2, "
           "tanh, sin, cos, atan, erf, expm1 or log1p on f32, abs, ceil, "
           "floor, fma, roundeven, sqrt, rsqrt, trunc or copysign";
    return Value();
  }
  return copy->getResult(0);
}

LogicalResult KernelWriter::writeElementwise(Operation &op) {
  size_t count = places(op.getResult(0).getType()).size();
  Type element = lowered(getElementTypeOrSelf(op.getResult(0)));
  Registers results;
  // Rows and splats repeat in registers: the same operands give the same
  // result.
  DenseMap<ArrayRef<Value>, Value> known;
  std::vector<SmallVector<Value>> keys;
  keys.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    SmallVector<Value> operands;
    for (Value operand : op.getOperands()) {
      Registers &list = registers(operand);
      // The condition of a select may be a scalar.
      operands.push_back(list.size() == 1 ? list.front() : list[i]);
    }
    if (Value result = known.lookup(operands)) {
      results.push_back(result);
      continue;
    }
    Value result = writeElement(op, operands, element);
    if (!result)
      return failure();
    keys.push_back(operands);
    known[keys.back()] = result;
    results.push_back(result);
  }
  values[op.getResult(0)] = results;
  return success();
}

/// Where a pair was made together, it is taken as it is.
Value KernelWriter::pack(Value low, Value high) {
  Type i32Type = b_.getI32Type();
  auto source = [](Value value, int64_t place) -> Value {
    APInt position;
    auto extract = value.getDefiningOp<LLVM::ExtractElementOp>();
    return extract &&
                   matchPattern(extract.getPosition(),
                                m_ConstantInt(&position)) &&
                   position.getSExtValue() == place &&
                   cast<VectorType>(extract.getVector().getType())
                           .getNumElements() == 2
               ? extract.getVector()
               : Value();
  };
  Value pair = source(low, 0);
  if (!pair || pair != source(high, 1)) {
    pair = LLVM::UndefOp::create(b_, VectorType::get(2, low.getType()));
    pair = LLVM::InsertElementOp::create(b_, pair, low, i32(0));
    pair = LLVM::InsertElementOp::create(b_, pair, high, i32(1));
  }
  return LLVM::BitcastOp::create(b_, i32Type, pair);
}

Value KernelWriter::packWord(ArrayRef<Value> neighbours) {
  if (neighbours.size() == 1)
    return neighbours.front();
  Registers pairs;
  for (size_t i = 0; i < neighbours.size(); i += 2)
    pairs.push_back(pack(neighbours[i], neighbours[i + 1]));
  return pairs.size() == 1 ? pairs.front() : makeVector(pairs);
}

/// Numbers the rows of a tile: the register of a rank-1 tile for each register
/// of the rank-2 tile with the same rows.
static SmallVector<unsigned>
matchRows(ArrayRef<std::pair<int64_t, int64_t>> places,
          ArrayRef<std::pair<int64_t, int64_t>> rows) {
  DenseMap<int64_t, unsigned> numbers;
  for (auto [i, place] : llvm::enumerate(rows))
    numbers[place.first] = i;
  SmallVector<unsigned> matched;
  for (auto place : places)
    matched.push_back(numbers.lookup(place.first));
  return matched;
}

LogicalResult KernelWriter::writeBroadcast(BroadcastOp broadcast) {
  Registers &source = registers(broadcast.getSource());
  Registers results;
  for (unsigned row : matchRows(places(broadcast.getResult().getType()),
                                places(broadcast.getSource().getType())))
    results.push_back(source[row]);
  values[broadcast.getResult()] = results;
  return success();
}

Value KernelWriter::combine(ReduceKind kind, Value a, Value b) {
  return kind == ReduceKind::Add ? Value(arith::AddFOp::create(b_, a, b))
                                 : maximum(a, b);
}

LogicalResult KernelWriter::writeReduce(ReduceOp reduce) {
  Type element = getElementTypeOrSelf(reduce.getTile());
  if (!element.isF32())
    return reduce.emitOpError("reduces elements of type ")
           << element << ", expected f32: lanes exchange 32 bits";
  ReduceKind kind = reduce.getKind();
  Registers &tile = registers(reduce.getTile());
  Registers results = registers(reduce.getInit());
  SmallVector<unsigned> rows = matchRows(places(reduce.getTile().getType()),
                                         places(reduce.getInit().getType()));
  SmallVector<int64_t> exchanges =
      cast<FragmentAttr>(reduce.getTile().getType().getEncoding())
          .getRowExchanges();
  // Independent chains hide the latency of one.
  constexpr size_t kChains = 4;
  std::vector<Registers> chains(results.size());
  std::vector<size_t> taken(results.size());
  for (auto [value, row] : llvm::zip(tile, rows)) {
    Registers &chain = chains[row];
    if (chain.size() < kChains) {
      chain.push_back(value);
      continue;
    }
    Value &last = chain[taken[row]++ % kChains];
    last = combine(kind, last, value);
  }
  for (auto [result, chain] : llvm::zip(results, chains)) {
    while (chain.size() > 1) {
      Value last = chain.pop_back_val();
      Value &other = chain[chain.size() / 2];
      other = combine(kind, other, last);
    }
    Value total = chain.front();
    for (int64_t distance : exchanges)
      total = combine(kind, total, exchange(total, distance));
    result = combine(kind, result, total);
  }
  values[reduce.getResult()] = results;
  return success();
}

LogicalResult KernelWriter::writeFold(FoldOp fold) {
  auto from = places(fold.getTile().getType()),
       to = places(fold.getInit().getType());
  int64_t width =
      cast<RankedTensorType>(fold.getInit().getType()).getDimSize(1);
  DenseMap<std::pair<int64_t, int64_t>, unsigned> numbers;
  for (auto [i, place] : llvm::enumerate(to))
    numbers[place] = i;
  Registers results = registers(fold.getInit());
  DenseElementsAttr init;
  // An initial -inf changes no maximum, an initial 0 no sum.
  bool skipsInit = false;
  if (matchPattern(fold.getInit(), m_Constant(&init)) && init.isSplat()) {
    APFloat start = init.getSplatValue<APFloat>();
    skipsInit = fold.getKind() == ReduceKind::Add
                    ? start.isZero()
                    : start.isInfinity() && start.isNegative();
  }
  SmallVector<bool> started(results.size(), !skipsInit);
  for (auto [value, place] : llvm::zip(registers(fold.getTile()), from)) {
    unsigned number = numbers.lookup({place.first, place.second % width});
    results[number] = started[number]
                          ? combine(fold.getKind(), results[number], value)
                          : value;
    started[number] = true;
  }
  values[fold.getResult()] = results;
  return success();
}

LogicalResult KernelWriter::writeAny(AnyOp any) {
  Value own;
  for (Value value : registers(any.getTile()))
    own = own ? Value(arith::OrIOp::create(b_, own, value)) : value;
  values[any.getResult()] = {anyLane(own)};
  return success();
}

LogicalResult KernelWriter::writeCoordinate(CoordinateOp coordinate) {
  Value origin = scalar(coordinate.getOrigin());
  bool alongRows = coordinate.getDim() == 0;
  auto [laneRow, laneColumn] = lanePlace(coordinate.getResult().getType());
  Value first = add(origin, alongRows ? laneRow : laneColumn);
  DenseMap<int64_t, Value> known;
  Registers results;
  for (auto [row, column] : places(coordinate.getResult().getType())) {
    int64_t step = alongRows ? row : column;
    Value &value = known[step];
    if (!value) {
      value = add(first, step);
      if (step)
        sums[value] = {first, step};
    }
    results.push_back(value);
  }
  values[coordinate.getResult()] = results;
  return success();
}

LogicalResult KernelWriter::writeMask(MaskOp mask) {
  auto all = places(mask.getTile().getType());
  SmallVector<unsigned> rows =
      matchRows(all, places(mask.getLower().getType()));
  Value none = arith::ConstantOp::create(
      b_, b_.getFloatAttr(getElementTypeOrSelf(mask.getTile()),
                          -std::numeric_limits<double>::infinity()));
  // Bounds are moved once a row, so that each element compares with a
  // constant.
  Value shift =
      add(scalar(mask.getOrigin()), lanePlace(mask.getTile().getType()).second);
  Registers lower, upper;
  for (Value bound : registers(mask.getLower()))
    lower.push_back(matchPattern(bound, m_Zero())
                        ? Value()
                        : Value(arith::SubIOp::create(b_, bound, shift)));
  for (Value bound : registers(mask.getUpper()))
    upper.push_back(arith::SubIOp::create(b_, bound, shift));
  Registers results;
  for (auto [value, place, row] :
       llvm::zip(registers(mask.getTile()), all, rows)) {
    Value column = i32(place.second);
    Value keep = less(column, upper[row]);
    if (lower[row])
      keep = arith::AndIOp::create(
          b_, keep, compare(arith::CmpIPredicate::sge, column, lower[row]));
    results.push_back(arith::SelectOp::create(b_, keep, value, none));
  }
  values[mask.getResult()] = results;
  return success();
}
