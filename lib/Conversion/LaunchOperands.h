//===- LaunchOperands.h - a launch's operands as kernels take them -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_LAUNCHOPERANDS_H
#define FOVEA_LIB_CONVERSION_LAUNCHOPERANDS_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/Builders.h"

namespace fovea {

/// The inputs and destinations of a bufferized launch, cast to `parameters`:
/// memrefs with strides known at run time. Fails after an error.
mlir::FailureOr<mlir::SmallVector<mlir::Value>>
castOperands(mlir::OpBuilder &b, tile::LaunchOp launch,
             mlir::ArrayRef<mlir::Type> parameters);

} // namespace fovea

#endif
