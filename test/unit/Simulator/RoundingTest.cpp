//===- RoundingTest.cpp - numbers against the formats' documents
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/Rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

using namespace fovea::sim;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

struct Conversion {
  uint32_t from, to;
};

TEST(F16, Values) {
  EXPECT_EQ(bitsOf(fromF16(0x0000)), 0x00000000u);
  EXPECT_EQ(bitsOf(fromF16(0x8000)), 0x80000000u);
  EXPECT_EQ(fromF16(0x0001), 5.9604644775390625e-8f);
  EXPECT_EQ(fromF16(0x03ff), 6.097555160522461e-5f);
  EXPECT_EQ(fromF16(0x0400), 6.103515625e-5f);
  EXPECT_EQ(fromF16(0x3555), 0.333251953125f);
  EXPECT_EQ(fromF16(0x3c00), 1.0f);
  EXPECT_EQ(fromF16(0xc000), -2.0f);
  EXPECT_EQ(fromF16(0x7bff), 65504.0f);
  EXPECT_EQ(fromF16(0x7c00), kInfinity);
  EXPECT_EQ(fromF16(0xfc00), -kInfinity);
  for (uint16_t nan : {0x7c01, 0x7e00, 0x7fff, 0xfc01, 0xffff})
    EXPECT_EQ(bitsOf(fromF16(nan)), 0x7fffffffu) << nan;
}

TEST(F16, RoundsToNearestEven) {
  constexpr Conversion kCases[] = {
      {0x00000000, 0x0000},
      {0x80000000, 0x8000},
      {0x3f800000, 0x3c00}, // 1
      {0x3f801000, 0x3c00}, // 1 + 1/2 unit
      {0x3f801001, 0x3c01}, // a little more
      {0x3f802000, 0x3c01}, // 1 + 1 unit
      {0x3f802fff, 0x3c01}, // not quite 1 1/2
      {0x3f803000, 0x3c02}, // 1 + 1 1/2 units
      {0x3f805000, 0x3c02}, // 1 + 2 1/2 units
      {0xbf803000, 0xbc02},
      {0x3ffff000, 0x4000}, // carries into the exponent
      {0x40490fdb, 0x4248}, // pi
      // Overflow: 65520 is halfway between 65504 and 65536.
      {0x477fe000, 0x7bff},
      {0x477fefff, 0x7bff},
      {0x477ff000, 0x7c00},
      {0xc77ff000, 0xfc00},
      {0x47800000, 0x7c00},
      {0x7f7fffff, 0x7c00},
      {0x7f800000, 0x7c00},
      {0xff800000, 0xfc00},
      // Subnormals, of 2^-24.
      {0x33800000, 0x0001}, // 1
      {0x33000000, 0x0000}, // 1/2
      {0x33000001, 0x0001}, // a little more
      {0x32ffffff, 0x0000}, // a little less
      {0x33c00000, 0x0002}, // 1 1/2
      {0x33bfffff, 0x0001}, // a little less
      {0xb3c00000, 0x8002}, // -1 1/2
      {0x34200000, 0x0002}, // 2 1/2
      {0x387fc000, 0x03ff}, // 1023
      {0x387fdfff, 0x03ff}, // not quite 1023 1/2
      {0x387fe000, 0x0400}, // 1023 1/2, the least normal number then
      {0x38800000, 0x0400},
      // Subnormals of f32.
      {0x00000001, 0x0000},
      {0x807fffff, 0x8000},
  };
  for (const Conversion &c : kCases)
    EXPECT_EQ(toF16(floatOf(c.from)), c.to) << std::hex << c.from;
}

TEST(F16, NaNIsCanonical) {
  for (uint32_t nan : {0x7fc00000u, 0x7f800001u, 0xff800001u, 0xffffffffu})
    EXPECT_EQ(toF16(floatOf(nan)), 0x7fff) << std::hex << nan;
}

