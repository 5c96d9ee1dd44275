//===- EntrySignature.h - public functions as entries of an artifact
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_CPU_ENTRYSIGNATURE_H
#define FOVEA_TARGET_CPU_ENTRYSIGNATURE_H

#include "fovea/Target/CPU/ArtifactDescription.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace fovea {

/// The functions that callers can reach: public, with a body.
llvm::SmallVector<mlir::func::FuncOp> getEntryFunctions(mlir::ModuleOp module);

/// Names and types of a function's parameters: its arguments under `names`
/// (arg0, ... where there is none), its results as out, or out0, out1, ....
/// Dynamic sizes that the function's fovea ops force to be equal share a
/// symbol, or are static if one of them is. Fails, with a message, on values
/// that are not tensors of numbers.
mlir::FailureOr<ArtifactEntry> describeEntry(mlir::func::FuncOp function,
                                             llvm::ArrayRef<std::string> names);

} // namespace fovea

#endif
