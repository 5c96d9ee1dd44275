//===- ExplainConfig.cpp - why a config is what it is -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Conversion/ExplainConfig.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace fovea;

/// Any size that a type or a config by hand can state is explained, so the
/// products saturate.
static uint64_t toKiB(uint64_t rows, uint64_t width, uint64_t bits) {
  return llvm::SaturatingMultiply(llvm::SaturatingMultiply(rows, width),
                                  bits / 8) /
         1024;
}

std::string fovea::explainConfig(Operation *op, tile::ConfigAttr config,
                                 const CPUTarget &cpu) {
  auto type = cast<RankedTensorType>(op->getOperand(0).getType());
  uint64_t bits = getAccumulatorType(type.getElementType()).getWidth();
  uint64_t tile =
      llvm::SaturatingMultiply<uint64_t>(config.getRows(), config.getColumns());
  uint64_t accumulators = llvm::SaturatingMultiply(tile, bits) / cpu.vectorBits;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "register tile " << config.getRows() << " x " << config.getColumns()
     << ": " << accumulators << " of " << cpu.vectorRegisters
     << " vector registers accumulate";
  auto attention = dyn_cast<AttentionOp>(op);
  if (!attention || attention.getKeyType().isDynamicDim(3) ||
      attention.getValueType().isDynamicDim(3))
    return text;
  uint64_t width = uint64_t(attention.getKeyType().getDimSize(3)) +
                   attention.getValueType().getDimSize(3);
  os << "; " << config.getN() << " packed keys and values take "
     << toKiB(config.getN(), width, bits) << " KiB, " << config.getM()
     << " query and output rows " << toKiB(config.getM(), width, bits)
     << " KiB of " << cpu.l2Bytes / 1024 << " KiB second-level cache";
  return text;
}

/// How a workgroup of a GPU runs with `config`.
std::string fovea::explainConfig(tile::ConfigAttr config,
                                 const GPUTarget &gpu) {
  std::string text;
  llvm::raw_string_ostream os(text);
  tile::ScheduleAttr schedule = config.getSchedule();
  int64_t consumers = config.getM() / config.getRows();
  os << consumers << " x " << config.getRows() << " rows of queries against "
     << config.getN() << " keys a step";
  if (config.getSplits() > 1)
    os << ", in " << config.getSplits() << " parts that are merged";
  if (!schedule || !schedule.getProducer())
    return text;
  int64_t threads = int64_t(gpu.productSubgroups) * gpu.subgroupSize;
  os << "; registers: " << threads << " x (" << schedule.getProducer() << " + "
     << consumers << " x " << schedule.getConsumer() << ") of "
     << gpu.getLaunchRegisters(threads * (consumers + 1),
                               schedule.getWorkgroups()) *
            threads * (consumers + 1);
  return text;
}