TEST(BF16, Values) {
  EXPECT_EQ(fromBF16(0x3f80), 1.0f);
  EXPECT_EQ(fromBF16(0xc049), -3.140625f);
  EXPECT_EQ(bitsOf(fromBF16(0x8000)), 0x80000000u);
  EXPECT_EQ(bitsOf(fromBF16(0x0001)), 0x00010000u);
  EXPECT_EQ(bitsOf(fromBF16(0x7f7f)), 0x7f7f0000u);
  EXPECT_EQ(fromBF16(0xff80), -kInfinity);
  EXPECT_EQ(bitsOf(fromBF16(0xff81)), 0xff810000u);
}

TEST(BF16, RoundsToNearestEven) {
  constexpr Conversion kCases[] = {
      {0x00000000, 0x0000},
      {0x80000000, 0x8000},
      {0x3f800000, 0x3f80},
      {0x3f808000, 0x3f80},
      {0x3f808001, 0x3f81},
      {0x3f817fff, 0x3f81},
      {0x3f818000, 0x3f82},
      {0xbf818000, 0xbf82},
      {0x3fff8000, 0x4000},
      {0x40490fdb, 0x4049},
      {0x7f7f7fff, 0x7f7f},
      {0x7f7f8000, 0x7f80},
      {0xff7fffff, 0xff80},
      {0x7f800000, 0x7f80},
      {0xff800000, 0xff80},
      // Subnormals, which are f32's.
      {0x00000001, 0x0000},
      {0x00008000, 0x0000},
      {0x00008001, 0x0001},
      {0x80018000, 0x8002},
      {0x007f7fff, 0x007f},
      {0x007f8000, 0x0080},
      {0x00800000, 0x0080},
      {0x00ff8000, 0x0100},
  };
  for (const Conversion &c : kCases)
    EXPECT_EQ(toBF16(floatOf(c.from)), c.to) << std::hex << c.from;
}

TEST(BF16, NaNIsCanonical) {
  for (uint32_t nan : {0x7fc00000u, 0x7f800001u, 0xff800001u, 0xffffffffu})
    EXPECT_EQ(toBF16(floatOf(nan)), 0x7fff) << std::hex << nan;
}

/// All codes there and back; and what lies between two neighbours goes to the
/// nearer one, or else to the even one.
void checkAllCodes(float (*widen)(uint16_t), uint16_t (*narrow)(float),
                   uint16_t infinity) {
  for (uint32_t code = 0; code < 0x10000; ++code) {
    uint32_t magnitude = code & 0x7fff;
    float value = widen(code);
    ASSERT_EQ(std::isnan(value), magnitude > infinity) << code;
    ASSERT_EQ(narrow(value), magnitude > infinity ? 0x7fff : code);
    // What is halfway to an infinity is for the other tests.
    if (magnitude + 1 >= infinity)
      continue;
    float next = widen(code + 1), middle = value + (next - value) / 2;
    ASSERT_EQ(narrow(middle), code + code % 2) << code;
    ASSERT_EQ(narrow(std::nextafter(middle, value)), code);
    ASSERT_EQ(narrow(std::nextafter(middle, next)), code + 1);
  }
}

TEST(F16, AllCodes) { checkAllCodes(fromF16, toF16, 0x7c00); }

TEST(BF16, AllCodes) { checkAllCodes(fromBF16, toBF16, 0x7f80); }

#ifdef __FLT16_MANT_DIG__
TEST(F16, AgreesWithTheCompiler) {
  std::mt19937 random(7);
  for (int i = 0; i < 1000000; ++i) {
    // Random bits alone are hardly ever in f16's range.
    uint32_t bits = random();
    if (i % 2)
      bits = (bits & 0x80ffffff) | (0x32 + random() % 22) << 24;
    float value = floatOf(bits);
    if (std::isnan(value))
      continue;
    _Float16 expected = static_cast<_Float16>(value);
    uint16_t code;
    std::memcpy(&code, &expected, sizeof(code));
    ASSERT_EQ(toF16(value), code) << std::hex << bits;
    ASSERT_EQ(bitsOf(fromF16(code)), bitsOf(static_cast<float>(expected)));
  }
}
#endif

