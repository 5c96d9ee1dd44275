//===- InstructionsTest.cpp - what instructions compute -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <numeric>

using namespace fovea::sim;

namespace {

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

/// %x is the thread's element of %a; %y goes to its element of %b.
struct Instructions : testing::Test {
  Instructions() : input(256), output(256, 0xdeadbeef) {
    std::iota(input.begin(), input.end(), 0);
  }
  /// Runs one warp; `body` defines %y from %x, of the types given.
  void run(const std::string &body, const std::string &from = "i32",
           const std::string &to = "i32") {
    KernelResult result = runBody(body, from, to);
    EXPECT_TRUE(result.succeeded) << result.message();
  }
  KernelResult runBody(const std::string &body, const std::string &from = "i32",
                       const std::string &to = "i32") {
    return runKernel(R"(
  %tid = nvvm.read.ptx.sreg.tid.x : i32
  %from = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %to = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %all = arith.constant -1 : i32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c16 = arith.constant 16 : i32
  %c31 = arith.constant 31 : i32
  %x = llvm.load %from : !llvm.ptr<1> -> )" +
                         from + body + R"(
  llvm.store %y, %to : )" +
                         to + ", !llvm.ptr<1>",
                     setup, input, output, rows, columns, elementBytes);
  }
  void expect(std::initializer_list<uint32_t> values, int first = 0) {
    int at = first;
    for (uint32_t value : values) {
      EXPECT_EQ(output[at], value) << "in lane " << at;
      ++at;
    }
  }

  KernelSetup setup;
  std::vector<uint32_t> input, output;
  int64_t rows = 4, columns = 64;
  int elementBytes = 4;
};

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

TEST_F(Instructions, Shuffle) {
  run("\n%y = nvvm.shfl.sync bfly %all, %x, %c3, %c31 : i32 -> i32");
  expect({3, 2, 1, 0, 7, 6, 5, 4});
  run("\n%y = nvvm.shfl.sync idx %all, %x, %c2, %c31 : i32 -> i32");
  expect({2, 2, 2, 2});
  run("\n%y = nvvm.shfl.sync down %all, %x, %c2, %c31 : i32 -> i32");
  expect({2, 3, 4});
  expect({30, 31, 30, 31}, 28);
  run("\n%y = nvvm.shfl.sync up %all, %x, %c2, %c0 : i32 -> i32");
  expect({0, 1, 0, 1, 2});
  // Segments of 8 lanes: clamp 7 and mask 0x18 in bits 8 to 12.
  run(R"(
  %segments = arith.constant 6151 : i32
  %y = nvvm.shfl.sync idx %all, %x, %c1, %segments : i32 -> i32)");
  expect({1, 1, 1, 1, 1, 1, 1, 1, 9, 9});
}

TEST_F(Instructions, Vote) {
  run(R"(
  %p = arith.cmpi eq, %x, %c3 : i32
  %y = nvvm.vote.sync ballot %all, %p -> i32)");
  expect({8, 8});
  run(R"(
  %p = arith.cmpi eq, %x, %c3 : i32
  %any = nvvm.vote.sync any %all, %p -> i1
  %every = nvvm.vote.sync all %all, %p -> i1
  %one = arith.extui %any : i1 to i32
  %e1 = arith.extui %every : i1 to i32
  %e2 = arith.shli %e1, %c1 : i32
  %y = arith.ori %one, %e2 : i32)");
  expect({1, 1});
}

TEST_F(Instructions, Elect) {
  run(R"(
  %p = nvvm.elect.sync -> i1
  %y = arith.extui %p : i1 to i32)");
  EXPECT_EQ(std::accumulate(output.begin(), output.begin() + 32, 0u), 1u);
}

//===----------------------------------------------------------------------===//
// Control flow by lanes
//===----------------------------------------------------------------------===//

