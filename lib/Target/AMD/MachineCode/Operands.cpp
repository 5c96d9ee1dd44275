//===- Operands.cpp - the operands of an instruction's text -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's "Syntax of AMDGPU Instruction Operands": v1, v[0:3], a[0:15], s5,
// vcc, m0, -v1, |v2|, neg(v1), abs(v1), constants, symbols.
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace fovea::amd;
using llvm::StringRef;

/// Registers of a file that an instruction can name; s0 to s101, and the
/// special ones behind them.
constexpr unsigned kVectorRegisters = 256, kScalarRegisters = 128;

bool OperandText::hasModifier(StringRef word) const {
  return llvm::is_contained(modifiers, word);
}

/// Cuts at commas that stand in no bracket.
static llvm::SmallVector<StringRef, 6> splitAtCommas(StringRef text) {
  llvm::SmallVector<StringRef, 6> parts;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '[' || text[i] == '(';
    depth -= text[i] == ']' || text[i] == ')';
    if (text[i] != ',' || depth > 0)
      continue;
    parts.push_back(text.slice(start, i).trim());
    start = i + 1;
  }
  parts.push_back(text.drop_front(start).trim());
  return parts;
}

OperandText fovea::amd::splitOperands(StringRef text) {
  OperandText result;
  text = text.trim();
  if (text.empty())
    return result;
  for (StringRef part : splitAtCommas(text)) {
    // Only the last operand has modifiers behind it.
    llvm::SmallVector<StringRef, 4> words;
    llvm::SplitString(part, words);
    result.operands.push_back(words.empty() ? part : words[0]);
    if (!words.empty())
      result.modifiers.append(words.begin() + 1, words.end());
  }
  return result;
}

static std::optional<RegisterRange> lookupSpecial(StringRef name) {
  using Range = std::optional<RegisterRange>;
  return llvm::StringSwitch<Range>(name)
      .Case("vcc", RegisterRange{'s', 106, 2})
      .Case("vcc_lo", RegisterRange{'s', 106, 1})
      .Case("vcc_hi", RegisterRange{'s', 107, 1})
      .Case("flat_scratch", RegisterRange{'s', 102, 2})
      .Case("m0", RegisterRange{'s', 124, 1})
      .Case("exec", RegisterRange{'s', 126, 2})
      .Case("exec_lo", RegisterRange{'s', 126, 1})
      .Case("exec_hi", RegisterRange{'s', 127, 1})
      .Default(std::nullopt);
}

/// Takes sign and absolute value off: -|v1|, neg(abs(v1)).
static StringRef stripModifiers(StringRef operand) {
  size_t size;
  do {
    size = operand.size();
    operand.consume_front("-");
    for (StringRef function : {"neg(", "abs(", "sext("})
      if (operand.starts_with(function) && operand.ends_with(")"))
        operand = operand.drop_front(function.size()).drop_back();
    if (operand.size() > 1 && operand.front() == '|' && operand.back() == '|')
      operand = operand.drop_front().drop_back();
  } while (operand.size() != size);
  return operand;
}

std::optional<RegisterRanges> fovea::amd::parseRegisters(StringRef operand) {
  operand = stripModifiers(operand);
  if (auto special = lookupSpecial(operand))
    return RegisterRanges{*special};
  char file = operand.empty() ? '\0' : operand.front();
  StringRef rest = operand.drop_front(!operand.empty());
  bool range = rest.consume_front("[");
  bool named = file == 'v' || file == 'a' || file == 's';
  if (!named || rest.empty() || (!range && !llvm::all_of(rest, llvm::isDigit)))
    return RegisterRanges();

  unsigned first, last;
  if (rest.consumeInteger(10, first))
    return std::nullopt;
  last = first;
  if (range && rest.consume_front(":") && rest.consumeInteger(10, last))
    return std::nullopt;
  if (range && !rest.consume_front("]"))
    return std::nullopt;
  unsigned limit = file == 's' ? kScalarRegisters : kVectorRegisters;
  if (!rest.empty() || last < first || last >= limit)
    return std::nullopt;
  return RegisterRanges{{file, first, last - first + 1}};
}

std::optional<unsigned> fovea::amd::parseImmediate(StringRef operand) {
  unsigned value;
  if (operand.getAsInteger(0, value) || value > 0xffff)
    return std::nullopt;
  return value;
}
