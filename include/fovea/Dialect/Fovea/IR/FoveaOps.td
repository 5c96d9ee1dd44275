//===- FoveaOps.td - all ops of the dialect, by family --------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_FOVEAOPS_TD
#define FOVEA_DIALECT_FOVEA_IR_FOVEAOPS_TD

include "fovea/Dialect/Fovea/IR/FoveaAttrs.td"
include "fovea/Dialect/Fovea/IR/IndexType.td"
include "fovea/Dialect/Fovea/IR/AttentionOps.td"

#endif