TEST_F(Instructions, BranchesAndLoopsDiverge) {
  // Each lane its own number of rounds; a swap of two carried values.
  run(R"(
  %r:2 = scf.for %i = %c0 to %x step %c1 iter_args(%p = %c1, %q = %c2) -> (i32, i32) : i32 {
    scf.yield %q, %p : i32, i32
  }
  %isOdd = arith.andi %x, %c1 : i32
  %odd = arith.cmpi eq, %isOdd, %c1 : i32
  %y = scf.if %odd -> i32 {
    %t = arith.addi %r#0, %c16 : i32
    scf.yield %t : i32
  } else {
    scf.yield %r#0 : i32
  })");
  expect({1, 18, 1, 18});
}

TEST_F(Instructions, WhileLoopsDiverge) {
  // The first power of two that is no less.
  run(R"(
  %y = scf.while (%n = %c1) : (i32) -> i32 {
    %more = arith.cmpi slt, %n, %x : i32
    scf.condition(%more) %n : i32
  } do {
  ^bb0(%n: i32):
    %twice = arith.shli %n, %c1 : i32
    scf.yield %twice : i32
  })");
  expect({1, 1, 2, 4, 4, 8, 8, 8, 8, 16});
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

TEST_F(Instructions, RoundsTowardsDivisionsName) {
  input[0] = uint32_t(-7);
  input[1] = 7;
  run("\n%y = arith.ceildivsi %x, %c2 : i32");
  expect({uint32_t(-3), 4});
  run("\n%y = arith.floordivsi %x, %c2 : i32");
  expect({uint32_t(-4), 3});
  run("\n%y = arith.divsi %x, %c2 : i32");
  expect({uint32_t(-3), 3});
  run("\n%y = arith.remsi %x, %c2 : i32");
  expect({uint32_t(-1), 1});
}

TEST_F(Instructions, Maximum) {
  float nan = std::nanf("");
  input[0] = bitsOf(-0.f);
  input[1] = bitsOf(nan);
  input[2] = bitsOf(-1.f);
  const std::string zero = "\n%z = arith.constant 0.0 : f32";
  run(zero + "\n%y = llvm.intr.maximum(%x, %z) : (f32, f32) -> f32", "f32",
      "f32");
  expect({bitsOf(0.f)});
  EXPECT_NE(output[1] & 0x7fffff, 0u);
  run(zero + "\n%y = arith.maxnumf %x, %z : f32", "f32", "f32");
  EXPECT_EQ(output[1], bitsOf(0.f));
  run(zero + "\n%y = arith.minimumf %x, %z : f32", "f32", "f32");
  expect({bitsOf(-0.f)});
  EXPECT_EQ(output[2], bitsOf(-1.f));
}

TEST_F(Instructions, SpecialFunctionsFlushSubnormals) {
  input[0] = bitsOf(3.f);
  input[1] = bitsOf(-126.f);
  input[2] = bitsOf(-127.f); // 2^-127 is subnormal.
  input[3] = bitsOf(0x1p-130f);
  run("\n%y = llvm.call_intrinsic \"llvm.nvvm.ex2.approx.ftz.f\"(%x) : (f32) "
      "-> "
      "f32",
      "f32", "f32");
  expect({bitsOf(8.f), bitsOf(0x1p-126f), 0, bitsOf(1.f)});
  run("\n%y = llvm.call_intrinsic \"llvm.nvvm.rcp.approx.ftz.f\"(%x) : (f32) "
      "-> "
      "f32",
      "f32", "f32");
  EXPECT_EQ(output[3], bitsOf(INFINITY));
  run("\n%y = llvm.call_intrinsic \"llvm.nvvm.lg2.approx.ftz.f\"(%x) : (f32) "
      "-> "
      "f32",
      "f32", "f32");
  EXPECT_EQ(output[3], bitsOf(-INFINITY));
}

TEST_F(Instructions, PacksTheSecondOperandLow) {
  input[0] = bitsOf(1.f);
  run(R"(
  %z = arith.constant -2.0 : f32
  %p = nvvm.convert.f32x2.to.f16x2 %z, %x {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xf16>
  %y = llvm.bitcast %p : vector<2xf16> to i32)",
      "f32");
  expect({0xc0003c00});
  run(R"(
  %z = arith.constant -2.0 : f32
  %p = nvvm.convert.f32x2.to.bf16x2 %z, %x {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xbf16>
  %y = llvm.bitcast %p : vector<2xbf16> to i32)",
      "f32");
  expect({0xc0003f80});
}

TEST_F(Instructions, NarrowFormats) {
  input[0] = bitsOf(1 + 0x1p-10f + 0x1p-11f); // A tie of tf32's 10 bits.
  run("\n%y = nvvm.convert.float.to.tf32 %x {rnd = #nvvm.fp_rnd_mode<rna>}",
      "f32");
  expect({bitsOf(1 + 0x1p-9f)});
  input[0] = bitsOf(500.f); // E4M3 ends at 448.
  const std::string pack = R"(
  %z = arith.constant -1.0 : f32
  %p = nvvm.convert.f32x2.to.f8x2 %z, %x {rnd = #nvvm.fp_rnd_mode<rn>, sat = #nvvm.sat_mode<satfinite>} : i16 ()";
  run(pack + "f8E4M3FN)\n%y = arith.extui %p : i16 to i32", "f32");
  expect({0xb87e});
  run(pack + "f8E5M2)\n%y = arith.extui %p : i16 to i32", "f32");
  expect({0xbc60});
  // Back: -1 and 448.
  run(pack + R"(f8E4M3FN)
  %v = llvm.bitcast %p : i16 to vector<2xi8>
  %h = nvvm.convert.f8x2.to.f16x2 %v : vector<2xi8> (f8E4M3FN) -> vector<2xf16>
  %y = llvm.bitcast %h : vector<2xf16> to i32)",
      "f32");
  expect({0xbc005f00});
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

TEST_F(Instructions, MatricesThroughSharedMemory) {
  setup.sharedBytes = 128;
  // Row r of an 8x8 matrix at 16 r; lane l holds elements 2 l and 2 l + 1.
  const std::string store = R"(
  %row = arith.andi %tid, %c31 : i32
  %c7 = arith.constant 7 : i32
  %r = arith.andi %tid, %c7 : i32
  %offset = arith.muli %r, %c16 : i32
  %p = llvm.getelementptr %shared[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
  nvvm.stmatrix %p, %x {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<row>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>} : !llvm.ptr<3>, i32
  %y = nvvm.ldmatrix %p {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<)";
  const std::string end =
      ">, num = 1 : i32, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>} : "
      "(!llvm.ptr<3>) -> i32";
  for (int lane = 0; lane < 32; ++lane)
    input[lane] = (2 * lane + 1) << 16 | (2 * lane);
  run(store + "row" + end);
  expect({1 << 16 | 0, 3 << 16 | 2});
  // Lane l: elements (2 (l % 4), l / 4) and the row behind.
  run(store + "col" + end);
  expect(
      {8 << 16 | 0, 24 << 16 | 16, 40 << 16 | 32, 56 << 16 | 48, 9 << 16 | 1});
}

TEST_F(Instructions, ProductOfMatrices) {
  // A is all ones, B all twos, C the lane's number: 16 * 2 + lane.
  run(R"(
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %a2 = nvvm.convert.f32x2.to.f16x2 %one, %one {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xf16>
  %b2 = nvvm.convert.f32x2.to.f16x2 %two, %two {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xf16>
  %c = arith.uitofp %x : i32 to f32
  %d = nvvm.mma.sync A[%a2, %a2, %a2, %a2] B[%b2, %b2] C[%c, %c, %c, %c] {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, shape = #nvvm.shape<m = 16, n = 8, k = 16>} : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
  %y = llvm.extractvalue %d[2] : !llvm.struct<(f32, f32, f32, f32)>)",
      "i32", "f32");
  expect({bitsOf(32), bitsOf(33), bitsOf(34)});
}

//===----------------------------------------------------------------------===//
// Copies of boxes
//===----------------------------------------------------------------------===//

/// Loads a box at (row, column) of the 4 x 64 numbers into shared memory.
std::string loadBox(int row, int column, int bytes) {
  return R"(
  %bar = llvm.getelementptr %shared[256] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %first = arith.cmpi eq, %tid, %c0 : i32
  %row = arith.constant )" +
         std::to_string(row) + R"( : i32
  %column = arith.constant )" +
         std::to_string(column) + R"( : i32
  %bytes = arith.constant )" +
         std::to_string(bytes) + R"( : i32
  scf.if %first {
    nvvm.mbarrier.init %bar, %c1 : !llvm.ptr<3>, i32
    nvvm.fence.mbarrier.init
    nvvm.mbarrier.arrive.expect_tx %bar, %bytes : !llvm.ptr<3>, i32
    %here = llvm.addrspacecast %shared : !llvm.ptr<3> to !llvm.ptr<7>
    nvvm.cp.async.bulk.tensor.shared.cluster.global %here, %map0, %bar, box[%column, %row] : !llvm.ptr<7>, !llvm.ptr
  }
  nvvm.barrier
  nvvm.mbarrier.try_wait.parity %bar, %c0, %c16 : !llvm.ptr<3>, i32, i32
  %place = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %y = llvm.load %place : !llvm.ptr<3> -> i32)";
}

TEST_F(Instructions, BoxesHaveZerosOutOfBounds) {
  setup.sharedBytes = 1024 + 8;
  setup.tensorMaps = "0, 2, 0, 2, 16";
  // Two rows of 16 columns.
  run(loadBox(1, 8, 128));
  expect({72, 73});
  expect({136, 137}, 16);
  run(loadBox(-1, -4, 128));
  expect({0, 0}, 0);
  expect({0, 0, 0, 0, 0, 1, 2}, 16);
  run(loadBox(3, 60, 128));
  expect({252, 253, 254, 255, 0, 0});
  expect({0, 0}, 16);
}

TEST_F(Instructions, BoxesStartAtSixteenBytes) {
  setup.sharedBytes = 1024 + 8;
  setup.tensorMaps = "0, 2, 0, 2, 16";
  for (int column : {1, -2}) {
    KernelResult result = runBody(loadBox(0, column, 128));
    EXPECT_TRUE(result.has("expected a multiple of 16 bytes"))
        << result.message();
  }
}

TEST_F(Instructions, StoresStartInBounds) {
  setup.sharedBytes = 1024 + 8;
  setup.tensorMaps = "0, 2, 0, 2, 16; 1, 2, 0, 2, 16";
  KernelResult result = runBody(loadBox(0, 0, 128) + R"(
  %below = arith.constant -1 : i32
  scf.if %first {
    nvvm.cp.async.bulk.tensor.global.shared.cta %map1, %shared, box[%c0, %below] : !llvm.ptr, <3>
    nvvm.cp.async.bulk.commit.group
    nvvm.cp.async.bulk.wait_group 0
  })");
  EXPECT_TRUE(result.has("starts at -1 in dimension 1, expected 0 or more"))
      << result.message();
}

TEST_F(Instructions, BoxesAreSwizzled) {
  setup.sharedBytes = 1024 + 8;
  // Rows of 128 bytes: the second one's chunks of 16 bytes are exchanged by
  // pairs, so lane 0 of that row, the 32nd word, is its element 4.
  setup.tensorMaps = "0, 2, 128, 4, 32";
  run(loadBox(0, 0, 512) + R"(
  %second = llvm.getelementptr %place[32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %z = llvm.load %second : !llvm.ptr<3> -> i32
  %behind = llvm.getelementptr %to[32] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
  llvm.store %z, %behind : i32, !llvm.ptr<1>)");
  expect({0, 1, 2, 3, 4});
  expect({68, 69, 70, 71, 64, 65, 66, 67, 76}, 32);
}

} // namespace
