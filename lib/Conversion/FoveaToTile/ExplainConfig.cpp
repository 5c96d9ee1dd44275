//===- ExplainConfig.cpp - why a config is what it is -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Conversion/ExplainConfig.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace fovea;

std::string fovea::explainConfig(Operation *op, tile::ConfigAttr config,
                                 const CPUTarget &cpu) {
  auto type = cast<RankedTensorType>(op->getOperand(0).getType());
  int64_t bits = getAccumulatorType(type.getElementType()).getWidth();
  int64_t accumulators =
      config.getRows() * config.getColumns() * bits / cpu.vectorBits;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "register tile " << config.getRows() << " x " << config.getColumns()
     << ": " << accumulators << " of " << cpu.vectorRegisters
     << " vector registers accumulate";
  auto attention = dyn_cast<AttentionOp>(op);
  if (!attention || attention.getKeyType().isDynamicDim(3) ||
      attention.getValueType().isDynamicDim(3))
    return text;
  int64_t width = attention.getKeyType().getDimSize(3) +
                  attention.getValueType().getDimSize(3);
  os << "; " << config.getN() << " packed keys and values take "
     << config.getN() * width * bits / 8 / 1024 << " KiB, " << config.getM()
     << " query and output rows " << config.getM() * width * bits / 8 / 1024
     << " KiB of " << cpu.l2Bytes / 1024 << " KiB second-level cache";
  return text;
}
