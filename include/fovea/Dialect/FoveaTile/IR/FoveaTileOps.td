//===- FoveaTileOps.td - all ops of the dialect, by family -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_FOVEATILEOPS_TD
#define FOVEA_DIALECT_FOVEATILE_IR_FOVEATILEOPS_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.td"
include "fovea/Dialect/FoveaTile/IR/KernelOps.td"
include "fovea/Dialect/FoveaTile/IR/MemoryOps.td"
include "fovea/Dialect/FoveaTile/IR/ComputeOps.td"
include "fovea/Dialect/FoveaTile/IR/ChannelOps.td"

#endif
