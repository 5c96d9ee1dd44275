//===- AttentionProgram.cpp - the tile program of fovea.attention
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Online softmax, FlashAttention-2 (arXiv:2307.08691): queries outer, keys
// inner, the output stays unnormalised until the end. Scores are held times
// log2(e), so that every exponential is a power of two.

#include "BlockMask.h"
#include "KernelSkeleton.h"
#include "OnlineSoftmax.h"
#include "RaggedSlots.h"
#include "ScalarRegion.h"
#include "SplitAttention.h"
#include "TileLists.h"
#include "TilePrograms.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Target/GPU/GPUTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace fovea;

namespace {

constexpr double kLog2e = 1.4426950408889634;
constexpr double kLn2 = 0.6931471805599453;

using State = SoftmaxState;

/// Builds one kernel's body.
class AttentionProgram {
public:
  AttentionProgram(AttentionOp op, tile::ConfigAttr config, TileBuilder &b,
                   tile::KernelOp kernel, ArrayRef<Value> captures)
      : op(op), b(b), m(config.getM()), n(config.getN()),
        splits(config.getSplits()), listed(config.getListed()),
        packed(packsHeads(op, config)), schedule(config.getSchedule()),
        accumulator(op.getAccumulatorType()), softmax(b, config, accumulator) {
    auto ids = kernel.getGridIds().take_back(3);
    batch = ids[0], head = ids[1], block = ids[2];
    if (splits > 1)
      part = kernel.getGridIds().front();
    parameters = kernel.getParameters();
    query = parameters[0], key = parameters[1], value = parameters[2];
    auto others = parameters.drop_front(op->getNumOperands());
    for (auto [capture, parameter] : llvm::zip(captures, others))
      captured.map(capture, parameter);
    auto results = others.drop_front(captures.size());
    if (listed) {
      tiles = results[0], tileCounts = results[1];
      results = results.drop_front(2);
    }
    if (op.isRagged()) {
      slots = results[0];
      results = results.drop_front();
    }
    output = results[0];
    lse = results.size() > 1 ? Value(results[1]) : Value();
  }

  void build() {
    readSizes();
    Value q = loadQuery();
    if (op.getQueryFactors())
      factors = loadFactors(op.getQueryFactorsMutable(), head, firstTileRow, m);
    State state = begin();
    state = visitKeys(q, state);
    storeResults(state);
    tile::ReturnOp::create(b);
  }

private:
  /// The parameter of an optional operand, or null.
  Value parameter(MutableOperandRange operand) {
    OperandRange range = operand;
    return range.empty() ? Value()
                         : Value(parameters[range.getBeginOperandIndex()]);
  }

  /// What the rows have seen before any key: sinks, and a state over other
  /// keys. With parts of the keys, the first one has seen it.
  State begin() {
    int64_t columns = padColumns(op.getOutputType().getDimSize(3));
    State state = softmax.begin(columns);
    auto ofFirstPart = [&](Value logarithm) {
      if (!part)
        return logarithm;
      Value isFirst =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, part, b.index(0));
      return Value(arith::SelectOp::create(
          b, b.repeat(isFirst, TileBuilder::shapeOf(logarithm)), logarithm,
          b.constantLike(logarithm, -std::numeric_limits<double>::infinity())));
    };
    if (op.getSinks())
      softmax.addTerm(state, ofFirstPart(loadSinks()), Value());
    if (Value lse = parameter(op.getInitialLseMutable())) {
      Value logarithm = tile::LoadOp::create(
          b, RankedTensorType::get({m}, accumulator), lse,
          ValueRange{batch, head, firstTileRow}, /*in_bounds=*/false);
      Value o = load(parameter(op.getInitialOutputMutable()), head,
                     firstTileRow, m, columns, /*inBounds=*/false);
      softmax.addTerm(state, ofFirstPart(softmax.multiply(logarithm, kLog2e)),
                      b.convert(o, accumulator));
    }
    return state;
  }

  /// One a row, in units of log2.
  Value loadSinks() {
    Value sinks = parameter(op.getSinksMutable()), sink;
    auto type = cast<MemRefType>(sinks.getType());
    if (packed)
      sink = tile::LoadOp::create(
          b, RankedTensorType::get({m}, type.getElementType()), sinks,
          arith::AddIOp::create(
              b, arith::MulIOp::create(b, head, b.index(op.getGroupSize())),
              firstTileRow)
              .getResult(),
          /*in_bounds=*/false);
    else
      sink = b.repeat(memref::LoadOp::create(b, sinks, head), {m});
    return softmax.multiply(b.convert(sink, accumulator), kLog2e);
  }

