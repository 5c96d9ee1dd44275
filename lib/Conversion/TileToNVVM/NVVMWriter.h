//===- NVVMWriter.h - a tile kernel for NVIDIA GPUs -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETONVVM_NVVMWRITER_H
#define FOVEA_LIB_CONVERSION_TILETONVVM_NVVMWRITER_H

#include "../TileToGPU/KernelWriter.h"

#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"

namespace fovea::tile {

/// Channels on mbarriers and the copy engine, or on groups of cp.async;
/// products by wgmma, or by mma.sync: which of them the target has.
class NVVMWriter final : public KernelWriter {
public:
  using KernelWriter::KernelWriter;

private:
  // The frame (Frame.cpp).
  void annotate(mlir::LLVM::LLVMFuncOp function) override;
  void readThread() override;
  Value readWorkgroup() override;
  void addTensorMaps() override;
  unsigned addTensorMap(unsigned argument, mlir::Type element, int64_t rows,
                        int64_t columns);
  void initBarriers() override;
  void enterRole(RoleOp role) override;
  LogicalResult writeProducer(RoleOp role) override;

  // Lanes and functions (Lanes.cpp).
  Value exchange(Value value, int64_t distance) override;
  Value anyLane(Value condition) override;
  Value maximum(Value a, Value b) override;
  Value exp2(Value x) override;
  Value log2(Value x) override;
  Value reciprocal(Value x) override;
  Value approximateTanh(Value x) override;
  LogicalResult writeRound(mlir::arith::TruncFOp round) override;

  // Copies (Copies.cpp).
  int64_t getBoxRows(PutOp put);
  llvm::SmallVector<Value> locate(const View &view, PutOp put, int64_t row);
  void clearRows(const Ring &ring, Value buffer, Value valid);
  void writeZeros(const Ring &ring, Value buffer, Value firstRow);
  LogicalResult writePut(PutOp put) override;
  LogicalResult writeGet(GetOp get) override;
  LogicalResult writeConsumed(ConsumedOp consumed) override;
  LogicalResult writeStagedStore(StoreOp store) override;
  Value getBarrier(int64_t first, Value slot);
  void wait(Value barrier, Value parity);
  void arrive(Value barrier);

  // Copies by all threads (ChunkCopies.cpp).
  LogicalResult writeChunkCopies(PutOp put);
  LogicalResult writeAwaitCopies(AwaitCopiesOp await) override;
  Value getChunkAddress(Value base, int64_t rows, Value row, Value chunk);

  // Products (Products.cpp).
  LogicalResult writeDot(DotOp dot) override;
  LogicalResult writeGroupDot(DotOp dot);
  LogicalResult writeAwait(AwaitOp await) override;
  Value createDescriptor(Value address, int64_t leadingBytes);

  // Products of one subgroup each (SubgroupProducts.cpp).
  LogicalResult writeSubgroupDot(DotOp dot);
  Registers loadMatrices(Value address, bool transposed);
  Registers loadLeft(Value base, int64_t rows, Value row, int64_t k);
  Registers loadRight(Value base, int64_t rows, int64_t column, int64_t k,
                      bool transposed);
  void multiply(mlir::Type element, llvm::ArrayRef<Value> left,
                llvm::ArrayRef<Value> right, llvm::MutableArrayRef<Value> c);

  // Turns and places of the grid (Rounds.cpp).
  LogicalResult writeRounds(RoundsOp rounds) override;
  LogicalResult writeTakeTurn(TakeTurnOp take) override;
  LogicalResult writePassTurn(PassTurnOp pass) override;
  void passFirstTurn(RoleOp role);
  Value getTurn(Value group);
  Value takePlace(Value round);
  void handPlace(Value round, Value place);
  Value getPlaceBarrier(int64_t kind, Value slot);
};

} // namespace fovea::tile

#endif
