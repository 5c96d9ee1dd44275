//===- ResultsToDestinations.cpp - results become arguments -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace fovea {
#define GEN_PASS_DEF_RESULTSTODESTINATIONS
#include "fovea/Dialect/Fovea/Transforms/Passes.h.inc"
} // namespace fovea

using namespace mlir;

/// Reports what the pass does not support.
static LogicalResult verify(func::FuncOp function, ModuleOp module) {
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("has ")
           << function.getBody().getBlocks().size()
           << " blocks, expected a public function to have one";
  Operation *terminator = function.getBody().front().getTerminator();
  if (!isa<func::ReturnOp>(terminator))
    return terminator->emitOpError(
        "ends a public function, expected func.return");
  for (Type type : function.getResultTypes()) {
    if (isa<UnrankedTensorType>(type))
      return function.emitOpError("has a result of type ")
             << type << ", expected a ranked tensor";
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (tensor && !BaseMemRefType::isValidElementType(tensor.getElementType()))
      return function.emitOpError("has a result of type ")
             << type << ", whose elements cannot lie in memory";
  }
  if (std::optional<SymbolTable::UseRange> uses =
          function.getSymbolUses(module))
    for (SymbolTable::SymbolUse use : *uses)
      return use.getUser()->emitOpError("uses the public function '")
             << function.getName()
             << "'; only private functions may be used within the module";
  return success();
}

/// Appends a memref argument for each tensor result and writes the result
/// there.
static void convert(func::FuncOp function, bool dynamicLayout) {
  auto terminator =
      cast<func::ReturnOp>(function.getBody().front().getTerminator());
  OpBuilder b(terminator);
  llvm::BitVector converted(function.getNumResults());
  for (auto [index, result] : llvm::enumerate(terminator.getOperands())) {
    auto tensor = dyn_cast<RankedTensorType>(result.getType());
    if (!tensor)
      continue;
    converted.set(index);
    unsigned position = function.getNumArguments();
    BaseMemRefType type =
        dynamicLayout
            ? bufferization::getMemRefTypeWithFullyDynamicLayout(tensor)
            : bufferization::getMemRefTypeWithStaticIdentityLayout(tensor);
    (void)function.insertArgument(
        position, type, function.getResultAttrDict(index), result.getLoc());
    bufferization::MaterializeInDestinationOp::create(
        b, terminator.getLoc(), /*result=*/Type(), result,
        function.getArgument(position),
        /*restrict=*/true, /*writable=*/true);
  }
  terminator->eraseOperands(converted);
  (void)function.eraseResults(converted);
}

namespace {
struct ResultsToDestinations
    : fovea::impl::ResultsToDestinationsBase<ResultsToDestinations> {
  using Base::Base;

  void runOnOperation() override {
    auto hasTensorResult = [](func::FuncOp function) {
      return function.isPublic() && !function.isExternal() &&
             llvm::any_of(function.getResultTypes(), llvm::IsaPred<TensorType>);
    };
    for (func::FuncOp function : getOperation().getOps<func::FuncOp>()) {
      if (!hasTensorResult(function))
        continue;
      if (failed(verify(function, getOperation())))
        return signalPassFailure();
      convert(function, dynamicLayouts);
    }
  }
};
} // namespace
