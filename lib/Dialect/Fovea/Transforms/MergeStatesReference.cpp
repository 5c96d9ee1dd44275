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
        rows(elements.drop_back()),
        stateElements((op.getStacked() ? "P" : "") + elements.str()),
        stateRows(StringRef(stateElements).drop_back()) {}

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
  /// Of a result: a state's without the number of states.
  SmallVector<OpFoldResult> getSizes(Value tensor) {
    auto sizes = tensor::getMixedSizes(b.rewriter, b.loc, tensor);
    if (op.getStacked())
      sizes.erase(sizes.begin());
    return sizes;
  }

  MergeStatesOp op;
  ReferenceBuilder b;
  /// One loop for each dimension of the output, and of its lse; one more for
  /// stacked states.
  StringRef elements, rows;
  std::string stateElements;
  StringRef stateRows;
};
} // namespace

Value MergeStatesReference::buildMaxima() {
  Value lowest = b.fill(getSizes(op.getLses()[0]), -kInfinity);
  Value m = b.compute(stateRows, getStates(op.getLses(), stateRows),
                      {lowest, rows}, [&](ValueRange lses, Value m) {
                        for (Value lse : lses)
                          m = b.make<arith::MaximumFOp>(m, b.extend(lse));
                        return m;
                      });
  return b.compute(rows, {}, {m, rows}, [&](ValueRange, Value m) {
    Value allEmpty = b.isEqual(m, b.constant(-kInfinity));
    return b.make<arith::SelectOp>(allEmpty, b.constant(0), m);
  });
}

Value MergeStatesReference::buildSums(Value m) {
  auto operands = getStates(op.getLses(), stateRows);
  operands.push_back({m, rows});
  return b.compute(
      stateRows, operands, {b.fill(getSizes(op.getLses()[0]), 0), rows},
      [&](ValueRange x, Value sum) {
        for (Value lse : x.drop_back())
          sum = b.make<arith::AddFOp>(sum, exponential(lse, x.back()));
        return sum;
      });
}

Value MergeStatesReference::buildOutput(Value m, Value l) {
  auto operands = getStates(op.getOutputs(), stateElements);
  llvm::append_range(operands, getStates(op.getLses(), stateRows));
  operands.push_back({m, rows});
  size_t count = op.getOutputs().size();
  Value sum =
      b.compute(stateElements, operands,
                {b.fill(getSizes(op.getOutputs()[0]), 0), elements},
                [&](ValueRange x, Value sum) {
                  for (size_t p = 0; p < count; ++p) {
                    Value weighted = b.make<arith::MulFOp>(
                        exponential(x[count + p], x.back()), b.extend(x[p]));
                    sum = b.make<arith::AddFOp>(sum, weighted);
                  }
                  return sum;
                });
  return b.compute(
      elements, {{l, rows}}, {sum, elements}, [&](ValueRange l, Value sum) {
        Value isEmpty = b.isEqual(l[0], b.constant(0));
        return b.make<arith::SelectOp>(isEmpty, b.constant(0),
                                       b.make<arith::DivFOp>(sum, l[0]));
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
                                               FloatType accumulator,
                                               bool) const {
    return MergeStatesReference(cast<MergeStatesOp>(op), rewriter, accumulator)
        .build();
  }
};
} // namespace

void fovea::attachMergeStatesReference(MLIRContext *context) {
  MergeStatesOp::attachInterface<MergeStatesReferenceModel>(*context);
}
