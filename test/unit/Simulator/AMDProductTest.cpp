//===- AMDProductTest.cpp - a product of matrices by a workgroup
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// C = A * B^T for 128 x 128 x 128 in bf16, on the matrix cores, through LDS.
//
//===----------------------------------------------------------------------===//

#include "AMDMatrix.h"

#include <chrono>

using namespace fovea::sim;

namespace {

/// Four waves, a row of 32 x 32 tiles each. Slices of 32 k come by loads to
/// LDS, 4 bytes a lane, two slices deep: A's at byte 0 and 8192, B's at 16384
/// and 24576. A wave waits until only the next slice's 16 loads are under way.
std::string makeProductKernel(const std::string &wait,
                              const std::string &meeting,
                              const std::string &parting) {
  const std::string load = R"(
    scf.for %t = %z to %eight step %u : i32 {
      %l0 = llvm.mul %uniform, %eight : i32
      %l1 = llvm.add %l0, %t : i32
      %l2 = llvm.mul %l1, %k256 : i32
      %l3 = llvm.add %l2, %NEXTBASE : i32
      %l4 = llvm.getelementptr %shared[%l3] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      %l5 = llvm.getelementptr %l4[16384] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      %g0 = llvm.mul %l1, %c4 : i32
      %g1 = llvm.add %g0, %quarter : i32
      %g2 = llvm.mul %g1, %k256 : i32
      %g3 = llvm.mul %NEXT, %c64 : i32
      %g4 = llvm.add %g2, %inrow : i32
      rocdl.raw.ptr.buffer.load.lds %ra, %l4, %c4, %g4, %g3, %c0, %c0
      rocdl.raw.ptr.buffer.load.lds %rb, %l5, %c4, %g4, %g3, %c0, %c0
    })";
  std::string body = R"(
  %z = arith.constant 0 : i32
  %u = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %eight = arith.constant 8 : i32
  %sixteen = arith.constant 16 : i32
  %c32 = arith.constant 32 : i32
  %k128 = arith.constant 128 : i32
  %k256 = arith.constant 256 : i32
  %k2048 = arith.constant 2048 : i32
  %k8192 = arith.constant 8192 : i32
  %k32768 = llvm.mlir.constant(32768 : i64) : i64
  %pb = llvm.getelementptr %a[32768] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
  %ra = rocdl.make.buffer.rsrc %a, %stride, %k32768, %flags : !llvm.ptr<1> to !llvm.ptr<8>
  %rb = rocdl.make.buffer.rsrc %pb, %stride, %k32768, %flags : !llvm.ptr<1> to !llvm.ptr<8>
  %wave = llvm.udiv %tid, %c64 : i32
  %uniform = rocdl.readfirstlane %wave : i32
  %lane = llvm.urem %tid, %c64 : i32
  %quarter = llvm.udiv %lane, %sixteen : i32
  %q = llvm.urem %lane, %sixteen : i32
  %inrow = llvm.mul %q, %c4 : i32
  %index = llvm.urem %lane, %c32 : i32
  %half = llvm.udiv %lane, %c32 : i32
  %zero = llvm.mlir.constant(dense<0.0> : vector<16xf32>) : vector<16xf32>
  FIRSTLOAD
  %c:4 = scf.for %s = %z to %c4 step %u iter_args(%c0_ = %zero, %c1_ = %zero, %c2_ = %zero, %c3_ = %zero) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i32 {
    %odd = llvm.urem %s, %two : i32
    %base = llvm.mul %odd, %k8192 : i32
    %next = llvm.add %s, %u : i32
    %nextodd = llvm.urem %next, %two : i32
    %nextbase = llvm.mul %nextodd, %k8192 : i32
    %last = llvm.icmp "eq" %next, %c4 : i32
    scf.if %last {
      rocdl.s.waitcnt 3952
    } else {
      NEXTLOAD
      WAIT
    }
    MEETING
    %r:4 = scf.for %kk = %z to %c4 step %u iter_args(%d0 = %c0_, %d1 = %c1_, %d2 = %c2_, %d3 = %c3_) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i32 {
      %o0 = llvm.mul %index, %c64 : i32
      %o1 = llvm.mul %half, %eight : i32
      %o2 = llvm.mul %kk, %sixteen : i32
      %o3 = llvm.add %o0, %o1 : i32
      %o4 = llvm.add %o3, %o2 : i32
      %o5 = llvm.add %o4, %base : i32
      %o6 = llvm.mul %wave, %k2048 : i32
      %o7 = llvm.add %o5, %o6 : i32
      %pa = llvm.getelementptr %shared[%o7] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      %pb0 = llvm.getelementptr %shared[%o5] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      %va = llvm.load %pa {alignment = 8 : i64} : !llvm.ptr<3> -> vector<4xi16>
      PRODUCTS
      scf.yield %e0, %e1, %e2, %e3 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
    }
    PARTING
    scf.yield %r#0, %r#1, %r#2, %r#3 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
  }
  %w32 = llvm.mul %wave, %c32 : i32
  %h4 = llvm.mul %half, %c4 : i32
  %row0 = llvm.add %w32, %h4 : i32
  )";
  std::string products;
  for (int n = 0; n < 4; ++n) {
    std::string k = str(n);
    products +=
        "%pb" + k + "_ = llvm.getelementptr %pb0[" + str(16384 + 2048 * n) +
        "] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8\n%vb" + k + " = llvm.load %pb" +
        k + "_ {alignment = 8 : i64} : !llvm.ptr<3> -> vector<4xi16>\n%e" + k +
        " = rocdl.mfma.f32.32x32x8bf16.1k %va, %vb" + k + ", %d" + k +
        ", %c0, %c0, %c0 : (vector<4xi16>, vector<4xi16>, "
        "vector<16xf32>, i32, i32, i32) -> vector<16xf32>\n";
    for (int r = 0; r < 16; ++r) {
      std::string x = k + "_" + str(r);
      int place = (8 * (r / 4) + r % 4) * 128 + 32 * n;
      body += constant("%p" + x, place) + constant("%n" + x, r) + "%s" + x +
              " = llvm.extractelement %c#" + k + "[%n" + x +
              " : i32] : vector<16xf32>\n%t" + x +
              " = llvm.mul %row0, %k128 : i32\n%v" + x + " = llvm.add %t" + x +
              ", %p" + x + " : i32\n%y" + x + " = llvm.add %v" + x +
              ", %index : i32\n%z" + x + " = llvm.getelementptr %b[%y" + x +
              "] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32\nllvm.store %s" +
              x + ", %z" + x + " : f32, !llvm.ptr<1>\n";
    }
  }
  body = replaced(body, "FIRSTLOAD",
                  replaced(replaced(load, "%NEXTBASE", "%z"), "%NEXT", "%z"));
  body = replaced(
      body, "NEXTLOAD",
      replaced(replaced(load, "%NEXTBASE", "%nextbase"), "%NEXT", "%next"));
  body = replaced(body, "PRODUCTS", products);
  body = replaced(body, "WAIT", wait);
  body = replaced(body, "MEETING", meeting);
  return replaced(body, "PARTING", parting);
}

