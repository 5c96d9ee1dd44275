//===- UpstreamNVIDIATest.cpp - nvgpu, lowered and executed
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "UpstreamKernel.h"

using namespace fovea::sim;

namespace {

#define HALVES "memref<16x16xf16, #gpu.address_space<workgroup>>"

struct UpstreamNVIDIA : UpstreamKernel {
  /// A of 16x16: element (m, k) is m - k, in f16; each thread writes half a
  /// row.
  const std::string fill = R"(
  %row = arith.remui %tid, %c16 : index
  %side = arith.divui %tid, %c16 : index
  %column = arith.muli %side, %c8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %k = arith.addi %column, %i : index
    %d = arith.subi %row, %k : index
    %n = arith.index_cast %d : index to i32
    %f = arith.sitofp %n : i32 to f32
    %h = arith.truncf %f : f32 to f16
    memref.store %h, %s[%row, %k] : )" HALVES R"(
  }
  gpu.barrier
)";
  static float at(int m, int k) { return m - k; }
};

TEST_F(UpstreamNVIDIA, MultipliesWhatLdmatrixLoads) {
  attributions = "workgroup(%s: " HALVES " {llvm.align = 16 : i64})";
  const std::string body = fill + R"(
  %A = nvgpu.ldmatrix %s[%row, %column] {numTiles = 4 : i32, transpose = false} : )" HALVES
                                  R"( -> vector<4x2xf16>
  %B = nvgpu.ldmatrix %s[%row, %c0] {numTiles = 2 : i32, transpose = true} : )" HALVES
                                  R"( -> vector<2x2xf16>
  %C = arith.constant dense<1.0> : vector<2x2xf32>
  %D = nvgpu.mma.sync(%A, %B, %C) {mmaShape = [16, 8, 16]} : (vector<4x2xf16>, vector<2x2xf16>, vector<2x2xf32>) -> vector<2x2xf32>
  %group = arith.divui %tid, %c4 : index
  %lane = arith.remui %tid, %c4 : index
  %n = arith.muli %lane, %c2 : index
  %low = arith.addi %group, %c8 : index
  %upper = vector.extract %D[0] : vector<2xf32> from vector<2x2xf32>
  %lower = vector.extract %D[1] : vector<2xf32> from vector<2x2xf32>
  vector.store %upper, %b[%group, %n] : memref<64x64xf32>, vector<2xf32>
  vector.store %lower, %b[%low, %n] : memref<64x64xf32>, vector<2xf32>)";
  expectFloats(body, 16 * 64, [](int i) {
    int m = i / 64, n = i % 64;
    float sum = 1;
    for (int k = 0; k < 16; ++k)
      sum += at(m, k) * at(k, n);
    return n < 8 ? sum : 0;
  });
  // f16 are aligned to 2 bytes, and rows of ldmatrix to 16.
  attributions = "workgroup(%s: " HALVES ")";
  expectFault(body, "expected a multiple of 16 bytes");
}

TEST_F(UpstreamNVIDIA, MultipliesTF32) {
  // Lane t's a0 is 1 and its b0 its own number: each row sums a column.
  expectFloats(R"(
  %A = arith.constant dense<1.0> : vector<4x1xf32>
  %B0 = arith.constant dense<0.0> : vector<2x1xf32>
  %x = memref.load %a[%c0, %tid] : memref<64x64xf32>
  %B = vector.insert %x, %B0[0, 0] : f32 into vector<2x1xf32>
  %C = arith.constant dense<0.0> : vector<2x2xf32>
  %D = nvgpu.mma.sync(%A, %B, %C) {mmaShape = [16, 8, 8], tf32Enabled} : (vector<4x1xf32>, vector<2x1xf32>, vector<2x2xf32>) -> vector<2x2xf32>
  %d = vector.extract %D[0, 0] : f32 from vector<2x2xf32>
  memref.store %d, %b[%c0, %tid] : memref<64x64xf32>)",
               32, [](int lane) {
                 int column = lane % 4 * 2;
                 return 16.f * column + 6;
               });
}

TEST_F(UpstreamNVIDIA, CopiesAsynchronously) {
  attributions = "workgroup(%s: memref<32x4xf32, #gpu.address_space<workgroup>>"
                 " {llvm.align = 16 : i64})";
  const std::string copy = R"(
  %t = nvgpu.device_async_copy %a[%tid, %c4], %s[%tid, %c0], 4 {bypassL1} : memref<64x64xf32> to memref<32x4xf32, #gpu.address_space<workgroup>>
  %g = nvgpu.device_async_create_group %t
)",
                    wait = "nvgpu.device_async_wait %g {numGroups = 0 : i32}",
                    use = R"(
  %v = vector.load %s[%tid, %c0] : memref<32x4xf32, #gpu.address_space<workgroup>>, vector<4xf32>
  vector.store %v, %b[%tid, %c0] : memref<64x64xf32>, vector<4xf32>)";
  expectFloats(copy + wait + use, 64 * 32,
               [](int i) { return i % 64 < 4 ? i % 64 + 4.f : 0.f; });
  expectFault(copy + use, "a race, no wait or barrier orders the two");
}

const char *const kBarrier = R"(
  %bar = nvgpu.mbarrier.create -> !nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>>
  %first = arith.cmpi eq, %tid, %c0 : index
)";
#define GROUP                                                                  \
  "!nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>>"