  /// Low-rank factors of `rows` queries or keys; columns beyond the rank are
  /// zeros.
  Value loadFactors(MutableOperandRange operand, Value h, Value row,
                    int64_t rows, bool inBounds = false) {
    Value view = parameter(operand);
    auto type = cast<MemRefType>(view.getType());
    int64_t columns = type.getDimSize(3);
    if (schedule)
      columns = llvm::alignTo(
          columns, lookupGPUTarget(schedule.getTarget())->productDepth);
    auto repeated = [&](int64_t dim, Value index) {
      return type.getDimSize(dim) == 1 ? b.index(0) : index;
    };
    return tile::LoadOp::create(
        b, RankedTensorType::get({rows, columns}, type.getElementType()), view,
        ValueRange{repeated(0, batch), repeated(1, h), row, b.index(0)},
        inBounds);
  }

  /// The matrix unit makes whole blocks of columns; those beyond the end are
  /// zeros, and are not stored.
  int64_t padColumns(int64_t columns) {
    if (!schedule)
      return columns;
    return llvm::alignTo(
        columns, lookupGPUTarget(schedule.getTarget())->productColumnStep);
  }

  Value load(Value view, Value h, Value row, int64_t rows, int64_t columns,
             bool inBounds, Value at = Value()) {
    auto type = cast<MemRefType>(view.getType());
    auto tileType =
        RankedTensorType::get({rows, columns}, type.getElementType());
    return tile::LoadOp::create(b, tileType, view,
                                ValueRange{at ? at : batch, h, row, b.index(0)},
                                inBounds);
  }

  void readSizes() {
    sequence = keyBatch = batch;
    Value tile = block;
    if (op.isRagged())
      tile = findSequence();
    if (op.isPaged())
      viewPages();
    keys = memref::DimOp::create(b, key, b.index(2));
    firstTileRow = arith::MulIOp::create(b, tile, b.index(m));
    if (splits > 1)
      readPart();
    if (packed) {
      // Rows are the heads of one key head, and all of them query 0 of 1.
      keyHead = head;
      queries = b.index(1);
      firstRow = lastRow = b.index(0);
      return;
    }
    queries = memref::DimOp::create(b, query, b.index(2));
    firstRow = firstTileRow;
    // A workgroup behind its sequence's last row has nothing to do.
    if (op.isRagged())
      keys = arith::SelectOp::create(
          b,
          arith::CmpIOp::create(b, arith::CmpIPredicate::slt, firstRow,
                                queries),
          keys, b.index(0));
    Value end = arith::MinSIOp::create(
        b, arith::AddIOp::create(b, firstRow, b.index(m)), queries);
    lastRow = arith::SubIOp::create(b, end, b.index(1));
    Value queryHeads = memref::DimOp::create(b, query, b.index(1));
    Value keyHeads = memref::DimOp::create(b, key, b.index(1));
    // Dynamic heads may be no multiple at run time: this stays within the key
    // heads.
    keyHead =
        op.getGroupSize() == ShapedType::kDynamic
            ? Value(arith::DivSIOp::create(
                  b, arith::MulIOp::create(b, head, keyHeads), queryHeads))
            : Value(
                  arith::DivSIOp::create(b, head, b.index(op.getGroupSize())));
  }

  Value readInteger(Value view, ValueRange indices) {
    return arith::IndexCastOp::create(b, b.getIndexType(),
                                      memref::LoadOp::create(b, view, indices));
  }
  Value next(Value x) { return arith::AddIOp::create(b, x, b.index(1)); }

