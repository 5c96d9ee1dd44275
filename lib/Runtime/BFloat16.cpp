//===- BFloat16.cpp - a conversion that libgcc lacks
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// LLVM converts single bf16 elements by this routine on CPUs without the
// instruction; Debian 12's libgcc does not have it yet. The result is the low
// half of the vector register that a float is returned in (x86-64 psABI).

#include <cstdint>
#include <cstring>

extern "C" __attribute__((weak, visibility("hidden"))) float
__truncsfbf2(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bool isNaN = (bits & 0x7fffffffu) > 0x7f800000u;
  // To nearest, ties to even; a NaN stays quiet.
  uint32_t rounded = isNaN ? (bits >> 16) | 0x40u
                           : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  std::memcpy(&value, &rounded, sizeof value);
  return value;
}
