//===- ConvertTileToCPU.cpp - tile kernels to loops over vectors
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelEmitter.h"

#include "fovea/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace fovea {
#define GEN_PASS_DEF_CONVERTFOVEATILETOCPU
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

/// Whether a cast from `operand` to `parameter` only forgets sizes and strides.
static bool canPass(Type operand, Type parameter) {
  auto from = dyn_cast<MemRefType>(operand),
       to = dyn_cast<MemRefType>(parameter);
  SmallVector<int64_t> fromStrides, toStrides;
  int64_t fromOffset, toOffset;
  if (!from || !to || !memref::CastOp::areCastCompatible(from, to) ||
      failed(from.getStridesAndOffset(fromStrides, fromOffset)) ||
      failed(to.getStridesAndOffset(toStrides, toOffset)))
    return false;
  auto holds = [](int64_t known, int64_t needed) {
    return ShapedType::isDynamic(needed) || known == needed;
  };
  return holds(fromOffset, toOffset) &&
         llvm::all_of(llvm::zip(fromStrides, toStrides), [&](auto pair) {
           return holds(std::get<0>(pair), std::get<1>(pair));
         });
}

/// Operands as the kernel's function takes them, with strides known at run
/// time.
static FailureOr<SmallVector<Value>>
castOperands(OpBuilder &b, tile::LaunchOp launch, ArrayRef<Type> parameters) {
  SmallVector<Value> operands;
  auto values =
      llvm::drop_begin(launch->getOperands(), launch.getGrid().size());
  for (auto [value, type] : llvm::zip(values, parameters)) {
    if (value.getType() == type) {
      operands.push_back(value);
      continue;
    }
    if (!canPass(value.getType(), type))
      return launch.emitOpError("cannot pass ")
             << value.getType() << " for " << type
             << "; operands must be memrefs that have the parameter's strides, "
                "with unit stride in "
                "the last dimension";
    operands.push_back(memref::CastOp::create(b, launch.getLoc(), type, value));
  }
  return operands;
}

/// Place `linear` of the grid, the last dimension fastest and from its end:
/// with a causal mask the longest workgroups of a head come first.
static SmallVector<Value> delinearize(ImplicitLocOpBuilder &b, Value linear,
                                      ValueRange grid) {
  SmallVector<Value> ids(grid.size());
  if (grid.empty())
    return ids;
  for (int64_t d = int64_t(grid.size()) - 1; d >= 0; --d) {
    ids[d] = arith::RemUIOp::create(b, linear, grid[d]);
    linear = arith::DivUIOp::create(b, linear, grid[d]);
  }
  Value last = arith::SubIOp::create(b, grid.back(),
                                     arith::ConstantIndexOp::create(b, 1));
  ids.back() = arith::SubIOp::create(b, last, ids.back());
  return ids;
}

static LogicalResult lowerLaunch(tile::LaunchOp launch, func::FuncOp function) {
  if (launch.getNumResults())
    return launch.emitOpError(
        "is on tensors, expected memrefs; run one-shot-bufferize first");
  if (!function)
    return launch.emitOpError("launches a kernel of another module, expected "
                              "one beside the function");
  ImplicitLocOpBuilder b(launch.getLoc(), launch);
  ValueRange grid = launch.getGrid();
  auto operands = castOperands(
      b, launch, function.getArgumentTypes().drop_front(grid.size()));
  if (failed(operands))
    return failure();
  Value zero = arith::ConstantIndexOp::create(b, 0),
        one = arith::ConstantIndexOp::create(b, 1);
  Value workgroups = one;
  for (Value size : grid)
    workgroups = arith::MulIOp::create(b, workgroups, size);
  auto loop = scf::ParallelOp::create(b, ValueRange(zero),
                                      ValueRange(workgroups), ValueRange(one));
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> arguments =
      delinearize(b, loop.getInductionVars().front(), grid);
  llvm::append_range(arguments, *operands);
  func::CallOp::create(b, function, arguments);
  launch.erase();
  return success();
}

namespace {
struct ConvertFoveaTileToCPU
    : fovea::impl::ConvertFoveaTileToCPUBase<ConvertFoveaTileToCPU> {
  using Base::Base;

  void runOnOperation() override {
    DenseMap<StringAttr, func::FuncOp> functions;
    SmallVector<tile::KernelOp> kernels(
        getOperation().getOps<tile::KernelOp>());
    for (tile::KernelOp kernel : kernels) {
      if (kernel.getPerThread()) {
        functions[kernel.getSymNameAttr()] = tile::emitThreadKernel(kernel);
        continue;
      }
      FailureOr<func::FuncOp> function =
          tile::emitKernel(kernel, vectorBits, stackBytes);
      if (failed(function))
        return signalPassFailure();
      functions[kernel.getSymNameAttr()] = *function;
    }
    auto result = getOperation().walk([&](tile::LaunchOp launch) {
      return lowerLaunch(launch,
                         functions.lookup(launch.getKernelAttr().getAttr()))
                     .succeeded()
                 ? WalkResult::advance()
                 : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (tile::KernelOp kernel : kernels)
      kernel.erase();
  }
};
} // namespace
