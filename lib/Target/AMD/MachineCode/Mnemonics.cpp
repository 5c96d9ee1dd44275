//===- Mnemonics.cpp - names by family; memory and LDS -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rules accept the names of the CDNA2, CDNA3 and CDNA4 instruction sets (AMD's
// "Instinct MI200", "MI300" and "CDNA4" Instruction Set Architecture documents,
// chapters Vector Memory and Data Share) as LLVM spells them, and nothing else.
//===----------------------------------------------------------------------===//

#include "Mnemonics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace fovea::amd;
using llvm::StringRef;

WordSet::WordSet(StringRef text) {
  llvm::SplitString(text, words, " \n");
  llvm::sort(words);
}

bool WordSet::contains(StringRef word) const {
  return llvm::binary_search(words, word);
}

bool fovea::amd::isTypeToken(StringRef token) {
  static const WordSet types("b8 b16 b32 b64 b96 b128 i4 i8 i16 i24 i32 i64 "
                             "u4 u8 u16 u24 u32 u64 f16 f32 f64 bf16 fp8 bf8 "
                             "fp6 bf6 fp4 ubyte0 ubyte1 ubyte2 ubyte3");
  return types.contains(token);
}

bool fovea::amd::splitOperation(StringRef name, StringRef &operation,
                                llvm::SmallVectorImpl<StringRef> &types) {
  llvm::SmallVector<StringRef, 8> tokens;
  name.split(tokens, '_');
  auto *first = llvm::find_if(tokens, isTypeToken);
  if (first == tokens.begin() || first == tokens.end() ||
      !std::all_of(first, tokens.end(), isTypeToken))
    return false;
  operation = name.take_front(first->data() - name.data() - 1);
  types.assign(first, tokens.end());
  return true;
}

/// Bytes of LDS that a lane's access touches; its banks are 4 bytes wide.
static unsigned getLDSBytes(StringRef type) {
  return llvm::StringSwitch<unsigned>(type)
      .Case("b128", 16)
      .Case("b96", 12)
      .Cases({"b64", "u64", "i64", "f64"}, 8)
      .Default(4);
}

/// ds_read_b128, ds_read2st64_b64, ds_read_b64_tr_b16, ds_read_u16_d16_hi, and
/// the same with write.
static std::optional<MnemonicRule> lookupLDSAccess(StringRef name) {
  bool read = name.consume_front("read");
  if (!read && !name.consume_front("write"))
    return std::nullopt;
  bool two = name.consume_front("2st64_") || name.consume_front("2_");
  if (!two && !name.consume_front("_"))
    return std::nullopt;
  name.consume_front("addtid_");
  auto [type, rest] = name.split('_');
  static const WordSet suffixes("d16 d16_hi tr_b4 tr_b6 tr_b8 tr_b16");
  if (!isTypeToken(type) || (!rest.empty() && !suffixes.contains(rest)))
    return std::nullopt;
  return MnemonicRule{read ? InstructionClass::LDSRead
                           : InstructionClass::LDSWrite,
                      read ? 1u : 0u, false, getLDSBytes(type) * (two ? 2 : 1)};
}

static std::optional<MnemonicRule> lookupLDSAtomic(StringRef name) {
  static const WordSet operations(
      "add sub rsub inc dec min max and or xor mskor cmpst pk_add wrap "
      "wrxchg wrxchg2 wrxchg2st64 condxchg32");
  StringRef operation;
  llvm::SmallVector<StringRef, 2> types;
  if (!splitOperation(name, operation, types) || types.size() != 1)
    return std::nullopt;
  bool returns = operation.consume_back("_rtn");
  if (!operations.contains(operation))
    return std::nullopt;
  return MnemonicRule{returns ? InstructionClass::LDSRead
                              : InstructionClass::LDSWrite,
                      returns ? 1u : 0u, false, getLDSBytes(types[0])};
}

std::optional<MnemonicRule> fovea::amd::lookupLDS(StringRef name) {
  if (name == "nop")
    return MnemonicRule{InstructionClass::Nop};
  static const WordSet permutes("bpermute_b32 permute_b32 swizzle_b32");
  if (permutes.contains(name))
    return MnemonicRule{InstructionClass::LDSPermute, 1, false, 4};
  if (name == "append" || name == "consume")
    return MnemonicRule{InstructionClass::LDSRead, 1, false, 4};
  if (auto rule = lookupLDSAccess(name))
    return rule;
  return lookupLDSAtomic(name);
}

static unsigned getMemoryBytes(StringRef words) {
  return llvm::StringSwitch<unsigned>(words.rsplit('_').second)
      .Case("dwordx2", 8)
      .Case("dwordx3", 12)
      .Case("dwordx4", 16)
      .Default(4);
}

/// What follows buffer_, tbuffer_, global_, flat_ or scratch_.
std::optional<MnemonicRule> fovea::amd::lookupMemory(StringRef name) {
  static const WordSet cache("inv invl2 wbl2 wbinvl1 wbinvl1_vol");
  if (cache.contains(name))
    return MnemonicRule{InstructionClass::Global};
  static const WordSet atomics(
      "add and cmpswap dec inc max min or pk_add smax smin sub swap umax umin "
      "xor add_x2 and_x2 cmpswap_x2 dec_x2 inc_x2 or_x2 smax_x2 smin_x2 sub_x2 "
      "swap_x2 umax_x2 umin_x2 xor_x2 add_f32 add_f64 max_f64 min_f64 "
      "pk_add_f16 pk_add_bf16");
  auto [access, rest] = name.split('_');
  if (access == "atomic" && atomics.contains(rest))
    return MnemonicRule{InstructionClass::Global, 1, true, 4};
  if (access != "load" && access != "store")
    return std::nullopt;

  static const WordSet words("dword dwordx2 dwordx3 dwordx4 ubyte sbyte byte "
                             "ushort sshort short format d16 hi x xy xyz xyzw");
  bool toLDS = rest.consume_front("lds_");
  llvm::SmallVector<StringRef, 4> tokens;
  rest.split(tokens, '_');
  for (StringRef token : tokens)
    if (!words.contains(token))
      return std::nullopt;
  unsigned bytes = getMemoryBytes(name);
  if (toLDS)
    return MnemonicRule{InstructionClass::GlobalToLDS, 0, false, bytes};
  return MnemonicRule{InstructionClass::Global, access == "load" ? 1u : 0u,
                      false, bytes};
}

std::optional<MnemonicRule> fovea::amd::lookupMnemonic(StringRef mnemonic) {
  if (mnemonic.consume_front("v_"))
    return lookupVector(mnemonic);
  if (mnemonic.consume_front("s_"))
    return lookupScalar(mnemonic);
  if (mnemonic.consume_front("ds_"))
    return lookupLDS(mnemonic);
  if (mnemonic.consume_front("scratch_")) {
    auto rule = lookupMemory(mnemonic);
    if (rule && rule->kind == InstructionClass::Global)
      rule->kind = InstructionClass::Scratch;
    return rule;
  }
  for (StringRef prefix : {"buffer_", "tbuffer_", "global_", "flat_"})
    if (mnemonic.consume_front(prefix))
      return lookupMemory(mnemonic);
  return std::nullopt;
}
