//===- Target.h - what differs between CDNA's chips -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_AMD_TARGET_H
#define FOVEA_LIB_SIMULATOR_AMD_TARGET_H

#include "mlir/IR/Operation.h"

#include <optional>

namespace fovea::sim::amd {

/// The chip of the `#rocdl.target` among the targets of the op's gpu.module;
/// "" if there is none.
llvm::StringRef getChip(mlir::Operation *op);

/// 8-bit floats are OCP's on gfx950 and FNUZ on gfx940 to gfx942 (AMD's CDNA4
/// and CDNA3 ISA guides). Failure: the chip is none of these or is not known,
/// and an error was reported.
llvm::FailureOr<bool> hasOCPFloats(mlir::Operation *op);

/// The value if it is an integer constant.
std::optional<int64_t> getConstant(mlir::Value value);

/// Failure: `value` is not constant, or has bits beside those in `allowed`; an
/// error that calls it `what` was reported.
llvm::LogicalResult requireBits(mlir::Operation *op, mlir::Value value,
                                llvm::StringRef what, int64_t allowed = 0);

} // namespace fovea::sim::amd

#endif
