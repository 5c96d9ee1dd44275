//===- Costs.cpp - what a call costs with given sizes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Program.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FormatVariadic.h"

#include <unistd.h>

using namespace llvm;
using namespace fovea;

Shapes fovea::getShapes(const std::vector<Array> &arrays) {
  return map_to_vector(arrays, [](const Array &a) { return a.shape(); });
}

Shapes fovea::getShapes(const ArtifactEntry &entry) {
  return map_to_vector(
      entry.params,
      [](const ArtifactParam &p) -> ArrayRef<int64_t> { return p.shape; });
}

mlir::OwningOpRef<mlir::ModuleOp> Program::specialize(const Shapes &shapes) {
  mlir::OwningOpRef<mlir::ModuleOp> module = source->module->clone();
  auto function = module->lookupSymbol<mlir::func::FuncOp>(symbol);
  auto withShape = [](mlir::Value value, ArrayRef<int64_t> shape) {
    value.setType(cast<mlir::RankedTensorType>(value.getType()).clone(shape));
  };
  for (mlir::BlockArgument argument : function.getArguments())
    withShape(argument, shapes[argument.getArgNumber()]);
  module->walk([&](mlir::Operation *op) {
    if (auto attention = dyn_cast<AttentionOp>(op)) {
      SmallVector<int64_t> shape(attention.getQueryType().getShape());
      if (attention.getLse())
        withShape(attention.getLse(), ArrayRef(shape).drop_back());
      shape.back() = attention.getValueType().getDimSize(3);
      withShape(attention.getOutput(), shape);
    } else if (auto merge = dyn_cast<MergeStatesOp>(op)) {
      // Without the number of stacked states.
      auto getShape = [&](mlir::Value state) {
        return cast<mlir::RankedTensorType>(state.getType())
            .getShape()
            .drop_front(merge.getStacked() ? 1 : 0);
      };
      withShape(merge.getOutput(), getShape(merge.getOutputs()[0]));
      withShape(merge.getLse(), getShape(merge.getLses()[0]));
    }
  });
  return module;
}

std::optional<double> Program::countFlops(const Shapes &shapes) {
  mlir::OwningOpRef<mlir::ModuleOp> module = specialize(shapes);
  double flops = 0;
  auto result = module->walk([&](CostModelOpInterface op) {
    mlir::FailureOr<double> cost = op.getFlops();
    flops += succeeded(cost) ? *cost : 0;
    return failed(cost) ? mlir::WalkResult::interrupt()
                        : mlir::WalkResult::advance();
  });
  return result.wasInterrupted() || flops == 0 ? std::nullopt
                                               : std::optional<double>(flops);
}

Error Program::verifyReferenceFits(const Shapes &shapes) {
  mlir::OwningOpRef<mlir::ModuleOp> module = specialize(shapes);
  double bytes = 0;
  module->walk([&](AttentionOp op) {
    ArrayRef<int64_t> q = op.getQueryType().getShape();
    bytes += double(q[0]) * q[1] * q[2] * op.getKeyType().getDimSize(2) *
             sizeof(double);
  });
  double memory = double(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  constexpr double kGiB = 1 << 30;
  if (bytes <= memory / 2)
    return Error::success();
  return createStringError(formatv("--check needs {0:F1} GiB for the "
                                   "reference's scores, more than half of this "
                                   "machine's {1:F1} GiB; check smaller sizes",
                                   bytes / kGiB, memory / kGiB));
}
