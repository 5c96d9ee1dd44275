//===- ApproximateMath.cpp - math functions on vectors as polynomials
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Conversion/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace fovea {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;

namespace {
struct ApproximateMath : fovea::impl::ApproximateMathBase<ApproximateMath> {
  using Base::Base;

  void runOnOperation() override {
    // Upstream's patterns take narrow types and scalars too: apply them to the
    // ops that this pass promises to expand.
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(patterns);
    SmallVector<Operation *> vectors;
    getOperation()->walk([&](Operation *op) {
      if (op->getNumResults() != 1 ||
          op->getName().getDialectNamespace() != "math" || isa<math::FmaOp>(op))
        return;
      Type type = op->getResult(0).getType();
      if ((scalars || isa<VectorType>(type)) &&
          getElementTypeOrSelf(type).isF32())
        vectors.push_back(op);
    });
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(vectors, std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace
