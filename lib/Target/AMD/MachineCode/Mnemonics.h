//===- Mnemonics.h - what an instruction's name says -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_MACHINECODE_MNEMONICS_H
#define FOVEA_LIB_TARGET_AMD_MACHINECODE_MNEMONICS_H

#include "fovea/Target/AMD/MachineCode/Instruction.h"

namespace fovea::amd {

struct MnemonicRule {
  InstructionClass kind;
  /// How many operands, from the first, are written; the others are read.
  unsigned numResults = 0;
  /// Whether what is written is read too.
  bool readsResults = false;
  /// Of a lane.
  unsigned bytes = 0;
};

/// What is known of an instruction; empty for a name that no rule knows.
std::optional<MnemonicRule> lookupMnemonic(llvm::StringRef mnemonic);

/// The families, each by its own rules; the prefix is already taken off.
std::optional<MnemonicRule> lookupVector(llvm::StringRef name);
std::optional<MnemonicRule> lookupScalar(llvm::StringRef name);
std::optional<MnemonicRule> lookupLDS(llvm::StringRef name);
std::optional<MnemonicRule> lookupMemory(llvm::StringRef name);

/// Whether a part of a name, between underscores, is an element type.
bool isTypeToken(llvm::StringRef token);

/// Splits "max3_f32" into "max3" and the types behind it. False if something
/// else follows the first type, or if there is none.
bool splitOperation(llvm::StringRef name, llvm::StringRef &operation,
                    llvm::SmallVectorImpl<llvm::StringRef> &types);

/// The words of a list, to look names up in.
class WordSet {
public:
  explicit WordSet(llvm::StringRef words);
  bool contains(llvm::StringRef word) const;

private:
  llvm::SmallVector<llvm::StringRef, 0> words;
};

} // namespace fovea::amd

#endif
