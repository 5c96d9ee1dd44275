//===- DecomposeReference.cpp - replace fovea ops by their meaning
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/Transforms/Passes.h"

#include "ReferenceBuilder.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace fovea {
#define GEN_PASS_DEF_DECOMPOSEREFERENCE
#include "fovea/Dialect/Fovea/Transforms/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

/// The op's own accumulator type, unless the one asked for is wider.
static FloatType chooseAccumulator(Operation *op, FloatType asked) {
  for (Type type : op->getOperandTypes())
    if (auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type)))
      if (getAccumulatorType(element).getWidth() > asked.getWidth())
        return getAccumulatorType(element);
  return asked;
}

namespace {
struct DecomposeReference
    : fovea::impl::DecomposeReferenceBase<DecomposeReference> {
  using DecomposeReferenceBase::DecomposeReferenceBase;

  void runOnOperation() override {
    if (accumulator != "f32" && accumulator != "f64") {
      getOperation()->emitError("accumulator is '")
          << accumulator << "', expected f32 or f64";
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    FloatType asked = accumulator == "f64" ? FloatType(rewriter.getF64Type())
                                           : FloatType(rewriter.getF32Type());
    SmallVector<ReferenceOpInterface> ops;
    getOperation()->walk([&](ReferenceOpInterface op) { ops.push_back(op); });
    for (ReferenceOpInterface op : ops) {
      rewriter.setInsertionPoint(op);
      FailureOr<SmallVector<Value>> results = op.buildReference(
          rewriter, chooseAccumulator(op, asked), roundsOperands);
      if (failed(results))
        return signalPassFailure();
      rewriter.replaceOp(op, *results);
    }
  }
};
} // namespace

void fovea::registerReferenceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, FoveaDialect *) {
    attachAttentionReference(context);
    attachMergeStatesReference(context);
  });
}
