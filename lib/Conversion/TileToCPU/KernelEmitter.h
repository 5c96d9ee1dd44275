//===- KernelEmitter.h - the function that a kernel becomes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETOCPU_KERNELEMITTER_H
#define FOVEA_LIB_CONVERSION_TILETOCPU_KERNELEMITTER_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace fovea::tile {

/// Whether the conversion takes `kernel` for vectors of `width` accumulators;
/// reports the first op that it does not, and what it would take.
mlir::LogicalResult verifyKernel(KernelOp kernel, int64_t width);

/// The type that the kernel's dots and reductions accumulate in, f32 or f64;
/// that of its widest tiles if it has none. Reports those that differ.
mlir::FailureOr<mlir::FloatType> findAccumulator(KernelOp kernel);

/// Replaces `kernel` by a private function of the same name and arguments.
/// Reports kernels that need more than `stackBytes` of the stack, or that this
/// conversion does not take.
mlir::FailureOr<mlir::func::FuncOp>
emitKernel(KernelOp kernel, int64_t vectorBits, int64_t stackBytes);

/// The same for a kernel per_thread: its threads are a loop. Leaves the kernel.
mlir::func::FuncOp emitThreadKernel(KernelOp kernel);

} // namespace fovea::tile

#endif