TEST(TF32, RoundsTiesAway) {
  constexpr Conversion kCases[] = {
      {0x00000000, 0x00000000},
      {0x80000000, 0x80000000},
      {0x3f800fff, 0x3f800000}, // below 1 + 1/2 unit
      {0x3f801000, 0x3f802000}, // 1 + 1/2 unit
      {0xbf801000, 0xbf802000},
      {0x3f802000, 0x3f802000},
      {0x3f802fff, 0x3f802000},
      {0x3f803000, 0x3f804000},
      {0x3ffff000, 0x40000000},
      {0x40490fdb, 0x40490000},
      {0x40491000, 0x40492000},
      {0x00000fff, 0x00000000},
      {0x00001000, 0x00002000},
      {0x007ff000, 0x00800000},
      {0x7f7fefff, 0x7f7fe000},
      {0x7f7ff000, 0x7f800000},
      {0xff7fffff, 0xff800000},
      {0x7f800000, 0x7f800000},
      {0xff800000, 0xff800000},
      // NaNs, as an H100 has them.
      {0x7fc00000, 0x7fc00000},
      {0x7fffffff, 0x7fffe000},
      {0xffc01fff, 0xffc00000},
      {0x7f803fff, 0x7f802000},
      {0x7f801fff, 0x7f800000},
  };
  for (const Conversion &c : kCases)
    EXPECT_EQ(bitsOf(roundToTF32(floatOf(c.from))), c.to) << std::hex << c.from;
}

TEST(TF32, TruncationDropsThirteenBits) {
  constexpr Conversion kCases[] = {
      {0x3f800000, 0x3f800000}, {0x3f801fff, 0x3f800000},
      {0x3f802000, 0x3f802000}, {0xbf803fff, 0xbf802000},
      {0x007fffff, 0x007fe000}, {0x7f7fffff, 0x7f7fe000},
      {0x80001fff, 0x80000000}, {0xff800000, 0xff800000},
      {0x7fc00001, 0x7fc00000}, {0x7f800001, 0x7f800000},
  };
  for (const Conversion &c : kCases)
    EXPECT_EQ(bitsOf(truncateToTF32(floatOf(c.from))), c.to)
        << std::hex << c.from;
}

constexpr Float8 kFormats[] = {Float8::E4M3, Float8::E5M2, Float8::E4M3FNUZ,
                               Float8::E5M2FNUZ};

struct Value {
  uint8_t code;
  float value;
};

void expectValues(Float8 format, std::initializer_list<Value> values) {
  for (const Value &v : values)
    EXPECT_EQ(bitsOf(fromF8(v.code, format)), bitsOf(v.value)) << int(v.code);
}

TEST(F8, CornersOfE4M3) {
  expectValues(Float8::E4M3, {{0x00, 0.0f},
                              {0x80, -0.0f},
                              {0x01, 0.001953125f},
                              {0x07, 0.013671875f},
                              {0x08, 0.015625f},
                              {0x38, 1.0f},
                              {0x39, 1.125f},
                              {0xb8, -1.0f},
                              {0x3f, 1.875f},
                              {0x40, 2.0f},
                              {0x77, 240.0f},
                              {0x78, 256.0f},
                              {0x7e, 448.0f},
                              {0xfe, -448.0f}});
}

TEST(F8, CornersOfE5M2) {
  expectValues(Float8::E5M2, {{0x00, 0.0f},
                              {0x80, -0.0f},
                              {0x01, 1.52587890625e-5f},
                              {0x03, 4.57763671875e-5f},
                              {0x04, 6.103515625e-5f},
                              {0x3c, 1.0f},
                              {0x3d, 1.25f},
                              {0xbf, -1.75f},
                              {0x7b, 57344.0f},
                              {0xfb, -57344.0f},
                              {0x7c, kInfinity},
                              {0xfc, -kInfinity}});
}

TEST(F8, CornersOfE4M3FNUZ) {
  expectValues(Float8::E4M3FNUZ, {{0x00, 0.0f},
                                  {0x01, 0.0009765625f},
                                  {0x81, -0.0009765625f},
                                  {0x07, 0.0068359375f},
                                  {0x08, 0.0078125f},
                                  {0x40, 1.0f},
                                  {0xc1, -1.125f},
                                  {0x78, 128.0f},
                                  {0x7f, 240.0f},
                                  {0xff, -240.0f}});
}

