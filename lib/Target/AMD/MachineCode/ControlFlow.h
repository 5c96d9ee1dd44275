//===- ControlFlow.h - blocks and loops of a function -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_MACHINECODE_CONTROLFLOW_H
#define FOVEA_LIB_TARGET_AMD_MACHINECODE_CONTROLFLOW_H

#include "fovea/Target/AMD/MachineCode/Assembly.h"

namespace fovea::amd {

/// Instructions [begin, end) of a function, of which only the last branches.
struct Block {
  size_t begin, end;
};

/// For each block the numbers of others.
using Edges = std::vector<llvm::SmallVector<unsigned, 2>>;

struct ControlFlow {
  const Function &function;
  std::vector<Block> blocks;
  Edges successors, predecessors;

  llvm::ArrayRef<Instruction> getInstructions(unsigned block) const;
};

/// An error for a branch to a label that the function does not have.
llvm::Expected<ControlFlow> buildControlFlow(const Function &function);

/// Blocks of which each is reached from each other, in the order of the text.
struct Loop {
  unsigned header;
  std::vector<unsigned> blocks;

  bool contains(unsigned block) const;
};

/// The loops with matrix instructions that have no such loop inside. An error
/// when loops nest deeper than any compiler's.
llvm::Expected<std::vector<Loop>> findMatrixLoops(const ControlFlow &flow);

/// The blocks of `loop` so that each stands before those that it leads to,
/// apart from ways back to the header and around loops inside.
std::vector<unsigned> orderBlocks(const ControlFlow &flow, const Loop &loop);

} // namespace fovea::amd

#endif
