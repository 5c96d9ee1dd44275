//===- KernelWriter.h - a tile kernel as one thread's program -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_CONVERSION_TILETOGPU_KERNELWRITER_H
#define FOVEA_LIB_CONVERSION_TILETOGPU_KERNELWRITER_H

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace fovea::tile {

using Registers = llvm::SmallVector<mlir::Value>;

/// Writes the function that every thread of a workgroup runs. A register tile
/// becomes one value for each register that its layout gives to a thread, a
/// tile of a channel the address of its buffer, an index an i32. Memory is
/// addressed with 64 bits.
///
/// Here stands what is the same on every GPU: arithmetic on registers, control
/// flow, places of the grid, elements in memory. A vendor's writer says how its
/// threads know themselves, talk, copy and multiply.
class KernelWriter {
public:
  KernelWriter(KernelOp kernel, const GPUTarget &target,
               DeviceKernel &description);
  virtual ~KernelWriter() = default;

  /// Writes the kernel's function at the end of `module`'s body.
  mlir::LogicalResult write(mlir::Block &module);

protected:
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

  //===--------------------------------------------------------------------===//
  // What a vendor says
  //===--------------------------------------------------------------------===//

  /// Attributes of a kernel, and of its launch bounds.
  virtual void annotate(mlir::LLVM::LLVMFuncOp function) = 0;
  /// Sets `thread`, `lane` and `subgroup`, which is the same in all its lanes.
  virtual void readThread() = 0;
  /// The number of the workgroup.
  virtual Value readWorkgroup() = 0;
  /// Before the function: what else it takes than parameters and grid sizes.
  virtual void addTensorMaps() {}
  /// Before the roles' programs.
  virtual void initBarriers() {}
  /// At the start of a role, within its condition.
  virtual void enterRole(RoleOp) {}
  /// The role that copies for others.
  virtual LogicalResult writeProducer(RoleOp role) { return refuse(role); }

  /// Behind a loop, or a condition with one: what the lane knows of itself may
  /// be found out anew, so that it takes no registers within.
  virtual LogicalResult leaveLoop(Operation *) { return mlir::success(); }

  /// The value of the lane whose number differs in the bits of `distance`.
  virtual Value exchange(Value value, int64_t distance) = 0;
  /// Whether `condition` holds in some lane of the subgroup.
  virtual Value anyLane(Value condition) = 0;
  /// The larger one in a row reduction, where NaN may be kept or left out.
  virtual Value maximum(Value a, Value b) = 0;
  /// 2^x, log2 x and 1 / x in f32, as the special function unit has them.
  virtual Value exp2(Value x) = 0;
  virtual Value log2(Value x) = 0;
  virtual Value reciprocal(Value x) = 0;
  /// A tanh of 2^-11, in one instruction; null without one.
  virtual Value approximateTanh(Value) { return Value(); }
  /// f32 to 16 bits; pairs at once, where the unit has that.
  virtual LogicalResult writeRound(mlir::arith::TruncFOp round) {
    return writeElementwise(*round);
  }

  virtual LogicalResult writePut(PutOp put) = 0;
  virtual LogicalResult writeAwaitCopies(AwaitCopiesOp await) = 0;
  virtual LogicalResult writeDot(DotOp dot) = 0;
  /// By default nobody waits for a buffer: threads that copy themselves meet.
  virtual LogicalResult writeGet(GetOp get);
  virtual LogicalResult writeConsumed(ConsumedOp) { return mlir::success(); }
  virtual LogicalResult writeAwait(AwaitOp op) { return refuse(op); }
  virtual LogicalResult writeRead(ReadOp op) { return refuse(op); }
  virtual LogicalResult writeNextPhase(NextPhaseOp op) { return refuse(op); }
  virtual LogicalResult writeStagger(StaggerOp op) { return refuse(op); }
  virtual LogicalResult writeStagedStore(StoreOp op) { return refuse(op); }
  virtual LogicalResult writeRounds(RoundsOp op) { return refuse(op); }
  virtual LogicalResult writeTakeTurn(TakeTurnOp op) { return refuse(op); }
  virtual LogicalResult writePassTurn(PassTurnOp op) { return refuse(op); }

  //===--------------------------------------------------------------------===//
  // What is the same everywhere
  //===--------------------------------------------------------------------===//

  // The frame (KernelWriter.cpp).
  mlir::LLVM::LLVMFuncOp createFunction(mlir::Block &module);
  void readArguments(mlir::LLVM::LLVMFuncOp function);
  void findShared();
  void collectRings();
  LogicalResult refuse(Operation *op);

  // Control flow (ControlFlow.cpp).
  LogicalResult writeBlock(mlir::Block &block);
  LogicalResult writeOp(Operation &op);
  /// Writes the ops on rows' and columns' numbers, of the blocks around
  /// `behind`, once more.
  LogicalResult writePlacesAgain(Operation *behind);
  LogicalResult writeRole(RoleOp role);
  void placeLanes();
  LogicalResult writeFor(mlir::scf::ForOp loop);
  LogicalResult writeIf(mlir::scf::IfOp choice);
  LogicalResult writeYield(mlir::scf::YieldOp yield);
  LogicalResult writeScalar(Operation &op);

  // Places of the grid (Grid.cpp).
  void place(Value linear, mlir::ValueRange ids);
  Value gatherOnDies(Value number, Value places, Value chunk);

  // Arithmetic on registers (Registers.cpp).
  LogicalResult writeConstant(mlir::arith::ConstantOp constant);
  LogicalResult writeSlice(mlir::tensor::ExtractSliceOp slice);
  LogicalResult writeElementwise(Operation &op);
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
  /// Two 16-bit neighbours in one register.
  Value pack(Value low, Value high);
  /// 16-bit values in one word, one value as it is.
  Value packWord(llvm::ArrayRef<Value> neighbours);

  // Functions (Math.cpp).
  Value writeMath(Operation &op, mlir::ValueRange operands);
  Value callIntrinsic(llvm::StringRef name, Value x);
  /// `x * factor` in f32, where constant factors of `x` join in.
  Value scale(Value x, double factor);
  static bool isExpandedLater(Operation *op);

  // Memory by elements (Accesses.cpp).
  LogicalResult writeLoad(LoadOp load);
  LogicalResult writeStore(StoreOp store);
  void requireAlignment(const View &view, int32_t bytes);
  LogicalResult writeGather(GatherOp gather);
  LogicalResult writeDim(mlir::memref::DimOp dim);
  LogicalResult writeScalarLoad(mlir::memref::LoadOp load);
  Value getAddress(const View &view, mlir::ValueRange indices);
  Value loadElement(const View &view, mlir::ValueRange indices);

  // Shared memory (KernelWriter.cpp).
  /// The buffer of tile `number`, and the parity of its turn.
  std::pair<Value, Value> getSlot(const Ring &ring, Value number);
  /// The buffer of tile `number` of the kernel, a constant where a loop goes
  /// round the ring.
  Value getBuffer(const Ring &ring, Value number);
  Value sharedPointer(Value address);

  /// 16-bit operands of one type, the right one in a channel, and an f32
  /// result.
  static bool hasMatrixOperands(DotOp dot);

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
  /// Runs `body` under a condition.
  void when(Value condition, llvm::function_ref<void()> body);
  mlir::Type lowered(mlir::Type type);
  /// Of a tile's registers, how many are carried by loops and conditions as one
  /// vector: as many as an instruction takes at once.
  virtual int64_t getCarriedWidth(mlir::Type) { return 1; }
  /// The registers of a right operand.
  virtual llvm::SmallVector<mlir::Type> getOperandTypes(RankedTensorType) {
    return {};
  }
  llvm::SmallVector<mlir::Type> flatten(mlir::TypeRange types);
  llvm::SmallVector<std::pair<int64_t, int64_t>> places(mlir::Type type);
  /// Row and column of the lane's first element in a tile of `type`, with the
  /// subgroup's rows.
  std::pair<Value, Value> lanePlace(mlir::Type type);
  Registers &registers(Value value) { return values[value]; }
  Value scalar(Value value) { return values[value].front(); }
  Registers flatten(mlir::ValueRange values);
  Value makeVector(llvm::ArrayRef<Value> elements);
  void appendElements(Value vector, Registers &list);
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
  llvm::SmallVector<Operation *> written;
  /// Of the thread: its number, its lane, its subgroup in the workgroup and in
  /// its role.
  Value thread, lane, subgroup, roleSubgroup;
  llvm::DenseMap<mlir::Attribute, std::pair<Value, Value>> lanePlaces;
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
