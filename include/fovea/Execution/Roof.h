//===- Roof.h - what this machine's multiply-adds can reach -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_ROOF_H
#define FOVEA_EXECUTION_ROOF_H

#include "fovea/Target/CPU/CPUTarget.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"

namespace fovea {

/// FLOP/s of independent vector multiply-adds on registers of `cpu`, in floats
/// of `bits` bits, on as many threads as compiled code uses: the best of a few
/// runs.
llvm::Expected<double> measureRoof(mlir::MLIRContext &context,
                                   const CPUTarget &cpu, unsigned bits);

} // namespace fovea

#endif
