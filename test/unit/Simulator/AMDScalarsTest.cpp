//===- AMDScalarsTest.cpp - functions, conversions, vectors -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AMDKernel.h"

#include "fovea/Simulator/Rounding.h"

#include <cmath>

using namespace fovea::sim;

namespace {

struct AMDScalars : AMDKernel {
  /// Words of the input are these numbers, and zeros behind them.
  void give(const std::vector<float> &numbers) {
    std::fill(input.begin(), input.end(), 0);
    for (size_t i = 0; i < numbers.size(); ++i)
      input[i] = bitsOf(numbers[i]);
    given = numbers;
    given.resize(64);
  }
  /// %f is the thread's number of those, and %y, an f32, the result.
  void expectFloats(const std::string &body,
                    const std::function<float(float)> &expected) {
    expectValues("%f = llvm.bitcast %x : i32 to f32\n" + body +
                     "\n%r = llvm.bitcast %y : f32 to i32",
                 [&](int t) { return bitsOf(expected(given[t])); });
  }
  std::vector<float> given;
};

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

TEST_F(AMDScalars, Functions) {
  give({0, 1, -1, 3, 0.5, -126, -130, 130, 0x1p-130f, INFINITY, -INFINITY});
  expectFloats("%y = rocdl.exp2 %f f32 -> f32", [](float x) {
    return x < -126 ? 0 : x == 0x1p-130f ? 1 : std::exp2(x);
  });
  give({1, 2, 8, 0.25, 0, 3});
  expectFloats("%y = rocdl.log %f f32 -> f32",
               [](float x) { return std::log2(x); });
  give({1, -2, 3, 0x1p-130f, -0x1p-130f, INFINITY, 0x1p127f});
  expectFloats("%y = rocdl.rcp %f f32 -> f32", [](float x) {
    // Subnormals are zeros, as arguments and as results.
    float flushed = std::fabs(x) < 0x1p-126f ? std::copysign(0.f, x) : x;
    return std::isinf(x) || x == 0x1p127f ? 0 : 1 / flushed;
  });
  give({4, 2, 0.25, 0});
  expectFloats("%y = rocdl.sqrt %f f32 -> f32",
               [](float x) { return std::sqrt(x); });
  give({-3, 0.5, 7, 1, 2});
  expectFloats(R"(
    %one = llvm.mlir.constant(1.0 : f32) : f32
    %two = llvm.mlir.constant(2.0 : f32) : f32
    %y = rocdl.fmed3 %two, %f, %one : f32)",
               [](float x) { return std::min(std::max(x, 1.f), 2.f); });
}

// v_perm_b32: bytes of {high, low}; signs of each second one; zeros and ones.
TEST_F(AMDScalars, PermutesBytes) {
  const std::string body = R"(
    %high = llvm.mlir.constant(0x89abcdef : i32) : i32
    %low = llvm.mlir.constant(0x01237567 : i32) : i32
    %selector = llvm.mlir.constant(0x07060302 : i32) : i32
    %r = llvm.call_intrinsic "llvm.amdgcn.perm"(%high, %low, %selector) : (i32, i32, i32) -> i32)";
  expectValues(body, [](int) { return 0x89ab0123; });
  expectValues(replaced(body, "0x07060302", "0x0d0c0b08"),
               [](int) { return 0xff00ff00; });
  expectFault(replaced(body, "(%high, %low, %selector) : (i32, i32, i32)",
                       "(%high, %low) : (i32, i32)"),
              "of llvm.amdgcn.perm is not known to the simulator");
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

TEST_F(AMDScalars, PacksTowardZero) {
  give({1, 1.0009765f, -1.0009765f, 2049, 65504, 65519, 65520, 1e6f, -1e6f,
        INFINITY, 0x1p-24f, 0x1.8p-24f, 0x1p-25f, -0x1p-25f});
  constexpr uint16_t expected[] = {0x3c00, 0x3c00, 0xbc00, 0x6800, 0x7bff,
                                   0x7bff, 0x7bff, 0x7bff, 0xfbff, 0x7c00,
                                   0x0001, 0x0001, 0x0000, 0x8000};
  const std::string body = R"(
    %f = llvm.bitcast %x : i32 to f32
    %one = llvm.mlir.constant(1.0 : f32) : f32
    %p = rocdl.cvt.pkrtz %f, %one : vector<2xf16>
    %r = llvm.bitcast %p : vector<2xf16> to i32)";
  expectValues(body,
               [&](int t) { return 0x3c000000 | (t < 14 ? expected[t] : 0); });
  expectValues(replaced(body, "%f, %one", "%one, %f"), [&](int t) {
    return (t < 14 ? uint32_t(expected[t]) << 16 : 0) | 0x3c00;
  });
}

