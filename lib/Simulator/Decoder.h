//===- Decoder.h - device functions to programs -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_DECODER_H
#define FOVEA_LIB_SIMULATOR_DECODER_H

#include "Program.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <functional>

namespace fovea::sim {

class Decoder;

/// Appends an op's instructions. Failure: an error was reported.
using OpDecoder =
    std::function<llvm::LogicalResult(Decoder &, mlir::Operation *)>;

/// What the simulator knows. An op that is not here is an error.
class Registry {
public:
  /// Ops that are decoded alike.
  template <typename... Ops>
  void add(OpDecoder decoder) {
    (void(decoders[Ops::getOperationName()] = decoder), ...);
  }
  /// An op that is one instruction, whatever its types.
  template <typename Op>
  void add(Handler handler);
  /// An intrinsic of LLVM that llvm.call_intrinsic names: f32 of one f32.
  /// Of `operands` values of 32 bits, as its result is one.
  void addIntrinsic(llvm::StringRef name, Handler handler,
                    unsigned operands = 1) {
    intrinsics[name] = {handler, operands};
  }

  const OpDecoder *lookup(mlir::Operation *op) const;
  /// Null for another number of operands, too.
  Handler lookupIntrinsic(llvm::StringRef name, unsigned operands) const {
    auto known = intrinsics.find(name);
    return known != intrinsics.end() && known->second.second == operands
               ? known->second.first
               : nullptr;
  }

private:
  llvm::StringMap<OpDecoder> decoders;
  llvm::StringMap<std::pair<Handler, unsigned>> intrinsics;
};

/// Registry.cpp: of all targets.
const Registry &getRegistry();

/// Fills a program. Values get registers where they are defined, and give them
/// back behind their last use.
class Decoder {
public:
  Decoder(const Registry &registry, Program &program)
      : registry(registry), program(program) {}

  llvm::LogicalResult decode(mlir::LLVM::LLVMFuncOp function);
  /// The ops of a region of one block, with its terminator.
  llvm::LogicalResult decode(mlir::Region &region);

  /// The registers of a value that is defined already.
  llvm::ArrayRef<Slot> get(mlir::Value value) const {
    return slots.lookup(value);
  }
  llvm::SmallVector<Slot> get(mlir::ValueRange values) const;
  /// New registers, until the value's last use, or until `end` is over.
  llvm::FailureOr<llvm::ArrayRef<Slot>>
  allocate(mlir::Value value, mlir::Operation *end = nullptr);
  llvm::LogicalResult allocate(mlir::ValueRange values,
                               mlir::Operation *end = nullptr);
  /// The value is what is already in those registers.
  void alias(mlir::Value value, llvm::ArrayRef<Slot> of);
  /// A register that belongs to no value, until `end` is over.
  Slot allocate(unsigned width, mlir::Operation *end);

  /// Appends an instruction.
  Instruction &emit(mlir::Operation *op, Handler handler,
                    llvm::ArrayRef<Slot> operands,
                    llvm::ArrayRef<Slot> results);
  /// The same, on all operands, for all results, which get registers.
  llvm::FailureOr<Instruction *> emit(mlir::Operation *op, Handler handler);
  /// The same for each register of the op's one result, which is a scalar or a
  /// vector of elements of 4 or 8 bytes; operands of one register are the same
  /// for all. Failure: an error was reported.
  llvm::LogicalResult emitElementwise(mlir::Operation *op, Handler handler);
  /// Number of the next instruction.
  uint32_t next() const { return program.code.size(); }
  Instruction &at(uint32_t index) { return program.code[index]; }
  /// The program is one for waves of CDNA.
  bool isWave() const { return program.isWave; }
  /// The offset of a global in shared memory.
  std::optional<uint32_t> findShared(llvm::StringRef name) const {
    auto it = program.shared.find(name);
    return it == program.shared.end() ? std::nullopt
                                      : std::optional(it->second);
  }

  const Registry &registry;

private:
  llvm::ArrayRef<Slot> keep(llvm::ArrayRef<Slot> list);

