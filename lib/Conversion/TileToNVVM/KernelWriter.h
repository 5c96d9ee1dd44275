//===- KernelWriter.h - a tile kernel as one thread's program -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETONVVM_KERNELWRITER_H
#define FOVEA_LIB_CONVERSION_TILETONVVM_KERNELWRITER_H

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"
#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {

using Registers = llvm::SmallVector<mlir::Value>;

/// Writes the function that every thread of a workgroup runs. A register tile
/// becomes one value for each register that its layout gives to a thread, a
/// tile of a channel the address of its buffer, an index an i32. Memory is
/// addressed with 64 bits.
class KernelWriter {
public:
  KernelWriter(KernelOp kernel, const GPUTarget &target,
               DeviceKernel &description);

  /// Writes the kernel's function at the end of `module`'s body.
  mlir::LogicalResult write(mlir::Block &module);

private:
  using RankedTensorType = mlir::RankedTensorType;
  using Value = mlir::Value;
  using Operation = mlir::Operation;
  using LogicalResult = mlir::LogicalResult;

  /// A parameter in memory.
  struct View {
    mlir::MemRefType type;
    mlir::Value base;
    llvm::SmallVector<mlir::Value> sizes, strides;
    unsigned argument;
  };
  /// A channel in shared memory, with its barriers one after the other.
  struct Ring {
    RankedTensorType tile;
    int64_t offset, depth, tileBytes;
    int64_t filledBarrier, freeBarrier;
  };
  // The frame (KernelWriter.cpp).
  mlir::LLVM::LLVMFuncOp createFunction(mlir::Block &module);
  void addTensorMaps();
  unsigned addTensorMap(unsigned argument, mlir::Type element, int64_t rows,
                        int64_t columns);
  void readArguments(mlir::LLVM::LLVMFuncOp function);
  void readThread();
  void place(Value linear, mlir::ValueRange ids);
  void collectRings();
  void initBarriers();
  LogicalResult writeBlock(mlir::Block &block);
  LogicalResult writeOp(Operation &op);
  LogicalResult writeRole(RoleOp role);
  LogicalResult writeRounds(RoundsOp rounds);
  LogicalResult writeFor(mlir::scf::ForOp loop);
  LogicalResult writeIf(mlir::scf::IfOp choice);
  LogicalResult writeYield(mlir::scf::YieldOp yield);
  LogicalResult writeScalar(Operation &op);

  // Arithmetic on registers (Registers.cpp).
  LogicalResult writeConstant(mlir::arith::ConstantOp constant);
  LogicalResult writeElementwise(Operation &op);
  LogicalResult writeRound(mlir::arith::TruncFOp round);
  LogicalResult writeBroadcast(BroadcastOp broadcast);
  LogicalResult writeReduce(ReduceOp reduce);
  LogicalResult writeFold(FoldOp fold);
  LogicalResult writeAny(AnyOp any);
  LogicalResult writeCoordinate(CoordinateOp coordinate);
  LogicalResult writeMask(MaskOp mask);
  /// One element's op on registers; null after an error.
  Value writeElement(Operation &op, mlir::ValueRange operands,
                     mlir::Type result);
  /// Sums as a base and a constant: neighbours share the base.
  Value writeSum(Operation &op, mlir::ValueRange operands);
  Value combine(ReduceKind kind, Value a, Value b);
  Value exchange(Value value, int64_t distance);

  // Functions (Math.cpp).
  Value writeMath(Operation &op, mlir::ValueRange operands);
  Value callIntrinsic(llvm::StringRef name, Value x);
  /// `x * factor` in f32, where constant factors of `x` join in.
  Value scale(Value x, double factor);
  static bool isExpandedLater(Operation *op);

  // Products (Products.cpp).
  LogicalResult writeDot(DotOp dot);
  LogicalResult writeAwait(AwaitOp await);
  Value createDescriptor(Value address, int64_t leadingBytes);
  Value pack(Value low, Value high);
  bool hasMatrixOperands(DotOp dot);

  // Products of one subgroup each (SubgroupProducts.cpp).
  LogicalResult writeSubgroupDot(DotOp dot);
  Registers loadMatrices(Value address, bool transposed);
  Registers loadLeft(Value base, int64_t rows, Value row, int64_t k);
  Registers loadRight(Value base, int64_t rows, int64_t column, int64_t k,
                      bool transposed);
  void multiply(mlir::Type element, llvm::ArrayRef<Value> left,
                llvm::ArrayRef<Value> right, llvm::MutableArrayRef<Value> c);

