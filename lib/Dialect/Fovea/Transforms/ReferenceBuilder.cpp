//===- ReferenceBuilder.cpp - formulas as linalg ops -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ReferenceBuilder.h"

using namespace mlir;
using namespace fovea;

Value ReferenceBuilder::compute(StringRef loops, ArrayRef<Operand> operands,
                                Operand result, Element element) {
  auto toMap = [&](StringRef subscripts) {
    SmallVector<AffineExpr> dims;
    for (char loop : subscripts)
      dims.push_back(rewriter.getAffineDimExpr(loops.find(loop)));
    return AffineMap::get(loops.size(), 0, dims, rewriter.getContext());
  };
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const Operand &operand : operands) {
    inputs.push_back(operand.tensor);
    maps.push_back(toMap(operand.subscripts));
  }
  maps.push_back(toMap(result.subscripts));
  SmallVector<utils::IteratorType> iterators;
  for (char loop : loops)
    iterators.push_back(result.subscripts.contains(loop)
                            ? utils::IteratorType::parallel
                            : utils::IteratorType::reduction);
  loopNames = loops;
  indices.clear();
  auto generic = linalg::GenericOp::create(
      rewriter, loc, result.tensor.getType(), inputs, result.tensor, maps,
      iterators, [&](OpBuilder &, Location, ValueRange elements) {
        for (size_t dim = 0; dim < loops.size(); ++dim)
          indices.push_back(linalg::IndexOp::create(rewriter, loc, dim));
        Value value = element(elements.drop_back(), elements.back());
        linalg::YieldOp::create(rewriter, loc, value);
      });
  for (Value index : indices)
    if (index.use_empty())
      rewriter.eraseOp(index.getDefiningOp());
  return generic.getResult(0);
}

Value ReferenceBuilder::round(Value tensor, StringRef loops,
                              RankedTensorType type) {
  if (type.getElementType() != accumulator) {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, tensor);
    Type element = type.getElementType();
    tensor =
        compute(loops, {{tensor, loops}}, {empty(sizes, element), loops},
                [&](ValueRange x, Value) -> Value {
                  return arith::TruncFOp::create(rewriter, loc, element, x[0]);
                });
  }
  if (tensor.getType() == type)
    return tensor;
  return tensor::CastOp::create(rewriter, loc, type, tensor);
}
