//===- MergeStatesReference.cpp - the meaning of fovea.merge_states
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// One linalg op for each line of
//
//   m   = max_p lse_p, or 0 where all states are empty
//   l   = sum_p exp(lse_p - m)
//   o   = (sum_p exp(lse_p - m) o_p) / l, or 0 where l is 0
//   lse = m + log(l)

#include "ReferenceBuilder.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

using namespace mlir;
using namespace fovea;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
class MergeStatesReference {
public:
  MergeStatesReference(MergeStatesOp op, RewriterBase &rewriter,
                       FloatType accumulator)
      : op(op), b(rewriter, op.getLoc(), accumulator),
        elements(StringRef("abcdefghijklmnopqrstuvwxyz")
                     .take_front(op.getOutputType().getRank())),
        rows(elements.drop_back()) {}

  SmallVector<Value> build();

private:
  Value buildMaxima();
  Value buildSums(Value m);
  Value buildOutput(Value m, Value l);
  Value exponential(Value lse, Value maximum) {
    return b.make<math::ExpOp>(b.make<arith::SubFOp>(b.extend(lse), maximum));
  }
  SmallVector<ReferenceBuilder::Operand> getStates(ValueRange tensors,
                                                   StringRef subscripts) {
    return llvm::map_to_vector(tensors, [&](Value v) {
      return ReferenceBuilder::Operand{v, subscripts};
    });
  }
  SmallVector<OpFoldResult> getSizes(Value tensor) {
    return tensor::getMixedSizes(b.rewriter, b.loc, tensor);
  }

  MergeStatesOp op;
  ReferenceBuilder b;
  /// One loop for each dimension of an output, and of an lse.
  StringRef elements, rows;
};
} // namespace

Value MergeStatesReference::buildMaxima() {
  Value lowest = b.fill(getSizes(op.getLses()[0]), -kInfinity);
  return b.compute(rows, getStates(op.getLses(), rows), {lowest, rows},
                   [&](ValueRange lses, Value m) {
                     for (Value lse : lses)
                       m = b.make<arith::MaximumFOp>(m, b.extend(lse));
                     Value allEmpty = b.isEqual(m, b.constant(-kInfinity));
                     return b.make<arith::SelectOp>(allEmpty, b.constant(0), m);
                   });
}

Value MergeStatesReference::buildSums(Value m) {
  auto operands = getStates(op.getLses(), rows);
  operands.push_back({m, rows});
  return b.compute(rows, operands, {b.fill(getSizes(op.getLses()[0]), 0), rows},
                   [&](ValueRange x, Value sum) {
                     for (Value lse : x.drop_back())
                       sum = b.make<arith::AddFOp>(sum,
                                                   exponential(lse, x.back()));
                     return sum;
                   });
}

Value MergeStatesReference::buildOutput(Value m, Value l) {
  auto operands = getStates(op.getOutputs(), elements);
  llvm::append_range(operands, getStates(op.getLses(), rows));
  operands.push_back({m, rows});
  operands.push_back({l, rows});
  size_t count = op.getOutputs().size();
  return b.compute(
      elements, operands, {b.fill(getSizes(op.getOutputs()[0]), 0), elements},
      [&](ValueRange x, Value sum) {
        Value maximum = x[2 * count], total = x[2 * count + 1];
        for (size_t p = 0; p < count; ++p) {
          Value weighted = b.make<arith::MulFOp>(
              exponential(x[count + p], maximum), b.extend(x[p]));
          sum = b.make<arith::AddFOp>(sum, weighted);
        }
        Value isEmpty = b.isEqual(total, b.constant(0));
        return b.make<arith::SelectOp>(isEmpty, b.constant(0),
                                       b.make<arith::DivFOp>(sum, total));
      });
}

SmallVector<Value> MergeStatesReference::build() {
  Value m = buildMaxima();
  Value l = buildSums(m);
  Value o = buildOutput(m, l);
  Value lse =
      b.compute(rows, {{l, rows}}, {m, rows}, [&](ValueRange l, Value maximum) {
        return b.make<arith::AddFOp>(maximum, b.make<math::LogOp>(l[0]));
      });
  return {b.round(o, elements, op.getOutputType()),
          b.round(lse, rows, op.getLseType())};
}

namespace {
struct MergeStatesReferenceModel
    : ReferenceOpInterface::ExternalModel<MergeStatesReferenceModel,
                                          MergeStatesOp> {
  FailureOr<SmallVector<Value>> buildReference(Operation *op,
                                               RewriterBase &rewriter,
                                               FloatType accumulator) const {
    return MergeStatesReference(cast<MergeStatesOp>(op), rewriter, accumulator)
        .build();
  }
};
} // namespace

void fovea::attachMergeStatesReference(MLIRContext *context) {
  MergeStatesOp::attachInterface<MergeStatesReferenceModel>(*context);
}