  Program &program;
  llvm::DenseMap<mlir::Value, llvm::ArrayRef<Slot>> slots;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<Slot>> freeAfter;
  /// By width.
  std::vector<Slot> unused[9];
};

template <typename Op>
void Registry::add(Handler handler) {
  add<Op>(OpDecoder([handler](Decoder &d, mlir::Operation *op) {
    return d.emit(op, handler);
  }));
}

/// Bytes of an element of each register that a value of this type takes.
/// Vectors take one for each 32 bits (a smaller one if they are fewer), structs
/// and arrays those of their fields. Nothing: no type of a lane's values.
std::optional<llvm::SmallVector<unsigned>> getWidths(mlir::Type type);

/// Bytes of a type of one register. Failure: it is none, which was reported at
/// `op`.
llvm::FailureOr<unsigned> getWidth(mlir::Operation *op, mlir::Type type);

/// The type of a scalar, or of a vector's elements if those fill registers.
/// Null: it is neither.
mlir::Type getElementInRegister(mlir::Type type);

/// Bytes of a value of the type in memory; 0: no type of a lane's values.
unsigned sizeOf(mlir::Type type);

/// All operands are f32. Failure: one is not, which was reported.
llvm::LogicalResult requireF32(mlir::Operation *op);

/// What all targets share, each in the file of its name.
void registerAccesses(Registry &registry);
void registerAggregates(Registry &registry);
void registerComparisons(Registry &registry);
void registerConstants(Registry &registry);
void registerControlFlow(Registry &registry);
void registerConversions(Registry &registry);
void registerFloats(Registry &registry);
void registerIntegers(Registry &registry);
void registerLLVM(Registry &registry);
void registerPointers(Registry &registry);
void registerVectors(Registry &registry);

/// NVIDIA/: by kind.
namespace nvidia {
void registerBarriers(Registry &registry);
void registerBulkCopies(Registry &registry);
void registerChunkCopies(Registry &registry);
void registerClusters(Registry &registry);
void registerLanes(Registry &registry);
void registerMatrices(Registry &registry);
void registerMBarriers(Registry &registry);
void registerProducts(Registry &registry);
void registerScalars(Registry &registry);
void registerWarpgroupProducts(Registry &registry);
} // namespace nvidia

/// AMD/: by kind.
namespace amd {
void registerBarriers(Registry &registry);
void registerBuffers(Registry &registry);
void registerConversions(Registry &registry);
void registerDataParallel(Registry &registry);
void registerLanes(Registry &registry);
void registerLoadsToLocal(Registry &registry);
void registerMatrices(Registry &registry);
void registerScalars(Registry &registry);
} // namespace amd

/// SharedLayout.cpp: places the globals in shared memory that the function
/// uses. Failure: an error was reported.
llvm::LogicalResult placeShared(mlir::LLVM::LLVMFuncOp function,
                                Program &program);

/// LLVM.cpp: the same bits, as a value of another type.
llvm::LogicalResult decodeBitcast(Decoder &d, mlir::Operation *op);

/// Vectors.cpp: registers with the same bytes in others of other widths.
llvm::LogicalResult emitRepacking(Decoder &d, mlir::Operation *op);
/// Vectors.cpp: vectors of f32 to vectors of f16 or bf16, and back.
llvm::LogicalResult emitPackedNarrowing(Decoder &d, mlir::Operation *op);
llvm::LogicalResult emitPackedWidening(Decoder &d, mlir::Operation *op);

/// ControlFlow.cpp: what `emit` appends, in those lanes alone where `predicate`
/// is set, if there is one: a branch around it.
llvm::LogicalResult
emitPredicated(Decoder &d, mlir::Operation *op, mlir::Value predicate,
               llvm::function_ref<llvm::LogicalResult()> emit);

/// ControlFlow.cpp: copies registers in the active lanes, as if all at once.
void emitCopies(Decoder &d, mlir::Operation *op, llvm::ArrayRef<Slot> from,
                llvm::ArrayRef<Slot> to);

} // namespace fovea::sim

#endif
