//===- AMDMatricesTest.cpp - v_mfma and transposed reads of LDS
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AMDMatrix.h"

using namespace fovea::sim;

namespace {

//===----------------------------------------------------------------------===//
// One instruction
//===----------------------------------------------------------------------===//

/// A wave multiplies a (size by k, at byte 0 of the input) by b's transpose (at
/// byte 8192): lanes read what AMD's tables say that they hold.
struct Product {
  std::string op;
  int size, k;
  Type a, b;
  /// Of A and B, loaded from memory as `loaded`.
  std::string operand, loaded;
  std::string chip;
};

std::string loadOperand(const Product &p, const std::string &name, Type type,
                        int at) {
  int bytes = bytesOf(type), perLane = p.size * p.k / 64 * bytes;
  return constant("%" + name + "row", p.k * bytes) +
         constant("%" + name + "part", perLane) +
         constant("%" + name + "base", at) + "%" + name +
         "0 = llvm.mul %index, %" + name + "row : i32\n%" + name +
         "1 = llvm.mul %block, %" + name + "part : i32\n%" + name +
         "2 = llvm.add %" + name + "0, %" + name + "1 : i32\n%" + name +
         "3 = llvm.add %" + name + "2, %" + name + "base : i32\n%" + name +
         "4 = rocdl.raw.ptr.buffer.load %rsrc, %" + name +
         "3, %c0, %c0 : " + p.loaded + "\n%" + name + " = llvm.bitcast %" +
         name + "4 : " + p.loaded + " to " + p.operand + "\n";
}

/// `extra`: cbsz, abid and blgp.
std::string kernelOf(const Product &p,
                     const std::string &extra = "%c0, %c0, %c0") {
  int registers = p.size * p.size / 64;
  std::string sum = "vector<" + str(registers) + "xf32>";
  std::string body =
      constant("%size", p.size) +
      "%index = llvm.urem %tid, %size : i32\n"
      "%block = llvm.udiv %tid, %size : i32\n" +
      loadOperand(p, "lhs", p.a, 0) + loadOperand(p, "rhs", p.b, 8192) +
      "%zero = llvm.mlir.constant(dense<100.0> : " + sum + ") : " + sum +
      "\n%sum = rocdl." + p.op + " %lhs, %rhs, %zero, " + extra + " : (" +
      p.operand + ", " + p.operand + ", " + sum + ", i32, i32, i32) -> " + sum +
      "\n";
  // D[i][j]: i = 8 * (r / 4) + 4 * (lane / 32) + r % 4 or 4 * (lane / 16) + r.
  for (int r = 0; r < registers; ++r) {
    int first = p.size == 32 ? 8 * (r / 4) + r % 4 : r;
    std::string n = str(r);
    body += constant("%r" + n, r) + constant("%f" + n, first) + "%s" + n +
            " = llvm.extractelement %sum[%r" + n + " : i32] : " + sum + "\n%i" +
            n + " = llvm.mul %block, %c4 : i32\n%j" + n + " = llvm.add %i" + n +
            ", %f" + n + " : i32\n%k" + n + " = llvm.mul %j" + n +
            ", %size : i32\n%p" + n + " = llvm.add %k" + n +
            ", %index : i32\n%q" + n + " = llvm.getelementptr %b[%p" + n +
            "] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32\nllvm.store %s" + n +
            ", %q" + n + " : f32, !llvm.ptr<1>\n";
  }
  return body;
}

struct AMDMatrices : AMDKernel {
  std::string prepare(const Product &p,
                      const std::string &extra = "%c0, %c0, %c0") {
    put(input, 0, makeMatrix(p.size, p.k, 3), p.a);
    put(input, 8192, makeMatrix(p.size, p.k, 2), p.b);
    setup.target =
        p.chip.empty() ? "" : "#rocdl.target<chip = \"" + p.chip + "\">";
    return kernelOf(p, extra);
  }
  void expectProduct(const Product &p) {
    KernelResult result = run(prepare(p));
    ASSERT_TRUE(result.succeeded) << p.op << ": " << result.message();
    Matrix c = multiply(makeMatrix(p.size, p.k, 3), makeMatrix(p.size, p.k, 2),
                        p.size, p.size, p.k);
    for (int i = 0; i < p.size * p.size; ++i)
      ASSERT_EQ(output[i], bitsOf(c[i] + 100))
          << p.op << ": " << i / p.size << ", " << i % p.size;
  }
};

const Product kBF16{
    "mfma.f32.32x32x8bf16.1k", 32, 8, Type::BF16, Type::BF16, "vector<4xi16>",
    "vector<2xi32>",           ""};

TEST_F(AMDMatrices, F32) {
  expectProduct(
      {"mfma.f32.32x32x2f32", 32, 2, Type::F32, Type::F32, "f32", "f32", ""});
  expectProduct(
      {"mfma.f32.16x16x4f32", 16, 4, Type::F32, Type::F32, "f32", "f32", ""});
}

TEST_F(AMDMatrices, Halves) {
  expectProduct({"mfma.f32.32x32x8f16", 32, 8, Type::F16, Type::F16,
                 "vector<4xf16>", "vector<4xf16>", ""});
  expectProduct({"mfma.f32.16x16x16f16", 16, 16, Type::F16, Type::F16,
                 "vector<4xf16>", "vector<2xi32>", ""});
  expectProduct(kBF16);
  expectProduct({"mfma.f32.16x16x16bf16.1k", 16, 16, Type::BF16, Type::BF16,
                 "vector<4xi16>", "vector<4xi16>", ""});
}

TEST_F(AMDMatrices, HalvesOfGFX950) {
  for (const char *type : {"f16", "bf16"})
    for (int size : {16, 32}) {
      Type element = type[0] == 'b' ? Type::BF16 : Type::F16;
      std::string shape = size == 16 ? "16x16x32." : "32x32x16.";
      expectProduct({"mfma.f32." + shape + type, size, size == 16 ? 32 : 16,
                     element, element, std::string("vector<8x") + type + ">",
                     "vector<4xi32>", ""});
    }
}

TEST_F(AMDMatrices, Floats8) {
  for (bool isOCP : {false, true})
    for (bool isBF8A : {false, true})
      for (bool isBF8B : {false, true})
        for (int size : {16, 32}) {
          auto type = [&](bool isBF8) {
            return isOCP ? (isBF8 ? Type::E5M2 : Type::E4M3)
                         : (isBF8 ? Type::E5M2FNUZ : Type::E4M3FNUZ);
          };
          std::string op =
              size == 16 ? "mfma.f32.16x16x32." : "mfma.f32.32x32x16.";
          op +=
              std::string(isBF8A ? "bf8" : "fp8") + (isBF8B ? ".bf8" : ".fp8");
          expectProduct({op, size, size == 16 ? 32 : 16, type(isBF8A),
                         type(isBF8B), "i64", "vector<2xi32>",
                         isOCP ? "gfx950" : "gfx942"});
        }
}

TEST_F(AMDMatrices, Faults) {
  Product eight{"mfma.f32.16x16x32.fp8.fp8",
                16,
                32,
                Type::E4M3,
                Type::E4M3,
                "i64",
                "vector<2xi32>",
                ""};
  expectFault(prepare(eight), "whose format the chip '' does not say");
  eight.chip = "gfx90a";
  expectFault(prepare(eight), "whose format the chip 'gfx90a' does not say");
  expectFault(prepare(kBF16, "%c1, %c0, %c0"), "unless its cbsz is a constant");
  expectFault(prepare(kBF16, "%c0, %c1, %c0"), "unless its abid is a constant");
  expectFault(prepare(kBF16, "%c0, %c0, %c4"), "unless its blgp is a constant");
  Product wrong = kBF16;
  wrong.op = "mfma.f32.16x16x16bf16.1k";
  expectFault(prepare(wrong), "is not known to the simulator");
  wrong.op = "mfma.f32.32x32x4bf16.1k";
  expectFault(prepare(wrong), "is not known to the simulator");
  expectFault(replaced(prepare(kBF16), "%sum = rocdl", R"(
    %some = llvm.icmp "ult" %tid, %c4 : i32
    scf.if %some { %u = rocdl.mfma.f32.32x32x8bf16.1k %lhs, %rhs, %zero, %c0, %c0, %c0 : (vector<4xi16>, vector<4xi16>, vector<16xf32>, i32, i32, i32) -> vector<16xf32> }
    %sum = rocdl)"),
              "runs in lanes 0xf of the warp, expected all of them");
}

// An undefined element spoils its row of D, and no other.
TEST_F(AMDMatrices, SpreadsPoison) {
  const std::string body = replaced(prepare(kBF16), "%sum = rocdl", R"(
    %u = llvm.mlir.poison : vector<4xi16>
    %is = llvm.icmp "eq" %tid, %hit : i32
    %bad = llvm.select %is, %u, %lhs : i1, vector<4xi16>
    %sum = rocdl)");
  // Lane 33 holds a part of row 1, which register 1 of lanes 0 to 31 has.
  std::string spoilt = replaced(body, "1k %lhs,", "1k %bad,");
  std::string rows = spoilt.substr(0, spoilt.find("%r1 ="));
  EXPECT_TRUE(run(constant("%hit", 33) + rows).succeeded);
  expectFault(constant("%hit", 33) + spoilt,
              "writes undefined bytes to a tensor");
  expectFault(constant("%hit", 0) + rows, "writes undefined bytes to a tensor");
}

//===----------------------------------------------------------------------===//
// ds_read_b64_tr_b16
//===----------------------------------------------------------------------===//

/// LDS has 16 columns m of a matrix whose rows are k; each lane gets four k.
const char *const kTransposed = R"(
  llvm.store %x, %mine : i32, !llvm.ptr<3>
  %more = llvm.getelementptr %mine[64] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  llvm.store %x, %more : i32, !llvm.ptr<3>
  %eight = llvm.mlir.constant(8 : i32) : i32
  %offset = llvm.mul %tid, %eight : i32
  %at = llvm.getelementptr %shared[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
  %q = rocdl.ds.read.tr16.b64 %at : !llvm.ptr<3> -> vector<4xf16>
  %v = llvm.bitcast %q : vector<4xf16> to vector<2xi32>
  %r = llvm.extractelement %v[%c1 : i32] : vector<2xi32>)";

TEST_F(AMDMatrices, TransposedRead) {
  setup.sharedBytes = 512;
  // Half h of LDS is number h.
  for (int w = 0; w < 64; ++w)
    input[w] = (2 * w + 1) << 16 | 2 * w;
  // 16 lanes have 64 halves, 4 rows of 16: k is 2 in the low half, 3 in the
  // high one.
  expectValues(kTransposed, [](int t) {
    uint32_t low = (t / 16 * 64 + 2 * 16 + t % 16) % 128;
    return (low + 16) << 16 | low;
  });
  expectValues(replaced(kTransposed, "%v[%c1", "%v[%c0"), [](int t) {
    uint32_t low = (t / 16 * 64 + t % 16) % 128;
    return (low + 16) << 16 | low;
  });
  expectFault(replaced(kTransposed, "(8 : i32)", "(4 : i32)"),
              "expected a multiple of 8 bytes");
  expectFault(replaced(kTransposed, "%q = rocdl", R"(
    %some = llvm.icmp "ult" %tid, %c4 : i32
    scf.if %some { %u = rocdl.ds.read.tr16.b64 %at : !llvm.ptr<3> -> vector<4xf16> }
    %q = rocdl)"),
              "expected all of them");
  setup.sharedBytes = 256;
  expectFault(kTransposed, "of shared memory, which has 256");
}

} // namespace
