//===- Description.h - what is said of a kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_DESCRIPTION_H
#define FOVEA_LIB_SIMULATOR_DESCRIPTION_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace fovea::sim {

/// The dictionary has what DeviceKernel reads, of legal values. Failure: not,
/// which was reported.
mlir::LogicalResult verifyDescription(mlir::gpu::GPUModuleOp device,
                                      mlir::DictionaryAttr description);

} // namespace fovea::sim

#endif
