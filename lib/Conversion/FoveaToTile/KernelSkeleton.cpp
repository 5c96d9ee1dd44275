//===- KernelSkeleton.cpp - a kernel with its launch -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelSkeleton.h"

#include "fovea/Target/GPU/GPUTarget.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace fovea;

FailureOr<tile::ConfigAttr> fovea::getTileConfig(Operation *op,
                                                 Attribute config) {
  if (auto tileConfig = dyn_cast_or_null<tile::ConfigAttr>(config)) {
    tile::ScheduleAttr schedule = tileConfig.getSchedule();
    if (schedule && !lookupGPUTarget(schedule.getTarget()))
      return op->emitOpError("is scheduled for '")
             << schedule.getTarget() << "', expected one of "
             << listGPUTargets();
    return tileConfig;
  }
  return op->emitOpError("has the config ")
         << config
         << ", expected #fovea_tile.config<m = M, n = N, rows = R, columns = "
            "C>";
}

tile::KernelOp fovea::createKernel(RewriterBase &rewriter, Operation *op,
                                   tile::ConfigAttr config, int64_t gridRank,
                                   TypeRange operands, StringRef purpose) {
  Operation *table = SymbolTable::getNearestSymbolTable(op);
  bool perThread = !purpose.empty();
  std::string name =
      (op->getName().stripDialect() + (perThread ? "_" : "") + purpose).str();
  if (auto symbol = op->getParentOfType<SymbolOpInterface>();
      symbol && symbol.getOperation() != table)
    name = (symbol.getName() + "_" + name).str();

  // Made before the kernel, so that it renames the kernel if its name is taken.
  SymbolTable symbols(table);
  OpBuilder::InsertionGuard guard(rewriter);
  // Before what holds the op, so that kernels stand in the order of their ops.
  rewriter.setInsertionPoint(
      table->getRegion(0).front().findAncestorOpInBlock(*op));
  auto kernel = tile::KernelOp::create(rewriter, op->getLoc(), name, gridRank,
                                       config, perThread);
  SmallVector<Type> types(gridRank, rewriter.getIndexType());
  for (Type type : operands)
    types.push_back(tile::getParameterType(type));
  rewriter.createBlock(&kernel.getBody(), {}, types,
                       SmallVector<Location>(types.size(), op->getLoc()));
  symbols.insert(kernel);
  return kernel;
}

LogicalResult fovea::replaceByLaunch(RewriterBase &rewriter, Operation *op,
                                     tile::KernelOp kernel, ValueRange grid,
                                     ValueRange inputs) {
  ReifiedRankedShapedTypeDims shapes;
  if (failed(reifyResultShapes(rewriter, op, shapes)))
    return op->emitOpError("does not say its results' shapes");
  SmallVector<Value> destinations;
  for (auto [type, shape] : llvm::zip(op->getResultTypes(), shapes)) {
    auto tensor = cast<RankedTensorType>(type);
    Value empty = tensor::EmptyOp::create(rewriter, op->getLoc(), shape,
                                          tensor.getElementType());
    if (empty.getType() != type)
      empty = tensor::CastOp::create(rewriter, op->getLoc(), type, empty);
    destinations.push_back(empty);
  }
  rewriter.replaceOpWithNewOp<tile::LaunchOp>(
      op, op->getResultTypes(), FlatSymbolRefAttr::get(kernel.getSymNameAttr()),
      grid, inputs, destinations);
  return success();
}
