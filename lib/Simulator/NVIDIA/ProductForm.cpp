//===- ProductForm.cpp - what a warpgroup's product is -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ProductForm.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

static ProductForm getForm(nvgpu::WgmmaOp op) {
  ProductForm form;
  form.isHalf = op.getElement().isF16();
  form.columns = op.getColumns();
  form.left = 0;
  form.numLeft = op.getLhs().size();
  form.right = form.numLeft;
  form.accumulator = form.right + 1;
  form.numAccumulators = op.getAccumulators().size();
  form.condition =
      op.getAccumulates() ? int(form.accumulator + form.numAccumulators) : -1;
  form.isOnto = form.numAccumulators != 0;
  form.isLeftTransposed = false;
  form.isRightTransposed = op.getTransposed();
  form.isHeld = true;
  return form;
}

/// Upstream's op reads a struct of accumulators whether it adds to them or not.
static std::optional<ProductForm> getForm(NVVM::WgmmaMmaAsyncOp op) {
  bool isHalf = op.getTypeA() == NVVM::WGMMATypes::f16;
  auto accumulators = dyn_cast<LLVM::LLVMStructType>(op.getInouts().getType());
  bool isKnown =
      op.getTypeA() == op.getTypeB() &&
      (isHalf || op.getTypeA() == NVVM::WGMMATypes::bf16) &&
      op.getTypeD() == NVVM::WGMMATypes::f32 &&
      op.getScaleA() == NVVM::WGMMAScaleIn::one &&
      op.getScaleB() == NVVM::WGMMAScaleIn::one && !op.getSatfinite() &&
      op.getShape().getM() == 64 && op.getShape().getK() == 16 &&
      op.getShape().getN() % 8 == 0 && op.getShape().getN() >= 8 &&
      op.getShape().getN() <= 256 && accumulators &&
      int(accumulators.getBody().size()) == op.getShape().getN() / 2 &&
      llvm::all_of(accumulators.getBody(),
                   [](Type type) { return type.isF32(); });
  if (!isKnown)
    return std::nullopt;
  ProductForm form;
  form.isHalf = isHalf;
  form.columns = op.getShape().getN();
  form.accumulator = 0;
  form.numAccumulators = form.columns / 2;
  form.left = form.numAccumulators;
  form.numLeft = 1;
  form.right = form.left + 1;
  form.condition = -1;
  form.isOnto = op.getScaleD() == NVVM::WGMMAScaleOut::one;
  // K-major is what the instruction takes without a flag: rows of A, columns of
  // B.
  form.isLeftTransposed = op.getLayoutA() == NVVM::MMALayout::col;
  form.isRightTransposed = op.getLayoutB() == NVVM::MMALayout::row;
  form.isHeld = false;
  return form;
}

std::optional<ProductForm> nvidia::getProductForm(Operation *op) {
  if (auto own = dyn_cast<nvgpu::WgmmaOp>(op))
    return getForm(own);
  return getForm(cast<NVVM::WgmmaMmaAsyncOp>(op));
}
