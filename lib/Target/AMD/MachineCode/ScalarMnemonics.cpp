//===- ScalarMnemonics.cpp - names of scalar instructions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AMD's CDNA instruction set documents, chapters Program Flow Control and
// Scalar ALU Operations; LLVM's SOPInstructions.td.
//===----------------------------------------------------------------------===//

#include "Mnemonics.h"

#include "llvm/ADT/StringSwitch.h"

using namespace fovea::amd;
using llvm::StringRef;

static std::optional<InstructionClass> lookupControl(StringRef name) {
  using Kind = std::optional<InstructionClass>;
  return llvm::StringSwitch<Kind>(name)
      .Case("barrier", InstructionClass::Barrier)
      .Case("waitcnt", InstructionClass::Wait)
      .Case("setprio", InstructionClass::Priority)
      .Cases({"nop", "sleep"}, InstructionClass::Nop)
      .Cases({"branch", "cbranch_scc0", "cbranch_scc1", "cbranch_vccz",
              "cbranch_vccnz", "cbranch_execz", "cbranch_execnz"},
             InstructionClass::Branch)
      .Cases({"swappc_b64", "setpc_b64", "call_b64"}, InstructionClass::Call)
      .Cases({"endpgm", "endpgm_saved"}, InstructionClass::End)
      .Cases({"sendmsg", "sendmsghalt", "sethalt", "setkill", "trap"},
             InstructionClass::Scalar)
      .Cases({"wakeup", "setvskip", "icache_inv", "ttracedata", "incperflevel"},
             InstructionClass::Scalar)
      .Cases({"decperflevel", "set_gpr_idx_on", "set_gpr_idx_off",
              "set_gpr_idx_idx", "set_gpr_idx_mode"},
             InstructionClass::Scalar)
      .Cases({"memtime", "memrealtime", "dcache_inv", "dcache_inv_vol",
              "dcache_wb", "dcache_wb_vol"},
             InstructionClass::ScalarMemory)
      .Default(std::nullopt);
}

/// s_load_dwordx4, s_buffer_load_dword, s_store_dwordx2.
static std::optional<MnemonicRule> lookupScalarMemory(StringRef name) {
  name.consume_front("buffer_") || name.consume_front("scratch_");
  bool load = name.consume_front("load_");
  if (!load && !name.consume_front("store_"))
    return std::nullopt;
  static const WordSet sizes("dword dwordx2 dwordx4 dwordx8 dwordx16");
  if (!sizes.contains(name))
    return std::nullopt;
  return MnemonicRule{InstructionClass::ScalarMemory, load ? 1u : 0u};
}

std::optional<MnemonicRule> fovea::amd::lookupScalar(StringRef name) {
  if (auto control = lookupControl(name))
    return MnemonicRule{*control};
  if (auto memory = lookupScalarMemory(name))
    return memory;

  // These write only the condition or a hardware register.
  static const WordSet testing(
      "cmp_eq cmp_ge cmp_gt cmp_le cmp_lg cmp_lt cmpk_eq cmpk_ge cmpk_gt "
      "cmpk_le cmpk_lg cmpk_lt bitcmp0 bitcmp1 setreg setreg_imm32");
  static const WordSet writing(
      "abs absdiff add addc addk sub subb mul mul_hi mulk min max and or xor "
      "not nand nor xnor andn2 orn2 and_saveexec or_saveexec xor_saveexec "
      "andn2_saveexec orn2_saveexec nand_saveexec nor_saveexec xnor_saveexec "
      "andn1_saveexec orn1_saveexec andn1_wrexec andn2_wrexec lshl lshr ashr "
      "lshl1_add lshl2_add lshl3_add lshl4_add bfe bfm brev bcnt0 bcnt1 ff0 "
      "ff1 flbit sext bitset0 bitset1 bitreplicate quadmask wqm cselect cmov "
      "cmovk mov movk movrels movreld getreg getpc pack_ll pack_lh pack_hh");
  StringRef operation;
  llvm::SmallVector<StringRef, 2> types;
  if (!splitOperation(name, operation, types))
    return std::nullopt;
  if (testing.contains(operation))
    return MnemonicRule{InstructionClass::Scalar};
  if (writing.contains(operation))
    return MnemonicRule{InstructionClass::Scalar, 1};
  return std::nullopt;
}