TEST_F(AMDScalars, Floats8) {
  give({0, 1, -1, 0.3f, 240, 400, 1e6f, NAN});
  const std::string narrow = R"(
    %f = llvm.bitcast %x : i32 to f32
    %two = llvm.mlir.constant(2.0 : f32) : f32
    %old = llvm.mlir.constant(1145324612 : i32) : i32
    %r = rocdl.cvt.pk.fp8.f32 %f, %two -> %old[false] : i32)";
  for (bool isOCP : {false, true}) {
    setup.target = isOCP ? "#rocdl.target<chip = \"gfx950\">"
                         : "#rocdl.target<chip = \"gfx942\">";
    uint32_t two = isOCP ? 0x40 : 0x48;
    auto code = [&](int t, bool isBF8) -> uint32_t {
      return toF8(given[t],
                  isBF8 ? (isOCP ? Float8::E5M2 : Float8::E5M2FNUZ)
                        : (isOCP ? Float8::E4M3 : Float8::E4M3FNUZ),
                  /*saturate=*/false);
    };
    expectValues(narrow,
                 [&](int t) { return 0x44440000 | two << 8 | code(t, false); });
    expectValues(replaced(narrow, "[false]", "[true]"), [&](int t) {
      return 0x4444 | two << 24 | code(t, false) << 16;
    });
    expectValues(replaced(narrow, "pk.fp8", "pk.bf8"), [&](int t) {
      return 0x44440000 | (isOCP ? 0x4000 : 0x4400) | code(t, true);
    });
    // And back: byte 2 of the word is the number's.
    const std::string widen =
        replaced(replaced(narrow, "[false]", "[true]"), "%r =", "%p =");
    expectValues(
        widen + R"(
      %q = rocdl.cvt.f32.fp8 %p[2] : f32
      %r = llvm.bitcast %q : f32 to i32)",
        [&](int t) {
          return bitsOf(
              fromF8(code(t, false), isOCP ? Float8::E4M3 : Float8::E4M3FNUZ));
        });
    expectValues(widen + R"(
      %q = rocdl.cvt.pk.f32.fp8 %p[true] : vector<2xf32>
      %s = llvm.extractelement %q[%c1 : i32] : vector<2xf32>
      %r = llvm.bitcast %s : f32 to i32)",
                 [&](int) { return bitsOf(2); });
    expectValues(replaced(widen, "pk.fp8", "pk.bf8") + R"(
      %q = rocdl.cvt.f32.bf8 %p[3] : f32
      %r = llvm.bitcast %q : f32 to i32)",
                 [&](int) { return bitsOf(2); });
  }
  setup.target = "";
  expectFault(narrow, "whose format the chip '' does not say");
}

//===----------------------------------------------------------------------===//
// The llvm dialect's arithmetic, of scalars and of vectors
//===----------------------------------------------------------------------===//

TEST_F(AMDScalars, Integers) {
  expectValues(R"(
    %i0 = llvm.shl %tid, %c4 : i32
    %i1 = llvm.or %i0, %c1 : i32
    %i2 = llvm.sub %i1, %c64 : i32
    %i3 = llvm.ashr %i2, %c1 : i32
    %i4 = llvm.mul %i3, %c4 : i32
    %is = llvm.icmp "slt" %i4, %c0 : i32
    %r = llvm.select %is, %i4, %tid : i1, i32)",
               [](int t) {
                 int value = (((t << 4 | 1) - 64) >> 1) * 4;
                 return uint32_t(value < 0 ? value : t);
               });
}

TEST_F(AMDScalars, Vectors) {
  give({0.5, -2, 3, 1e-3f, 7});
  // Lane by lane, element by element: (f, f, 1, 1) * (1, 2, 3, 4) + 1.
  const std::string body = R"(
    %one = llvm.mlir.constant(1.0 : f32) : f32
    %u = llvm.mlir.poison : vector<2xf32>
    %v0 = llvm.insertelement %f, %u[%c0 : i32] : vector<2xf32>
    %v1 = llvm.insertelement %one, %v0[%c1 : i32] : vector<2xf32>
    %v2 = llvm.shufflevector %v1, %v1 [0, 0, 3, 1] : vector<2xf32>
    %n = llvm.mlir.constant(dense<[1.0, 2.0, 3.0, 4.0]> : vector<4xf32>) : vector<4xf32>
    %ones = llvm.mlir.constant(dense<1.0> : vector<4xf32>) : vector<4xf32>
    %p = llvm.fmul %v2, %n : vector<4xf32>
    %s = llvm.fadd %p, %ones : vector<4xf32>
    %k = llvm.mlir.constant(1 : i32) : i32
    %y = llvm.extractelement %s[%k : i32] : vector<4xf32>)";
  expectFloats(body, [](float x) { return 2 * x + 1; });
  expectFloats(
      replaced(body, "(1 : i32) : i32\n    %y", "(3 : i32) : i32\n    %y"),
      [](float) { return 5.f; });
  expectFloats(replaced(body, "%p = llvm.fmul %v2, %n :",
                        "%p = llvm.intr.fma(%v2, %n, %n) : (vector<4xf32>, "
                        "vector<4xf32>, vector<4xf32>) ->"),
               [](float x) { return std::fma(2.f, x, 2.f) + 1; });
  // Comparisons of vectors are not.
  expectFault(replaced("%f = llvm.bitcast %x : i32 to f32" + body, "%k =",
                       "%is = llvm.fcmp \"ogt\" %s, %p : vector<4xf32>\n%k ="),
              "is not known to the simulator");
}

