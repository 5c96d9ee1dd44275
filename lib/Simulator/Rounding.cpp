//===- Rounding.cpp - numbers as a GPU's registers hold them -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/Rounding.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace fovea::sim;

namespace {

constexpr uint32_t kSign = 0x80000000;
constexpr uint32_t kInfinity = 0x7f800000;
/// PTX's canonical NaN of f32; 0x7fff is that of f16 and bf16.
constexpr uint32_t kNaN = 0x7fffffff;
constexpr uint16_t kNaN16 = 0x7fff;
/// The bits of an f32 that tf32 does without.
constexpr uint32_t kBeyondTF32 = 0x1fff;

/// A format narrower than f32: a sign, an exponent, a mantissa.
struct Format {
  int mantissaBits, bias;
};

constexpr Format kF16{10, 15};
constexpr Format kBF16{7, 127};

struct Format8 {
  Format format;
  /// Codes without the sign. After the largest finite number comes what stands
  /// for larger ones.
  uint8_t largest, nan;
  bool infinity;
  /// Finite, with one unsigned zero, and NaN at the code of minus zero.
  bool fnuz;
};

/// OFP8's value encodings: E4M3 has bias 7, 448 = S.1111.110 and NaN =
/// S.1111.111; E5M2 has bias 15, 57344 = S.11110.11 and infinity = S.11111.00.
/// CDNA3's biases are one larger, and its largest numbers, 240 and 57344, have
/// all bits set. PTX's `cvt` writes 0x7f for a NaN in both of its formats.
constexpr Format8 kFormats8[] = {
    {{3, 7}, 0x7e, 0x7f, false, false},
    {{2, 15}, 0x7b, 0x7f, true, false},
    {{3, 8}, 0x7f, 0x80, false, true},
    {{2, 16}, 0x7f, 0x80, false, true},
};

} // namespace

static uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

static float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// The code in `format` nearest to the f32 `magnitude`, which has no sign; ties
/// go to the even one. Codes go on past the format's largest exponent.
static uint32_t narrow(uint32_t magnitude, Format format) {
  int field = magnitude >> 23;
  uint32_t significand = (magnitude & 0x7fffff) | (uint32_t(field != 0) << 23);
  int exponent = std::max(field, 1);
  // Below the format's least exponent all numbers are multiples of one unit.
  int least = 128 - format.bias;
  int unit = std::max(exponent, least);
  // Beyond 25 nothing is left of 24 bits, nor of their half.
  int shift = std::min(23 - format.mantissaBits + unit - exponent, 25);
  uint32_t odd = significand >> shift & 1;
  uint32_t rounded =
      (significand + (uint32_t(1) << shift >> 1) - 1 + odd) >> shift;
  // The leading one adds one to the exponent, as does a carry.
  return (uint32_t(unit - least) << format.mantissaBits) + rounded;
}

/// The finite value of a code without sign. No f32 subnormals on the way, so
/// that a host which flushes them does no harm.
static float widen(uint32_t code, Format format) {
  int field = code >> format.mantissaBits;
  uint32_t hidden = uint32_t(field != 0) << format.mantissaBits;
  uint32_t mantissa = code & ((uint32_t(1) << format.mantissaBits) - 1);
  int exponent = std::max(field, 1) - format.bias - format.mantissaBits + 127;
  return float(hidden | mantissa) * floatOf(uint32_t(exponent) << 23);
}

static uint16_t toFloat16(float value, Format format, uint32_t infinity) {
  uint32_t bits = bitsOf(value), magnitude = bits & ~kSign;
  if (magnitude > kInfinity)
    return kNaN16;
  uint32_t code = std::min(narrow(magnitude, format), infinity);
  return uint16_t(bits >> 16 & 0x8000) | uint16_t(code);
}

uint16_t fovea::sim::toF16(float value) {
  return toFloat16(value, kF16, 0x7c00);
}

uint16_t fovea::sim::toF16TowardZero(float value) {
  uint16_t code = toF16(value);
  // To nearest is the wanted code or, away from zero, the one behind it.
  bool isAway = std::fabs(fromF16(code)) > std::fabs(value);
  return isAway ? code - 1 : code;
}

uint16_t fovea::sim::toBF16(float value) {
  return toFloat16(value, kBF16, 0x7f80);
}

float fovea::sim::fromF16(uint16_t bits) {
  uint32_t code = bits & 0x7fff, sign = uint32_t(bits & 0x8000) << 16;
  if (code > 0x7c00)
    return floatOf(kNaN);
  uint32_t magnitude = code == 0x7c00 ? kInfinity : bitsOf(widen(code, kF16));
  return floatOf(sign | magnitude);
}

float fovea::sim::fromBF16(uint16_t bits) {
  return floatOf(uint32_t(bits) << 16);
}

float fovea::sim::roundToTF32(float value) {
  uint32_t bits = bitsOf(value);
  // Nothing to round, and a NaN's carry would run into the sign. PTX leaves the
  // NaN open; this is what an H100 makes of all of them.
  if ((bits & ~kSign) >= kInfinity)
    return truncateToTF32(value);
  return floatOf((bits + 0x1000) & ~kBeyondTF32);
}

float fovea::sim::truncateToTF32(float value) {
  return floatOf(bitsOf(value) & ~kBeyondTF32);
}

float fovea::sim::fromF8(uint8_t bits, Float8 format) {
  const Format8 &f = kFormats8[int(format)];
  uint32_t code = bits & 0x7f, sign = uint32_t(bits & 0x80) << 24;
  if (f.fnuz ? bits == f.nan : code > uint32_t(f.largest + f.infinity))
    return floatOf(kNaN);
  uint32_t magnitude =
      code > f.largest ? kInfinity : bitsOf(widen(code, f.format));
  return floatOf(sign | magnitude);
}

uint8_t fovea::sim::toF8(float value, Float8 format, bool saturate) {
  const Format8 &f = kFormats8[int(format)];
  uint32_t bits = bitsOf(value), magnitude = bits & ~kSign;
  // HIP's conversions to FNUZ clip large numbers, but not infinities.
  if (magnitude > kInfinity || (f.fnuz && magnitude == kInfinity))
    return f.nan;
  uint32_t code = narrow(magnitude, f.format);
  if (code > f.largest)
    code = f.largest + uint32_t(!saturate);
  if (f.fnuz && code == 0)
    return 0;
  return uint8_t(bits >> 24 & 0x80) | uint8_t(code);
}