TEST_F(UpstreamNVIDIA, ArrivesAndTests) {
  attributions = "workgroup(%s: memref<64xf32, #gpu.address_space<workgroup>>)";
  block = "64, 1, 1";
  const std::string body = kBarrier + std::string(R"(
  nvgpu.mbarrier.init %bar[%c0], %c64, predicate = %first : )" GROUP R"(
  gpu.barrier
  %x = memref.load %a[%c0, %tid] : memref<64x64xf32>
  memref.store %x, %s[%tid] : memref<64xf32, #gpu.address_space<workgroup>>
  %token = nvgpu.mbarrier.arrive %bar[%c0] : )" GROUP
                                                  R"( -> !nvgpu.mbarrier.token
  %true = arith.constant true
  scf.while : () -> () {
    %done = nvgpu.mbarrier.test.wait %bar[%c0], %token : )" GROUP
                                                  R"(, !nvgpu.mbarrier.token
    %more = arith.xori %done, %true : i1
    scf.condition(%more)
  } do {
    scf.yield
  }
  %last = arith.constant 63 : index
  %other = arith.subi %last, %tid : index
  %y = memref.load %s[%other] : memref<64xf32, #gpu.address_space<workgroup>>
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)");
  for (uint64_t seed : {0, 1, 2}) {
    options.seed = seed;
    expectFloats(body, 64, [](int i) { return 63.f - i; });
  }
}

#define MAP                                                                    \
  "!nvgpu.tensormap.descriptor<tensor = memref<8x32xf32, 3>, swizzle = "       \
  "swizzle_128b, l2promo = none, oob = zero, interleave = none>"

TEST_F(UpstreamNVIDIA, LoadsTilesByTMA) {
  attributions = "workgroup(%s: memref<8x32xf32, 3> {llvm.align = 1024 : i64})";
  parameters = ", %m: " MAP;
  expectFault("", "tensor maps need a fovea.device_kernel");
  attributes = R"(attributes {fovea.device_kernel = {
    arguments = array<i32: 2, 4, 0, 2, 4, 0>, grid_rank = 3 : i32,
    persistent = 0 : i32, shared_bytes = 0 : i32,
    tensor_maps = array<i32: 0, 7, 128, 8, 32>, threads = 32 : i32}})";
  const std::string body =
      kBarrier + std::string(R"(
  %bytes = arith.constant 1024 : index
  %ticks = arith.constant 1000000 : index
  nvgpu.mbarrier.init %bar[%c0], %c1, predicate = %first : )" GROUP R"(
  FENCE
  gpu.barrier
  nvgpu.mbarrier.arrive.expect_tx %bar[%c0], %bytes, predicate = %first : )" GROUP
                             R"(
  nvgpu.tma.async.load %m[%c4, %c0], %bar[%c0] to %s, predicate = %first : )" MAP
                             ", " GROUP R"( -> memref<8x32xf32, 3>
  %parity = arith.constant false
  nvgpu.mbarrier.try_wait.parity %bar[%c0], %parity, %ticks : )" GROUP R"(
  %x = memref.load %s[%c1, %tid] : memref<8x32xf32, 3>
  memref.store %x, %b[%c0, %tid] : memref<64x64xf32>)");
  auto with = [&](const std::string &fence) {
    std::string text = body;
    return text.replace(text.find("FENCE"), 5, fence);
  };
  // Row 1 has its chunks of four words swapped in pairs.
  expectFloats(with("nvvm.fence.mbarrier.init"), 32,
               [](int i) { return float((i ^ 4) + 4); });
  // nvgpu has no such fence; a device does without it, and PTX does not promise
  // that.
  expectFault(with(""), "expected an nvvm.fence.mbarrier.init behind it");
}

#define TILE "memref<64x64xf16, 3>"
#define HALFMAP                                                                \
  "!nvgpu.tensormap.descriptor<tensor = " TILE                                 \
  ", swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>"
#define DESCRIPTOR "!nvgpu.warpgroup.descriptor<tensor = " TILE ">"
#define FRAGMENTS "!nvgpu.warpgroup.accumulator<fragmented = vector<64x64xf32>>"

/// With all elements alike there is no order.
TEST_F(UpstreamNVIDIA, MultipliesByWarpgroups) {
  block = "128, 1, 1";
  attributions = "workgroup(%s: " TILE " {llvm.align = 1024 : i64})";
  parameters = ", %m: " HALFMAP;
  attributes = R"(attributes {fovea.device_kernel = {
    arguments = array<i32: 2, 4, 0, 2, 4, 0>, grid_rank = 3 : i32,
    persistent = 0 : i32, shared_bytes = 0 : i32,
    tensor_maps = array<i32: 0, 7, 128, 8, 32>, threads = 128 : i32}})";
  expectFloats(R"(
  %h = arith.constant dense<0.5> : vector<8xf16>
  %row = arith.remui %tid, %c64 : index
  %side = arith.divui %tid, %c64 : index
  %column = arith.muli %side, %c32 : index
  %end = arith.addi %column, %c32 : index
  scf.for %k = %column to %end step %c8 {
    vector.store %h, %s[%row, %k] : )" TILE R"(, vector<8xf16>
  }
  nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
  gpu.barrier
  %da = nvgpu.warpgroup.generate.descriptor %s, %m : )" TILE ", " HALFMAP
               " -> " DESCRIPTOR R"(
  %db = nvgpu.warpgroup.generate.descriptor %s, %m : )" TILE ", " HALFMAP
               " -> " DESCRIPTOR R"(
  %zero = nvgpu.warpgroup.mma.init.accumulator -> )" FRAGMENTS R"(
  %d = nvgpu.warpgroup.mma %da, %db, %zero {transposeB, waitGroup = 0 : i64} : )" DESCRIPTOR
               ", " DESCRIPTOR ", " FRAGMENTS " -> " FRAGMENTS R"(
  nvgpu.warpgroup.mma.store %d, %b : )" FRAGMENTS R"( to memref<64x64xf32>)",
               64 * 64, [](int) { return 16.f; });
}

} // namespace
