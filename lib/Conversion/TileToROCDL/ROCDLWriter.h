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
  LogicalResult leaveLoop(Operation *loop) override;

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
  int64_t countYounger(mlir::scf::ForOp loop, int64_t groups,
                       unsigned depth) const;
  /// Part of a view in memory: its first byte, how many follow, and how many
  /// lie between rows.
  struct Extent {
    Value base, bytes, rowBytes;
  };
  Extent getExtent(const View &view, llvm::ArrayRef<Value> indices,
                   int64_t tileRows);
  Extent getExtentOfPages(const View &view, llvm::ArrayRef<Value> viewIndices);
  Extent getExtentInPage(const View &view, llvm::ArrayRef<Value> viewIndices,
                         Value row, int64_t rows);
  Value getByteInPages(const View &view, Value row, Value rowBytes,
                       Value column, int64_t none);
  Value createResource(const Extent &extent, Value offset);
  struct Part;
  Part getPart(int64_t load, int64_t rows, int64_t rowsOfLoad);
  void waitFor(int64_t vectorMemory, int64_t localMemory);

  // Phases (Phases.cpp).
  LogicalResult writeNextPhase(NextPhaseOp next) override;
  LogicalResult writeStagger(StaggerOp stagger) override;
  bool hasPhases() const;
  /// All subgroups meet; the next phase has `priority`.
  void meet(int64_t priority);
  void interleave();

  // Swizzles (Swizzles.cpp).
  Value getFlips(RankedTensorType tile, Value row);
  Value flip(Value value, Value flips);
  /// A lane's chunk of 16 bytes, or a part of one, in a tile of shared memory.
  struct Chunk {
    /// Rows and 16-byte chunks of a line that all lanes share, and the lane's,
    /// which have no bits in common.
    int64_t row, chunk;
    Value laneRow, laneChunk, laneByte;
  };
  Value getAddress(Value base, RankedTensorType tile, const Chunk &chunk);

  // Products (Products.cpp).
  LogicalResult writeDot(DotOp dot) override;
  LogicalResult writeRead(ReadOp read) override;
  llvm::SmallVector<mlir::Type> getOperandTypes(RankedTensorType type) override;
  LogicalResult writeScores(DotOp dot);
  LogicalResult writeOutput(DotOp dot);
  int64_t getCarriedWidth(mlir::Type type) override;
  /// One block of the result, `c`, for one step of an operand's depth.
  Value multiply(mlir::Type element, Value a, Value b, Value c);
  Value readShared(mlir::Type type, Value address);
  Value readTransposed(mlir::Type element, Value address);
  /// A right operand, word by word: of the keys of a block a step's columns, of
  /// the values of a step's keys each block of columns.
  Registers readKeys(Value base, RankedTensorType tile, int64_t first,
                     int64_t rows);
  Registers readValues(Value base, RankedTensorType tile, int64_t first,
                       int64_t rows);
  Value readTransposed(Value base, RankedTensorType tile, int64_t row,
                       int64_t firstByte);
  llvm::SmallVector<Value> readNeighbours(Value base, RankedTensorType tile,
                                          int64_t row, int64_t firstByte,
                                          int64_t neighbours);
  void transpose(llvm::ArrayRef<Value> keys, Registers &operands);
  Registers readRight(DotOp dot);

  /// Of the phase: its matrix instructions, its exponentials, and whether these
  /// come before its maxima, once one of both was written.
  int64_t products = 0, exponentials = 0;
  std::optional<bool> exponentialsFirst;

  /// What loads to LDS write and what reads of it read: the program's own waits
  /// order them.
  mlir::ArrayAttr copies, reads;
};

} // namespace fovea::tile

#endif
