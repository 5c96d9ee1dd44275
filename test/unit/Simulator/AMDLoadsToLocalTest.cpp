//===- AMDLoadsToLocalTest.cpp - loads to LDS and their waits
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AMDKernel.h"

using namespace fovea::sim;

namespace {

/// Two waves load two tiles of 128 words each, wait, and read what the other
/// one has loaded of the first. Immediates of s_waitcnt: 3952 is vmcnt(0),
/// 3953 vmcnt(1), 3954 vmcnt(2), with expcnt(7) and lgkmcnt(15).
const char *const kTiles = R"(
  %wave = llvm.udiv %tid, %c64 : i32
  %uniform = rocdl.readfirstlane %wave : i32
  %first = llvm.mul %uniform, %c64 : i32
  %tile = llvm.getelementptr %shared[%first] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %next = llvm.getelementptr %tile[128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %row = llvm.mlir.constant(512 : i32) : i32
  rocdl.raw.ptr.buffer.load.lds %rsrc, %tile, %c4, %bytes, %c0, %c0, %c0
  rocdl.raw.ptr.buffer.load.lds %rsrc, %next, %c4, %bytes, %row, %c0, %c0
  rocdl.s.waitcnt 3953
  rocdl.s.barrier
  %place = llvm.xor %tid, %c64 : i32
  %other = llvm.getelementptr %shared[%place] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %r = llvm.load %other : !llvm.ptr<3> -> i32
  rocdl.s.waitcnt 3952)";

struct AMDLoadsToLocal : AMDKernel {
  AMDLoadsToLocal() {
    setup.threads = 128;
    setup.sharedBytes = 4096;
  }
  void expectExchanged(const std::string &body) {
    expectValues(body, [](int t) { return 1000 + (t ^ 64); });
  }
};

const char *const kRace = "a load to LDS of wave ";
/// Either may come first.
const char *const kUnordered = ": a race, no wait or barrier";

TEST_F(AMDLoadsToLocal, Passes) {
  for (uint64_t seed : {0, 1, 2, 3, 4, 5}) {
    setup.options.seed = seed;
    expectExchanged(kTiles);
    expectExchanged(replaced(kTiles, "waitcnt 3953", "waitcnt 3952"));
    // Fences wait for loads to LDS.
    expectExchanged(replaced(kTiles, "rocdl.s.waitcnt 3953",
                             "llvm.fence syncscope(\"workgroup\") release"));
  }
}

TEST_F(AMDLoadsToLocal, LacksTheWait) {
  expectFault(replaced(kTiles, "rocdl.s.waitcnt 3953", ""), kRace);
}

TEST_F(AMDLoadsToLocal, LacksTheBarrier) {
  expectFault(replaced(kTiles, "rocdl.s.barrier", ""), kUnordered);
}

TEST_F(AMDLoadsToLocal, CountIsOffByOne) {
  expectFault(replaced(kTiles, "waitcnt 3953", "waitcnt 3954"), kRace);
}

// One wait is for the wave's own loads only.
TEST_F(AMDLoadsToLocal, WaitsBehindTheBarrier) {
  expectFault(replaced(replaced(kTiles, "rocdl.s.waitcnt 3953", ""),
                       "rocdl.s.barrier",
                       "rocdl.s.barrier\nrocdl.s.waitcnt 3952"),
              kRace);
}

TEST_F(AMDLoadsToLocal, ReadsTheTileUnderWay) {
  expectFault(replaced(kTiles, "%shared[%place]", "%next[%c0]"), kRace);
}

// lgkmcnt(0) says nothing about loads to LDS.
TEST_F(AMDLoadsToLocal, WaitsForTheOtherCounter) {
  expectFault(replaced(kTiles, "waitcnt 3953", "waitcnt 49279"), kRace);
}

// Not even the wave itself may read before it has waited.
TEST_F(AMDLoadsToLocal, OwnReadWithoutWait) {
  const std::string body =
      replaced(replaced(kTiles, "rocdl.s.barrier", ""),
               "%place = llvm.xor %tid, %c64", "%place = llvm.xor %tid, %c0");
  expectValues(body, [](int t) { return 1000 + t; });
  expectFault(replaced(body, "rocdl.s.waitcnt 3953", ""), kRace);
}

TEST_F(AMDLoadsToLocal, StoresOverTheTileUnderWay) {
  expectFault(replaced(kTiles, "rocdl.s.waitcnt 3953",
                       "llvm.store %x, %mine : i32, !llvm.ptr<3>"),
              kRace);
}

// The tile that is read is filled again without a barrier.
TEST_F(AMDLoadsToLocal, FillsWhatIsRead) {
  const std::string again = std::string(kTiles) + R"(
    rocdl.s.barrier
    rocdl.raw.ptr.buffer.load.lds %rsrc, %tile, %c4, %bytes, %c0, %c0, %c0
    rocdl.s.waitcnt 3952)";
  expectExchanged(again);
  expectFault(replaced(again, "rocdl.s.barrier\n    rocdl.raw", "rocdl.raw"),
              kUnordered);
}

// A load must not pass a store to the same place that is under way.
TEST_F(AMDLoadsToLocal, FillsWhatIsStored) {
  const std::string body = replaced(kTiles, "%row =",
                                    "llvm.store %x, %mine : i32, !llvm.ptr<3>\n"
                                    "rocdl.s.waitcnt 49279\n%row =");
  expectExchanged(body);
  expectFault(replaced(body, "rocdl.s.waitcnt 49279\n", ""),
              "a store to LDS of wave ");
}

