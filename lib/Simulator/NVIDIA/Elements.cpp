//===- Elements.cpp - elements of matrix instructions -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Elements.h"

#include <cstring>
#include <vector>

using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

/// PTX ISA, "wgmma.mma_async": "the lower 13 bits of the 32-bit input data" of
/// .tf32 are truncated.
float fromTF32(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return truncateToTF32(value);
}

/// All values of f16, which most simulations spend their time on.
struct Halves {
  Halves() : values(1 << 16) {
    for (unsigned bits = 0; bits < values.size(); ++bits)
      values[bits] = fromF16(bits);
  }
  std::vector<float> values;
};

float lookUpF16(uint16_t bits) {
  static const Halves halves;
  return halves.values[bits];
}

float fromE4M3(uint8_t bits) { return fromF8(bits, Float8::E4M3); }
float fromE5M2(uint8_t bits) { return fromF8(bits, Float8::E5M2); }
float fromS8(uint8_t bits) { return int8_t(bits); }
float fromU8(uint8_t bits) { return bits; }

} // namespace

template <typename T, float (*Widen)(T)>
static void widenAll(const uint8_t *bytes, int count, double *values) {
  for (int e = 0; e < count; ++e) {
    T bits;
    std::memcpy(&bits, bytes + e * sizeof(T), sizeof(T));
    values[e] = Widen(bits);
  }
}

void nvidia::widen(Element element, const uint8_t *bytes, int count,
                   double *values) {
  switch (element) {
  case Element::F16:
    return widenAll<uint16_t, lookUpF16>(bytes, count, values);
  case Element::BF16:
    return widenAll<uint16_t, fromBF16>(bytes, count, values);
  case Element::TF32:
    return widenAll<uint32_t, fromTF32>(bytes, count, values);
  case Element::E4M3:
    return widenAll<uint8_t, fromE4M3>(bytes, count, values);
  case Element::E5M2:
    return widenAll<uint8_t, fromE5M2>(bytes, count, values);
  case Element::S8:
    return widenAll<uint8_t, fromS8>(bytes, count, values);
  case Element::U8:
    return widenAll<uint8_t, fromU8>(bytes, count, values);
  }
}
