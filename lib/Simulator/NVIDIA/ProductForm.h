//===- ProductForm.h - what a warpgroup's product is -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_NVIDIA_PRODUCTFORM_H
#define FOVEA_LIB_SIMULATOR_NVIDIA_PRODUCTFORM_H

#include "Elements.h"

#include "mlir/IR/Operation.h"

namespace fovea::sim::nvidia {

/// An m64nNkK product with 32 bytes of k, for f32 or s32, of whichever op it
/// is. Operands are counted in registers of the instruction.
struct ProductForm {
  Element leftElement, rightElement;
  /// N, and K.
  int columns, depth;
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
  /// Of s32.
  bool saturates = false;
};

/// Of fovea_nvgpu.wgmma or nvvm.wgmma.mma_async. Nothing for one that is not
/// known.
std::optional<ProductForm> getProductForm(mlir::Operation *op);

} // namespace fovea::sim::nvidia

#endif