// s_endpgm waits.
TEST_F(AMDLoadsToLocal, EndsWithALoadUnderWay) {
  expectExchanged(replaced(kTiles, "rocdl.s.waitcnt 3952", ""));
}

//===----------------------------------------------------------------------===//
// What vmcnt counts
//===----------------------------------------------------------------------===//

/// The first load to LDS is followed by `more`, not by another one.
std::string followedBy(const std::string &more) {
  return replaced(kTiles,
                  "rocdl.raw.ptr.buffer.load.lds %rsrc, %next, %c4, %bytes, "
                  "%row, %c0, %c0",
                  more);
}

TEST_F(AMDLoadsToLocal, CountsLoadsAndStores) {
  for (const char *more :
       {"%y = rocdl.raw.ptr.buffer.load %rsrc, %bytes, %c0, %c0 : i32",
        "%y = llvm.load %from : !llvm.ptr<1> -> i32",
        "llvm.store %x, %to : i32, !llvm.ptr<1>"})
    expectExchanged(followedBy(more));
}

// A load from one address may become a scalar one, of another counter.
TEST_F(AMDLoadsToLocal, DoesNotCountScalarLoads) {
  expectFault(followedBy("%y = llvm.load %a : !llvm.ptr<1> -> i32"), kRace);
  expectFault(followedBy(R"(
    %far = llvm.getelementptr %mine[512] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
    %y = llvm.load %far : !llvm.ptr<3> -> i32)"),
              kRace);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

TEST_F(AMDLoadsToLocal, Global) {
  const std::string body = R"(
    %wave = llvm.udiv %tid, %c64 : i32
    %uniform = rocdl.readfirstlane %wave : i32
    %first = llvm.mul %uniform, %c64 : i32
    %tile = llvm.getelementptr %shared[%first] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    rocdl.global.load.lds %from, %tile, 4, 512, 0
    rocdl.s.waitcnt 3952
    rocdl.s.barrier
    %place = llvm.xor %tid, %c64 : i32
    %all = llvm.getelementptr %shared[128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
    %other = llvm.getelementptr %all[%place] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %r = llvm.load %other : !llvm.ptr<3> -> i32)";
  // The offset counts on both sides.
  expectValues(body, [](int t) { return 1128 + (t ^ 64); });
  expectValues(
      replaced(body, "rocdl.global.load.lds %from, %tile, 4, 512, 0",
               "rocdl.load.to.lds %from, %tile, 4, 512, 0 : !llvm.ptr<1>"),
      [](int t) { return 1128 + (t ^ 64); });
  expectFault(replaced(body, "rocdl.s.barrier", ""), kUnordered);
}

/// 16 bytes a lane, of one wave.
const char *const kWide = R"(
  %sixteen = llvm.mlir.constant(16 : i32) : i32
  %offset = llvm.mul %tid, %sixteen : i32
  rocdl.raw.ptr.buffer.load.lds %rsrc, %shared, %sixteen, %offset, %c0, %c0, %c0
  rocdl.s.waitcnt 3952
  %r = llvm.load %mine : !llvm.ptr<3> -> i32)";

TEST_F(AMDLoadsToLocal, Wide) {
  setup.threads = 64;
  expectValues(kWide, [](int t) { return 1000 + t; });
  // Three dwords of four: the fourth is left alone.
  const std::string three = replaced(
      replaced(kWide, "%shared, %sixteen", "%shared, %twelve"),
      "%offset =", "%twelve = llvm.mlir.constant(12 : i32) : i32\n%offset =");
  expectFault(three + "\nllvm.store %r, %to : i32, !llvm.ptr<1>",
              "writes undefined bytes to a tensor");
  setup.target = "#rocdl.target<chip = \"gfx942\">";
  expectFault(kWide, "or 12 or 16 on gfx950");
  setup.target = "#rocdl.target<chip = \"gfx950\">";
  expectValues(kWide, [](int t) { return 1000 + t; });
}

TEST_F(AMDLoadsToLocal, OutOfRangeIsZero) {
  setup.threads = 64;
  expectValues(R"(
    %size = llvm.mlir.constant(40 : i64) : i64
    %small = rocdl.make.buffer.rsrc %a, %stride, %size, %flags : !llvm.ptr<1> to !llvm.ptr<8>
    rocdl.raw.ptr.buffer.load.lds %small, %shared, %c4, %bytes, %c0, %c0, %c0
    rocdl.s.waitcnt 3952
    %r = llvm.load %mine : !llvm.ptr<3> -> i32)",
               [](int t) { return t < 10 ? 1000 + t : 0; });
}

TEST_F(AMDLoadsToLocal, PlacesAreFaulty) {
  // The scalar offset of the second tile leads out of the tensor.
  expectFault(replaced(kTiles, "constant(512", "constant(16000"),
              "expected all of them within a tensor");
  // LDS ends before the tile does.
  setup.sharedBytes = 1020;
  expectFault(kTiles,
              "touches 4 bytes at 1020 of shared memory, which has 1020");
  setup.sharedBytes = 4096;
  // M0 is one number for the wave, of dwords.
  expectFault(replaced(kTiles, "%rsrc, %tile,", "%rsrc, %mine,"),
              "has another address in LDS in lane 1");
  expectFault(replaced(kTiles,
                       "%tile[128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32",
                       "%tile[514] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8"),
              "expected a multiple of 4 bytes");
  expectFault(replaced(kTiles, "%tile, %c4,", "%tile, %c1,"),
              "unless it loads 4 bytes a lane");
  expectFault(replaced(kTiles, "%tile, %c4, %bytes, %c0, %c0",
                       "%tile, %c4, %bytes, %c0, %tid"),
              "has an offset that is not constant");
}

} // namespace
