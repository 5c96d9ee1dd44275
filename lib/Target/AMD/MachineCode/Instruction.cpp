//===- Instruction.cpp - one instruction of an AMD GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/Instruction.h"

#include "Mnemonics.h"
#include "Operands.h"

#include "llvm/ADT/StringExtras.h"

using namespace fovea::amd;
using llvm::Error, llvm::StringRef, llvm::Twine;

StringRef fovea::amd::nameOf(InstructionClass kind) {
  static const StringRef names[kNumInstructionClasses] = {
      "mfma",          "transcendental", "packed f32", "vector",
      "accvgpr moves", "lds reads",      "lds writes", "lds permutes",
      "memory",        "loads to lds",   "scratch",    "scalar memory",
      "scalar",        "barriers",       "waits",      "setprio",
      "nops",          "branches",       "calls",      "ends"};
  return names[unsigned(kind)];
}

bool Instruction::usesLDS() const {
  return is(InstructionClass::LDSRead) || is(InstructionClass::LDSWrite) ||
         is(InstructionClass::LDSPermute) || is(InstructionClass::GlobalToLDS);
}

static Error makeError(const Instruction &instruction, const Twine &what) {
  std::string place;
  if (instruction.line)
    place = "line " + llvm::utostr(instruction.line) + ": ";
  return llvm::createStringError(place + what + ": '" + instruction.text + "'");
}

/// "f32_32x32x8bf16_1k", "f32_32x32x64_f8f6f4", "f32_16x16x4_4b_f16": a shape,
/// perhaps a number of blocks, and a type, behind the result's type.
static bool readMatrixShape(StringRef name, Instruction &instruction) {
  name.consume_front("scale_");
  auto [result, rest] = name.split('_');
  StringRef shape =
      rest.take_while([](char c) { return llvm::isDigit(c) || c == 'x'; });
  // The x of an xf32 written without underscore.
  if (shape.ends_with("x"))
    shape = shape.drop_back();
  rest = rest.drop_front(shape.size());
  llvm::SmallVector<StringRef, 3> sizes;
  shape.split(sizes, 'x');
  if (!isTypeToken(result) || sizes.size() != 3)
    return false;
  instruction.matrixShape = shape.str();
  for (StringRef blocks : {"_2b", "_4b", "_16b"})
    if (rest.consume_front(blocks))
      instruction.matrixShape += blocks;
  rest.consume_front("_");
  rest.consume_back("_1k");
  static const WordSet fp8("fp8_fp8 fp8_bf8 bf8_fp8 bf8_bf8");
  instruction.matrixType = fp8.contains(rest) ? "fp8" : rest.str();
  return isTypeToken(instruction.matrixType) || rest == "xf32" ||
         rest == "f8f6f4";
}

static Error readMatrix(Instruction &instruction, const OperandText &text) {
  bool sparse = instruction.mnemonic.find("smfmac") != std::string::npos;
  StringRef name = StringRef(instruction.mnemonic).split("mfma").second;
  name = name.drop_front(name.find('_') + 1);
  for (StringRef encoding : {"_e64", "_mac"})
    name.consume_back(encoding);
  if (!readMatrixShape(name, instruction) || text.operands.size() < 4)
    return makeError(instruction, "unknown matrix instruction");
  // Sparse ones accumulate in place; their fourth operand is the index.
  if (auto added = parseRegisters(text.operands[sparse ? 0 : 3]))
    instruction.accumulator = *added;
  return Error::success();
}

