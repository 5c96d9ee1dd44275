//===- ReferenceBuilder.h - formulas as linalg ops -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_TRANSFORMS_REFERENCEBUILDER_H
#define FOVEA_DIALECT_FOVEA_TRANSFORMS_REFERENCEBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace fovea {

/// Writes reference decompositions. Loops have one-letter names, and a tensor's
/// subscripts are the names of the loops that index it, as in an einsum.
class ReferenceBuilder {
public:
  ReferenceBuilder(mlir::RewriterBase &rewriter, mlir::Location loc,
                   mlir::FloatType accumulator)
      : rewriter(rewriter), loc(loc), accumulator(accumulator) {}

  struct Operand {
    mlir::Value tensor;
    llvm::StringRef subscripts;
  };
  /// Builds an element from the operands' elements and the present result's.
  using Element =
      llvm::function_ref<mlir::Value(mlir::ValueRange, mlir::Value)>;

  /// One linalg.generic. Loops that `result` is not indexed by are reductions.
  mlir::Value compute(llvm::StringRef loops, llvm::ArrayRef<Operand> operands,
                      Operand result, Element element);

  //===--- Whole tensors ---===//

  mlir::Value empty(llvm::ArrayRef<mlir::OpFoldResult> sizes,
                    mlir::Type element) {
    return mlir::tensor::EmptyOp::create(rewriter, loc, sizes, element);
  }
  mlir::Value fill(llvm::ArrayRef<mlir::OpFoldResult> sizes, double value) {
    return mlir::linalg::FillOp::create(rewriter, loc, constant(value),
                                        empty(sizes, accumulator))
        .getResult(0);
  }
  mlir::OpFoldResult getSize(mlir::Value tensor, int64_t dim) {
    return mlir::tensor::getMixedSize(rewriter, loc, tensor, dim);
  }
  /// The only rounding of a result: to the element type, and static sizes, of
  /// `type`.
  mlir::Value round(mlir::Value tensor, llvm::StringRef loops,
                    mlir::RankedTensorType type);

  //===--- Elements ---===//

  /// The present index of a loop, in the element of `compute`.
  mlir::Value index(char loop) { return indices[loopNames.find(loop)]; }
  mlir::Value constant(double value) {
    return mlir::arith::ConstantOp::create(
        rewriter, loc, rewriter.getFloatAttr(accumulator, value));
  }
  mlir::Value extract(mlir::Value tensor, mlir::ValueRange indices) {
    return mlir::tensor::ExtractOp::create(rewriter, loc, tensor, indices);
  }
  /// To the accumulator type.
  mlir::Value extend(mlir::Value x) {
    if (x.getType() == accumulator)
      return x;
    return mlir::arith::ExtFOp::create(rewriter, loc, accumulator, x);
  }
  /// Any op of one result whose type follows from its operands.
  template <typename Op, typename... Operands>
  mlir::Value make(Operands... operands) {
    return Op::create(rewriter, loc, operands...);
  }
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value x,
                      mlir::Value y) {
    return mlir::arith::CmpIOp::create(rewriter, loc, predicate, x, y);
  }
  mlir::Value isEqual(mlir::Value x, mlir::Value y) {
    return mlir::arith::CmpFOp::create(rewriter, loc,
                                       mlir::arith::CmpFPredicate::OEQ, x, y);
  }

  mlir::RewriterBase &rewriter;
  const mlir::Location loc;
  const mlir::FloatType accumulator;

private:
  llvm::StringRef loopNames;
  llvm::SmallVector<mlir::Value> indices;
};

/// What registerReferenceModels attaches, by op.
void attachAttentionReference(mlir::MLIRContext *context);
void attachMergeStatesReference(mlir::MLIRContext *context);

} // namespace fovea

#endif