  // Turns and places of the grid (Rounds.cpp).
  LogicalResult writeTakeTurn(TakeTurnOp take);
  LogicalResult writePassTurn(PassTurnOp pass);
  void passFirstTurn(RoleOp role);
  Value getTurn(Value group);
  Value takePlace(Value round);
  void handPlace(Value round, Value place);
  Value getPlaceBarrier(int64_t kind, Value slot);

  // Copies (Copies.cpp).
  LogicalResult writePut(PutOp put);
  LogicalResult writeGet(GetOp get);
  LogicalResult writeConsumed(ConsumedOp consumed);
  LogicalResult writeStagedStore(StoreOp store);
  std::pair<Value, Value> getSlot(const Ring &ring, Value number);
  Value getBarrier(int64_t first, Value slot);
  void wait(Value barrier, Value parity);
  void arrive(Value barrier);

  // Copies by all threads (ChunkCopies.cpp).
  LogicalResult writeChunkCopies(PutOp put);
  LogicalResult writeAwaitCopies(AwaitCopiesOp await);
  Value getChunkAddress(Value base, int64_t rows, Value row, Value chunk);

  // Memory by elements (Accesses.cpp).
  LogicalResult writeLoad(LoadOp load);
  LogicalResult writeStore(StoreOp store);
  bool storesPairs(StoreOp store);
  void requireAlignment(const View &view, int32_t bytes);
  LogicalResult writeGather(GatherOp gather);
  LogicalResult writeDim(mlir::memref::DimOp dim);
  LogicalResult writeScalarLoad(mlir::memref::LoadOp load);
  Value getAddress(const View &view, mlir::ValueRange indices);
  Value loadElement(const View &view, mlir::ValueRange indices);

  // Shorthands.
  Value i32(int64_t value);
  Value f32(double value);
  Value add(Value a, Value b) { return mlir::arith::AddIOp::create(b_, a, b); }
  Value add(Value a, int64_t b) { return b ? add(a, i32(b)) : a; }
  Value mul(Value a, int64_t b);
  Value shift(Value a, int64_t bits);
  Value band(Value a, int64_t mask);
  Value compare(mlir::arith::CmpIPredicate predicate, Value a, Value b);
  Value less(Value a, Value b) {
    return compare(mlir::arith::CmpIPredicate::slt, a, b);
  }
  Value sharedPointer(Value address);
  /// Runs `body` under a condition.
  void when(Value condition, llvm::function_ref<void()> body);
  mlir::Type lowered(mlir::Type type);
  llvm::SmallVector<mlir::Type> flatten(mlir::TypeRange types);
  llvm::SmallVector<std::pair<int64_t, int64_t>> places(mlir::Type type);
  Registers &registers(Value value) { return values[value]; }
  Value scalar(Value value) { return values[value].front(); }
  Registers flatten(mlir::ValueRange values);
  void define(mlir::ValueRange results, mlir::ValueRange flat);

  KernelOp kernel;
  const GPUTarget &target;
  DeviceKernel &description;
  FragmentAttr fragment;
  mlir::ImplicitLocOpBuilder b_;
  llvm::DenseMap<Value, Registers> values;
  llvm::DenseMap<Value, View> views;
  llvm::DenseMap<Value, std::pair<Value, int64_t>> sums;
  llvm::DenseMap<Value, std::pair<Value, double>> floatSums;
  llvm::MapVector<Value, Ring> rings;
  llvm::SmallVector<Value> tensorMaps;
  /// Of the thread: its number, its lane, its subgroup in the workgroup and in
  /// its role.
  Value thread, lane, subgroup, roleSubgroup;
  /// Row and column of lane's first element in a fragment's block, with the
  /// subgroup's rows.
  Value laneRow, laneColumn;
  Value sharedBase, barriersBase;
  int64_t consumers = 0, roleWarps = 0;
  RoleKind role = RoleKind::Consumer;
  llvm::SmallVector<Value> gridSizes;
  /// Of a dynamic grid: the next place, in global memory, and the shared memory
  /// where the producer hands places on.
  Value counter, placesBase;
};

/// An error for a kernel that the writer cannot take (VerifyKernel.cpp).
mlir::LogicalResult verifyForDevice(KernelOp kernel, const GPUTarget &target);

} // namespace fovea::tile

#endif