  /// Of a slot of ragged queries, the sequence, which the views are narrowed
  /// to; returns the tile in it.
  Value findSequence() {
    sequence = readInteger(slots, {block, b.index(0)});
    auto narrow = [&](Value &view, MutableOperandRange offsets) {
      if (!view || MutableOperandRange(offsets).empty())
        return;
      Value begin = readInteger(parameter(offsets), sequence);
      Value end = readInteger(parameter(offsets), next(sequence));
      view = viewRows(view, begin, arith::SubIOp::create(b, end, begin));
    };
    narrow(query, op.getQueryOffsetsMutable());
    narrow(output, op.getQueryOffsetsMutable());
    narrow(lse, op.getQueryOffsetsMutable());
    narrow(key, op.getKeyOffsetsMutable());
    narrow(value, op.getKeyOffsetsMutable());
    return readInteger(slots, {block, b.index(1)});
  }

  /// `count` rows from `begin` on: of dimension 2.
  Value viewRows(Value view, Value begin, Value count) {
    int64_t rank = cast<MemRefType>(view.getType()).getRank();
    SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0)),
        sizes = memref::getMixedSizes(b, b.getLoc(), view),
        strides(rank, b.getIndexAttr(1));
    offsets[2] = begin;
    sizes[2] = count;
    return memref::SubViewOp::create(b, view, offsets, sizes, strides);
  }

  /// Keys and values of the sequence, through its pages.
  void viewPages() {
    keyBatch = b.index(0);
    Value offsets = parameter(op.getPageOffsetsMutable()),
          table = parameter(op.getPagesMutable());
    Value begin = readInteger(offsets, sequence);
    Value pages =
        arith::SubIOp::create(b, readInteger(offsets, next(sequence)), begin);
    Value whole =
        arith::MulIOp::create(b, arith::SubIOp::create(b, pages, b.index(1)),
                              memref::DimOp::create(b, key, b.index(2)));
    Value rows = arith::AddIOp::create(
        b, whole, readInteger(parameter(op.getLastLengthsMutable()), sequence));
    rows = arith::SelectOp::create(
        b,
        arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, pages, b.index(0)),
        rows, b.index(0));
    key = tile::PagedViewOp::create(b, key, table, begin, rows);
    value = tile::PagedViewOp::create(b, value, table, begin, rows);
  }

  /// Whole tiles of keys, as many in each part but for the last ones.
  void readPart() {
    Value tiles = arith::CeilDivSIOp::create(
        b, keys, arith::MulIOp::create(b, b.index(n), b.index(splits)));
    Value length = arith::MulIOp::create(b, tiles, b.index(n));
    partBegin = arith::MulIOp::create(b, part, length);
    partEnd = arith::AddIOp::create(b, partBegin, length);
  }

  /// Queries in the accumulator's type: the CPU scales them there (one rounding
  /// each), a matrix unit takes them as they are.
  Value loadQuery() {
    return load(query, head, firstTileRow, m, op.getKeyType().getDimSize(3),
                /*inBounds=*/false);
  }

  /// The interval of keys visible to the row (or rows) `row`; a null side of
  /// every mask leaves the sequence's own end.
  Value lowerBound(Value row) {
    return bound<arith::MaxSIOp>(row, b.index(0),
                                 &MaskAttrInterface::getLowerBound);
  }
  Value upperBound(Value row) {
    return bound<arith::MinSIOp>(row, keys, &MaskAttrInterface::getUpperBound);
  }

  template <typename Combine>
  Value bound(Value row, Value start,
              AffineExpr (MaskAttrInterface::*side)() const) {
    Value result = b.repeat(start, TileBuilder::shapeOf(row));
    for (Attribute attribute : op.getMasks())
      if (AffineExpr expr = (cast<MaskAttrInterface>(attribute).*side)())
        result =
            b.apply<Combine>(result, b.evaluate(expr, row, {queries, keys}));
    return result;
  }

  /// The first and behind the last key of this workgroup; the first one starts
  /// a tile.
  Value firstKeyOfBlock() {
    Value begin =
        hasLowerBounds() ? alignDown(lowerBound(firstRow)) : b.index(0);
    return part ? Value(arith::MaxSIOp::create(b, begin, partBegin)) : begin;
  }
  Value lastKeyOfBlock() {
    Value end = upperBound(lastRow);
    return part ? Value(arith::MinSIOp::create(b, end, partEnd)) : end;
  }

  bool hasBound(AffineExpr (MaskAttrInterface::*side)() const) {
    return llvm::any_of(op.getMasks(), [&](Attribute a) {
      return bool((cast<MaskAttrInterface>(a).*side)());
    });
  }

  Value alignDown(Value x) {
    return arith::MulIOp::create(
        b, arith::FloorDivSIOp::create(b, x, b.index(n)), b.index(n));
  }
  Value alignUp(Value x) {
    return arith::MulIOp::create(
        b, arith::CeilDivSIOp::create(b, x, b.index(n)), b.index(n));
  }

  /// Whether some rows do not see all keys of some tile.
  bool hasLowerBounds() { return hasBound(&MaskAttrInterface::getLowerBound); }
  bool hasUpperBounds() {
    int64_t staticKeys = op.getKeyType().getDimSize(2);
    return hasBound(&MaskAttrInterface::getUpperBound) || op.isRagged() ||
           op.isPaged() || ShapedType::isDynamic(staticKeys) ||
           staticKeys % n != 0;
  }

  State visitKeys(Value q, State state) {
    if (listed) {
      readList();
      return schedule ? visitListInOneLoop(q, state) : visitList(q, state);
    }
    return schedule ? visitKeysInOneLoop(q, state) : visitKeysByClass(q, state);
  }

  /// How many partial and full tiles the list of this block has.
  void readList() {
    auto type = cast<MemRefType>(tiles.getType());
    listPlace = {type.getDimSize(0) == 1 ? b.index(0) : batch,
                 type.getDimSize(1) == 1 ? b.index(0) : head, block};
    auto count = [&](int64_t which) {
      return readEntry(tileCounts, b.index(which));
    };
    partialTiles = count(0), fullTiles = count(1);
    listLength = memref::DimOp::create(b, tiles, b.index(3));
  }
  Value readEntry(Value view, Value position) {
    SmallVector<Value> indices = listPlace;
    indices.push_back(position);
    return arith::IndexCastOp::create(b, b.getIndexType(),
                                      memref::LoadOp::create(b, view, indices));
  }
  Value readTile(Value position) {
    return arith::MulIOp::create(b, readEntry(tiles, position), b.index(n));
  }

  /// The tiles of a list: partial ones from the front, full ones at the back.
  State visitList(Value q, State state) {
    state = loopOver(b.index(0), partialTiles, 1, state,
                     [&](Value position, State s) {
                       return step(q, readTile(position), s, /*masked=*/true);
                     });
    Value firstFull = arith::SubIOp::create(b, listLength, fullTiles);
    return loopOver(firstFull, listLength, 1, state,
                    [&](Value position, State s) {
                      return step(q, readTile(position), s, /*masked=*/false);
                    });
  }

  State visitListInOneLoop(Value q, State state) {
    Value count = arith::AddIOp::create(b, partialTiles, fullTiles);
    Value last = arith::SubIOp::create(b, listLength, b.index(1));
    Value skipped = arith::SubIOp::create(b, listLength, count);
    Value lastStep = arith::MaxSIOp::create(
        b, arith::SubIOp::create(b, count, b.index(1)), b.index(0));
    return loopOver(b.index(0), count, 1, state, [&](Value number, State s) {
      // Copies that run ahead of the last step read something.
      number = arith::MinSIOp::create(b, number, lastStep);
      Value partial = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                            number, partialTiles);
      Value position = arith::SelectOp::create(
          b, partial, number, arith::AddIOp::create(b, number, skipped));
      position = arith::MinSIOp::create(b, position, last);
      return step(q, readTile(position), s, /*masked=*/true, partial);
    });
  }

  /// A loop that carries the state through `body`.
  State loopOver(Value begin, Value end, int64_t step, State state,
                 function_ref<State(Value, State)> body) {
    auto forOp = scf::ForOp::create(b, begin, end, b.index(step), state.pack());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forOp.getBody());
    State next =
        body(forOp.getInductionVar(), State::unpack(forOp.getRegionIterArgs()));
    scf::YieldOp::create(b, next.pack());
    return State::unpack(forOp.getResults());
  }

  /// Visits the key tiles from the first to the last that any row sees, in up
  /// to three loops: partial tiles, full tiles, partial tiles. Bounds do not
  /// decrease with the row, so the first and last row give all of them.
  State visitKeysByClass(Value q, State state) {
    bool lowers = hasLowerBounds();
    Value begin = firstKeyOfBlock(), end = lastKeyOfBlock();
    Value fullBegin = begin;
    if (lowers) {
      fullBegin =
          arith::MaxSIOp::create(b, begin, alignUp(lowerBound(lastRow)));
      state = loop(q, begin, arith::MinSIOp::create(b, fullBegin, end), state,
                   /*masked=*/true);
    }
    Value fullEnd =
        alignDown(arith::MaxSIOp::create(b, upperBound(firstRow), fullBegin));
    if (part)
      fullEnd = arith::MaxSIOp::create(
          b, fullBegin, arith::MinSIOp::create(b, fullEnd, partEnd));
    state = loop(q, fullBegin, fullEnd, state, /*masked=*/false);
    if (hasUpperBounds() || lowers)
      state = loop(q, arith::MaxSIOp::create(b, fullBegin, fullEnd), end, state,
                   /*masked=*/true);
    return state;
  }

  /// The same in one loop over the numbers of the tiles, which can be
  /// pipelined; fovea-tile-mask-boundaries spares full tiles their mask.
  State visitKeysInOneLoop(Value q, State state) {
    bool lowers = hasLowerBounds();
    Value begin = firstKeyOfBlock();
    Value count = arith::CeilDivSIOp::create(
        b, arith::SubIOp::create(b, lastKeyOfBlock(), begin), b.index(n));
    return loopOver(b.index(0), count, 1, state, [&](Value tile, State s) {
      if (schedule.getDescending())
        tile = arith::SubIOp::create(
            b, arith::SubIOp::create(b, count, b.index(1)), tile);
      Value firstKey = arith::AddIOp::create(
          b, begin, arith::MulIOp::create(b, tile, b.index(n)));
      return step(q, firstKey, s, lowers || hasUpperBounds());
    });
  }

  State loop(Value q, Value begin, Value end, State state, bool masked) {
    return loopOver(begin, end, n, state, [&](Value firstKey, State s) {
      return step(q, firstKey, s, masked);
    });
  }

  /// One tile of keys. It is masked `when` this condition holds, always with
  /// null.
  State step(Value q, Value firstKey, State s, bool masked,
             Value when = Value()) {
    Value k = load(key, keyHead, firstKey, n, op.getKeyType().getDimSize(3),
                   /*inBounds=*/!masked, keyBatch);
    Value v = load(value, keyHead, firstKey, n,
                   padColumns(op.getValueType().getDimSize(3)),
                   /*inBounds=*/!masked, keyBatch);
    Value y;
    if (factors)
      y = loadFactors(op.getKeyFactorsMutable(), keyHead, firstKey, n,
                      /*inBounds=*/!masked);
    auto [scores, factor] = computeScores(q, k, y, firstKey, masked, when);
    return softmax.update(s, scores, factor, v);
  }

  /// Scaled, transformed and masked scores times log2(e), as a tile and a
  /// factor that is still to be applied to it.
  std::pair<Value, double> computeScores(Value q, Value k, Value y,
                                         Value firstKey, bool masked,
                                         Value when) {
    double factor = op.getEffectiveScale();
    Value scores =
        tile::DotOp::create(b, b.constantTile({m, n}, accumulator, 0.0), q, k,
                            /*transposed=*/true);
    if (op.hasScore()) {
      scores =
          evaluate(op.getScore(), firstKey, softmax.multiply(scores, factor));
      // A factor of the result joins the units: one product a row, not one an
      // element.
      factor = schedule && !y ? b.peelFactor(scores) : 1.0;
    }
    if (y) {
      scores = tile::DotOp::create(b, softmax.multiply(scores, factor), factors,
                                   y, /*transposed=*/true);
      factor = 1.0;
    }
    factor *= kLog2e;
    // A factor that is not positive does not commute with maxima. The CPU
    // multiplies the queries instead, once for each.
    if (!schedule || factor <= 0) {
      scores = softmax.multiply(scores, factor);
      factor = 1.0;
    }
    if (!when)
      return {hide(scores, firstKey, masked), factor};
    auto choice = scf::IfOp::create(b, TypeRange(scores.getType()), when,
                                    /*addThenBlock=*/true,
                                    /*addElseBlock=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(b, hide(scores, firstKey, masked));
    b.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(b, scores);
    return {choice.getResult(0), factor};
  }

  /// Scores with -inf in the place of those that are not visible. Of lists,
  /// full tiles have none.
  Value hide(Value scores, Value firstKey, bool masked) {
    if (op.hasWhere() && (masked || !listed)) {
      Value visible = evaluate(op.getWhere(), firstKey, {});
      Value hidden =
          b.constantLike(scores, -std::numeric_limits<double>::infinity());
      scores =
          arith::SelectOp::create(b, b.repeat(visible, {m, n}), scores, hidden);
    }
    if (masked) {
      Value rows =
          packed ? b.repeat(firstRow, {m}) : coordinate({m}, firstRow, 0);
      scores = tile::MaskOp::create(b, scores, lowerBound(rows),
                                    upperBound(rows), firstKey,
                                    /*prune=*/true);
    }
    return scores;
  }

  Value coordinate(ArrayRef<int64_t> shape, Value origin, int64_t dim) {
    return tile::CoordinateOp::create(
        b, RankedTensorType::get(shape, b.getIndexType()), origin, dim);
  }

  /// A region on the tile whose first key is `firstKey`; `scores` is null for
  /// where.
  Value evaluate(Region &region, Value firstKey, Value scores) {
    SmallVector<Value> arguments;
    if (scores)
      arguments.push_back(scores);
    if (packed) {
      Value first = arith::MulIOp::create(b, head, b.index(op.getGroupSize()));
      first = arith::AddIOp::create(b, first, firstTileRow);
      llvm::append_values(arguments, sequence, coordinate({m, n}, first, 0),
                          firstRow);
    } else {
      llvm::append_values(arguments, sequence, head,
                          coordinate({m, n}, firstRow, 0));
    }
    arguments.push_back(coordinate({m, n}, firstKey, 1));
    return b.repeat(evaluateOnTiles(b, region, arguments, captured), {m, n});
  }

  /// Rows that saw no key have the sum 0: o = 0 and lse = -inf.
  void storeResults(State s) {
    Value sum = softmax.getSum(s);
    Value zero = b.constantLike(sum, 0.0), one = b.constantLike(sum, 1.0);
    Value empty =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, sum, zero);
    Value inverse = arith::DivFOp::create(b, one, sum);
    inverse = arith::SelectOp::create(b, empty, zero, inverse);
    Value o = b.apply<arith::MulFOp>(s.output, inverse);
    Type element = cast<MemRefType>(output.getType()).getElementType();
    if (element != accumulator)
      o = arith::TruncFOp::create(
          b, RankedTensorType::get(TileBuilder::shapeOf(o), element), o);
    SmallVector<Value> place = {batch, head, firstTileRow};
    if (part)
      place.insert(place.begin(), part);
    SmallVector<Value> columns = place;
    columns.push_back(b.index(0));
    tile::StoreOp::create(b, o, output, columns);
    if (lse)
      tile::StoreOp::create(b, computeLse(s.maximum, sum, empty), lse, place);
  }

  Value computeLse(Value maximum, Value sum, Value empty) {
    Value natural = arith::AddFOp::create(b, softmax.multiply(maximum, kLn2),
                                          math::LogOp::create(b, sum));
    Value none =
        b.constantLike(natural, -std::numeric_limits<double>::infinity());
    return arith::SelectOp::create(b, empty, none, natural);
  }

  AttentionOp op;
  TileBuilder &b;
  int64_t m, n, splits;
  bool listed, packed;
  tile::ScheduleAttr schedule;
  FloatType accumulator;
  OnlineSoftmax softmax;
  Block::BlockArgListType parameters;
  Value batch, head, block, query, key, value, output, lse;
  /// The sequence, where its keys lie in the first dimension, and of ragged
  /// ones the table of slots.
  Value sequence, keyBatch, slots;
  /// The queries' tile of a low-rank bias, or null.
  Value factors;
  /// Of keys: which part, and where it begins and ends; null without splits.
  Value part, partBegin, partEnd;
  /// The first and last query of this workgroup; its first row of the output.
  Value firstRow, lastRow, firstTileRow;
  Value queries, keys, keyHead;
  IRMapping captured;
  /// Lists of tiles of keys, and of this block: where its list lies, its
  /// partial and full tiles, and the length of all lists.
  Value tiles, tileCounts, partialTiles, fullTiles, listLength;
  SmallVector<Value> listPlace;
};

