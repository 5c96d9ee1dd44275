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

/// Bytes of k in every product.
static constexpr int kDepthBytes = 32;

static ProductForm getForm(nvgpu::WgmmaOp op) {
  ProductForm form;
  form.leftElement = form.rightElement =
      op.getElement().isF16() ? Element::F16 : Element::BF16;
  form.depth = kDepthBytes / bytesOf(form.leftElement);
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

static std::optional<Element> elementOf(NVVM::WGMMATypes type) {
  switch (type) {
  case NVVM::WGMMATypes::f16:
    return Element::F16;
  case NVVM::WGMMATypes::bf16:
    return Element::BF16;
  case NVVM::WGMMATypes::tf32:
    return Element::TF32;
  case NVVM::WGMMATypes::e4m3:
    return Element::E4M3;
  case NVVM::WGMMATypes::e5m2:
    return Element::E5M2;
  case NVVM::WGMMATypes::s8:
    return Element::S8;
  case NVVM::WGMMATypes::u8:
    return Element::U8;
  default:
    return std::nullopt;
  }
}

/// The types of one product: the same, or two of FP8 or of int8, and K-major
/// unless they are of 16 bits (PTX ISA, "wgmma.mma_async").
static bool areTypesKnown(NVVM::WgmmaMmaAsyncOp op, Element left,
                          Element right) {
  bool isHalf = bytesOf(left) == 2;
  bool isKMajor = op.getLayoutA() == NVVM::MMALayout::row &&
                  op.getLayoutB() == NVVM::MMALayout::col;
  bool isSame = bytesOf(left) == 1
                    ? bytesOf(right) == 1 && isInteger(left) == isInteger(right)
                    : left == right;
  return isSame && (isHalf || isKMajor) &&
         op.getTypeD() ==
             (isInteger(left) ? NVVM::WGMMATypes::s32 : NVVM::WGMMATypes::f32);
}

/// N: multiples of 8, of int8 those that NVVM's table has.
static bool isWidthKnown(Element element, int columns) {
  bool isOdd = columns % 16 != 0 && columns != 8 && columns != 24;
  return columns % 8 == 0 && columns >= 8 && columns <= 256 &&
         !(isInteger(element) && isOdd);
}

/// Upstream's op reads a struct of accumulators whether it adds to them or not.
static std::optional<ProductForm> getForm(NVVM::WgmmaMmaAsyncOp op) {
  auto left = elementOf(op.getTypeA()), right = elementOf(op.getTypeB());
  auto accumulators = dyn_cast<LLVM::LLVMStructType>(op.getInouts().getType());
  int columns = op.getShape().getN();
  bool isKnown = left && right && areTypesKnown(op, *left, *right) &&
                 op.getScaleA() == NVVM::WGMMAScaleIn::one &&
                 op.getScaleB() == NVVM::WGMMAScaleIn::one &&
                 op.getShape().getM() == 64 &&
                 op.getShape().getK() * bytesOf(*left) == kDepthBytes &&
                 isWidthKnown(*left, columns) && accumulators &&
                 int(accumulators.getBody().size()) == columns / 2 &&
                 llvm::all_of(accumulators.getBody(), [&](Type type) {
                   return isInteger(*left) ? type.isInteger(32) : type.isF32();
                 });
  if (!isKnown)
    return std::nullopt;
  ProductForm form;
  form.leftElement = *left;
  form.rightElement = *right;
  form.depth = op.getShape().getK();
  form.columns = columns;
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
  form.saturates = op.getSatfinite() == NVVM::MMAIntOverflow::satfinite;
  return form;
}

std::optional<ProductForm> nvidia::getProductForm(Operation *op) {
  if (auto own = dyn_cast<nvgpu::WgmmaOp>(op))
    return getForm(own);
  return getForm(cast<NVVM::WgmmaMmaAsyncOp>(op));
}
