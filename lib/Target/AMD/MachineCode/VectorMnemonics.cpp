//===- VectorMnemonics.cpp - names of vector instructions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An operation's name, then its types: v_max3_f32, v_cvt_pk_bf16_f32. Both must
// be known (AMD's CDNA instruction set documents, chapter Instructions; LLVM's
// VOP*Instructions.td).
//===----------------------------------------------------------------------===//

#include "Mnemonics.h"

#include "llvm/ADT/StringExtras.h"

using namespace fovea::amd;
using llvm::StringRef;

static const WordSet &getVectorOperations() {
  static const WordSet operations(
      // Integers and bits.
      "add3 add_lshl addc_co add_co sub_co subb_co subbrev_co subrev_co "
      "alignbit alignbyte and and_or ashr_pk ashrrev bcnt bfe bfi bfm bfrev "
      "bitop3 ffbh ffbl lerp lshl_add lshl_or lshlrev lshrrev mbcnt_hi "
      "mbcnt_lo mqsad mqsad_pk msad mul_hi mul_lo not or or3 qsad_pk sad "
      "sad_hi sat_pk xad xnor xor prng "
      // Moves and lanes.
      "cndmask mov swap pack perm permlane16_swap permlane32_swap "
      "readfirstlane readlane writelane "
      // Arithmetic.
      "add sub subrev mul mul_legacy mac mad mad_legacy madak madmk fma "
      "fma_legacy fma_mix fma_mixhi fma_mixlo fmaak fmac fmamk max max3 "
      "maximum3 med3 min min3 minimum3 ceil floor fract rndne trunc "
      "frexp_exp frexp_mant ldexp trig_preop cubeid cubema cubesc cubetc "
      "div_fixup div_fixup_legacy div_fmas div_scale "
      "dot2 dot2c dot4 dot4c dot8 dot8c "
      "pk_add pk_sub pk_mul pk_mul_lo pk_fma pk_fmac pk_mad pk_max pk_min "
      "pk_maximum3 pk_minimum3 pk_mov pk_ashrrev pk_lshlrev pk_lshrrev "
      // Conversions.
      "cvt cvt_flr cvt_norm cvt_off cvt_pk cvt_pkaccum cvt_pknorm cvt_pkrtz "
      "cvt_rpi cvt_sr cvt_sr_pk cvt_scalef32 cvt_scalef32_2xpk16 "
      "cvt_scalef32_pk cvt_scalef32_pk32 cvt_scalef32_sr cvt_scalef32_sr_pk "
      "cvt_scalef32_sr_pk32");
  return operations;
}

/// How the instruction is encoded is no concern here.
static StringRef dropEncoding(StringRef name) {
  while (name.consume_back("_e32") || name.consume_back("_e64") ||
         name.consume_back("_sdwa") || name.consume_back("_dpp"))
    ;
  return name;
}

static std::optional<MnemonicRule> lookupCompare(StringRef name) {
  if (!name.consume_front("cmp_") && !name.consume_front("cmpx_"))
    return std::nullopt;
  static const WordSet conditions("f lt eq le gt lg ge o u nge nlg ngt nle neq "
                                  "nlt tru t ne class");
  StringRef operation;
  llvm::SmallVector<StringRef, 2> types;
  if (!splitOperation(name, operation, types) ||
      !conditions.contains(operation))
    return std::nullopt;
  return MnemonicRule{InstructionClass::Vector, 1};
}

static unsigned countResults(StringRef operation,
                             llvm::ArrayRef<StringRef> types) {
  static const WordSet two("add_co addc_co sub_co subb_co subbrev_co subrev_co "
                           "div_scale swap permlane16_swap permlane32_swap");
  bool wideMultiply = operation == "mad" && types[0].ends_with("64");
  return two.contains(operation) || wideMultiply ? 2 : 1;
}

std::optional<MnemonicRule> fovea::amd::lookupVector(StringRef name) {
  name = dropEncoding(name);
  if (name == "nop" || name == "clrexcp")
    return MnemonicRule{InstructionClass::Vector};
  // The shape and the types are read, or refused, with the operands.
  if (name.starts_with("mfma_"))
    return MnemonicRule{InstructionClass::Matrix, 1};
  if (name.starts_with("smfmac_"))
    return MnemonicRule{InstructionClass::Matrix, 1, true};
  static const WordSet moves("accvgpr_read_b32 accvgpr_write_b32 "
                             "accvgpr_mov_b32");
  if (moves.contains(name))
    return MnemonicRule{InstructionClass::AccumulatorMove, 1};
  if (auto compare = lookupCompare(name))
    return compare;

  StringRef operation;
  llvm::SmallVector<StringRef, 4> types;
  if (!splitOperation(name, operation, types))
    return std::nullopt;
  static const WordSet transcendental(
      "exp log rcp rsq sqrt sin cos exp_legacy log_legacy");
  if (transcendental.contains(operation) || name == "rcp_iflag_f32")
    return MnemonicRule{InstructionClass::Transcendental, 1};
  if (!getVectorOperations().contains(operation))
    return std::nullopt;
  static const WordSet packed("pk_add pk_mul pk_fma");
  if (packed.contains(operation) && types[0] == "f32")
    return MnemonicRule{InstructionClass::PackedFloat, 1};
  static const WordSet accumulating("mac fmac pk_fmac dot2c dot4c dot8c swap "
                                    "writelane permlane16_swap "
                                    "permlane32_swap");
  return MnemonicRule{InstructionClass::Vector, countResults(operation, types),
                      accumulating.contains(operation)};
}
