//===- Chip.cpp - the numbers that a judgement takes from a chip -*- C++
//-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sources:
//  [LLVM] LLVM 22's scheduling models for the chips (SISchedule.td), as
//         llvm-mca -instruction-info prints them: passes of matrix
//         instructions, four clocks each.
//  [ISA]  AMD's Instruction Set Architecture documents "Instinct MI200",
//         "Instinct MI300" and "CDNA4".
//  [UG]   LLVM's "User Guide for AMDGPU Backend".
//  [HK]   HipKittens, arXiv 2511.08083: MI355X has 160 KB of LDS with 64 banks
//         and 256 bytes in a clock, MI300X 64 KB with 32 banks and 128 bytes;
//         both have 512 registers of a lane on each of 4 SIMDs.
//  "assumed" has no source that was measured or published.
//===----------------------------------------------------------------------===//

#include "fovea/Target/AMD/MachineCode/Chip.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace fovea::amd;
using llvm::StringRef;

/// [LLVM]; [ISA] chapter "Matrix Arithmetic Instructions" has the same passes.
static const MatrixClocks kMatrixGFX90A[] = {
    {"32x32x8", "f16", 64},   {"32x32x8", "bf16", 64}, {"16x16x16", "f16", 32},
    {"16x16x16", "bf16", 32}, {"32x32x2", "f32", 64},  {"16x16x4", "f32", 32},
    {"32x32x8", "i8", 64},    {"16x16x16", "i8", 32},  {"16x16x4", "f64", 32},
};

static const MatrixClocks kMatrixGFX942[] = {
    {"32x32x8", "f16", 32},    {"32x32x8", "bf16", 32}, {"16x16x16", "f16", 16},
    {"16x16x16", "bf16", 16},  {"32x32x16", "fp8", 32}, {"16x16x32", "fp8", 16},
    {"32x32x16", "i8", 32},    {"16x16x32", "i8", 16},  {"32x32x4", "xf32", 32},
    {"16x16x8", "xf32", 16},   {"32x32x2", "f32", 64},  {"16x16x4", "f32", 32},
    {"16x16x4_4b", "f16", 32}, {"16x16x4", "f64", 32},
};

static const MatrixClocks kMatrixGFX950[] = {
    {"32x32x16", "f16", 32},    {"32x32x16", "bf16", 32},
    {"16x16x32", "f16", 16},    {"16x16x32", "bf16", 16},
    {"32x32x8", "f16", 32},     {"32x32x8", "bf16", 32},
    {"16x16x16", "f16", 16},    {"16x16x16", "bf16", 16},
    {"32x32x16", "fp8", 32},    {"16x16x32", "fp8", 16},
    {"32x32x64", "f8f6f4", 64}, {"16x16x128", "f8f6f4", 32},
    {"32x32x16", "i8", 32},     {"16x16x32", "i8", 16},
    {"32x32x32", "i8", 32},     {"16x16x64", "i8", 16},
    {"32x32x2", "f32", 64},     {"16x16x4", "f32", 32},
    {"16x16x4_4b", "f16", 32},  {"16x16x4", "f64", 64},
};

