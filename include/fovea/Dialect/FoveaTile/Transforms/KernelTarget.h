//===- KernelTarget.h - the GPU that a kernel is scheduled for -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_TRANSFORMS_KERNELTARGET_H
#define FOVEA_DIALECT_FOVEATILE_TRANSFORMS_KERNELTARGET_H

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Target/GPU/GPUTarget.h"

namespace fovea::tile {

/// The target that the kernel's schedule names, or null after an error.
const GPUTarget *getTarget(KernelOp kernel);

/// The layout of `target`'s accumulators.
FragmentAttr getFragment(const GPUTarget &target, mlir::MLIRContext *context);
/// The layout of a left operand that is loaded from memory; null where it goes
/// through shared memory.
FragmentAttr getLeftFragment(const GPUTarget &target,
                             mlir::MLIRContext *context);
/// The layout of a product of `columns` columns whose right operand is read row
/// by row: the accumulator's, or one whose lanes hold neighbouring columns.
FragmentAttr getValuesFragment(const GPUTarget &target, int64_t columns,
                               mlir::MLIRContext *context);
/// The layout of register tiles under `schedule`: its own, or the target's.
FragmentAttr getLayout(ScheduleAttr schedule, const GPUTarget &target);

/// The kernel's schedule; an error names the pass's precondition.
mlir::FailureOr<ScheduleAttr> getSchedule(KernelOp kernel);

/// Where the allocation of shared memory is written on the kernel.
constexpr llvm::StringLiteral kSharedBytesAttr = "fovea_tile.shared_bytes";
constexpr llvm::StringLiteral kBarriersAtAttr = "fovea_tile.barriers_at";
constexpr llvm::StringLiteral kPlacesAtAttr = "fovea_tile.places_at";
/// Places of the grid that a dynamic schedule hands to the consumers ahead.
constexpr int64_t kPlaceBuffers = 2;
/// A channel has two barriers of 8 bytes for each buffer: filled, and free.
constexpr int64_t kBarrierBytes = 8;

} // namespace fovea::tile

#endif
