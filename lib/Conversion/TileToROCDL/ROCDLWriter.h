//===- ROCDLWriter.h - a tile kernel for AMD GPUs -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETOROCDL_ROCDLWRITER_H
#define FOVEA_LIB_CONVERSION_TILETOROCDL_ROCDLWRITER_H

#include "../TileToGPU/KernelWriter.h"

namespace fovea::tile {

/// Channels by loads to LDS that are waited for by counting, products by MFMA
/// with the result transposed: a product of queries and keys is computed as
/// K Q^T, so that a lane holds keys of one query, and hands them on to the next
/// product as they are.
class ROCDLWriter final : public KernelWriter {
public:
  ROCDLWriter(KernelOp kernel, const GPUTarget &target,
              DeviceKernel &description);

private:
  // The frame (Frame.cpp).
  void annotate(mlir::LLVM::LLVMFuncOp function) override;
  void readThread() override;
  Value readWorkgroup() override;

  // Lanes and functions (Lanes.cpp).
  Value exchange(Value value, int64_t distance) override;
  Value anyLane(Value condition) override;
  Value maximum(Value a, Value b) override;
  Value exp2(Value x) override;
  Value log2(Value x) override;
  Value reciprocal(Value x) override;
  LogicalResult writeRound(mlir::arith::TruncFOp round) override;
  Value roundAway(Value low, Value high);

  // Copies (Copies.cpp).
  LogicalResult writePut(PutOp put) override;
  LogicalResult writeAwaitCopies(AwaitCopiesOp await) override;
  /// Loads of one wave for a tile.
  int64_t countLoads(RankedTensorType tile) const;
  int64_t countYounger(mlir::Block::iterator at, mlir::Block *block,
                       int64_t groups, unsigned depth) const;
  Value createResource(const View &view, llvm::ArrayRef<Value> indices);
  void waitFor(int64_t vectorMemory, int64_t localMemory);

  // Products (Products.cpp).
  LogicalResult writeDot(DotOp dot) override;
  LogicalResult writeScores(DotOp dot);
  LogicalResult writeOutput(DotOp dot);
  int64_t getCarriedWidth(mlir::Type type) override;
  /// One block of the result, `c`, for one step of an operand's depth.
  Value multiply(mlir::Type element, Value a, Value b, Value c);
  /// A lane's chunk of 16 bytes, or a part of one, in a tile of shared memory.
  struct Chunk {
    /// Rows and 16-byte chunks of a line that all lanes share, and the lane's.
    int64_t row, chunk;
    Value laneRow, laneChunk, laneByte;
  };
  Value getAddress(Value base, RankedTensorType tile, const Chunk &chunk);
  Value readShared(mlir::Type type, Value address);
  Value readTransposed(mlir::Type element, Value address);
  mlir::SmallVector<Value> readKeys(DotOp dot, int64_t block, int64_t step);
  void readValues(DotOp dot, int64_t step, int64_t group,
                  mlir::SmallVectorImpl<Value> &operands);

  /// What loads to LDS write and what reads of it read: the program's own waits
  /// order them.
  mlir::ArrayAttr copies, reads;
};

} // namespace fovea::tile

#endif