/// What the three chips have in common.
static ChipParameters makeChip(StringRef name, unsigned ldsBytes,
                               unsigned ldsReadBytesPerClock,
                               llvm::ArrayRef<MatrixClocks> matrix) {
  ChipParameters chip;
  chip.name = name;
  // [HK]; [UG] for the step of 8 and 8 waves of the unified file.
  chip.simds = 4;
  chip.registers = 512;
  chip.registerStep = 8;
  chip.maxWaves = 8;
  chip.ldsBytes = ldsBytes;
  // [ISA]: the sequencer serves each SIMD in turn, every fourth clock; 16 lanes
  // take a wave's 64 in four clocks.
  chip.issueClocks = 4;
  chip.vectorClocks = 4;
  // [LLVM]: a quarter of the rate, on all of them. For gfx950 twice that, 8
  // clocks, is also told; 16 is the careful one.
  chip.transcendentalClocks = 16;
  // [ISA]: a matrix instruction issues like a vector instruction, then runs
  // beside others.
  chip.matrixPortClocks = 4;
  // [ISA], "Dependency Resolution: Required Independent Instructions": one
  // wait state behind a transcendental, passes + 3 behind a matrix instruction
  // for vector reads.
  chip.transcendentalResultClocks = 4;
  chip.matrixResultClocks = 12;
  // LLVM unpacks v_pk_*_f32 in the shadow of matrix instructions, since it
  // holds that packed, transcendental and dot instructions never issue beside
  // them (SIPreEmitPeephole.cpp, SIInstrInfo::isNeverCoissue). For
  // transcendental ones [HK] gains by placing them there, so that is assumed,
  // and a second estimate assumes the opposite; dot instructions are not told
  // apart.
  chip.packedBesideMatrix = false;
  chip.transcendentalBesideMatrix = true;
  // [HK] for reads; writes by 32 banks on all of them: assumed for gfx950.
  chip.ldsReadBytesPerClock = ldsReadBytesPerClock;
  chip.ldsWriteBytesPerClock = 128;
  // Both assumed; [ISA] gives the LDS queue no depth.
  chip.ldsLatencyClocks = 64;
  chip.ldsQueueClocks = 64;
  chip.matrix = matrix;
  return chip;
}

llvm::ArrayRef<ChipParameters> fovea::amd::getChips() {
  static const ChipParameters chips[] = {
      makeChip("gfx90a", 64 << 10, 128, kMatrixGFX90A),
      makeChip("gfx942", 64 << 10, 128, kMatrixGFX942),
      makeChip("gfx950", 160 << 10, 256, kMatrixGFX950),
  };
  return chips;
}

const ChipParameters *fovea::amd::lookupParameters(StringRef name) {
  for (const ChipParameters &chip : getChips())
    if (chip.name == name)
      return &chip;
  return nullptr;
}

static unsigned countRegisters(const Instruction &instruction, size_t source) {
  return source < instruction.sources.size() ? instruction.sources[source].count
                                             : 0;
}

llvm::Expected<unsigned>
ChipParameters::getMatrixClocks(const Instruction &instruction) const {
  for (const MatrixClocks &known : matrix) {
    if (known.shape != instruction.matrixShape ||
        known.type != instruction.matrixType)
      continue;
    // With operands of 4 or 6 bits on both sides (at most 6 registers each)
    // half of the passes ([ISA] CDNA4, V_MFMA_F32_*_F8F6F4).
    bool narrow = known.type == "f8f6f4" &&
                  countRegisters(instruction, 0) <= 6 &&
                  countRegisters(instruction, 1) <= 6;
    return narrow ? known.clocks / 2 : known.clocks;
  }
  std::string message =
      "the clocks of this matrix instruction are not known on " + name.str() +
      ": '" + instruction.text + "'; known are";
  for (const MatrixClocks &known : matrix)
    message += " " + known.shape.str() + " " + known.type.str() + ",";
  message.pop_back();
  return llvm::createStringError(message);
}

unsigned ChipParameters::getLDSClocks(const Instruction &instruction) const {
  if (!instruction.usesLDS())
    return 0;
  // Every SIMD of the compute unit issues the same instruction at about the
  // same time.
  bool writes = instruction.is(InstructionClass::LDSWrite) ||
                instruction.is(InstructionClass::GlobalToLDS);
  unsigned bytesPerClock =
      writes ? ldsWriteBytesPerClock : ldsReadBytesPerClock;
  return instruction.bytes * simds / bytesPerClock;
}

unsigned ChipParameters::getWavesByRegisters(int64_t totalVGPRs) const {
  uint64_t taken =
      llvm::alignTo(std::max<int64_t>(totalVGPRs, 1), registerStep);
  return std::min<uint64_t>(registers / taken, maxWaves);
}
