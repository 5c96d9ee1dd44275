//===- ProductForm.h - what a warpgroup's product is -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_PRODUCTFORM_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_PRODUCTFORM_H

#include "mlir/IR/Operation.h"

namespace fovea::sim::nvidia {

/// An m64nNk16 product of f16 or bf16 for f32, of whichever op it is. Operands
/// are counted in registers of the instruction.
struct ProductForm {
  bool isHalf;
  /// N.
  int columns;
  /// The left operand's first register, and how many: 1 is a descriptor.
  unsigned left, numLeft;
  /// The right operand's descriptor.
  unsigned right;
  /// The accumulators' first register, and how many: none, or N / 2.
  unsigned accumulator, numAccumulators;
  /// The i1 that says whether it accumulates; negative: `isOnto` does.
  int condition;
  bool isOnto;
  /// The operands in shared memory are M-major or N-major.
  bool isLeftTransposed, isRightTransposed;
  /// The results are values that a wait passes on (fovea_nvgpu.wgmma_wait);
  /// else any wait for the group makes them defined.
  bool isHeld;
};

/// Of fovea_nvgpu.wgmma or nvvm.wgmma.mma_async. Nothing for one that is not
/// known.
std::optional<ProductForm> getProductForm(mlir::Operation *op);

} // namespace fovea::sim::nvidia

#endif