TEST(F8, CornersOfE5M2FNUZ) {
  expectValues(Float8::E5M2FNUZ, {{0x00, 0.0f},
                                  {0x01, 7.62939453125e-6f},
                                  {0x81, -7.62939453125e-6f},
                                  {0x03, 2.288818359375e-5f},
                                  {0x04, 3.0517578125e-5f},
                                  {0x40, 1.0f},
                                  {0xc1, -1.25f},
                                  {0x7c, 32768.0f},
                                  {0x7f, 57344.0f},
                                  {0xff, -57344.0f}});
}

std::vector<int> nanCodes(Float8 format) {
  switch (format) {
  case Float8::E4M3:
    return {0x7f, 0xff};
  case Float8::E5M2:
    return {0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff};
  case Float8::E4M3FNUZ:
  case Float8::E5M2FNUZ:
    break;
  }
  return {0x80};
}

TEST(F8, NaNs) {
  for (Float8 format : kFormats) {
    std::vector<int> codes;
    for (int code = 0; code < 256; ++code)
      if (std::isnan(fromF8(code, format)))
        codes.push_back(code);
    EXPECT_EQ(codes, nanCodes(format)) << int(format);
    EXPECT_EQ(bitsOf(fromF8(codes[0], format)), 0x7fffffffu);
    bool fnuz = codes.size() == 1;
    for (uint32_t nan : {0x7fc00000u, 0x7f800001u, 0xffc00000u, 0xffffffffu})
      for (bool saturate : {false, true})
        EXPECT_EQ(toF8(floatOf(nan), format, saturate), fnuz ? 0x80 : 0x7f);
  }
}

/// What the code's fields say, sign, exponent and mantissa.
TEST(F8, EveryCodeIsWhatItsFieldsSay) {
  constexpr int kMantissaBits[] = {3, 2, 3, 2}, kBias[] = {7, 15, 8, 16};
  for (Float8 format : kFormats) {
    int bits = kMantissaBits[int(format)], bias = kBias[int(format)];
    for (int code = 0; code < 256; ++code) {
      float value = fromF8(code, format);
      if (!std::isfinite(value))
        continue;
      int field = (code & 0x7f) >> bits, mantissa = code & ((1 << bits) - 1);
      double magnitude =
          field ? std::ldexp((1 << bits) + mantissa, field - bias - bits)
                : std::ldexp(mantissa, 1 - bias - bits);
      EXPECT_EQ(value, code & 0x80 ? -magnitude : magnitude) << code;
      EXPECT_EQ(std::signbit(value), code >= 0x80) << code;
      EXPECT_EQ(toF8(value, format, true), code) << int(format);
      EXPECT_EQ(toF8(value, format, false), code) << int(format);
    }
  }
}

/// The nearest finite number of the format by comparison with all of them; the
/// even code of two.
uint8_t nearest(float value, Float8 format) {
  int best = 0;
  double least = kInfinity;
  for (int code = 0; code < 256; ++code) {
    double candidate = fromF8(code, format);
    double distance = std::abs(candidate - double(value));
    if (!std::isfinite(candidate) ||
        std::signbit(candidate) != std::signbit(value) || distance > least)
      continue;
    if (distance < least || code % 2 == 0)
      best = code;
    least = distance;
  }
  return best;
}

TEST(F8, SaturatedIsTheNearestOfAllCodes) {
  std::mt19937 random(7);
  for (Float8 format : kFormats)
    for (int i = 0; i < 20000; ++i) {
      // From far below the least to far above the largest number.
      uint32_t bits = (random() & 0x807fffff) | (0x60 + random() % 0x40) << 23;
      // Ties, mostly.
      if (i % 2)
        bits &= 0xfff80000;
      float value = floatOf(bits);
      uint8_t expected = nearest(value, format);
      // A negative number next to an unsigned zero.
      if (nanCodes(format).size() == 1 && std::signbit(value) &&
          std::abs(value) <= fromF8(0x01, format) / 2)
        expected = 0;
      ASSERT_EQ(toF8(value, format, true), expected)
          << int(format) << " " << value;
    }
}

