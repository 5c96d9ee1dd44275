//===- LaunchOperands.cpp - a launch's operands as kernels take them
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LaunchOperands.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

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
FailureOr<SmallVector<Value>>
fovea::castOperands(OpBuilder &b, tile::LaunchOp launch,
                    ArrayRef<Type> parameters) {
  if (launch.getNumResults())
    return launch.emitOpError(
        "is on tensors, expected memrefs; run fovea-bufferize first");
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
