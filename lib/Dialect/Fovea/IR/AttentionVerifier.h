//===- AttentionVerifier.h - the parts of attention's verifier -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEA_IR_ATTENTIONVERIFIER_H
#define FOVEA_LIB_DIALECT_FOVEA_IR_ATTENTIONVERIFIER_H

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/IR/TypeUtilities.h"

namespace fovea {

/// C13 to C16: operands of clauses, and masks of certain sizes.
mlir::LogicalResult verifyClauses(AttentionOp op);

} // namespace fovea

#endif
