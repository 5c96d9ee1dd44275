//===- Operands.h - the operands of an instruction's text -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_MACHINECODE_OPERANDS_H
#define FOVEA_LIB_TARGET_AMD_MACHINECODE_OPERANDS_H

#include "fovea/Target/AMD/MachineCode/Instruction.h"

namespace fovea::amd {

/// "v1, |v2|, 4 offset:8 lds" as operands, and the words behind the last one.
struct OperandText {
  llvm::SmallVector<llvm::StringRef, 6> operands;
  llvm::SmallVector<llvm::StringRef, 4> modifiers;

  bool hasModifier(llvm::StringRef word) const;
};

OperandText splitOperands(llvm::StringRef text);

/// The registers that an operand names; none for constants and labels. Empty
/// for something like v[3:1] or v999 that is no range of registers.
std::optional<RegisterRanges> parseRegisters(llvm::StringRef operand);

/// An operand of 16 bits, decimal or 0x.
std::optional<unsigned> parseImmediate(llvm::StringRef operand);

} // namespace fovea::amd

#endif
