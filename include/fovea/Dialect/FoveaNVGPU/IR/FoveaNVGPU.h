//===- FoveaNVGPU.h - the fovea_nvgpu dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEANVGPU_IR_FOVEANVGPU_H
#define FOVEA_DIALECT_FOVEANVGPU_IR_FOVEANVGPU_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPUDialect.h.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPUOps.h.inc"

#endif
