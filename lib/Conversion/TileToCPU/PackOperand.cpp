//===- PackOperand.cpp - right-hand operands into column panels -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Panels hold, for each step of the contraction, one line of the columns that a
// register tile computes: the inner loop of the dot then reads memory in order
// (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").
// Narrow storage types are extended here, once for each use of the block.

#include "KernelContext.h"
#include "StripPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea::tile;

namespace {

class Packer {
public:
  Packer(KernelContext &c, LoadOp load)
      : c(c), b(c.b), type(load.getTile().getType()), load(load) {
    view = c.scalars.lookup(load.getSource());
    for (Value index : load.getIndices())
      indices.push_back(c.scalars.lookupOrDefault(index));
    panelColumns = cast<PanelsAttr>(type.getEncoding()).getColumns();
    int64_t rowDim = indices.size() - 2;
    paged = load.getSource().getDefiningOp<PagedViewOp>();
    size = paged ? c.scalars.lookupOrDefault(paged.getRows())
                 : Value(memref::DimOp::create(b, view, c.index(rowDim)));
    last = arith::SubIOp::create(b, size, c.index(1));
  }

  void pack() {
    bool transposed = llvm::any_of(load->getUsers(), [](Operation *user) {
      return cast<DotOp>(user).getTransposed();
    });
    int64_t tileRows = type.getDimSize(0), tileColumns = type.getDimSize(1);
    int64_t depth = transposed ? tileColumns : tileRows;
    int64_t across = transposed ? tileRows : tileColumns;
    int64_t panels = llvm::divideCeil(across, panelColumns);
    buffer = c.allocate({panels, depth, panelColumns}, c.accumulator);
    c.packed[load.getTile()] = {buffer, panelColumns};
    if (transposed)
      packTransposed(panels, depth, tileRows);
    else
      packStraight(panels, depth, across);
  }

private:
  /// `width` elements of tile row `row` from column `column` on, extended; zero
  /// beyond the view's last row and the tile's last column.
  Value loadRow(Value row, Value column, int64_t valid) {
    SmallVector<Value> at = indices;
    Value &viewRow = at[at.size() - 2];
    viewRow = arith::AddIOp::create(b, viewRow, row);
    Value exists;
    if (!load.getInBounds()) {
      exists =
          arith::CmpIOp::create(b, arith::CmpIPredicate::slt, viewRow, size);
      viewRow = arith::MinSIOp::create(b, viewRow, last);
    }
    at.back() = arith::AddIOp::create(b, at.back(), column);
    if (paged)
      findPage(at);
    Value vector = c.extend(c.loadVector(view, at, valid));
    if (exists) {
      Value zero =
          arith::ConstantOp::create(b, b.getZeroAttr(vector.getType()));
      vector = arith::SelectOp::create(b, exists, vector, zero);
    }
    return vector;
  }

  /// A row of the sequence as a row of one of its pages.
  void findPage(SmallVector<Value> &at) {
    Value &row = at[at.size() - 2];
    Value pageRows = memref::DimOp::create(b, view, c.index(at.size() - 2));
    Value entry =
        arith::AddIOp::create(b, c.scalars.lookupOrDefault(paged.getFirst()),
                              arith::DivUIOp::create(b, row, pageRows));
    Value page =
        memref::LoadOp::create(b, c.scalars.lookup(paged.getPages()), entry);
    at.front() = arith::IndexCastOp::create(b, b.getIndexType(), page);
    row = arith::RemUIOp::create(b, row, pageRows);
  }