struct AMDProduct : AMDKernel {
  AMDProduct() : a(makeMatrix(128, 128, 3)), b(makeMatrix(128, 128, 2)) {
    setup.threads = 256;
    setup.sharedBytes = 32768;
    input.assign(128 * 128, 0);
    output.assign(128 * 128, 0);
    put(input, 0, a, Type::BF16);
    put(input, 32768, b, Type::BF16);
  }
  Matrix a, b;
};

const char *const kWait = "rocdl.s.waitcnt 20336", *const kBarrier =
                                                       "rocdl.s.barrier";

TEST_F(AMDProduct, IsExact) {
  const std::string kernel = makeProductKernel(kWait, kBarrier, kBarrier);
  Matrix c = multiply(a, b, 128, 128, 128);
  for (uint64_t seed : {0, 1}) {
    setup.options.seed = seed;
    auto start = std::chrono::steady_clock::now();
    KernelResult result = run(kernel);
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(result.succeeded) << result.message();
    for (int i = 0; i < 128 * 128; ++i)
      ASSERT_EQ(output[i], bitsOf(c[i])) << i / 128 << ", " << i % 128;
    // Some hundredths of a second when optimised.
    EXPECT_LT(seconds.count(), 10);
  }
}

TEST_F(AMDProduct, Faults) {
  const char *const race = "a load to LDS of wave ";
  expectFault(makeProductKernel("", kBarrier, kBarrier), race);
  // vmcnt(17).
  expectFault(makeProductKernel("rocdl.s.waitcnt 20337", kBarrier, kBarrier),
              race);
  expectFault(makeProductKernel(kWait, "", kBarrier),
              ": a race, no wait or barrier");
  expectFault(makeProductKernel(kWait, kBarrier, ""),
              ": a race, no wait or barrier");
}

} // namespace