TEST_F(AMDScalars, ShufflesHalves) {
  const std::string body = R"(
    %two = llvm.mlir.poison : vector<2xi32>
    %w0 = llvm.insertelement %x, %two[%c0 : i32] : vector<2xi32>
    %w = llvm.insertelement %tid, %w0[%c1 : i32] : vector<2xi32>
    %h = llvm.bitcast %w : vector<2xi32> to vector<4xi16>
    %s = llvm.shufflevector %h, %h [2, 0] : vector<4xi16>
    %r = llvm.bitcast %s : vector<2xi16> to i32)";
  expectValues(body, [](int t) { return uint32_t(1000 + t) << 16 | t; });
  expectValues(replaced(body, "[2, 0]", "[7, 6]"),
               [](int t) { return uint32_t(t) << 16; });
  // An undefined element is one, the other is not.
  const std::string part = replaced(body, "[2, 0]", "[2, -1]");
  expectFault(part + "\nllvm.store %r, %to : i32, !llvm.ptr<1>",
              "writes undefined bytes to a tensor");
  expectValues(replaced(part, "%r = llvm.bitcast %s : vector<2xi16> to i32", R"(
    %e = llvm.extractelement %s[%c0 : i32] : vector<2xi16>
    %r = llvm.zext %e : i16 to i32)"),
               [](int t) { return t; });
  // The other half of the register is as good as it was.
  expectValues(replaced(part, "%r = llvm.bitcast %s", R"(
    %again = llvm.shufflevector %s, %s [0, 0] : vector<2xi16>
    %r = llvm.bitcast %again)"),
               [](int t) { return t << 16 | t; });
}

TEST_F(AMDScalars, ConvertsVectors) {
  give({1, 1.00390625f, 1.01171875f, -3, 1e5f});
  const std::string body = R"(
    %f = llvm.bitcast %x : i32 to f32
    %one = llvm.mlir.constant(1.0 : f32) : f32
    %u = llvm.mlir.poison : vector<2xf32>
    %v0 = llvm.insertelement %one, %u[%c0 : i32] : vector<2xf32>
    %v = llvm.insertelement %f, %v0[%c1 : i32] : vector<2xf32>
    %h = llvm.fptrunc %v : vector<2xf32> to vector<2xbf16>)";
  expectValues(
      body + "%r = llvm.bitcast %h : vector<2xbf16> to i32",
      [&](int t) { return uint32_t(toBF16(given[t])) << 16 | 0x3f80; });
  expectValues(replaced(body, "bf16", "f16") +
                   "%r = llvm.bitcast %h : vector<2xf16> to i32",
               [&](int t) { return uint32_t(toF16(given[t])) << 16 | 0x3c00; });
  expectValues(body + R"(
    %w = llvm.fpext %h : vector<2xbf16> to vector<2xf32>
    %e = llvm.extractelement %w[%c1 : i32] : vector<2xf32>
    %r = llvm.bitcast %e : f32 to i32)",
               [&](int t) { return bitsOf(fromBF16(toBF16(given[t]))); });
}

TEST_F(AMDScalars, Repacks) {
  expectValues(R"(
    %two = llvm.mlir.poison : vector<2xi32>
    %w0 = llvm.insertelement %x, %two[%c0 : i32] : vector<2xi32>
    %w = llvm.insertelement %tid, %w0[%c1 : i32] : vector<2xi32>
    %long = llvm.bitcast %w : vector<2xi32> to i64
    %c32 = llvm.mlir.constant(32 : i64) : i64
    %high = llvm.lshr %long, %c32 : i64
    %r = llvm.trunc %high : i64 to i32)",
               [](int t) { return t; });
  expectValues(R"(
    %n = llvm.mlir.constant(dense<[1, 2, 3, 4]> : vector<4xi16>) : vector<4xi16>
    %long = llvm.bitcast %n : vector<4xi16> to i64
    %c24 = llvm.mlir.constant(24 : i64) : i64
    %high = llvm.lshr %long, %c24 : i64
    %r = llvm.trunc %high : i64 to i32)",
               [](int) { return 0x00000300u | 0x0 | (0x04u << 24); });
}

} // namespace