struct Overflow {
  uint32_t from;
  int saturated, other;
};

void expectOverflow(Float8 format, std::initializer_list<Overflow> cases) {
  for (const Overflow &c : cases) {
    EXPECT_EQ(toF8(floatOf(c.from), format, true), c.saturated)
        << std::hex << c.from;
    EXPECT_EQ(toF8(floatOf(c.from), format, false), c.other)
        << std::hex << c.from;
  }
}

TEST(F8, OverflowOfE4M3) {
  expectOverflow(Float8::E4M3, {{0x43e00000, 0x7e, 0x7e}, // 448
                                {0x43e80000, 0x7e, 0x7e}, // 464, a tie
                                {0xc3e80000, 0xfe, 0xfe},
                                {0x43e80001, 0x7e, 0x7f},
                                {0xc3e80001, 0xfe, 0xff},
                                {0x43f00000, 0x7e, 0x7f}, // 480
                                {0x7f7fffff, 0x7e, 0x7f},
                                {0x7f800000, 0x7e, 0x7f},
                                {0xff800000, 0xfe, 0xff}});
}

TEST(F8, OverflowOfE5M2) {
  expectOverflow(Float8::E5M2, {{0x47600000, 0x7b, 0x7b}, // 57344
                                {0x476fffff, 0x7b, 0x7b},
                                {0x47700000, 0x7b, 0x7c}, // 61440, a tie
                                {0xc7700000, 0xfb, 0xfc},
                                {0x47800000, 0x7b, 0x7c},
                                {0x7f7fffff, 0x7b, 0x7c},
                                {0x7f800000, 0x7b, 0x7c},
                                {0xff800000, 0xfb, 0xfc}});
}

TEST(F8, OverflowOfE4M3FNUZ) {
  expectOverflow(Float8::E4M3FNUZ, {{0x43700000, 0x7f, 0x7f}, // 240
                                    {0x4377ffff, 0x7f, 0x7f},
                                    {0x43780000, 0x7f, 0x80}, // 248, a tie
                                    {0xc3780000, 0xff, 0x80},
                                    {0x7f7fffff, 0x7f, 0x80},
                                    {0x7f800000, 0x80, 0x80},
                                    {0xff800000, 0x80, 0x80}});
}

TEST(F8, OverflowOfE5M2FNUZ) {
  expectOverflow(Float8::E5M2FNUZ, {{0x47600000, 0x7f, 0x7f}, // 57344
                                    {0x476fffff, 0x7f, 0x7f},
                                    {0x47700000, 0x7f, 0x80}, // 61440, a tie
                                    {0xc7700000, 0xff, 0x80},
                                    {0x7f7fffff, 0x7f, 0x80},
                                    {0x7f800000, 0x80, 0x80},
                                    {0xff800000, 0x80, 0x80}});
}

TEST(F8, ZerosAndUnderflow) {
  // Half of the least number is a tie with zero; formats in kFormats' order.
  constexpr uint32_t kHalf[] = {0x3a800000, 0x37000000, 0x3a000000, 0x36800000};
  for (Float8 format : kFormats) {
    uint32_t half = kHalf[int(format)];
    int minusZero = nanCodes(format).size() == 1 ? 0 : 0x80;
    EXPECT_EQ(toF8(0.0f, format, true), 0);
    EXPECT_EQ(toF8(-0.0f, format, true), minusZero);
    EXPECT_EQ(toF8(floatOf(half), format, true), 0);
    EXPECT_EQ(toF8(floatOf(half | 0x80000000), format, true), minusZero);
    EXPECT_EQ(toF8(floatOf(half + 1), format, true), 0x01);
    EXPECT_EQ(toF8(floatOf((half + 1) | 0x80000000), format, true), 0x81);
    EXPECT_EQ(toF8(floatOf(0x80000001), format, true), minusZero);
  }
}

} // namespace
