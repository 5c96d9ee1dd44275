//===- StripEmitter.h - one strip of rows: row values and column loops
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETOCPU_STRIPEMITTER_H
#define FOVEA_LIB_CONVERSION_TILETOCPU_STRIPEMITTER_H

#include "KernelContext.h"
#include "StripPlan.h"

namespace fovea::tile {

/// The elements of a tile that are in registers: of row `row` of the strip,
/// vector `vector` of the column loop's step.
struct Place {
  int64_t row, vector;
};

/// Emits the ops of one segment for the strip that starts at row `firstRow` of
/// the workgroup. A value is kept where its users need it: in registers within
/// its step, in a buffer of the strip for later steps, and in the workgroup's
/// buffers (see KernelContext) for other segments.
class StripEmitter {
public:
  StripEmitter(KernelContext &context, const StripPlan &plan,
               mlir::Value firstRow)
      : c(context), b(context.b), plan(plan), firstRow(firstRow) {}

  /// Limits the columns of `axis` to `[begin, end)`; others are hidden from all
  /// rows.
  void prune(mlir::Operation *axis, mlir::Value begin, mlir::Value end) {
    prunedAxis = axis, pruneBegin = begin, pruneEnd = end;
  }

  /// Emits all steps, and stores what is used outside of the segment.
  void emit();

  /// One value a row, as a vector of `rows` elements; computes it if it is not
  /// yet.
  mlir::Value row(mlir::Value value);
  /// The elements of the strip's first row from column `column` on, of a tile
  /// that is kept in a buffer or rematerialized.
  mlir::Value elementsAt(mlir::Value value, mlir::Value column);

private:
  // StripEmitter.cpp
  /// One value of `row(value)`, for all elements of a vector.
  mlir::Value splatRow(mlir::Value value, int64_t row);
  /// Reads the states before a step of this strip overwrites them.
  void readStates();
  void emitRowOp(mlir::Operation *op);
  mlir::Value rematerializeRow(mlir::Value value);
  void storeRow(StoreOp store);
  void defineRow(mlir::Value value, mlir::Value vector);

  // ColumnLoop.cpp
  void emitGroup(ColumnGroup group, unsigned step);
  /// Computes the row values that a loop uses, before it.
  void prepareRows(ColumnGroup &group);
  void emitLoopBody(ColumnGroup &group,
                    llvm::MutableArrayRef<mlir::Value> partial);
  void emitDot(DotOp dot);
  llvm::SmallVector<mlir::Value>
  emitDepthLoop(DotOp dot, llvm::ArrayRef<mlir::Value> initial);
  void finishReductions(ColumnGroup &group, mlir::ValueRange partial);
  mlir::Value combine(ReduceKind kind, mlir::Value a, mlir::Value b);
  mlir::Value combineLanes(ReduceKind kind, mlir::Value lanes);
  /// The bounds of a loop over the `columns` columns of `axis`, `step` at a
  /// time.
  std::pair<mlir::Value, mlir::Value> getBounds(mlir::Operation *axis,
                                                int64_t columns, int64_t step);

  // TileElements.cpp
  mlir::Value elements(mlir::Value value, Place place);
  mlir::Value rematerialize(mlir::Value value, Place place);
  void emitTileOp(mlir::Operation *op, Place place);
  void defineElements(mlir::Value value, Place place, mlir::Value vector);
  mlir::Value emitMask(MaskOp op, Place place);
  mlir::Value emitLoad(LoadOp op, Place place);
  mlir::Value emitGather(GatherOp op, Place place);
  void emitStore(StoreOp op, Place place);
  mlir::Value columnIndices(mlir::Value origin, Place place);
  mlir::Value cloneOnVectors(mlir::Operation *op, mlir::ValueRange operands,
                             int64_t width);
  /// Whether a row is one of the view's.
  mlir::Value isInside(mlir::Value view, mlir::Value position, int64_t dim);
  /// A row of the view that exists, for a row of the strip that may not.
  mlir::Value clampedRow(mlir::Value view, mlir::Value index, int64_t dim,
                         int64_t row);

  /// The buffer that holds `value` and the row of it that the strip starts at.
  std::pair<mlir::Value, mlir::Value> getBuffer(mlir::Value value);
  /// Whether a later step, or a dot, reads `value` from memory.
  bool needsStripBuffer(mlir::Value value, unsigned step);

  KernelContext &c;
  mlir::ImplicitLocOpBuilder &b;
  const StripPlan &plan;
  mlir::Value firstRow;
  mlir::Operation *prunedAxis = nullptr;
  mlir::Value pruneBegin, pruneEnd;

  llvm::DenseMap<mlir::Value, mlir::Value> rows;
  llvm::DenseMap<mlir::Value, mlir::Value> stripBuffers;
  // Of the column loop that is being emitted:
  mlir::Value column;
  int64_t stepColumns = 0;
  llvm::DenseMap<std::pair<mlir::Value, std::pair<int64_t, int64_t>>,
                 mlir::Value>
      inRegisters;
};

} // namespace fovea::tile

#endif