tile::KernelOp buildKernel(RewriterBase &rewriter, AttentionOp op,
                           tile::ConfigAttr config, int64_t gridRank,
                           TypeRange types, const SetVector<Value> &captures) {
  tile::KernelOp kernel = createKernel(rewriter, op, config, gridRank, types);
  TileBuilder body(op.getLoc(), rewriter.getContext());
  body.setInsertionPointToStart(&kernel.getBody().front());
  AttentionProgram(op, config, body, kernel, captures.getArrayRef()).build();
  return kernel;
}

struct AttentionTileProgram
    : TileProgramOpInterface::ExternalModel<AttentionTileProgram, AttentionOp> {
  Attribute getTileConfig(Operation *op) const {
    return cast<AttentionOp>(op).getConfigAttr();
  }
  void setTileConfig(Operation *op, Attribute config) const {
    cast<AttentionOp>(op).setConfigAttr(config);
  }

  LogicalResult verifyTileConfig(Operation *op, Attribute config) const {
    auto attention = cast<AttentionOp>(op);
    if (failed(fovea::getTileConfig(op, config)))
      return failure();
    if (ShapedType::isDynamic(attention.getKeyType().getDimSize(3)) ||
        ShapedType::isDynamic(attention.getValueType().getDimSize(3)))
      return op->emitOpError("needs static head dimensions for a tile program, "
                             "in the types of k and v");
    auto tileConfig = cast<tile::ConfigAttr>(config);
    if (attention.isRagged() &&
        (tileConfig.getSplits() > 1 || tileConfig.getListed()))
      return op->emitOpError("is ragged, expected a config without splits and "
                             "lists");
    for (Region *region : {&attention.getScore(), &attention.getWhere()})
      if (!region->empty() && failed(verifyEvaluatesOnTiles(*region)))
        return failure();
    return success();
  }

  LogicalResult buildTileProgram(Operation *op, RewriterBase &rewriter,
                                 Attribute config) const {
    auto attention = cast<AttentionOp>(op);
    if (failed(verifyTileConfig(op, config)))
      return failure();
    auto tileConfig = cast<tile::ConfigAttr>(config);
    expandBlocks(rewriter, attention, tileConfig);
    SetVector<Value> captures;
    collectCaptures(attention.getScore(), captures);
    collectCaptures(attention.getWhere(), captures);
    SmallVector<Value> inputs(op->getOperands());
    llvm::append_range(inputs, captures);
    if (tileConfig.getListed()) {
      TileLists lists =
          buildTileLists(rewriter, attention, tileConfig, captures);
      inputs.append({lists.tiles, lists.counts});
    }
    RaggedSlots ragged{attention, tileConfig};
    if (attention.isRagged())
      inputs.push_back(ragged.build(rewriter));
    if (tileConfig.getSplits() > 1) {
      SplitAttention split(attention, tileConfig, rewriter);
      inputs.front() = split.viewQuery();
      tile::KernelOp kernel =
          buildKernel(rewriter, attention, tileConfig, /*gridRank=*/4,
                      split.getTypes(inputs), captures);
      MergeStatesOp merge = split.launchAndMerge(kernel, inputs);
      rewriter.replaceOp(op,
                         merge.getResults().take_front(op->getNumResults()));
      rewriter.setInsertionPoint(merge);
      return cast<TileProgramOpInterface>(merge.getOperation())
          .buildTileProgram(rewriter, merge.getConfigAttr());
    }
    SmallVector<Type> types(ValueRange(inputs).getTypes());
    llvm::append_range(types, op->getResultTypes());
    tile::KernelOp kernel = buildKernel(rewriter, attention, tileConfig,
                                        /*gridRank=*/3, types, captures);
    rewriter.setInsertionPoint(op);
    TileBuilder b(op->getLoc(), rewriter);
    auto size = [&](int64_t d) -> Value {
      return tensor::DimOp::create(b, attention.getQuery(), b.index(d));
    };
    Value blocks = attention.isRagged()
                       ? ragged.count(b)
                       : Value(arith::CeilDivSIOp::create(
                             b, size(2), b.index(tileConfig.getM())));
    SmallVector<Value> grid = {size(0), size(1), blocks};
    return replaceByLaunch(rewriter, op, kernel, grid, inputs);
  }
};

} // namespace

void fovea::registerAttentionTileProgram(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, FoveaDialect *) {
    AttentionOp::attachInterface<AttentionTileProgram>(*context);
  });
}
