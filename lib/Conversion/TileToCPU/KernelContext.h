//===- KernelContext.h - what the emitters of one kernel share -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETOCPU_KERNELCONTEXT_H
#define FOVEA_LIB_CONVERSION_TILETOCPU_KERNELCONTEXT_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {

/// A right-hand operand packed in panels: `memref<panels x depth x columns>`.
struct PackedOperand {
  mlir::Value buffer;
  int64_t columns;
};

/// Sizes, builder and values of the function that a kernel becomes.
struct KernelContext {
  /// Emission starts before the terminator of `entry`.
  KernelContext(mlir::ImplicitLocOpBuilder builder, ConfigAttr config,
                mlir::FloatType accumulator, int64_t width, mlir::Block *entry)
      : b(std::move(builder)), m(config.getM()), rows(config.getRows()),
        columns(config.getColumns()), width(width), accumulator(accumulator),
        vectorType(mlir::VectorType::get({width}, accumulator)), entry(entry) {
    b.setInsertionPoint(entry->getTerminator());
  }

  mlir::ImplicitLocOpBuilder b;
  /// Rows of a workgroup and of a strip, columns of the register tile, elements
  /// of a vector.
  int64_t m, rows, columns, width;
  /// The type that dots accumulate in, and vectors of it.
  mlir::FloatType accumulator;
  mlir::VectorType vectorType;
  /// Scalars and memory views of the kernel, in the function.
  mlir::IRMapping scalars;
  /// Tiles of the whole workgroup that are kept in memory: `memref<m>` or
  /// `memref<m x columns>`.
  llvm::DenseMap<mlir::Value, mlir::Value> buffers;
  llvm::DenseMap<mlir::Value, PackedOperand> packed;
  /// Rows of this workgroup that exist.
  mlir::Value liveRows;
  /// Where buffers are allocated, and how many bytes they take.
  mlir::Block *entry;
  int64_t stackBytes = 0;

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value a, int64_t b);
  mlir::VectorType vectorOf(mlir::Type element) const {
    return mlir::VectorType::get({width}, element);
  }
  /// Columns of a buffer for tiles of `columns` columns: whole register tiles,
  /// and a vector more, lest the rows of a power of two fall into few sets of
  /// the cache.
  int64_t paddedColumns(int64_t tileColumns) const;
  /// A buffer on the stack of the function.
  mlir::Value allocate(llvm::ArrayRef<int64_t> shape, mlir::Type element);
  /// `vector` of floats in the accumulator's type.
  mlir::Value extend(mlir::Value vector);
  /// Loads `width` elements, of which the first `valid` exist; others are zero.
  mlir::Value loadVector(mlir::Value view, mlir::ValueRange indices,
                         int64_t valid);
  /// The same, and the store, with a number that is only known at run time.
  mlir::Value loadPart(mlir::Value view, mlir::ValueRange indices,
                       mlir::Value valid);
  void storePart(mlir::Value vector, mlir::Value view, mlir::ValueRange indices,
                 mlir::Value valid);
};

/// Transposes `width` vectors of `width` elements.
llvm::SmallVector<mlir::Value>
transposeSquare(KernelContext &context, llvm::SmallVector<mlir::Value> rows);

/// Packs the tile of `load` for the dots that use it, into a buffer of its own.
void emitPack(KernelContext &context, LoadOp load);

} // namespace fovea::tile

#endif