/// "vmcnt(4) lgkmcnt(0)", with or without & between them, or the bits of GFX9:
/// vmcnt in [3:0] and [15:14], expcnt in [6:4], lgkmcnt in [11:8] (LLVM's
/// AMDGPUBaseInfo.cpp). A count of all ones waits for nothing.
static Error readWait(Instruction &instruction, StringRef text) {
  if (auto bits = parseImmediate(text.trim())) {
    unsigned vmcnt = (*bits & 15) | (*bits >> 14 & 3) << 4;
    if (vmcnt != 63)
      instruction.vmcnt = vmcnt;
    if ((*bits >> 4 & 7) != 7)
      instruction.expcnt = *bits >> 4 & 7;
    if ((*bits >> 8 & 15) != 15)
      instruction.lgkmcnt = *bits >> 8 & 15;
    return Error::success();
  }
  llvm::SmallVector<StringRef, 3> words;
  llvm::SplitString(text, words, " \t&,");
  for (StringRef word : words) {
    auto [counter, rest] = word.split('(');
    auto count = rest.consume_back(")") ? parseImmediate(rest) : std::nullopt;
    std::optional<unsigned> *place = counter == "vmcnt" ? &instruction.vmcnt
                                     : counter == "lgkmcnt"
                                         ? &instruction.lgkmcnt
                                     : counter == "expcnt" ? &instruction.expcnt
                                                           : nullptr;
    if (!place || !count)
      return makeError(instruction, "unknown wait");
    *place = *count;
  }
  if (words.empty())
    return makeError(instruction, "unknown wait");
  return Error::success();
}

static Error readControl(Instruction &instruction, const OperandText &text) {
  StringRef first = text.operands.empty() ? "" : text.operands[0];
  if (instruction.is(InstructionClass::Branch)) {
    if (text.operands.size() != 1)
      return makeError(instruction, "a branch needs one target");
    instruction.target = first.str();
    instruction.conditional = instruction.mnemonic != "s_branch";
    return Error::success();
  }
  if (instruction.mnemonic == "ds_nop")
    return Error::success();
  auto value = parseImmediate(first);
  if (!value)
    return makeError(instruction, "expected a constant operand");
  instruction.argument = *value;
  // s_nop N inserts N + 1 wait states of 4 clocks, of which its own issue is
  // one; s_sleep N sleeps about 64 * N clocks (CDNA3 ISA, SOPP instructions).
  if (instruction.is(InstructionClass::Nop))
    instruction.argument *= instruction.mnemonic == "s_nop" ? 4 : 64;
  return Error::success();
}

static Error readRegisters(Instruction &instruction, const OperandText &text,
                           const MnemonicRule &rule) {
  for (size_t i = 0; i < text.operands.size(); ++i) {
    auto registers = parseRegisters(text.operands[i]);
    if (!registers)
      return makeError(instruction,
                       "not a range of registers: '" + text.operands[i] + "'");
    bool result = i < rule.numResults;
    if (result)
      instruction.results.append(*registers);
    if (!result || rule.readsResults)
      instruction.sources.append(*registers);
  }
  return Error::success();
}

llvm::Expected<Instruction> fovea::amd::parseInstruction(StringRef text,
                                                         unsigned line) {
  Instruction instruction;
  instruction.text = text.trim().str();
  instruction.line = line;
  StringRef mnemonic = StringRef(instruction.text).take_until([](char c) {
    return llvm::isSpace(c);
  });
  StringRef rest = StringRef(instruction.text).drop_front(mnemonic.size());
  instruction.mnemonic = mnemonic.str();
  auto rule = lookupMnemonic(mnemonic);
  if (!rule)
    return makeError(instruction, "unknown instruction");
  OperandText operands = splitOperands(rest);
  // buffer_load_dword v1, s[0:3], 0 offen lds: v1 is an address.
  if (rule->kind == InstructionClass::Global &&
      mnemonic.starts_with("buffer_load") && operands.hasModifier("lds"))
    rule = MnemonicRule{InstructionClass::GlobalToLDS, 0, false, rule->bytes};
  instruction.kind = rule->kind;
  instruction.bytes = rule->bytes * kWaveLanes;

  switch (rule->kind) {
  case InstructionClass::Wait:
    if (Error error = readWait(instruction, rest))
      return error;
    return instruction;
  case InstructionClass::Nop:
  case InstructionClass::Priority:
  case InstructionClass::Branch:
    if (Error error = readControl(instruction, operands))
      return error;
    return instruction;
  case InstructionClass::Matrix:
    if (Error error = readMatrix(instruction, operands))
      return error;
    break;
  default:
    break;
  }
  if (Error error = readRegisters(instruction, operands, *rule))
    return error;
  return instruction;
}
