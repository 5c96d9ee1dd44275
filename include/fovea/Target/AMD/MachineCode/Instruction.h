//===- Instruction.h - one instruction of an AMD GPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a static judgement needs to know of an instruction, read from the text
// that LLVM's AMDGPU backend prints (gfx90a, gfx942, gfx950).
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TARGET_AMD_MACHINECODE_INSTRUCTION_H
#define FOVEA_TARGET_AMD_MACHINECODE_INSTRUCTION_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fovea::amd {

/// Lanes of a wave on every CDNA chip.
constexpr unsigned kWaveLanes = 64;

/// Instructions that the judgement does not tell apart.
enum class InstructionClass {
  /// v_mfma_*, v_smfmac_*
  Matrix,
  /// v_exp, v_log, v_rcp, v_rsq, v_sqrt, v_sin, v_cos
  Transcendental,
  /// v_pk_{add,mul,fma}_f32
  PackedFloat,
  /// Every other v_*, apart from moves between VGPRs and AGPRs.
  Vector,
  /// v_accvgpr_*
  AccumulatorMove,
  /// Reads, and atomics that return a value.
  LDSRead,
  /// Writes, and atomics that return nothing.
  LDSWrite,
  /// ds_bpermute, ds_permute, ds_swizzle: lanes exchanged by the LDS hardware.
  LDSPermute,
  /// buffer_*, tbuffer_*, global_*, flat_*: loads to registers, stores,
  /// atomics, caches.
  Global,
  /// Loads from memory straight to LDS.
  GlobalToLDS,
  /// scratch_*
  Scratch,
  /// s_load, s_buffer_load, s_store, s_memtime
  ScalarMemory,
  Scalar,
  Barrier,
  Wait,
  Priority,
  /// s_nop, s_sleep, ds_nop
  Nop,
  /// s_branch, s_cbranch_*
  Branch,
  /// s_swappc, s_setpc, s_call: control goes where the text does not say.
  Call,
  End
};
constexpr unsigned kNumInstructionClasses = unsigned(InstructionClass::End) + 1;

/// "mfma", "transcendental", ...: as reports call the class.
llvm::StringRef nameOf(InstructionClass kind);

/// Consecutive 32-bit registers of one file.
struct RegisterRange {
  /// 'v', 'a' or 's'; vcc, m0 and exec are s106, s124 and s126, as encoded.
  char file;
  unsigned first, count;

  bool operator==(const RegisterRange &other) const {
    return file == other.file && first == other.first && count == other.count;
  }
};
using RegisterRanges = llvm::SmallVector<RegisterRange, 4>;

struct Instruction {
  /// As written, without its comment; the line, from 1.
  std::string text;
  unsigned line = 0;

  std::string mnemonic;
  InstructionClass kind = InstructionClass::Scalar;
  /// An accumulator that is read and written is in both.
  RegisterRanges results, sources;
  /// Matrix: where the operand that is added comes from; empty for a constant.
  RegisterRanges accumulator;
  /// Matrix: "32x32x8" and "bf16"; fp8 and bf8 are both "fp8".
  std::string matrixShape, matrixType;
  /// Bytes that a whole wave moves; for LDS and memory.
  unsigned bytes = 0;
  /// Wait: the counts that it waits for, where it names them.
  std::optional<unsigned> vmcnt, lgkmcnt, expcnt;
  /// Nop: clocks apart from its own issue. Priority: the level.
  unsigned argument = 0;
  /// Branch: where to, and whether it may also go on.
  std::string target;
  bool conditional = false;

  bool is(InstructionClass other) const { return kind == other; }
  /// Goes through the LDS pipe.
  bool usesLDS() const;
};

/// Reads one instruction without label and comment. An instruction that no
/// rule knows is an error.
llvm::Expected<Instruction> parseInstruction(llvm::StringRef text,
                                             unsigned line = 0);

} // namespace fovea::amd

#endif
