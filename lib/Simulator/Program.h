//===- Program.h - a device function, decoded -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A function becomes a list of instructions: a handler, and the registers that
// it reads and writes. One call of a handler runs all lanes of a subgroup, so
// decoding costs nothing at run time and the rest is vector code.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_SIMULATOR_PROGRAM_H
#define FOVEA_LIB_SIMULATOR_PROGRAM_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Allocator.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace fovea::sim {

class Warp;
struct Instruction;

/// Index of a register of the warp.
using Slot = uint32_t;

/// What a handler leaves its warp to do.
enum class Step {
  Next,
  /// Nothing was done: run the instruction again when something has changed.
  Blocked,
  Finished,
  /// An error was reported.
  Failed,
};

using Handler = Step (*)(Warp &, const Instruction &);

struct Instruction {
  Handler run;
  /// For messages.
  mlir::Operation *op;
  /// One after another for operands of several registers each.
  llvm::ArrayRef<Slot> operands, results;
  /// The handler's own: where to jump, a number, an attribute's value.
  uint32_t target = 0;
  int64_t immediate = 0;
};

struct Program {
  llvm::StringRef name;
  /// For waves of 64 lanes (rocdl.kernel), not for warps of 32.
  bool isWave = false;
  std::vector<Instruction> code;
  /// Of each register: bytes of an element.
  std::vector<uint8_t> widths;
  /// The registers of each argument of the function.
  std::vector<Slot> arguments;
  /// Where its globals in shared memory lie, and where dynamic shared memory
  /// begins: offsets from kSharedBase.
  llvm::StringMap<uint32_t> shared;
  uint32_t staticShared = 0;
  llvm::BumpPtrAllocator slots;
};

} // namespace fovea::sim

#endif
