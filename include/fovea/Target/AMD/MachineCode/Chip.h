//===- Chip.h - the numbers that a judgement takes from a chip -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_AMD_MACHINECODE_CHIP_H
#define FOVEA_TARGET_AMD_MACHINECODE_CHIP_H

#include "fovea/Target/AMD/MachineCode/Instruction.h"

#include "llvm/ADT/ArrayRef.h"

namespace fovea::amd {

/// Clocks for which one matrix instruction holds the matrix pipe of a SIMD:
/// four for each pass.
struct MatrixClocks {
  /// As in Instruction.
  llvm::StringRef shape, type;
  unsigned clocks;
};

/// Clocks, bytes and registers of a compute unit. The values, each with its
/// source, stand in Chip.cpp; copy a record to try other numbers.
struct ChipParameters {
  llvm::StringRef name;

  /// A compute unit has this many SIMDs, whose waves share its LDS.
  unsigned simds;
  /// 32-bit registers of a lane that the waves of a SIMD share, and in what
  /// steps a wave gets them.
  unsigned registers, registerStep;
  /// Waves that a SIMD holds at most.
  unsigned maxWaves;
  /// Bytes of LDS of a compute unit.
  unsigned ldsBytes;

  /// Clocks between two instructions of one wave, at least.
  unsigned issueClocks;
  /// Clocks for which an instruction holds the VALU port of its SIMD.
  unsigned vectorClocks, transcendentalClocks, matrixPortClocks;
  /// Clocks from the end of an instruction's time in its pipe until a vector
  /// instruction may use the result. A matrix instruction that accumulates on
  /// a matrix instruction's result waits for none of them.
  unsigned transcendentalResultClocks, matrixResultClocks;
  /// Whether v_pk_*_f32 and transcendental instructions may start while a
  /// matrix instruction runs.
  bool packedBesideMatrix, transcendentalBesideMatrix;

  /// Bytes that the LDS of a compute unit moves in a clock.
  unsigned ldsReadBytesPerClock, ldsWriteBytesPerClock;
  /// Clocks from the last byte's move until the result is usable.
  unsigned ldsLatencyClocks;
  /// Clocks of work that may be queued at the LDS before issue stops.
  unsigned ldsQueueClocks;

  llvm::ArrayRef<MatrixClocks> matrix;

  /// Clocks in the matrix pipe of a Matrix instruction; an error that lists
  /// the known shapes when the chip's are not known.
  llvm::Expected<unsigned> getMatrixClocks(const Instruction &matrix) const;
  /// Clocks in the LDS of an instruction of each SIMD at once; 0 for
  /// instructions that do not go there.
  unsigned getLDSClocks(const Instruction &instruction) const;
  /// Waves of `totalVGPRs` registers that a SIMD's file holds.
  unsigned getWavesByRegisters(int64_t totalVGPRs) const;
};

/// gfx90a, gfx942 and gfx950.
llvm::ArrayRef<ChipParameters> getChips();

/// The chip named `name`, or null.
const ChipParameters *lookupParameters(llvm::StringRef name);

} // namespace fovea::amd

#endif
