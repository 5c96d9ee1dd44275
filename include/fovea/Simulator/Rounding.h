//===- Rounding.h - numbers as a GPU's registers hold them -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_SIMULATOR_ROUNDING_H
#define FOVEA_SIMULATOR_ROUNDING_H

#include <cstdint>

namespace fovea::sim {

/// Exact; a NaN becomes 0x7fffffff, as `cvt.f32.f16` has it.
float fromF16(uint16_t bits);
/// To nearest even, `cvt.rn.f16.f32` (PTX ISA, "cvt"): subnormals stay, what is
/// too large becomes an infinity, and every NaN becomes 0x7fff.
uint16_t toF16(float value);
/// Toward zero, `v_cvt_pkrtz_f16_f32` (AMD's CDNA3 ISA): what is too large
/// becomes 65504, infinities stay, and every NaN becomes 0x7fff.
uint16_t toF16TowardZero(float value);

/// Exact, NaNs too: the bits are the upper half of the f32.
float fromBF16(uint16_t bits);
/// To nearest even, `cvt.rn.bf16.f32`, with the same rules as `toF16`.
uint16_t toBF16(float value);

/// To 10 bits of mantissa, to nearest with ties away from zero:
/// `cvt.rna.tf32.f32`. NaNs are truncated.
float roundToTF32(float value);
/// What `mma` and `wgmma` read of an f32 register that they take for tf32: all
/// but the low 13 bits. A NaN that has its payload there becomes an infinity.
float truncateToTF32(float value);

/// E4M3 and E5M2 as OCP's "8-bit Floating Point Specification (OFP8)" has them,
/// which is also PTX's; the FNUZ pair as in AMD's CDNA3 ISA.
enum class Float8 { E4M3, E5M2, E4M3FNUZ, E5M2FNUZ };

/// Exact; a NaN becomes 0x7fffffff.
float fromF8(uint8_t bits, Float8 format);
/// To nearest even. What is then too large becomes the largest finite number
/// where `saturate` says so; otherwise an infinity, or a NaN where the format
/// has none. FNUZ formats turn infinities into NaN in either case, and negative
/// numbers that round to zero into the only zero they have.
uint8_t toF8(float value, Float8 format, bool saturate);

} // namespace fovea::sim

#endif
