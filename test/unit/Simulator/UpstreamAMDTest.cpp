//===- UpstreamAMDTest.cpp - amdgpu, lowered and executed
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "UpstreamKernel.h"

using namespace fovea::sim;

namespace {

struct UpstreamAMD : UpstreamKernel {
  UpstreamAMD() {
    target = "#rocdl.target<chip = \"gfx950\">";
    block = "64, 1, 1";
  }
};

const char *const kLane = R"(
  %lane = arith.index_cast %tid : index to i32
  %zero = arith.constant 0 : i32
  %x = memref.load %a[%c0, %tid] : memref<64x64xf32>
)";

TEST_F(UpstreamAMD, BuffersDropWhatIsOutOfBounds) {
  expectFloats(std::string(kLane) + R"(
  %c60 = arith.constant 63 : i32
  %four = arith.constant 4 : i32
  %column = arith.muli %lane, %four : i32
  %v = amdgpu.raw_buffer_load {boundsCheck = true} %a[%c60, %column] : memref<64x64xf32>, i32, i32 -> vector<4xf32>
  amdgpu.raw_buffer_store {boundsCheck = true} %v -> %b[%zero, %column] : vector<4xf32> -> memref<64x64xf32>, i32, i32)",
               256, [](int i) { return i < 64 ? float(i) : 0.f; });
}

TEST_F(UpstreamAMD, MultipliesMatrices) {
  expectFloats(std::string(kLane) + R"(
  %one = arith.constant dense<1.0> : vector<4xf16>
  %two = arith.constant dense<2.0> : vector<4xf16>
  %none = arith.constant dense<0.0> : vector<4xf32>
  %d = amdgpu.mfma 16x16x16 %one * %two + %none { abid = 0 : i32, cbsz = 0 : i32 } blgp = none : vector<4xf16>, vector<4xf16>, vector<4xf32>
  %e = vector.extract %d[3] : f32 from vector<4xf32>
  memref.store %e, %b[%c0, %tid] : memref<64x64xf32>)",
               64, [](int) { return 32.f; });
}

#define LDS "memref<64xf32, #gpu.address_space<workgroup>>"

TEST_F(UpstreamAMD, GathersToLDS) {
  attributions = "workgroup(%s: " LDS ")";
  const std::string gather = R"(
  amdgpu.gather_to_lds %a[%c0, %tid], %s[%c0] : f32, memref<64x64xf32>, )" LDS
                             "\n",
                    use = R"(
  %last = arith.constant 63 : index
  %other = arith.subi %last, %tid : index
  %y = memref.load %s[%other] : )" LDS R"(
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)";
  auto reversed = [](int i) { return 63.f - i; };
  expectFloats(gather + "gpu.barrier" + use, 64, reversed);
  expectFloats(gather + "amdgpu.memory_counter_wait load(0)\ngpu.barrier" + use,
               64, reversed);
  expectFault(gather + use, "a race, no wait or barrier orders the two");
  // Its fences are of LDS alone, and the load is not.
  expectFault(gather + "amdgpu.lds_barrier" + use,
              "a race, no wait or barrier orders the two");
  expectFloats(gather + "amdgpu.memory_counter_wait load(0)\n" +
                   "amdgpu.lds_barrier" + use,
               64, reversed);
}

TEST_F(UpstreamAMD, BarriersOfLDSWaitForIt) {
  attributions =
      "workgroup(%s: memref<128xf32, #gpu.address_space<workgroup>>)";
  block = "128, 1, 1";
  const std::string write = R"(
  %column = arith.remui %tid, %c64 : index
  %x = memref.load %a[%c0, %column] : memref<64x64xf32>
  memref.store %x, %s[%tid] : memref<128xf32, #gpu.address_space<workgroup>>
)",
                    read = R"(
  %last = arith.constant 127 : index
  %other = arith.subi %last, %tid : index
  %y = memref.load %s[%other] : memref<128xf32, #gpu.address_space<workgroup>>
  %row = arith.divui %tid, %c64 : index
  memref.store %y, %b[%row, %column] : memref<64x64xf32>)";
  expectFloats(write + "amdgpu.lds_barrier" + read, 128,
               [](int i) { return float((127 - i) % 64); });
  expectFault(write + "rocdl.s.barrier" + read,
              "a race, no wait or barrier orders the two");
}

TEST_F(UpstreamAMD, MovesLanes) {
  expectFloats(std::string(kLane) + R"(
  %y = amdgpu.swizzle_bitmode %x 31 0 1 : f32
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)",
               64, [](int i) { return float(i ^ 1); });
  expectFloats(std::string(kLane) + R"(
  %y = amdgpu.dpp %x %x row_shr (1 : i32) : f32
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)",
               64, [](int i) { return float(i % 16 ? i - 1 : i); });
}

/// OCP's formats from gfx950 on, and FNUZ's on gfx942.
TEST_F(UpstreamAMD, ConvertsFloat8) {
  for (const char *chip : {"gfx950", "gfx942"}) {
    target = "#rocdl.target<chip = \"" + std::string(chip) + "\">";
    const std::string type =
        chip == std::string("gfx950") ? "f8E4M3FN" : "f8E4M3FNUZ";
    expectFloats(std::string(kLane) + R"(
  %p = amdgpu.packed_trunc_2xfp8 %x, %x into undef[word 1] : f32 to vector<4x)" +
                     type + R"(>
  %y = amdgpu.ext_packed_fp8 %p[3] : vector<4x)" +
                     type + R"(> to f32
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)",
                 64, [](int i) {
                   int unit = i < 16 ? 1 : i < 32 ? 2 : 4;
                   int down = i / unit * unit, rest = i - down;
                   bool isUp =
                       2 * rest > unit || (2 * rest == unit && down / unit % 2);
                   return float(down + (isUp ? unit : 0));
                 });
  }
}

TEST_F(UpstreamAMD, NeedsAChip) {
  target = "#rocdl.target<chip = \"gfx1100\">";
  expectFault(R"(
  %one = arith.constant dense<1.0> : vector<4xf16>
  %none = arith.constant dense<0.0> : vector<4xf32>
  %d = amdgpu.mfma 16x16x16 %one * %one + %none { abid = 0 : i32, cbsz = 0 : i32 } blgp = none : vector<4xf16>, vector<4xf16>, vector<4xf32>
  %e = vector.extract %d[0] : f32 from vector<4xf32>
  memref.store %e, %b[%c0, %tid] : memref<64x64xf32>)",
              "MFMA only supported on gfx908+");
}

} // namespace