  /// A loop from `begin` to `end`, its induction variable given to `body`.
  template <typename Body>
  void loop(Value begin, Value end, int64_t step, Body body) {
    auto forOp = scf::ForOp::create(b, begin, end, c.index(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forOp.getBody());
    body(forOp.getInductionVar());
  }

  /// Rows of the tile that the view has.
  Value countRows(int64_t tileRows) {
    if (load.getInBounds())
      return c.index(tileRows);
    Value left = arith::SubIOp::create(b, size, indices[indices.size() - 2]);
    left = arith::MaxSIOp::create(b, left, c.index(0));
    return arith::MinSIOp::create(b, left, c.index(tileRows));
  }

  /// Whether all dots that read the tile skip the columns that a mask hides.
  bool isPruned() {
    MaskOp mask = findPruningMask(*load->getBlock());
    SmallVector<Operation *> ops;
    for (Operation &op : load->getBlock()->without_terminator())
      if (op.getNumResults() == 1 &&
          isa<RankedTensorType>(op.getResult(0).getType()))
        ops.push_back(&op);
    TileAxes axes(ops);
    return mask && llvm::all_of(load->getUsers(), [&](Operation *user) {
             auto dot = cast<DotOp>(user);
             Operation *rows = dot.getTransposed()
                                   ? dot.getOperation()
                                   : dot.getLhs().getDefiningOp();
             return axes.of(rows) && axes.of(rows) == axes.of(mask);
           });
  }

  /// One past the last row that can be read: whole register tiles where hidden
  /// columns are skipped, all rows otherwise.
  Value countReadRows(Value live, int64_t tileRows) {
    bool pruned = isPruned();
    if (!pruned)
      return c.index(tileRows);
    Value tiles = arith::CeilDivUIOp::create(b, live, c.index(c.columns));
    return arith::MulIOp::create(b, tiles, c.index(c.columns));
  }

  void storeLine(Value vector, Value panel, Value k, int64_t column) {
    vector::StoreOp::create(b, vector, buffer,
                            ValueRange{panel, k, c.index(column)});
  }

  /// Each line of the tile, panel by panel; the last panel may be partly empty.
  void packStraight(int64_t panels, int64_t depth, int64_t across) {
    int64_t whole = across / panelColumns;
    Value live = countRows(depth), zero = zeroVector();
    loop(c.index(0), live, 1, [&](Value k) {
      loop(c.index(0), c.index(whole), 1,
           [&](Value panel) { packLine(k, panel, panelColumns); });
      if (whole < panels)
        packLine(k, c.index(whole), across - whole * panelColumns);
    });
    loop(live, countReadRows(live, depth), 1, [&](Value k) {
      loop(c.index(0), c.index(panels), 1, [&](Value panel) {
        for (int64_t column = 0; column < panelColumns; column += c.width)
          storeLine(zero, panel, k, column);
      });
    });
  }

  /// Line `k` of a panel, of which `valid` columns exist.
  void packLine(Value k, Value panel, int64_t valid) {
    Value first = arith::MulIOp::create(b, panel, c.index(panelColumns));
    for (int64_t column = 0; column < panelColumns; column += c.width)
      storeLine(loadRow(k, c.add(first, column), valid - column), panel, k,
                column);
  }

  void packTransposed(int64_t panels, int64_t depth, int64_t tileRows) {
    int64_t whole = llvm::alignDown(depth, c.width);
    Value columns = c.index(panelColumns), rows = countRows(tileRows);
    Value live = arith::CeilDivUIOp::create(b, rows, columns);
    Value read =
        arith::CeilDivUIOp::create(b, countReadRows(rows, tileRows), columns);
    Value zero = zeroVector();
    loop(c.index(0), live, 1, [&](Value panel) {
      Value firstRow = arith::MulIOp::create(b, panel, c.index(panelColumns));
      loop(c.index(0), c.index(whole), c.width,
           [&](Value k) { transposeBlocks(panel, firstRow, k, c.width); });
      if (whole < depth)
        transposeBlocks(panel, firstRow, c.index(whole), depth - whole);
    });
    loop(live, read, 1, [&](Value panel) {
      loop(c.index(0), c.index(depth), 1, [&](Value k) {
        for (int64_t column = 0; column < panelColumns; column += c.width)
          storeLine(zero, panel, k, column);
      });
    });
  }

  Value zeroVector() {
    return arith::ConstantOp::create(b, b.getZeroAttr(c.vectorType));
  }

  /// `width` rows of the view become `width` columns of `valid` lines of a
  /// panel.
  void transposeBlocks(Value panel, Value firstRow, Value k, int64_t valid) {
    for (int64_t column = 0; column < panelColumns; column += c.width) {
      SmallVector<Value> rows;
      for (int64_t i = 0; i < c.width; ++i)
        rows.push_back(loadRow(c.add(firstRow, column + i), k, valid));
      SmallVector<Value> lines = transposeSquare(c, std::move(rows));
      for (int64_t i = 0; i < valid; ++i)
        storeLine(lines[i], panel, c.add(k, i), column);
    }
  }

  KernelContext &c;
  ImplicitLocOpBuilder &b;
  RankedTensorType type;
  LoadOp load;
  /// Where the view is a sequence in pages; its parameter is `view` then.
  PagedViewOp paged;
  Value view, size, last, buffer;
  SmallVector<Value> indices;
  int64_t panelColumns;
};

} // namespace

void fovea::tile::emitPack(KernelContext &context, LoadOp load) {
  Packer(context, load).pack();
}
