//===- PromoteToF64.cpp - redo a module's arithmetic in f64 -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Dialect/Fovea/Transforms/PromoteFloats.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace fovea {
#define GEN_PASS_DEF_PROMOTETOF64
#include "fovea/Dialect/Fovea/Transforms/Passes.h.inc"
} // namespace fovea

using namespace mlir;

namespace {
struct PromoteToF64 : fovea::impl::PromoteToF64Base<PromoteToF64> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    fovea::promoteFloats(rewriter, getOperation().getOperation(),
                         rewriter.getF64Type());
  }
};
} // namespace
